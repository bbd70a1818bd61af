"""Late pictures: those of an album that come after its report join it; single ones are asked about first."""

from datetime import timedelta
from typing import Any

from telegram import Update

from bot.cards import Button, card
from bot.context import PROMPT, Context, message_words
from bot.prompts import media_of
from bot.routes import Route, press
from handlers import looks_own
from handlers.hazards import begin_report, media
from handlers.say import hazards as say_hazards
from handlers.say import pictures as say
from knowledge.restate import restate
from knowledge.understand import understand
from models import albums, hazards, places
from models.lifecycle import OPEN

JUST_NOW = timedelta(minutes=10)
AT_MOST = 3


def join_late(update: Update, context: Context) -> bool:
    """Take a late picture into the report that its album began, and count it on one message; False when none did."""
    album, came = context.visit.album, media(media_of(update))
    if album is None or not came:
        return False
    words = message_words(update)
    joined = context.run(albums.join, album, text=words, told=restate(words), media=came)
    if joined is None:
        return False
    told = say.LATE.format(count=joined.pictures, number=joined.hazard.number)
    over = None if joined.is_first else joined.message_id or PROMPT
    shown = card(told, buttons=[looks_own.own_buttons(joined.hazard)])
    context.visit.say(shown, new=joined.is_first, draft=joined.tag, over=over)
    return True


def ask_whither(context: Context, came: list[dict[str, Any]], words: str) -> bool:
    """Ask whether a single picture belongs to what was reported just now; False when nothing was, or it is an album."""
    if any("album" in item for item in came):
        return False
    found = [h for h in context.read(hazards.mine) if h.step in OPEN and h.reported_at >= context.now - JUST_NOW]
    kept = {"media": came, "text": words}
    rows = [[Button(say.JOIN.format(number=h.number, place=h.place_text), "late.join", {"id": h.id, **kept})]
            for h in found[:AT_MOST]]  # fmt: skip
    if rows:
        context.say(card(say.WHICH, buttons=[*rows, [Button(say.ANOTHER, "late.another", kept)]]))
    return bool(rows)


async def join(_: Update, context: Context) -> None:
    """「补充到 吹2026-…」."""
    kept = context.pressed
    came = media(kept["media"])
    words = str(kept["text"])
    hazard = context.run(hazards.add, kept["id"], text=words, told=restate(words), media=came)
    told = say_hazards.ADDED.format(number=hazard.number)
    context.say(card(told, looks_own.kept_back(hazard, came), buttons=[looks_own.own_buttons(hazard)]))


async def another(_: Update, context: Context) -> None:
    """「另报一处隐患」: a new report begins with the picture and what was written under it."""
    words = str(context.pressed["text"])
    known = places.names_in(context.visit.session, words)
    begin_report(context, words, understand(words, known=known) if words else None, list(context.pressed["media"]))


ROUTES: tuple[Route, ...] = (press("late.join", join), press("late.another", another))
