"""Self-checks (三自: 自知、自查、自改): once a month the responsible person of a place looks at ten things and says so.

What is not in order yet becomes a case like any other, known as found by themselves: it counts as a merit, never
against them. Merits are counted for a place and a village; nobody is ranked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, func
from sqlmodel import Field, Session, UniqueConstraint, col, select

from models import audit
from models.base import NOT_FOUND, Base, Instant, Refused, insert_new
from models.calendar import local
from models.hazard_files import SELF, Hazard, Media, first_of
from models.hazard_reports import report
from models.hazard_steps import take, tell
from models.lifecycle import Act, Relation, Step
from models.people import Actor, Can
from models.places import OPEN, Place, place_for
from models.rules import ZONE
from models.sealing import SealedJSON

PROMISE_LIMIT = 1000
FIXED, WAITS = "fixed", "waits"
STILL = "负责人自查时还没有整改"


class SelfCheck(Base, table=True):
    """One month's card of a place: what was not in order (`items`), how many that were, how many put right at once.

    An item is `{key, text, end, note, media, hazard}`; what people wrote is sealed.
    """

    __tablename__ = "self_checks"
    __table_args__ = (UniqueConstraint("place_id", "month"),)

    id: int | None = Field(default=None, primary_key=True)
    place_id: int = Field(foreign_key="places.id")
    who_id: int = Field(foreign_key="people.id", index=True)
    month: str = Field(max_length=7)
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    version: str = Field(default="", max_length=20)
    items: list[Any] = Field(
        default_factory=list, sa_column=Column(SealedJSON("self_checks.items"), nullable=False)
    )
    found: int = 0
    mended: int = 0


class Commitment(Base, table=True):
    """The public commitment (公开承诺) of a place for one year: its words as they were read and agreed to."""

    __tablename__ = "commitments"
    __table_args__ = (UniqueConstraint("place_id", "year"),)

    id: int | None = Field(default=None, primary_key=True)
    place_id: int = Field(foreign_key="places.id")
    who_id: int = Field(foreign_key="people.id")
    year: int
    words: str = Field(max_length=PROMISE_LIMIT)
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was not in order: put right already, or to be within so many `days` (0: today)."""

    key: str
    text: str
    kind: str
    severity: str
    evacuation: bool = False
    days: int | None = None
    note: str = ""
    media: Sequence[Media] = ()


def own_place(s: Session, who: Actor, place_id: int) -> Place:
    """Return an open place that the actor answers for; nobody else checks, or promises, in their stead."""
    place = s.get(Place, place_id)
    if place is None or not who.may(Can.MEND) or place.owner_id != who.id:
        raise Refused(NOT_FOUND)
    if place.status != OPEN:
        raise Refused("这一家现在没有营业，不用自查。重新开张了，请告诉网格员。")
    return place


def own_places(s: Session, who: Actor) -> list[Place]:
    """Return the open places that the actor answers for."""
    if not who.may(Can.MEND):
        return []
    mine = (Place.owner_id == who.id, Place.status == OPEN)
    return list(s.exec(select(Place).where(*mine).order_by(col(Place.id))))


def month_of(now: datetime) -> str:
    """Return the local month as it is kept: 2026-11."""
    return f"{local(now):%Y-%m}"


def check(
    s: Session, who: Actor, place_id: int, findings: Iterable[Finding], *, version: str, now: datetime
) -> SelfCheck:
    """Hand in the month's card; what is not put right yet becomes a case.

    Handed in again within the month, it takes the place of the card before. What that one had found stays on it, and a
    case that is still open, of whatever month, is not opened twice.
    """
    place = own_place(s, who, place_id)
    month = month_of(now)
    given = {"place_id": place_id, "who_id": who.id, "month": month, "at": now, "version": version}
    insert_new(s, SelfCheck, [{**given, "items": [], "found": 0, "mended": 0}])
    card = s.exec(select(SelfCheck).where(SelfCheck.place_id == place_id, SelfCheck.month == month)).one()
    kept = {item["key"]: item for item in card.items}
    for finding in findings:
        if _case_of(s, kept.get(finding.key)) is None:
            kept[finding.key] = _item(s, who, place, finding, now)
    card.who_id, card.at, card.version, card.items = who.id, now, version, list(kept.values())
    card.found, card.mended = len(kept), sum(item["end"] == FIXED for item in kept.values())
    s.flush()
    audit.record(s, who.id, "place.self_checked", f"place:{place_id}", now=now)
    return card


def _case_of(s: Session, item: dict[str, Any] | None) -> Hazard | None:
    """The open case of an item of a card, or the one that it was merged into."""
    known = s.get(Hazard, item["hazard"]) if item is not None and item["hazard"] else None
    hazard = first_of(s, known) if known is not None else None
    return hazard if hazard is not None and hazard.closed_at is None else None


