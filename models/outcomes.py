"""Outcomes besides the repair: fixed on the spot and sampled, a notice served, a grade corrected, nobody to be told."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models import deadlines, hazard_clocks, relapses, routing
from models.base import Refused
from models.hazard_clocks import due_of
from models.hazard_files import IMAGE, ON_SPOT, PHOTO, TERM, Hazard, Media, evidence, hazard_for, hazard_to
from models.hazard_steps import AFTER, BEFORE, THING, need, take, tell, tell_reporter
from models.lifecycle import Act, Severity, Step
from models.people import Actor, Can, Role, holders, people_with
from models.rules import rules_of

_GRAVITY = (Severity.ORDINARY, Severity.SERIOUS, Severity.URGENT)


def fixed(
    s: Session,
    who: Actor,
    hazard_id: int,
    *,
    note: str = "",
    before: Sequence[Media] = (),
    media: Sequence[Media],
    now: datetime,
) -> Hazard:
    """The danger was removed while somebody looked on: with photos of before and after it is closed at once.

    The photo of before may be the reporter's. A share of these is looked at again later by somebody else.
    """
    hazard = hazard_for(s, who, hazard_id, Can.VERIFY)
    if not has_photo_before(s, hazard) and not _has_photo(before):
        raise Refused("还缺整改前的照片。请至少发一张改之前的样子，再提交。")
    if not _has_photo(media):
        raise Refused("请至少发一张整改后的照片，再提交。")
    decided: dict[str, Any] = {"assignee_id": hazard.assignee_id or who.id, "fixer_id": who.id, "track": ON_SPOT}
    take(s, who, hazard, Act.FIXED, note=note, before=before, media=media, phase=AFTER, now=now, **decided)
    tell(s, who, hazard, [hazard.assignee_id], "hazard.closed", now=now)
    tell_relapse(s, who, hazard, now=now)
    tell_reporter(s, who, hazard, "hazard.closed", now=now)
    return hazard


def has_photo_before(s: Session, hazard: Hazard) -> bool:
    """Say whether the case holds a photo of how it was before anything was done."""
    return any(found.phase == BEFORE and found.kind in {PHOTO, IMAGE} for found in evidence(s, hazard))


def sample(
    s: Session, who: Actor, hazard_id: int, *, passed: bool, note: str = "", media: Sequence[Media] = (), now: datetime
) -> Hazard:
    """Somebody who did not fix it looks whether it stayed fixed: it stays closed, or is repaired in half the time."""
    hazard = hazard_for(s, who, hazard_id, Can.RECHECK)
    if hazard.fixer_id == who.id:
        raise Refused("整改人不能抽查自己的整改。请由另一位同事抽查。")
    if hazard.step == Step.CLOSED and deadlines.running(s, THING, hazard_id, "sample") is None:
        raise Refused("这件没有抽中，或者已经抽查过了。危险又出现的，请重新上报。")
    if passed:
        take(s, who, hazard, Act.SAMPLED, note=note, media=media, now=now)
        return hazard
    need(note, "请写明哪里不合格，再提交。")
    again: dict[str, Any] = {"assignee_id": hazard.assignee_id or hazard.fixer_id or who.id, "rating": None}
    again |= {"track": TERM}
    days = rules_of(s).rectify_days[hazard.severity]
    shorter = max(1, days // 2) if days else 0
    take(s, who, hazard, Act.SAMPLE_FAILED, note=note, media=media, days=shorter, now=now, **again)
    tell(s, who, hazard, [hazard.fixer_id, hazard.assignee_id], "hazard.sample_failed", now=now)
    tell_reporter(s, who, hazard, now=now)
    return hazard


def serve(
    s: Session, who: Actor, hazard_id: int, *, note: str, media: Sequence[Media] = (), now: datetime
) -> Hazard:
    """The notice was handed to the responsible person: to whom and how stands in the file."""
    hazard = hazard_to(s, who, hazard_id, Act.SERVED)
    need(note, "请写明告知书交给了谁、怎么送的，再提交。")
    take(s, who, hazard, Act.SERVED, note=note, media=media, now=now)
    return hazard


def regrade(
    s: Session,
    who: Actor,
    hazard_id: int,
    *,
    kind: str,
    severity: str,
    evacuation: bool,
    note: str,
    now: datetime,
) -> Hazard:
    """Kind or gravity were wrong: routing and clocks are worked out again, and those on the case are told.

    What has become graver is due counted from now but never later than before; what has become lighter is due as if it
    had been so from the start, but never earlier than before: time that was granted stays. Another kind alone, or
    evacuation on a repair that already runs, leaves the clocks as they are.
    """
    hazard = hazard_to(s, who, hazard_id, Act.REGRADED)
    need(note, "请写明为什么更正，再提交。")
    new = (kind, Severity(severity).value, evacuation)
    old = (hazard.kind, hazard.severity, hazard.evacuation)
    if new == old:
        raise Refused("类别和等级都和现在一样，不用更正。")
    route = routing.route(s, kind, hazard.place_id)
    changes: dict[str, Any] = {"kind": kind, "severity": new[1], "evacuation": evacuation}
    changes |= {"lead": route.lead, "enforcement": route.enforcement, "basis": route.basis}
    if kind != hazard.kind:
        changes["relapse_of"] = relapses.earlier(s, hazard, kind, now=now)
    take(s, who, hazard, Act.REGRADED, note=note, now=now, **changes)
    is_graver = _GRAVITY.index(Severity(new[1])) > _GRAVITY.index(Severity(old[1])) or (evacuation and not old[2])
    changed = {"dispatch", "verify", "rectify"} if new[1] != old[1] else {"verify"} if evacuation != old[2] else set()
    _reckon(s, hazard, changed, is_graver=is_graver, now=now)
    to = [hazard.assignee_id, *people_with(s, Can.ASSIGN, hazard.area_path)]
    tell(s, who, hazard, to, "hazard.regraded", now=now)
    return hazard


def _reckon(s: Session, hazard: Hazard, clocks: Collection[str], *, is_graver: bool, now: datetime) -> None:
    """Work those of these clocks out again that run."""
    for found in deadlines.open_of(s, THING, hazard.id or 0):
        if found.clock not in clocks:
            continue
        due = due_of(s, hazard, found.clock, now=now if is_graver else found.started_at)
        if is_graver:
            due = due._replace(at=min(due.at, found.due_at))
        elif found.due_at > due.at:
            due = due._replace(at=found.due_at, rule=found.rule)
        paused_at, found.cancelled_at = found.paused_at, now
        hazard_clocks.start(s, hazard, found.clock, due, now=now)
        if paused_at is not None:
            deadlines.pause(s, THING, hazard.id or 0, now=paused_at)


def untold(s: Session, who: Actor, hazard_id: int, *, note: str, now: datetime) -> Hazard:
    """The reporter cannot be told how it ended; why not stands in the file, and nobody is reminded any more."""
    hazard = hazard_to(s, who, hazard_id, Act.UNTOLD)
    need(note, "请写明为什么告知不到，再提交。")
    take(s, who, hazard, Act.UNTOLD, note=note, now=now)
    return hazard


def heard(s: Session, hazard: Hazard, *, now: datetime) -> None:
    """The end has reached the reporter: nothing is owed any more."""
    deadlines.meet(s, THING, hazard.id or 0, "feedback", now=now)


def tell_relapse(s: Session, who: Actor, hazard: Hazard, *, now: datetime) -> None:
    """Let the leaders know, once it is confirmed, that a danger has come back."""
    if hazard.relapse_of is not None:
        tell(s, who, hazard, holders(s, Role.LEADER, hazard.area_path), "hazard.relapse", now=now)


def _has_photo(media: Sequence[Media]) -> bool:
    return any(found.kind in {PHOTO, IMAGE} for found in media)
