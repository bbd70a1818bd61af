"""Words without a command: the fire-now guard before everything, and what to make of a free message."""

import re

from telegram import Message, Update

from bot.cards import card
from bot.context import Aside, Context, message_words
from bot.fields import Field, Text
from bot.prompts import media_of, unusable
from handlers import alarms, answers, burdens, complaints, imports, intake, meaning, patrols
from handlers.hazards import begin_report, mine
from handlers.late_pictures import ask_whither
from handlers.say import alarms as crying
from handlers.say import common
from handlers.say import hazards as say
from handlers.say import imports as sending
from knowledge.answers import ask
from knowledge.emergency import is_emergency
from knowledge.understand import Understanding, understand
from models import places
from models.people import Can
from models.rules import rules_of

A_QUESTION = 6
_COMMAND = re.compile(r"^/\w+(?:@\w+)?\s*")  # /help is no cry for help; what stands behind a command may be one

THANKS = ("谢", "感谢", "多谢", "辛苦")


def guard(update: Update, context: Context) -> None:
    """Look at every message first: is something burning now? Then 119 comes first, and those on duty are told.

    What the sender of an alarm says in the next ten minutes follows it to them. What a patrol costs is counted here.
    """
    burdens.watch(update, context)
    if update.callback_query is not None or update.effective_message is None:
        return
    words = _COMMAND.sub("", alarms.words_in(update.effective_message))
    if words and is_emergency(words):
        alarms.cry(update, context, words)
    else:
        alarms.go_on(update, context, words)


def beside(update: Update, context: Context, asked: Field | None) -> Aside | None:
    """A question about fire safety in the middle of a form is answered, and the form goes on as it was.

    A table of places is taken likewise.
    Only what is surely a question, and surely answered: where free words are asked for, they are the answer.
    """
    if imports.take(update, context):
        return Aside(sending.BESIDE)
    words = message_words(update).strip()
    if isinstance(asked, Text) or len(words) < A_QUESTION or media_of(update):
        return None
    understood = _understood(context, words)
    if understood.intent != "question" or not understood.sure or not ask(words)["answered"]:
        return None
    answers.answer(context, words)
    return Aside(common.BESIDE)


async def listen(update: Update, context: Context) -> None:
    """A message that no form and no command took."""
    message = update.effective_message
    if message is None or update.callback_query is not None:
        return
    if message.chat.type != "private":
        context.say(card(common.PRIVATE_ONLY))
    elif update.edited_message is not None:
        context.say(card(common.EDITED))
    elif imports.take(update, context) or meaning.hears(update, context):
        return
    elif media_of(update):
        words, pictures = message_words(update), media_of(update)
        understood = _understood(context, words) if words else None
        if ask_whither(context, pictures, words):
            return
        if understood is None or not intake.offer(context, words, understood, pictures):
            begin_report(context, words, understood, pictures)
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
        _in_trouble(context, words, understood)
        return
    match understood.intent:
        case "emergency":
            begin_report(context, words, understood, note=crying.LATER)
        case "patrol" if _patrolled(update, context, understood):
            return
        case "report" if intake.offer(context, words, understood):
            return
        case "report" | "patrol" if understood.sure:
            begin_report(context, words, understood)
        case "progress":
            await mine(update, context)
        case "reward":
            context.say(card(say.REWARD if rules_of(context.visit.session).reward.enabled else say.NO_REWARD))
        case "question":
            answers.answer(context, words)
        case "smalltalk":
            context.say(card(say.THANKS if any(word in words for word in THANKS) else say.HELLO))
        case _:
            meaning.ask_what(context, words)


def _in_trouble(context: Context, words: str, understood: Understanding) -> None:
    """Somebody is given trouble; where a quarrel comes with a danger, the danger is reported and the rest offered."""
    is_danger = understood.intent == "report" and understood.sure
    if not is_danger or not complaints.is_beside(words):
        complaints.ask_trouble(context, words)
        return
    complaints.offer_beside(context, words)
    begin_report(context, words, understood)


def _understood(context: Context, words: str) -> Understanding:
    return understand(words, known=places.names_in(context.visit.session, words))


def _patrolled(update: Update, context: Context, understood: Understanding) -> bool:
    message = update.effective_message
    if message is None or not context.actor.may(Can.PATROL):
        return False
    burdens.told(context)
    return patrols.patrol_sentence(context, message_words(update), understood, at=message.date)
