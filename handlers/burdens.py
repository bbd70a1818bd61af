"""Burden: each tap and message of a patrol is counted as it comes; what belongs to other work is not."""

from telegram import Message, Update

from bot.context import Context
from models import burdens, drafts, place_links
from models.people import Can

TAPS = ("patrol.", "place.show", "place.find")
FORMS = ("patrol.", "place.find")
COMMANDS = ("patrol", "place")
IN_FORM = "form."


def watch(update: Update, context: Context) -> None:
    """Look at whatever comes from somebody who patrols, before it is handled."""
    if not context.actor.may(Can.PATROL):
        return
    if update.callback_query is not None:
        verb = str(context.pressed.get("verb", ""))
        ours = _form(context).startswith(FORMS) if verb.startswith(IN_FORM) else verb.startswith(TAPS)
        _note(context, ours=ours, taps=1)
    elif update.message is not None:
        _heard(update.message, context)


def told(context: Context) -> None:
    """A whole patrol was told in one message."""
    _note(context, ours=True, messages=1)


def _heard(message: Message, context: Context) -> None:
    """Words that name a way in come from a big button, a menu or a scanned code: they are a tap."""
    words = message.text or message.caption or ""
    if (named := context.bot_data["routes"].by_words(words) if words else None) is not None:
        route, rest = named
        is_tap = bool(route.link) or not rest
        is_ours = route.link == place_links.PREFIX or route.command in COMMANDS
        _note(context, ours=is_ours, taps=int(is_tap), messages=int(not is_tap))
    elif form := _form(context):
        _note(context, ours=form.startswith(FORMS), messages=1)
    elif message.location is not None:
        _note(context, ours=True, messages=1)  # what is nearby


def _form(context: Context) -> str:
    visit = context.visit
    found = drafts.active(visit.session, visit.actor.id, visit.chat or 0)
    return found.form if found is not None else ""


def _note(context: Context, *, ours: bool, taps: int = 0, messages: int = 0) -> None:
    if ours:
        context.run(burdens.count, taps=taps, messages=messages)
    else:
        context.read(burdens.leave)
