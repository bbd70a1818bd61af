"""Words without a command: the fire-now guard before everything, and what to make of a free message."""

import re

import structlog
from telegram import Message, Update

from bot.cards import bold, card
from bot.context import Context, message_words
from bot.prompts import media_of, unusable
from handlers import answers, complaints, meaning, patrols
from handlers.hazards import begin_report, locate, mine
from handlers.late_pictures import ask_whither
from handlers.say import common
from handlers.say import hazards as say
from knowledge.answers import library
from knowledge.emergency import card_for, is_emergency
from knowledge.understand import Understanding, understand
from knowledge.whereabouts import place_in
from models import places
from models.alarms import raise_alarm
from models.people import Can
from models.rules import rules_of

log = structlog.get_logger(__name__)
_COMMAND = re.compile(r"^/\w+(?:@\w+)?\s*")  # /help is no cry for help; what stands behind a command may be one

THANKS = ("谢", "感谢", "多谢", "辛苦")


def guard(update: Update, context: Context) -> None:
    """Look at every message first: is something burning now? Then 119 comes first, and those on duty are told."""
    words = _COMMAND.sub("", message_words(update))
    if not words or not is_emergency(words) or update.callback_query is not None:
        return
    place = place_in(words, allow_wild=True, known=places.names_in(context.visit.session, words))
    told = say.ALARM_PLACE.format(place=place) if place else None
    _, area_id = context.read(locate, words)
    called, body = context.run(raise_alarm, words, area_id), _advice(words)
    if called:
        context.visit.say(card(bold(say.ALARM_CALLED), told, body), new=True)
        return
    numbers = "，".join(f"{name} {number}" for name, number in rules_of(context.visit.session).hotlines.items())
    context.visit.say(card(bold(say.ALARM_ALONE), say.ALARM_NUMBERS.format(numbers=numbers), told, body), new=True)


def _advice(words: str) -> str:
    """The body of the card that fits; whatever is wrong with the files, an alarm does not wait for them."""
    try:
        return library().by_id(card_for(words)).body
    except (OSError, ValueError, KeyError) as trouble:
        log.error("library.failed", error=type(trouble).__name__)
        return common.FIRE_FIRST


async def listen(update: Update, context: Context) -> None:
    """A message that no form and no command took."""
    message = update.effective_message
    if message is None or update.callback_query is not None:
        return
    if message.chat.type != "private":
        context.say(card(common.PRIVATE_ONLY))
    elif update.edited_message is not None:
        context.say(card(common.EDITED))
    elif meaning.hears(update, context):
        return
    elif media_of(update):
        words, pictures = message_words(update), media_of(update)
        if not ask_whither(context, pictures, words):
            begin_report(context, words, _understood(context, words) if words else None, pictures)
    elif message.location is not None:
        await _located(update, context, message)
    elif message_words(update):
        if why := unusable(update):
            context.say(card(why), new=True)
        await _heard(update, context, message_words(update))
    else:
        context.say(card(unusable(update) or common.STICKER))


async def _located(update: Update, context: Context, message: Message) -> None:
    if context.actor.may(Can.PATROL):
        await patrols.near(update, context)
    elif message.location is not None:
        begin_report(context, location=(message.location.latitude, message.location.longitude))


async def _heard(update: Update, context: Context, words: str) -> None:
    understood = _understood(context, words)
    if not understood.emergency and complaints.is_trouble(words):
        complaints.ask_trouble(context, words)
        return
    match understood.intent:
        case "emergency":
            begin_report(context, words, understood, note=say.ALARM_LATER)
        case "patrol" if _patrolled(update, context, understood):
            return
        case "report" | "patrol" if understood.sure:
            begin_report(context, words, understood)
        case "progress":
            await mine(update, context)
        case "reward":
            context.say(card(say.REWARD))
        case "question":
            answers.answer(context, words)
        case "smalltalk":
            context.say(card(say.THANKS if any(word in words for word in THANKS) else say.HELLO))
        case _:
            meaning.ask_what(context, words)


def _understood(context: Context, words: str) -> Understanding:
    return understand(words, known=places.names_in(context.visit.session, words))


def _patrolled(update: Update, context: Context, understood: Understanding) -> bool:
    message = update.effective_message
    if message is None or not context.actor.may(Can.PATROL):
        return False
    return patrols.patrol_sentence(context, message_words(update), understood, at=message.date)
