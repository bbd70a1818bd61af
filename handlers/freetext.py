"""Words without a command: the fire-now guard before everything, and what to make of a free message."""

from telegram import Update

from bot.cards import card
from bot.context import Context, message_words
from handlers.say import common as say


def guard(update: Update, context: Context) -> None:
    """Look at every message first: is something burning now?"""
    del update, context


async def listen(update: Update, context: Context) -> None:
    """A message that no form and no command took."""
    if message_words(update):
        context.say(card(say.STICKER))
