"""Looks: how an alarm looks as a card, and what those on duty are told of it. Rendered from how it stands now."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.cards import Button, Card, Text, bold, card, code, lines, quote
from handlers.looks_basics import name_of
from handlers.say import alarms as say
from knowledge.emergency import is_over
from knowledge.whereabouts import place_in
from models import alarms, places
from models.alarms import GOING, OVER, THERE, Alarm, Course
from models.calendar import local
from models.outbox import Outgoing
from models.people import Person

NEAR_METRES = 1000
A_MINUTE = 60


def alarm_card(s: Session, alarm: Alarm) -> Card:
    """Return an alarm as it stands: the words, where, what was said since, who goes, and what one can say to it."""
    where = say.AT.format(place=alarm.place) if alarm.place else _part_of(s, alarm) or say.NOWHERE
    since = [say.SINCE.format(words=told) for told in map(_in_short, alarm.more) if told]
    head = say.HEAD if alarm.over_at is None else say.HEAD_OVER
    tail = bold(say.TAIL) if alarm.over_at is None else None
    return card(bold(head), quote(alarm.words), where, *since, _who_goes(s, alarm), tail, buttons=ways(alarm))


def _part_of(s: Session, alarm: Alarm) -> str | None:
    """A floor or a slope is better than nothing."""
    place = place_in(alarm.words, allow_wild=True, known=places.names_in(s, alarm.words))
    return say.AT.format(place=place) if place else None


def _in_short(said: dict[str, Any]) -> str:
    pictures = say.PICTURE.format(n=len(said["media"])) if said["media"] else ""
    phone = say.PHONE.format(phone=said["phone"]) if said["phone"] else ""
    return "　".join(part for part in (said["text"], pictures, point(said), phone) if part)


def point(said: dict[str, Any]) -> str:
    """Return a sent location in digits, as the emergency services take them; "" when there is none."""
    if said["location"] is None:
        return ""
    latitude, longitude = said["location"]
    return say.POINT.format(latitude=latitude, longitude=longitude)


def _who_goes(s: Session, alarm: Alarm) -> Text | None:
    found = alarms.answers_of(s, alarm)
    going, there = ([name_of(s, a.person_id) for a in found if a.answer == said] for said in (GOING, THERE))
    over = next((a for a in found if a.answer == OVER), None)
    told = (
        say.WENT.format(names="、".join(going)) if going else None,
        say.ARRIVED.format(names="、".join(there)) if there else None,
        say.ENDED.format(name=name_of(s, over.person_id), at=f"{local(over.at):%H:%M}") if over else None,
        _course(alarms.course(s, alarm)) if over else None,
    )
    return lines(*told) if any(told) else lines(say.NOBODY_YET)


def _course(course: Course) -> str:
    """Return how long it took, as SPEC S asks: told, on the way, there, over."""
    took = zip(say.COURSE, course, strict=True)
    return say.TOOK + " · ".join(f"{what} {_minutes(seconds)}" for what, seconds in took if seconds is not None)


def _minutes(seconds: float) -> str:
    return f"{round(seconds)} 秒" if seconds < A_MINUTE else f"{round(seconds / A_MINUTE)} 分钟"


def ways(alarm: Alarm) -> list[list[Button]]:
    """Return what one can say to an alarm; nothing once it is over."""
    if alarm.over_at is not None:
        return []
    return [[way(say.GO, "alarm.go", alarm), way(say.HERE, "alarm.arrive", alarm)],
            [way(say.ENDS, "alarm.end", alarm)]]  # fmt: skip


def way(label: str, verb: str, alarm: Alarm) -> Button:
    """Return a button that stays good: several people answer, and more than once."""
    return Button(label, verb, {"a": alarm.id}, once=False)


def emergency(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Somebody wrote that it burns."""
    del person, now
    alarm = s.get(Alarm, row.about["alarm"])
    return None if alarm is None or alarm.over_at is not None else alarm_card(s, alarm)


def more(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """What the sender of an alarm said next: the place first of all, a picture as it was sent, an all-clear."""
    del person, now
    alarm = s.get(Alarm, row.about["alarm"])
    if alarm is None or alarm.over_at is not None:
        return None
    said = alarm.more[int(row.about["n"]) - 1]
    head = say.MORE_CALM if is_over(said["text"]) else say.MORE_PLACE if said["is_where"] else say.MORE
    told = quote(said["text"]) if said["text"] else None
    phone = code(said["phone"]) if said["phone"] else None
    at = say.AT.format(place=alarm.place) if alarm.place else None
    pictures = tuple((kind, file_id) for kind, file_id in said["media"])
    where = [point(said), *_near(s, said)] if said["location"] else []
    return card(bold(head), told, phone, at, *where, media=pictures, buttons=ways(alarm))


def _near(s: Session, said: dict[str, Any]) -> Iterable[str]:
    found = places.landmark(s, *said["location"])
    if found is not None and found[1] <= NEAR_METRES:
        yield say.NEAR.format(name=found[0].name, metres=found[1])


def answered(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """A colleague goes, is there, or says that it is over; nobody has to go once it is."""
    del person, now
    alarm, said = s.get(Alarm, row.about["alarm"]), str(row.about["said"])
    if alarm is None or (alarm.over_at is not None and said != OVER):
        return None
    where = say.AT.format(place=alarm.place) if alarm.place else None
    return card(bold(say.OTHERS[said].format(name=name_of(s, row.about["who"]))), where, buttons=ways(alarm))
