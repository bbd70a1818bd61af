"""Files of the place ledger: the blank table to fill in, and the ledger as it stands, to be edited and sent back."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlmodel import Session
from telegram import Update

from bot.cards import Card, Paper, card
from bot.context import Context
from bot.notices import Notice
from bot.render.orders import Cell, Sheet, make
from bot.routes import Route, command, press
from handlers.say import imports as say
from models import place_exports
from models.base import Refused
from models.calendar import local
from models.outbox import Lane, Outgoing, notify
from models.people import Can, Person, actor_of
from models.place_exports import PART
from models.place_rows import COLUMNS, GRID, HEADS, VILLAGE
from models.rules import rules_of

BLANK, LEDGER = "places.blank", "places.ledger"
SPARE = 5000


async def blank(_: Update, context: Context) -> None:
    """「下载空表」."""
    notify(context.visit.session, context.actor.id, BLANK, now=context.now, lane=Lane.REPLY)
    context.toast(say.COMES)


async def export(_: Update, context: Context) -> None:
    """「下载现有台账」: a file for each 5,000 places."""
    count = context.run(place_exports.ask)
    if not count:
        raise Refused(say.NO_PLACES)
    for part in range(-(-count // PART)):
        notify(context.visit.session, context.actor.id, LEDGER, now=context.now, lane=Lane.REPLY, part=part)
    if context.visit.tapped:
        context.toast(say.COMES)
    else:
        context.say(card(say.COMES))


def blank_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render the blank table: headings, an example, lists to choose from, and how it is filled in."""
    del row, now
    who = actor_of(s, person)
    if not who.may(Can.IMPORT):
        return None
    choices = place_exports.options(s, who)
    own = {key: next(iter(choices[key]), "") for key in (VILLAGE, GRID)}
    example = tuple(own.get(column.key, cell) for column, cell in zip(COLUMNS, say.EXAMPLE, strict=True))
    title = say.BLANK_TITLE.format(town=rules_of(s).town)
    order = _sheet(title, say.BLANK_ABOUT, (example,), choices)
    return card(say.BLANK_DONE, paper=Paper(say.BLANK_NAME, partial(make, order)))


def ledger_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render one part of the ledger, with names and telephones only for who may bring places in there."""
    who, part = actor_of(s, person), int(row.about["part"])
    if not who.may(Can.SEE_PLACES):
        return None
    cells, count = place_exports.rows(s, who, part), place_exports.count(s, who)
    if not cells:
        return None
    about = say.LEDGER_ABOUT.format(count=count, name=person.name, day=local(now).date())
    order = _sheet(say.LEDGER_TITLE.format(town=rules_of(s).town), about, cells, place_exports.options(s, who))
    kept = say.WITH_PEOPLE if who.may(Can.IMPORT) else None
    if count <= PART:
        return card(say.LEDGER_DONE.format(count=count), kept, paper=Paper(say.LEDGER_NAME, partial(make, order)))
    first = part * PART
    told = say.PART_DONE.format(part=part + 1, first=first + 1, last=first + len(cells), count=count)
    return card(told, kept, paper=Paper(say.PART_NAME.format(part=part + 1), partial(make, order)))


def _sheet(title: str, about: str, rows: Sequence[tuple[Cell, ...]], choices: dict[str, list[str]]) -> Sheet:
    heads = tuple(column.head for column in COLUMNS)
    listed = tuple((HEADS[key], tuple(names)) for key, names in choices.items())
    return Sheet(title, about, heads, say.WIDTHS, tuple(rows), choices=listed, notes=say.NOTES, spare=SPARE)


ROUTES: tuple[Route, ...] = (
    command("export", export, can=Can.SEE_PLACES, words=(say.EXPORT_WORDS,)),
    press("places.blank", blank, can=Can.IMPORT),
    press("places.export", export, can=Can.SEE_PLACES),
)
NOTICES: tuple[Notice, ...] = (Notice(BLANK, blank_card), Notice(LEDGER, ledger_card))