def _known(s: Session, place_id: int, key: str) -> Hazard | None:
    """The open case of the same item on an earlier card."""
    cards = s.exec(select(SelfCheck).where(SelfCheck.place_id == place_id).order_by(col(SelfCheck.month).desc()))
    same = (_case_of(s, item) for card in cards for item in card.items if item["key"] == key)
    return next((hazard for hazard in same if hazard is not None), None)


def _item(s: Session, who: Actor, place: Place, finding: Finding, now: datetime) -> dict[str, Any]:
    is_fixed = finding.days is None
    hazard = None if is_fixed else _opened(s, who, place, finding, now)
    return {
        "key": finding.key, "text": finding.text, "end": FIXED if is_fixed else WAITS, "note": finding.note.strip(),
        "media": [list(each) for each in finding.media], "hazard": hazard.id if hazard is not None else None,
    }  # fmt: skip


def _opened(s: Session, who: Actor, place: Place, finding: Finding, now: datetime) -> Hazard:
    """The responsible person has said everything once: it is a case under their own name.

    What they said in an earlier month, and is still there, is noted with its case.
    """
    within = f"打算 {finding.days} 天内改好" if finding.days else "今天就改"
    known = _known(s, place.id or 0, finding.key)
    if known is not None:
        note = "：".join(part for part in (f"{STILL}，{within}", finding.note.strip()) if part)
        take(s, who, known, Act.NOTED, note=note, media=finding.media, relation=Relation.OWNER, now=now)
        tell(s, who, known, [known.assignee_id], "hazard.noted", now=now)
        return known
    said = f"负责人自查：“{finding.text}”没做到，{within}"
    return report(
        s, who, kind=finding.kind, severity=finding.severity, place_text=place.name,
        detail="：".join(part for part in (said, finding.note.strip()) if part), media=finding.media,
        area_id=place.area_id, place_id=place.id, latitude=place.latitude, longitude=place.longitude, source=SELF,
        evacuation=finding.evacuation, now=now,
    )  # fmt: skip


def card_of(s: Session, place_id: int, month: str) -> SelfCheck | None:
    """Return the card of a place for a month (2026-11), or None."""
    return s.exec(select(SelfCheck).where(SelfCheck.place_id == place_id, SelfCheck.month == month)).first()


def merits(s: Session, place_id: int, year: int) -> int:
    """Return how many dangers were found by the place itself in a year and are gone: at once, or signed off since."""
    mended = select(func.sum(SelfCheck.mended)).where(SelfCheck.place_id == place_id, _in_year(year))
    closed = select(func.count()).select_from(Hazard).where(Hazard.place_id == place_id, *gone_by_themselves(year))
    return (s.exec(mended).one() or 0) + s.exec(closed).one()


def gone_by_themselves(year: int) -> tuple[Any, ...]:
    """Return the conditions for cases that responsible people found in a year and that are signed off."""
    first, next_first = (datetime(y, 1, 1, tzinfo=ZONE) for y in (year, year + 1))
    then = (col(Hazard.reported_at) >= first, col(Hazard.reported_at) < next_first)
    return (Hazard.source == SELF, Hazard.step == Step.CLOSED.value, *then)


def _in_year(year: int) -> Any:
    return col(SelfCheck.month).startswith(f"{year}-")


def commit(s: Session, who: Actor, place_id: int, words: str, *, now: datetime) -> Commitment:
    """The responsible person promises these words in public for this year; doing so again changes nothing."""
    own_place(s, who, place_id)
    year = local(now).year
    given = {"place_id": place_id, "who_id": who.id, "year": year, "words": words, "at": now}
    if insert_new(s, Commitment, [given]):
        audit.record(s, who.id, "place.committed", f"place:{place_id}", now=now)
    return s.exec(select(Commitment).where(Commitment.place_id == place_id, Commitment.year == year)).one()


def commitment_of(s: Session, place_id: int, year: int) -> Commitment | None:
    """Return what a place has promised for a year, or None."""
    return s.exec(select(Commitment).where(Commitment.place_id == place_id, Commitment.year == year)).first()


def commitment_for(s: Session, who: Actor, place_id: int, year: int) -> tuple[Place, Commitment]:
    """Return a place that the actor may see with its promise of a year; refuse when there is none."""
    place, found = place_for(s, who, place_id), commitment_of(s, place_id, year)
    if found is None:
        raise Refused("这一家今年还没有公开承诺。请负责人在「公开承诺」里看一遍，点「我承诺」。")
    return place, found
