"""Letters left at a door that stayed shut (联系单): when the township came, what it asks for, and when it comes again.

They ask for an hour and threaten nobody: a township may not order or punish (DOMAIN 8.3). Who answers for the place,
or holds the paper with its own code, names half a day; the patrol is planned for it. The poster at the door hangs in
public, so its code names none.
"""

import hmac
import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, Session, UniqueConstraint, col, select

from models import audit, patrols, plans
from models.base import NOT_FOUND, Base, Instant, Refused, write_once
from models.calendar import is_working_day, local
from models.counters import next_number
from models.hazard_files import Media
from models.outbox import notify
from models.patrols import Patrol
from models.people import Actor, Can
from models.places import OPEN, STATES, Place, place_for, survivor
from models.revisits import end_of_half
from models.rules import rules_of
from models.sealing import sealer

SERIES = "paper.visit"
TO_OWNER, TO_WORKER = "visit.letter", "visit.answered"
RULE_LETTER, RULE_MEETING = "消防安全巡查联系单", "约好的时间"
DAYS_OFFERED = 4
PREFIX, SIGNED = "v_", 24  # hex digits of the signature, as in the code of a place
_CODE = re.compile(rf"{PREFIX}([1-9][0-9]{{0,8}})_[0-9a-f]{{{SIGNED}}}", re.ASCII)


