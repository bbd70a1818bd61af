"""Alarms: somebody writes that it burns right now. Those on duty are told at once, see who goes, and that it is over.

Whoever wrote may be about to report in confidence: an alarm knows its sender only as a keyed hash of this very day.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Column, bindparam
from sqlalchemy import select as select_plain
from sqlmodel import Field, Session, UniqueConstraint, col, select

from models import audit
from models.areas import Area
from models.base import NOT_FOUND, Base, Instant, Refused, plain, table_of
from models.calendar import local
from models.hazard_files import Media
from models.homes import home_town
from models.outbox import Lane, notify
from models.people import PERMISSIONS, Actor, Can, Person, holders
from models.places import match
from models.sealing import SealedJSON, sealer

WINDOW = timedelta(minutes=10)
AT_ONCE = 3  # fires that one person can report within the window; more places than that are told as one
FOLLOWING = 6  # notices that may follow one alarm; what is said beyond them stands on its card
KEPT = 500
GOING, THERE, OVER = "going", "there", "over"
TOLD = {GOING: 5, THERE: 1, OVER: 1}  # how many such answers are told to the others; all of them are kept


class Alarm(Base, table=True):
    """One fire as one person told of it. `more` is what they said since, oldest first; `told_at`: first notice arrived.

    Each entry of `more` is {text, location, media, phone, is_where}; the last says that it tells where it burns.
    """

    __tablename__ = "alarms"

    id: int | None = Field(default=None, primary_key=True)
    sender_tag: str = Field(index=True, max_length=64)
    words: str = Field(sa_column=Column(SealedJSON("alarms.words"), nullable=False))
    place: str = Field(default="", sa_column=Column(SealedJSON("alarms.place"), nullable=False))
    more: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=Column(SealedJSON("alarms.more"), nullable=False)
    )
    area_path: str = Field(max_length=200)
    raised_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    told_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    over_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))


class AlarmAnswer(Base, table=True):
    """What somebody on duty answered to an alarm: going, there, or over."""

    __tablename__ = "alarm_answers"
    __table_args__ = (UniqueConstraint("alarm_id", "person_id", "answer"),)

    id: int | None = Field(default=None, primary_key=True)
    alarm_id: int = Field(foreign_key="alarms.id", index=True)
    person_id: int = Field(foreign_key="people.id")
    answer: str = Field(max_length=10)
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Course(NamedTuple):
    """How long after the cry something first happened, in seconds; None when it has not."""

    told: float | None
    going: float | None
    there: float | None
    over: float | None


class Attached(NamedTuple):
    """What came with words: a point, pictures and films, a phone number that the sender shared."""

    location: tuple[float, float] | None = None
    media: Sequence[Media] = ()
    phone: str = ""


_ROWS = table_of(Alarm)
_RUNNING = (
    select_plain(_ROWS.c.id)
    .where(
        _ROWS.c.sender_tag.in_([bindparam("today"), bindparam("before")]),
        _ROWS.c.raised_at > bindparam("since"),
        _ROWS.c.over_at.is_(None),
    )
    .order_by(_ROWS.c.id.desc())
)


def raise_alarm(
    s: Session,
    who: Actor,
    words: str,
    area_id: int | None,
    *,
    place: str = "",
    attached: Attached = Attached(),  # noqa: B008 - it cannot be changed
    now: datetime,
) -> int:
    """Tell everybody on duty around the area, or in the whole town of the sender; return how many know of it.

    What one person writes about the same fire within ten minutes follows the first alarm and wakes nobody twice;
    another place is another fire. `place` is what the words name, empty when it could not be found by it.
    """
    known = running(s, who, now=now)
    same = _same(s, known, place)
    if same is not None:
        follow(s, who, same, text=words, place=place, attached=attached, now=now)
        return len(on_duty(s, same.area_path, but=who.id))
    path = _around(s, who, area_id)
    alarm = Alarm(sender_tag=_tag(who, now), words=words[:KEPT], place=place, area_path=path, raised_at=now)
    s.add(alarm)
    s.flush()
    audit.record(s, None, "alarm.raised", f"alarm:{alarm.id}", now=now)
    told = on_duty(s, path, but=who.id)
    for person_id in told:
        key = f"alarm|{alarm.id}|{person_id}"
        notify(s, person_id, "emergency", now=now, lane=Lane.URGENT, key=key, alarm=alarm.id)
    if any(attached):
        follow(s, who, alarm, attached=attached, now=now)
    return len(told)


def running(s: Session, who: Actor, *, now: datetime) -> list[Alarm]:
    """Return what this person raised in the last ten minutes and nobody called over, newest first."""
    since = now - WINDOW
    found = plain(s, _RUNNING, {"today": _tag(who, now), "before": _tag(who, since), "since": since}).scalars().all()
    return [s.get_one(Alarm, number) for number in found]


def follow(
    s: Session,
    who: Actor,
    alarm: Alarm,
    *,
    text: str = "",
    place: str = "",
    attached: Attached = Attached(),  # noqa: B008 - it cannot be changed
    now: datetime,
) -> None:
    """Pass on what the sender of an alarm says next: all of it is kept, the first few times those on duty are told.

    Where it burns is told with a sound at any hour; everything else arrives silently in the quiet hours.
    """
    location, media, phone = attached
    is_where = location is not None or (place != "" and alarm.place == "")
    said: dict[str, Any] = {"text": text[:KEPT], "phone": phone, "is_where": is_where}
    said["location"] = list(location) if location else None
    said["media"] = [[found.kind, found.file_id] for found in media]
    alarm.more = [*alarm.more, said]
    alarm.place = alarm.place or place
    n = len(alarm.more)
    if n > FOLLOWING:
        return
    lane = Lane.URGENT if is_where else Lane.NOTICE
    for person_id in on_duty(s, alarm.area_path, but=who.id):
        notify(s, person_id, "emergency.more", now=now, lane=lane, key=f"alarm|{alarm.id}|{n}|{person_id}",
               alarm=alarm.id, n=n)  # fmt: skip


def alarm_for(s: Session, who: Actor, alarm_id: int) -> Alarm:
    """Return an alarm to which the actor is called by a role above or below its area; refuse otherwise."""
    alarm = s.get(Alarm, alarm_id)
    if alarm is None or not any(_is_along(path, alarm.area_path) for path in who.paths(Can.ALARMED)):
        raise Refused(NOT_FOUND)
    return alarm


def answer(s: Session, who: Actor, alarm_id: int, said: str, *, now: datetime) -> Alarm:
    """Somebody on duty goes, is there, or says that it is over: the time is kept, and the others hear of it.

    A second tap changes nothing. Raises Refused once the alarm is over.
    """
    alarm = alarm_for(s, who, alarm_id)
    if any((found.person_id, found.answer) == (who.id, said) for found in answers_of(s, alarm)):
        return alarm
    if alarm.over_at is not None:
        raise Refused("这次火情已经解除。如果又有火，请先打 119，再发一句话给我。")
    before = sum(found.answer == said for found in answers_of(s, alarm))
    s.add(AlarmAnswer(alarm_id=alarm_id, person_id=who.id, answer=said, at=now))
    if said == OVER:
        alarm.over_at = now
    audit.record(s, who.id, f"alarm.{said}", f"alarm:{alarm_id}", now=now)
    if before < TOLD[said]:
        for person_id in on_duty(s, alarm.area_path, but=who.id):
            key = f"alarm|{alarm_id}|{said}|{who.id}|{person_id}"
            notify(s, person_id, "emergency.answer", now=now, key=key, alarm=alarm_id, said=said, who=who.id)
    s.flush()
    return alarm


def answers_of(s: Session, alarm: Alarm) -> list[AlarmAnswer]:
    """Return what was answered to an alarm, oldest first."""
    return list(s.exec(select(AlarmAnswer).where(AlarmAnswer.alarm_id == alarm.id).order_by(col(AlarmAnswer.id))))


def note_told(s: Session, alarm_id: int, *, now: datetime) -> None:
    """The notice of an alarm has arrived with somebody; the first time counts."""
    alarm = s.get(Alarm, alarm_id)
    if alarm is not None and alarm.told_at is None:
        alarm.told_at = now


def course(s: Session, alarm: Alarm) -> Course:
    """Return how long it took until somebody was told, went, was there (SPEC S: one minute, three), and it was over."""
    firsts: dict[str, datetime] = {}
    for found in answers_of(s, alarm):
        firsts.setdefault(found.answer, found.at)
    moments = (alarm.told_at, firsts.get(GOING), firsts.get(THERE), alarm.over_at)
    return Course(*((at - alarm.raised_at).total_seconds() if at else None for at in moments))


def on_duty(s: Session, path: str, *, but: int = 0) -> list[int]:
    """Return who answers alarms in an area, above it and below it, and can be reached; not the one who raised it."""
    roles = [role for role, allowed in PERMISSIONS.items() if Can.ALARMED in allowed]
    ids = dict.fromkeys(found for role in roles for found in holders(s, role, path))
    return [found for found in ids if found != but and s.get_one(Person, found).reachable]


def _around(s: Session, who: Actor, area_id: int | None) -> str:
    area = s.get(Area, area_id) if area_id is not None else home_town(s, who)
    return area.path if area else "/"


def _same(s: Session, known: Sequence[Alarm], place: str) -> Alarm | None:
    """Return the alarm that further words belong to; None when they tell of another fire."""
    if not known:
        return None
    fitting = (alarm for alarm in known if not place or not alarm.place or _is_same_place(s, place, alarm.place))
    return next(fitting, known[0] if len(known) >= AT_ONCE else None)


def _is_same_place(s: Session, one: str, other: str) -> bool:
    if one in other or other in one:
        return True
    first, second = match(s, one), match(s, other)
    return first is not None and second is not None and first.id == second.id


def _is_along(path: str, other: str) -> bool:
    return path.startswith(other) or other.startswith(path)


def _tag(who: Actor, at: datetime) -> str:
    return sealer().tag("alarm", f"{who.id}|{local(at).date()}")
