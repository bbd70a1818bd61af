"""What a reporter does after the report: adds to it, withdraws it, rates the result, asks for another look.

The vault, or the receipt that they hold, says whose a report is; in the history a concealed reporter stays without a
name. `told` is what the case line reads of a concealed reporter's words.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from models import recusals
from models.base import NOT_FOUND, Refused
from models.followers import followers_of
from models.hazard_files import (
    STAFF,
    Hazard,
    Media,
    album_tag,
    hazard_for,
    merged_into,
    own_hazard,
    relation_of,
    words_of,
)
from models.hazard_reports import go_on, report
from models.hazard_steps import heard_at, take, tell, tell_merged
from models.lifecycle import LIFECYCLE, OPEN, Act, Relation, Severity, Step
from models.people import Actor, Can, people_with
from models.rules import rules_of

UNHAPPY = 2
BEST = 5
CARRIED_ON = "carried_on"


def add(
    s: Session,
    who: Actor,
    hazard_id: int,
    *,
    text: str = "",
    told: str = "",
    media: Sequence[Media] = (),
    album: str | None = None,
    now: datetime,
) -> Hazard:
    """The reporter, or staff who may see it, adds words or pictures; later ones of this album will find the hazard."""
    if not text.strip() and not media:
        raise Refused("没有收到要补充的内容。请发文字、照片或语音。")
    hazard, relation = _seen_or_own(s, who, hazard_id)
    found_by: dict[str, Any] = {"album_tag": album_tag(album)} if album else {}
    take(s, who, hazard, Act.ADDED, note=text, told=told, media=media, relation=relation, now=now, **found_by)
    heard = heard_at(hazard, now) if relation is Relation.REPORTER else now
    tell(s, who, hazard, _responsible(s, hazard), "hazard.added", now=now, not_before=heard)
    return hazard


def add_late(
    s: Session, who: Actor, hazard: Hazard, *, text: str, told: str = "", media: Sequence[Media], is_first: bool,
    now: datetime,
) -> None:  # fmt: skip
    """Pictures of the report's own album come after it: they are added, and the officer hears of the first only."""
    take(s, who, hazard, Act.ADDED, note=text, told=told, media=media, relation=Relation.REPORTER, now=now)
    if is_first:
        tell(s, who, hazard, _responsible(s, hazard), "hazard.added", now=now, not_before=heard_at(hazard, now))


def withdraw(s: Session, who: Actor, hazard_id: int, *, now: datetime) -> Hazard:
    """The reporter takes the report back while nobody confirmed it; the record stays.

    A confirmed danger is repaired whoever told of it. One that others told of too, or follow, goes on as a case of its
    own, into which this one is merged; those who wait for it hear of that case. One that may be urgent is not dropped
    either: those who assign are told, and may `carry_on`.
    """
    hazard = own_hazard(s, who, hazard_id)
    if hazard.step in OPEN - LIFECYCLE[Act.WITHDRAWN].start:
        raise Refused("已经核查属实，为了大家的安全会办到底，不能撤回了。您不用再做什么，办完会告诉您。")
    gone_on: dict[str, Any] = {}
    if hazard.step in LIFECYCLE[Act.WITHDRAWN].start and _is_shared(s, hazard):
        fresh = go_on(s, hazard, words=_taken_over(hazard, "上报人已撤回，还有人反映同一处"), now=now)
        gone_on = {"end_reason": CARRIED_ON, "duplicate_of": fresh.id}
    take(s, who, hazard, Act.WITHDRAWN, relation=Relation.REPORTER, now=now, **gone_on)
    is_grave = may_carry_on(hazard) and (hazard.severity == Severity.URGENT or hazard.evacuation)
    to = [*_responsible(s, hazard), *(people_with(s, Can.ASSIGN, hazard.area_path) if is_grave else [])]
    tell(s, who, hazard, to, "hazard.withdrawn", now=now, not_before=heard_at(hazard, now))
    return hazard


def _is_shared(s: Session, hazard: Hazard) -> bool:
    """Say whether others wait for this case too; who merges into it or follows it right now collides with the act."""
    merged = merged_into(s, hazard)
    still = [same for same in merged if same.step != Step.WITHDRAWN]
    return bool(still or followers_of(s, [hazard.id or 0, *(same.id or 0 for same in merged)]))


def _taken_over(hazard: Hazard, why: str) -> str:
    return f"接 {hazard.number}（{why}）。{words_of(hazard)}"


