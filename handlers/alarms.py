"""Alarms: a cry for help goes to those on duty at once; they see who goes, what was said since, and that it is over.

Life comes first: those on duty read the words as they were written, also of somebody who would report in confidence.
They never read a name or an account; a phone number only when the sender shares it.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import structlog
from sqlmodel import Session
from telegram import Message, Update

from bot.cards import Button, Card, Text, bold, card, code, lines, quote
from bot.context import Aside, Context
from bot.dialog import BACK, CANCEL, DONE, PARK, SKIP, SUBMIT
from bot.notices import Notice
from bot.prompts import media_of
from bot.routes import Route, press
from handlers.hazards import is_somewhere, locate, media
from handlers.say import alarms as say
from handlers.say import common
from knowledge.answers import library
from knowledge.emergency import card_for, is_over
from knowledge.understand import understand
from knowledge.whereabouts import place_in
from models import alarms, drafts, places
from models.alarms import GOING, OVER, THERE, Alarm, Attached
from models.calendar import local
from models.outbox import Outgoing
from models.people import Can, Person
from models.rules import rules_of

log = structlog.get_logger(__name__)

NEAR_METRES = 1000
# Forms of the reporter's own, whose remarks also take what was cried out meanwhile.
OWN_FORMS = frozenset({"hazard", "addition", "reopening"})
_CONTROL = CANCEL | BACK | SKIP | DONE | SUBMIT | PARK
# A floor, a slope or a part of a house: it tells those on the way more, but it does not make another fire.
_PART = re.compile(
    r"(?:[0-9一二三四五六七八九十顶底几]+(?:楼|层|单元|室|号房)|[楼房]顶|阳台|厨房|灶房|[山坡林坟][上头里脚边子后顶]*|后山)[里上头外面]*"
)


def words_in(message: Message) -> str:
    """Return everything that somebody wrote in a message: text, caption, the name of a spot, the question of a poll."""
    told = [message.text, message.caption]
    if message.venue is not None:
        told += [message.venue.title, message.venue.address]
    if message.poll is not None:
        told.append(message.poll.question)
    return "，".join(part for part in told if part)


def cry(update: Update, context: Context, words: str) -> None:
    """It burns: those on duty are told, and the sender reads whom to call and how to say where."""
    place, area_id = _where(context, words)
    named, attached = place if _is_apart(place) else "", _attached(update)
    called = context.run(alarms.raise_alarm, words, area_id, place=named, attached=attached)
    told = say.PLACE.format(place=place) if place else None
    asked = None if _is_apart(place) or attached.location else bold(say.WHERE)
    passed = say.PASSED_ON if called and (context.visit.chat or 0) > 0 else None
    context.visit.say(card(*_first_lines(context, called), told, asked, _advice(words), passed), new=True)
    context.visit.aside = _aside(context, words, place)


def _first_lines(context: Context, called: int) -> list[Text | str]:
    if called:
        return [bold(say.CALLED)]
    numbers = "，".join(f"{name} {number}" for name, number in rules_of(context.visit.session).hotlines.items())
    return [bold(say.ALONE), say.NUMBERS.format(numbers=numbers)]


def _advice(words: str) -> str:
    """The body of the card that fits; whatever is wrong with the files, an alarm does not wait for them."""
    try:
        return library().by_id(card_for(words)).body
    except (OSError, ValueError, KeyError) as trouble:
        log.error("library.failed", error=type(trouble).__name__)
        return common.FIRE_FIRST


def _where(context: Context, words: str) -> tuple[str, int | None]:
    """The place that the words name, else the one already given in the report that is being filled in."""
    place = _place_of(context, words)
    if not place and (known := _draft_of(context).get("place")):
        place = str(known["text"])
    return place, context.read(locate, f"{words}，{place}")[1]


def _place_of(context: Context, words: str) -> str:
    return place_in(words, allow_wild=True, known=places.names_in(context.visit.session, words)) or ""


def _draft_of(context: Context) -> dict[str, Any]:
    found = drafts.active(context.visit.session, context.actor.id, context.visit.chat or 0)
    answers: dict[str, Any] = found.state["answers"] if found is not None and found.form in OWN_FORMS else {}
    return answers


def _is_apart(place: str) -> bool:
    """Say whether a place is one by which another fire could be told from this one."""
    return place != "" and is_somewhere(place) and _PART.fullmatch(place) is None


def _aside(context: Context, words: str, place: str) -> Aside:
    """What the cry means for an open form: an own report takes the words up, an officer's paper is left alone."""
    found = drafts.active(context.visit.session, context.actor.id, context.visit.chat or 0)
    if found is None or found.form not in OWN_FORMS:
        return Aside(say.BESIDE)
    where = {"text": place} if _is_apart(place) else None
    return Aside(say.TAKEN, {"kind": understand(words).kind, **({"place": where} if where else {})}, keep=True)


def go_on(update: Update, context: Context, words: str) -> None:
    """What the sender of an alarm sends next is passed on; thanks, commands and steps of a form are not."""
    message = update.effective_message
    if message is None or message.chat.type != "private" or not context.actor.id:
        return
    alarm = context.run(_latest)
    attached = _attached(update)
    if alarm is None or not (any(attached) or _is_telling(context, message, words)):
        return
    place = _place_of(context, words) if words else ""
    context.run(alarms.follow, alarm, text=words, place=place if _is_apart(place) else "", attached=attached)


