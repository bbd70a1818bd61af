"""Editing: what people ask and the library does not answer, their words to the editor, and files that are wrong."""

from datetime import datetime, timedelta

from sqlmodel import Session
from telegram import Update

from bot.cards import Card, bold, card, lines
from bot.context import Context
from bot.notices import Notice
from bot.routes import Route, command
from bot.timetable import Chore
from handlers.say import editing as say
from knowledge import shelf
from knowledge.answers import library
from models import misses
from models.homes import towns
from models.outbox import Outgoing, notify_all
from models.people import Can, Person, Role, holders, people_with
from models.rounds import is_done, mark_done

LOOKED_BACK = timedelta(days=30)
SHOWN = 5


async def gaps(_: Update, context: Context) -> None:
    """「没答上的问题」: for whoever writes the next article."""
    since = context.now - LOOKED_BACK
    found, words = context.read(misses.gaps, since), context.read(misses.remarks, since)
    asked = lines(*(say.GAP.format(words=gap.words, times=gap.times) for gap in found)) if found else say.NO_GAPS
    told = lines(*(say.REMARK.format(title=_title(article), remark=remark) for article, remark in words))
    wrong = shelf.trouble()
    context.say(
        card(
            bold(say.GAPS_HEAD), asked, bold(say.REMARKS_HEAD) if words else None, told if words else None,
            bold(say.WRONG_HEAD) if wrong else None, lines(*wrong[:SHOWN]) if wrong else None, say.HOW,
        )
    )  # fmt: skip


def _title(article_id: str) -> str:
    found = library().find(article_id)
    return found.title if found else say.GENERAL


def watch_files(s: Session, *, now: datetime) -> None:
    """Tell those who edit, once a day, that changed article files were not taken because something is wrong."""
    if not shelf.trouble() or is_done(s, "articles", now=now):
        return
    editors = [person for town in towns(s) for person in people_with(s, Can.EDIT, town.path)]
    to = dict.fromkeys([*editors, *holders(s, Role.ADMIN)])
    notify_all(s, list(to), "articles.wrong", now=now)
    mark_done(s, "articles", now=now)


def wrong_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render what is wrong with the files; nothing when it was mended meanwhile."""
    del s, row, person, now
    wrong = shelf.trouble()
    return card(bold(say.WRONG_HEAD), *wrong[:SHOWN], say.STILL_OLD) if wrong else None


ROUTES: tuple[Route, ...] = (command("gaps", gaps, say.GAPS, can=Can.EDIT, help=say.GAPS_HELP),)
NOTICES: tuple[Notice, ...] = (Notice("articles.wrong", wrong_card),)
CHORES: tuple[Chore, ...] = (Chore("watch_files", watch_files),)