def carry_on(s: Session, who: Actor, hazard_id: int, *, now: datetime) -> Hazard:
    """An officer lets a withdrawn danger be looked at all the same: a case of the township's own, once.

    It holds only what the case line could read, and nothing in it leads to the reporter, who hears of it no more.
    """
    hazard = hazard_for(s, who, hazard_id, Can.ASSIGN)
    if not may_carry_on(hazard):
        raise Refused("这件已经另立一件在办，或者不是撤回的。请在「待办隐患」里看。")
    words = _taken_over(hazard, "上报人已撤回")
    fresh = report(s, who, kind=hazard.kind, severity=hazard.severity, place_text=hazard.place_text, detail=words,
                   area_id=hazard.area_id, place_id=hazard.place_id, evacuation=hazard.evacuation, source=STAFF,
                   now=now)  # fmt: skip
    recusals.carry(s, hazard, fresh)
    take(s, who, hazard, Act.NOTED, note=f"仍要核查，另立 {fresh.number}", now=now, end_reason=CARRIED_ON)
    return fresh


def may_carry_on(hazard: Hazard) -> bool:
    """Say whether a danger was withdrawn and nobody has taken it up since."""
    return hazard.step == Step.WITHDRAWN and hazard.end_reason != CARRIED_ON


def rate(
    s: Session, who: Actor, hazard_id: int, stars: int, note: str = "", *, told: str = "", now: datetime
) -> Hazard:
    """The reporter rates the end once, with 1 to 5 stars; after a low rating `may_reopen` offers another look."""
    hazard = own_hazard(s, who, hazard_id)
    if not 1 <= stars <= BEST:
        raise Refused("请选择 1 到 5 星。")
    if hazard.rating is not None:
        raise Refused("这件隐患您已经评价过了。如仍有危险，请重新上报。")
    _refuse_late(s, hazard, now)
    words = f"{stars} 星 {note}"
    given: dict[str, Any] = {"rating": stars, "rating_note": note.strip()}
    read = f"{stars} 星 {told}"
    take(s, who, hazard, Act.RATED, note=words, told=read, relation=Relation.REPORTER, now=now, **given)
    return hazard


def may_reopen(hazard: Hazard) -> bool:
    """Say whether the last rating (or its absence) leaves room for another look."""
    return hazard.rating is None or hazard.rating <= UNHAPPY


def may_rate(s: Session, hazard: Hazard, *, now: datetime) -> bool:
    """Say whether the reporter may still rate the end: once, and within `rating_days`."""
    return hazard.step in LIFECYCLE[Act.RATED].start and hazard.rating is None and not _is_late(s, hazard, now)


def may_ask_again(s: Session, hazard: Hazard, *, now: datetime) -> bool:
    """Say whether the reporter may still ask for another look."""
    return hazard.step in LIFECYCLE[Act.REOPENED].start and may_reopen(hazard) and not _is_late(s, hazard, now)


def reopen(
    s: Session,
    who: Actor,
    hazard_id: int,
    note: str,
    *,
    told: str = "",
    media: Sequence[Media] = (),
    now: datetime,
) -> Hazard:
    """An unhappy reporter asks for another look: a new clock starts, and those who assign and who had it are told."""
    hazard = own_hazard(s, who, hazard_id)
    if not note.strip():
        raise Refused("请写一句哪里还没有处理好，再提交。")
    if not may_reopen(hazard):
        raise Refused("您已评价满意，这件隐患不再重新处理。如又有危险，请重新上报。")
    _refuse_late(s, hazard, now)
    before = (hazard.assignee_id, hazard.fixer_id)
    fresh: dict[str, Any] = dict.fromkeys(("assignee_id", "fixer_id", "track", "rating"))
    take(s, who, hazard, Act.REOPENED, note=note, told=told, media=media, relation=Relation.REPORTER, now=now, **fresh)
    to, heard = [*people_with(s, Can.ASSIGN, hazard.area_path), *before], heard_at(hazard, now)
    tell(s, who, hazard, to, "hazard.reopened", now=now, not_before=heard)
    tell_merged(s, hazard, now=now, but=who.id)
    return hazard


def _seen_or_own(s: Session, who: Actor, hazard_id: int) -> tuple[Hazard, Relation]:
    hazard = s.get(Hazard, hazard_id)
    if hazard is None:
        raise Refused(NOT_FOUND)
    if relation_of(s, who, hazard) is Relation.REPORTER:
        return hazard, Relation.REPORTER
    return hazard_for(s, who, hazard_id, Can.SEE_HAZARDS), Relation.NONE


def _responsible(s: Session, hazard: Hazard) -> list[int]:
    if hazard.assignee_id is not None:
        return [hazard.assignee_id]
    return people_with(s, Can.ASSIGN, hazard.area_path)


def _refuse_late(s: Session, hazard: Hazard, now: datetime) -> None:
    if _is_late(s, hazard, now):
        days = rules_of(s).rating_days
        raise Refused(f"办结已超过 {days} 天，不能再评价或重新处理。如仍有危险，请重新上报。")


def _is_late(s: Session, hazard: Hazard, now: datetime) -> bool:
    return hazard.closed_at is not None and now > hazard.closed_at + timedelta(days=rules_of(s).rating_days)