class VisitLetter(Base, table=True):
    """One numbered letter to a place; `tried` are the instants (ISO) at which nobody got in.

    `left_at` when somebody said that it was delivered, with pictures if they took some; `met_on` and `met_morning` the
    half day that was named in answer.
    """

    __tablename__ = "visit_letters"
    __table_args__ = (UniqueConstraint("year", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    place_id: int = Field(foreign_key="places.id", index=True)
    year: int
    number: int
    by_id: int = Field(foreign_key="people.id")
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    tried: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    again_on: date
    left_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    media: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    met_on: date | None = None
    met_morning: bool = False

    @property
    def tried_at(self) -> list[datetime]:
        """When the township came in vain, oldest first."""
        return [datetime.fromisoformat(moment) for moment in self.tried]

    @property
    def code(self) -> str:
        """What the code on the paper carries: the start payload of a deep link. It dies with the letter."""
        return f"{PREFIX}{self.id}_{sealer().tag('visit-letter', str(self.id))[:SIGNED]}"


def tries(s: Session, place_id: int) -> list[Patrol]:
    """Return the vain visits since somebody got in, or since the last letter, oldest first."""
    letter = current(s, place_id)
    since = patrols.tries_at(s, place_id)
    return [patrol for patrol in since if letter is None or patrol.finished_at > letter.at]


def is_due(s: Session, place: Place) -> bool:
    """Say whether a place has been tried in vain so often that a letter may be left there."""
    return place.status == OPEN and len(tries(s, place.id or 0)) >= rules_of(s).tries_until_letter


def current(s: Session, place_id: int) -> VisitLetter | None:
    """Return the last letter to a place, unless somebody has got in (or found it gone) since."""
    last = s.exec(
        select(VisitLetter).where(VisitLetter.place_id == place_id).order_by(col(VisitLetter.id).desc()).limit(1)
    ).first()
    if last is None:
        return None
    inside = (col(Patrol.outcome).not_in(patrols.SHUT), col(Patrol.finished_at) > last.at)
    is_over = s.exec(select(Patrol.id).where(Patrol.place_id == place_id, *inside).limit(1)).first() is not None
    return None if is_over else last


def write(s: Session, who: Actor, place_id: int, *, now: datetime) -> VisitLetter:
    """Number a letter to a place that was tried in vain; the next visit is `letter_days` later.

    A second tap gives the same letter: one is not followed by another before somebody has tried again. Raises Refused.
    """
    place = place_for(s, who, place_id, Can.PATROL)
    there = place.id or 0
    last, vain = current(s, there), tries(s, there)
    if last is not None and not vain:
        return last
    if not is_due(s, place):
        raise Refused(f"连续 {rules_of(s).tries_until_letter} 次没能进去，才开联系单。请先换个时段再去一次。")
    today = local(now).date()
    letter = VisitLetter(
        place_id=there, year=today.year, number=next_number(s, SERIES, today.year), by_id=who.id, at=now,
        tried=[patrol.claimed_at.isoformat() for patrol in vain],
        again_on=today + timedelta(days=rules_of(s).letter_days),
    )  # fmt: skip
    s.add(letter)
    s.flush()
    plans.reschedule(s, place, letter.again_on, RULE_LETTER, now=now)
    audit.record(s, who.id, "visit.letter", f"visit_letter:{letter.id}", now=now)
    if place.owner_id is not None:
        notify(s, place.owner_id, TO_OWNER, now=now, letter=letter.id)
    return letter


def letter_for(s: Session, who: Actor, place_id: int) -> VisitLetter:
    """Return the current letter to a place that the actor patrols. Raises Refused."""
    letter = current(s, place_for(s, who, place_id, Can.PATROL).id or 0)
    if letter is None:
        raise Refused("这一家现在没有联系单。要开的话，请先在场所卡片上点「开联系单」。")
    return letter


def leave(s: Session, who: Actor, place_id: int, *, now: datetime) -> VisitLetter:
    """The letter was put up at the door, or handed over; a second tap changes nothing."""
    letter = letter_for(s, who, place_id)
    if letter.left_at is None:
        write_once(s, letter, "left_at", "这份联系单已经登记送达了。", left_at=now)
        audit.record(s, who.id, "visit.left", f"visit_letter:{letter.id}", now=now)
    return letter


def show_left(s: Session, who: Actor, place_id: int, media: Iterable[Media], *, now: datetime) -> VisitLetter:
    """Keep pictures of the letter at the door; whoever shows it has left it."""
    letter = leave(s, who, place_id, now=now)
    letter.media = [*letter.media, *(list(found) for found in media)]
    s.add(letter)
    s.flush()
    return letter


def read(s: Session, code: str) -> VisitLetter | None:
    """Return the letter that a code stands on, whatever has become of it; None when the code is forged."""
    found = _CODE.fullmatch(code)
    letter = s.get(VisitLetter, int(found[1])) if found else None
    return letter if letter is not None and hmac.compare_digest(letter.code, code) else None


def to_answer(s: Session, who: Actor, place_id: int, code: str = "") -> VisitLetter:
    """Return the letter that the actor may answer: as the responsible person, or with the code that stands on it."""
    known, held = s.get(Place, place_id), read(s, code) if code else None
    place = survivor(s, known) if known is not None else None
    if place is None or not (place.owner_id == who.id or (held is not None and held.place_id == place.id)):
        raise Refused(NOT_FOUND)
    letter = current(s, place.id or 0)
    if letter is None:
        raise Refused("这份联系单已经办完了，不用再约。谢谢您！")
    if place.owner_id != who.id and held != letter:
        raise Refused("这份联系单已经换了新的。请扫新单上的码，或者打单上的电话。")
    if place.status != OPEN:
        state = STATES[place.status]
        raise Refused(f"「{place.name}」登记的是“{state}”，不用约了。还在开的话，请打联系单上的电话说一声。")
    return letter


def offered(now: datetime) -> list[tuple[date, bool]]:
    """Return the half days that may be named: those of the next working days, morning (True) first."""
    days: list[date] = []
    day = local(now).date()
    while len(days) < DAYS_OFFERED:
        day += timedelta(days=1)
        days += [day] if is_working_day(day) else []
    return [(day, morning) for day in days for morning in (True, False)]


def meet(
    s: Session, who: Actor, place_id: int, day: date, *, morning: bool, code: str = "", now: datetime
) -> VisitLetter:
    """Name the half day for the next visit; it may be named anew until then. Whoever wrote the letter is told."""
    letter = to_answer(s, who, place_id, code)
    if (day, morning) not in offered(now):
        raise Refused("这个时间已经约不到了。请重新点一个。")
    letter.met_on, letter.met_morning = day, morning
    place = s.get_one(Place, letter.place_id)
    due_at = end_of_half(day, rules_of(s), morning=morning)
    plans.reschedule(s, place, day, RULE_MEETING, due_at=due_at, now=now)
    s.add(letter)
    s.flush()
    # Whoever presses again and again rings once for each half day.
    key = f"{TO_WORKER}|{letter.id}|{day}|{int(morning)}"
    notify(s, letter.by_id, TO_WORKER, now=now, key=key, letter=letter.id)
    return letter


def meetings(s: Session, places: Iterable[Place]) -> dict[int, VisitLetter]:
    """Return the letters whose named half day is the day on which these places are to be visited next, by place."""
    days = {place.id or 0: place.next_patrol_on for place in places if place.next_patrol_on}
    named = select(VisitLetter).where(col(VisitLetter.place_id).in_(days), col(VisitLetter.met_on).is_not(None))
    return {found.place_id: found for found in s.exec(named) if found.met_on == days[found.place_id]}
