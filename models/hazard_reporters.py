"""What a reporter does after the report: adds to it, withdraws it, rates the result, asks for another look.

The vault says who is behind a report; in the history a concealed reporter stays without a name.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from models.base import NOT_FOUND, Refused
from models.hazard_files import Hazard, Media, album_tag, hazard_for, own_hazard, relation_of
from models.hazard_steps import start_verifying, stop_clocks, take, tell, tell_merged
from models.lifecycle import Act, Relation
from models.people import Actor, Can, people_with
from models.rules import rules_of

UNHAPPY = 2
BEST = 5


def add(
    s: Session,
    who: Actor,
    hazard_id: int,
    *,
    text: str = "",
    media: Sequence[Media] = (),
    album: str | None = None,
    now: datetime,
) -> Hazard:
    """The reporter, or staff who may see it, adds words or pictures; later ones of this album will find the hazard."""
    if not text.strip() and not media:
        raise Refused("没有收到要补充的内容。请发文字、照片或语音。")
    hazard, relation = _seen_or_own(s, who, hazard_id)
    found_by: dict[str, Any] = {"album_tag": album_tag(album)} if album else {}
    take(s, who, hazard, Act.ADDED, note=text, media=media, relation=relation, now=now, **found_by)
    tell(s, who, hazard, _responsible(s, hazard), "hazard.added", now=now)
    return hazard


def add_late(
    s: Session, who: Actor, hazard: Hazard, *, text: str, media: Sequence[Media], is_first: bool, now: datetime
) -> None:
    """Pictures of the report's own album come after it: they are added, and the officer hears of the first only."""
    take(s, who, hazard, Act.ADDED, note=text, media=media, relation=Relation.REPORTER, now=now)
    if is_first:
        tell(s, who, hazard, _responsible(s, hazard), "hazard.added", now=now)


def withdraw(s: Session, who: Actor, hazard_id: int, *, now: datetime) -> Hazard:
    """The reporter takes the report back while nobody confirmed it; the record stays."""
    hazard = own_hazard(s, who, hazard_id)
    take(s, who, hazard, Act.WITHDRAWN, relation=Relation.REPORTER, now=now)
    stop_clocks(s, hazard, now=now)
    tell(s, who, hazard, _responsible(s, hazard), "hazard.withdrawn", now=now)
    tell_merged(s, hazard, now=now)
    return hazard


def rate(s: Session, who: Actor, hazard_id: int, stars: int, note: str = "", *, now: datetime) -> Hazard:
    """The reporter rates the end once, with 1 to 5 stars; after a low rating `may_reopen` offers another look."""
    hazard = own_hazard(s, who, hazard_id)
    if not 1 <= stars <= BEST:
        raise Refused("请选择 1 到 5 星。")
    if hazard.rating is not None:
        raise Refused("这件隐患您已经评价过了。如仍有危险，请重新上报。")
    _refuse_late(s, hazard, now)
    words = f"{stars} 星 {note}"
    given: dict[str, Any] = {"rating": stars, "rating_note": note.strip()}
    take(s, who, hazard, Act.RATED, note=words, relation=Relation.REPORTER, now=now, **given)
    return hazard


def may_reopen(hazard: Hazard) -> bool:
    """Say whether the last rating (or its absence) leaves room for another look."""
    return hazard.rating is None or hazard.rating <= UNHAPPY


def reopen(
    s: Session, who: Actor, hazard_id: int, note: str, *, media: Sequence[Media] = (), now: datetime
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
    take(s, who, hazard, Act.REOPENED, note=note, media=media, relation=Relation.REPORTER, now=now, **fresh)
    start_verifying(s, hazard, now=now)
    tell(s, who, hazard, [*people_with(s, Can.ASSIGN, hazard.area_path), *before], "hazard.reopened", now=now)
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
    days = rules_of(s).rating_days
    if hazard.closed_at is not None and now > hazard.closed_at + timedelta(days=days):
        raise Refused(f"办结已超过 {days} 天，不能再评价或重新处理。如仍有危险，请重新上报。")
