"""Alarms: a cry for help goes to those on duty at once; they see who goes, what was said since, and that it is over.

Life comes first: those on duty read the words as they were written, also of somebody who would report in confidence.
They never read a name or an account; a phone number only when the sender shares it.
"""

import re
from datetime import datetime
from typing import Any

import structlog
from sqlmodel import Session
from telegram import Message, Update

from bot.cards import Button, Text, bold, card
from bot.context import Aside, Context
from bot.dialog import BACK, CANCEL, DONE, PARK, SKIP, SUBMIT
from bot.notices import Notice
from bot.prompts import media_of
from bot.routes import Route, press
from bot.wire import Outcome
from handlers import looks_alarms as looks
from handlers.hazards import is_somewhere, locate, media
from handlers.say import alarms as say
from handlers.say import common
from knowledge.answers import library
from knowledge.emergency import card_for, is_over
from knowledge.understand import understand
from knowledge.whereabouts import place_in
from models import alarms, drafts, places
from models.alarms import GOING, OVER, THERE, Alarm, Attached
from models.outbox import Outgoing
from models.people import Can
from models.rules import rules_of

log = structlog.get_logger(__name__)

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
    ways = [Button(say.SURE_YES, "alarm.ended", {"a": alarm.id}), looks.way(say.BACK, "alarm.show", alarm)]
    context.say(card(bold(say.HEAD), say.SURE, buttons=[ways]))


async def end(_: Update, context: Context) -> None:
    """「确定解除」."""
    _answered(context, OVER)


async def show(_: Update, context: Context) -> None:
    """The alarm as it stands now."""
    context.say(looks.alarm_card(context.visit.session, context.read(alarms.alarm_for, context.pressed["a"])))


def _answered(context: Context, said: str) -> None:
    alarm = context.run(alarms.answer, context.pressed["a"], said)
    context.say(looks.alarm_card(context.visit.session, alarm))


def arrived(s: Session, row: Outgoing, outcome: Outcome, now: datetime) -> None:
    """The notice of an alarm has arrived: how long that took can be read from its row."""
    del outcome
    alarms.note_told(s, row.about["alarm"], now=now)


NOTICES: tuple[Notice, ...] = (
    Notice("emergency", looks.emergency, urgent=True, arrived=arrived),
    Notice("emergency.more", looks.more),
    Notice("emergency.answer", looks.answered),
)
ROUTES: tuple[Route, ...] = (
    press("alarm.go", go, can=Can.ALARMED),
    press("alarm.arrive", arrive, can=Can.ALARMED),
    press("alarm.end", ask_over, can=Can.ALARMED),
    press("alarm.ended", end, can=Can.ALARMED),
    press("alarm.show", show, can=Can.ALARMED),
)
