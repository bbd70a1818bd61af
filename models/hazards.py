"""Hazards: from a citizen's report to the officer who signs it off.

A hazard is never edited. Each step is appended, so the file of a hazard is its history. The tables and look-ups are
in hazard_files, the reporter's part is in hazard_reporters; both are offered here, so that callers know one module.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models import deadlines, plans
from models.base import Refused
from models.calendar import local
from models.hazard_clocks import period_of
from models.hazard_files import (
    ANONYMOUS,
    CALLER,
    CONFIDENTIAL,
    IMAGE,
    NAMED,
    PHOTO,
    RECEIPT,
    RESIDENT,
    TERM,
    VIDEO,
    VOICE,
    Evidence,
    Hazard,
    HazardStep,
    Media,
    by_number,
    candidates,
    evidence,
    first_of,
    hazard_for,
    hazard_to,
    history,
    is_concealed,
    is_own,
    merged_into,
    mine,
    moves,
    named_reporter,
    note_of,
    own_hazard,
    relation_of,
    words_of,
)
from models.hazard_reporters import (
    add,
    carry_on,
    may_ask_again,
    may_carry_on,
    may_rate,
    may_reopen,
    rate,
    reopen,
    withdraw,
)
from models.hazard_reports import report, reported_this_hour
from models.hazard_steps import (
    AFTER,
    BEFORE,
    THING,
    need,
    take,
    tell,
    tell_reporter,
)
from models.lifecycle import ENDS, Act, Step
from models.outcomes import tell_relapse
from models.owners import reach
from models.people import Actor, Can, actor_of, people_with
from models.referrals import refer, referral_words
from models.rules import rules_of

__all__ = [
    "ANONYMOUS",
    "CALLER",
    "CONFIDENTIAL",
    "IMAGE",
    "NAMED",
    "PHOTO",
    "RECEIPT",
    "RESIDENT",
    "VIDEO",
    "VOICE",
    "Evidence",
    "Hazard",
    "HazardStep",
    "Media",
    "add",
    "assign",
    "by_number",
    "candidates",
    "carry_on",
    "confirm",
    "evidence",
    "first_of",
    "hazard_for",
    "hazard_to",
    "history",
    "is_concealed",
    "is_own",
    "longest_period",
    "mark_duplicate",
    "may_ask_again",
    "may_carry_on",
    "may_rate",
    "may_reopen",
    "merge_target",
    "merged_into",
    "mine",
    "moves",
    "named_reporter",
    "note_of",
    "own_hazard",
    "rate",
    "recheck",
    "rectified",
    "refer",
    "referral_words",
    "reject",
    "relation_of",
    "reopen",
    "report",
    "reported_this_hour",
    "withdraw",
    "words_of",
]  # fmt: skip

MAX_DAYS = 60


def assign(s: Session, who: Actor, hazard_id: int, to_id: int, *, now: datetime) -> Hazard:
    """Send somebody to look, or hand the repair over. A hazard without exact area moves into that of the person."""
    hazard = hazard_to(s, who, hazard_id, Act.ASSIGNED)
    person = next((found for found in candidates(s, who, hazard) if found.id == to_id), None)
    if person is None:
        raise Refused("不能派给这位同事。请从名单中另选一位。")
    is_repair = hazard.step == Step.RECTIFYING
    act = Act.HANDED_OVER if is_repair else Act.ASSIGNED
    take(s, who, hazard, act, now=now, assignee_id=to_id, **_narrowed(hazard, actor_of(s, person)))
    tell(s, who, hazard, [to_id], f"hazard.{act.value}", now=now)
    if not is_repair:
        tell_reporter(s, who, hazard, now=now)
    return hazard


def confirm(
    s: Session,
    who: Actor,
    hazard_id: int,
    *,
    note: str = "",
    media: Sequence[Media] = (),
    days: int | None = None,
    now: datetime,
) -> Hazard:
    """The danger is real: the repair gets a deadline - the days given (0 for today, to 60), or those of its severity.

    What has come back gets at most half the days of its severity, and the leaders are told.
    """
    hazard = hazard_for(s, who, hazard_id, Can.VERIFY)
    longest = longest_period(s, hazard)
    if days is not None and not 0 <= days <= longest:
        raise Refused(f"整改期限最短当天，最长 {longest} 天。请改选。")
    decided: dict[str, Any] = {"assignee_id": hazard.assignee_id or who.id, "track": TERM}
    take(s, who, hazard, Act.CONFIRMED, note=note, media=media, phase=BEFORE, days=days, now=now, **decided)
    tell(s, who, hazard, [hazard.assignee_id], "hazard.confirmed", now=now)
    tell_relapse(s, who, hazard, now=now)
    plans.watch(s, hazard, now=now)
    tell_reporter(s, who, hazard, now=now)
    return hazard


def longest_period(s: Session, hazard: Hazard) -> int:
    """Return how many days a repair may be given: 60, or half of what is usual when the danger has come back."""
    return MAX_DAYS if hazard.relapse_of is None else max(1, period_of(hazard, rules_of(s)))


def reject(
    s: Session, who: Actor, hazard_id: int, *, note: str, media: Sequence[Media] = (), now: datetime
) -> Hazard:
    """The danger is not there; the reporter reads the reason."""
    hazard = hazard_for(s, who, hazard_id, Can.VERIFY)
    need(note, "请写明不属实的理由，再提交。")
    take(s, who, hazard, Act.REJECTED, note=note, media=media, now=now)
    tell(s, who, hazard, [hazard.assignee_id], "hazard.rejected", now=now)
    tell_reporter(s, who, hazard, now=now)
    return hazard


def rectified(
    s: Session, who: Actor, hazard_id: int, *, note: str = "", media: Sequence[Media], now: datetime
) -> Hazard:
    """Who repairs, or the responsible person of the place, says the danger is gone and shows it; someone else looks."""
    hazard, relation = reach(s, who, hazard_id, Act.RECTIFIED)
    if not any(found.kind in {PHOTO, IMAGE} for found in media):
        raise Refused("请至少发一张整改后的照片，再提交。")
    given: dict[str, Any] = {"relation": relation, "fixer_id": who.id}
    take(s, who, hazard, Act.RECTIFIED, note=note, media=media, phase=AFTER, now=now, **given)
    tell(s, who, hazard, people_with(s, Can.RECHECK, hazard.area_path), "hazard.recheck", now=now)
    tell_reporter(s, who, hazard, now=now)
    return hazard


def recheck(
    s: Session, who: Actor, hazard_id: int, *, passed: bool, note: str = "", media: Sequence[Media] = (), now: datetime
) -> Hazard:
    """Somebody who did not repair it looks again: it is closed, or goes back with half the time; evidence stays."""
    hazard = hazard_for(s, who, hazard_id, Can.RECHECK)
    if hazard.fixer_id == who.id:
        raise Refused("整改人不能复查自己的整改。请由另一位同事复查。")
    if not passed:
        need(note, "请写明哪里不合格，再提交。")
    act, days = (Act.PASSED, None) if passed else (Act.FAILED, _shorter(s, hazard))
    take(s, who, hazard, act, note=note, media=media, days=days, now=now)
    what = "hazard.closed" if passed else "hazard.returned"
    tell(s, who, hazard, [hazard.fixer_id, hazard.assignee_id], what, now=now)
    tell_reporter(s, who, hazard, "hazard.closed" if passed else "hazard.progress", now=now)
    return hazard


def merge_target(s: Session, who: Actor, hazard_id: int, of_id: int) -> Hazard:
    """Return the case that this one would point to (the first of a chain); refuse itself and what has ended."""
    hazard = hazard_for(s, who, hazard_id, Can.ASSIGN)
    first = hazard_for(s, who, first_of(s, hazard_for(s, who, of_id, Can.ASSIGN)).id or 0, Can.ASSIGN)
    if first.id == hazard.id:
        raise Refused("不能并入它自己。请选择另一件隐患。")
    if first.step in ENDS:
        raise Refused(f"隐患 {first.number} 已经办结，不能再并进去。危险又出现的，请照常派人核查。")
    return first


def mark_duplicate(s: Session, who: Actor, hazard_id: int, of_id: int, *, now: datetime) -> Hazard:
    """The same danger has a file already: this one points to it (to the first of a chain) and ends.

    The other one takes a version too: whoever merges, closes or withdraws it at the same moment collides with this.
    """
    hazard, first = hazard_for(s, who, hazard_id, Can.ASSIGN), merge_target(s, who, hazard_id, of_id)
    take(s, who, hazard, Act.MERGED, note=f"并入 {first.number}", into=first, now=now, duplicate_of=first.id)
    tell(s, who, hazard, [hazard.assignee_id], "hazard.merged", now=now)
    tell_reporter(s, who, hazard, now=now)
    return hazard


def _narrowed(hazard: Hazard, to: Actor) -> dict[str, Any]:
    if to.reaches(Can.VERIFY, hazard.area_path) or to.reaches(Can.RECTIFY, hazard.area_path):
        return {}
    below = [held for held in to.held if held.path in to.paths(Can.VERIFY) and held.path.startswith(hazard.area_path)]
    widest = min(below, key=lambda held: len(held.path))
    return {"area_id": widest.area_id, "area_path": widest.path}


def _shorter(s: Session, hazard: Hazard) -> int:
    """Half the days that were granted last; a repair of the same day stays one."""
    granted = [found for found in deadlines.deadlines_of(s, THING, hazard.id or 0) if found.clock == "rectify"]
    days = (local(granted[-1].due_at).date() - local(granted[-1].started_at).date()).days if granted else 1
    return max(1, days // 2) if days else 0