def _latest(s: Session, who: Any, *, now: datetime) -> Alarm | None:
    return next(iter(alarms.running(s, who, now=now)), None)


def _is_telling(context: Context, message: Message, words: str) -> bool:
    said = (message.text or message.caption or "").strip()
    if not words.strip() or said in _CONTROL or context.bot_data["routes"].by_words(said) is not None:
        return False
    return is_over(words) or understand(words).intent != "smalltalk"


def _attached(update: Update) -> Attached:
    message = update.effective_message
    point = message.location if message is not None else None
    contact = message.contact if message is not None else None
    at = (point.latitude, point.longitude) if point else None
    return Attached(at, media(media_of(update)), contact.phone_number if contact else "")


async def go(_: Update, context: Context) -> None:
    """「我去」."""
    _answered(context, GOING)


async def arrive(_: Update, context: Context) -> None:
    """「我到了」."""
    _answered(context, THERE)


async def ask_over(_: Update, context: Context) -> None:
    """「已解除」 calls everybody back, so it is asked once more."""
    alarm = context.read(alarms.alarm_for, context.pressed["a"])
    ways = [Button(say.SURE_YES, "alarm.ended", {"a": alarm.id}), _button(say.BACK, "alarm.show", alarm)]
    context.say(card(bold(say.HEAD), say.SURE, buttons=[ways]))


async def end(_: Update, context: Context) -> None:
    """「确定解除」."""
    _answered(context, OVER)


async def show(_: Update, context: Context) -> None:
    """The alarm as it stands now."""
    context.say(alarm_card(context.visit.session, context.read(alarms.alarm_for, context.pressed["a"])))


def _answered(context: Context, said: str) -> None:
    alarm = context.run(alarms.answer, context.pressed["a"], said)
    context.say(alarm_card(context.visit.session, alarm))


def alarm_card(s: Session, alarm: Alarm) -> Card:
    """Return an alarm as it stands: the words, where, what was said since, who goes, and what one can say to it."""
    where = say.AT.format(place=alarm.place) if alarm.place else _part_of(s, alarm) or say.NOWHERE
    since = [say.SINCE.format(words=told) for told in map(_in_short, alarm.more) if told]
    head = say.HEAD if alarm.over_at is None else say.HEAD_OVER
    tail = bold(say.TAIL) if alarm.over_at is None else None
    return card(bold(head), quote(alarm.words), where, *since, _who_goes(s, alarm), tail, buttons=_ways(alarm))


def _part_of(s: Session, alarm: Alarm) -> str | None:
    """A floor or a slope is better than nothing."""
    place = place_in(alarm.words, allow_wild=True, known=places.names_in(s, alarm.words))
    return say.AT.format(place=place) if place else None


def _in_short(said: dict[str, Any]) -> str:
    pictures = say.PICTURE.format(n=len(said["media"])) if said["media"] else ""
    phone = say.PHONE.format(phone=said["phone"]) if said["phone"] else ""
    return "　".join(part for part in (said["text"], pictures, _point(said), phone) if part)


def _point(said: dict[str, Any]) -> str:
    if said["location"] is None:
        return ""
    latitude, longitude = said["location"]
    return say.POINT.format(latitude=latitude, longitude=longitude)


def _who_goes(s: Session, alarm: Alarm) -> Text | None:
    found = alarms.answers_of(s, alarm)
    going, there = ([_name(s, a.person_id) for a in found if a.answer == said] for said in (GOING, THERE))
    over = next((a for a in found if a.answer == OVER), None)
    told = (
        say.WENT.format(names="、".join(going)) if going else None,
        say.ARRIVED.format(names="、".join(there)) if there else None,
        say.ENDED.format(name=_name(s, over.person_id), at=f"{local(over.at):%H:%M}") if over else None,
    )
    return lines(*told) if any(told) else lines(say.NOBODY_YET)


def _name(s: Session, person_id: int) -> str:
    return s.get_one(Person, person_id).name


def _ways(alarm: Alarm) -> list[list[Button]]:
    if alarm.over_at is not None:
        return []
    return [[_button(say.GO, "alarm.go", alarm), _button(say.HERE, "alarm.arrive", alarm)],
            [_button(say.ENDS, "alarm.end", alarm)]]  # fmt: skip


def _button(label: str, verb: str, alarm: Alarm) -> Button:
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
    point = [_point(said), *_near(s, said)] if said["location"] else []
    return card(bold(head), told, phone, at, *point, media=pictures, buttons=_ways(alarm))


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
    return card(bold(say.OTHERS[said].format(name=_name(s, row.about["who"]))), where, buttons=_ways(alarm))


def arrived(s: Session, row: Outgoing, poll: str, now: datetime) -> None:
    """The notice of an alarm has arrived: how long that took can be read from its row."""
    del poll
    alarms.note_told(s, row.about["alarm"], now=now)


NOTICES: tuple[Notice, ...] = (
    Notice("emergency", emergency, urgent=True, arrived=arrived),
    Notice("emergency.more", more),
    Notice("emergency.answer", answered),
)
ROUTES: tuple[Route, ...] = (
    press("alarm.go", go, can=Can.ALARMED),
    press("alarm.arrive", arrive, can=Can.ALARMED),
    press("alarm.end", ask_over, can=Can.ALARMED),
    press("alarm.ended", end, can=Can.ALARMED),
    press("alarm.show", show, can=Can.ALARMED),
)
