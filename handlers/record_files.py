"""Files of patrols: the record of one to be signed, and the register of those behind the figures on a card."""

from datetime import datetime
from functools import partial

from sqlmodel import Session
from telegram import Update

from bot.cards import Card, Paper, card
from bot.context import Context
from bot.notices import Notice
from bot.render.orders import make
from bot.routes import Route, press
from handlers import looks_figures, record_papers
from handlers.say import records as say
from models import patrol_register, patrols
from models.base import Refused
from models.calendar import day_of
from models.outbox import Lane, Outgoing, notify
from models.patrol_counts import View
from models.people import Can, Person, actor_of

RECORD, REGISTER = "patrol.paper", "patrol.register"


async def take(_: Update, context: Context) -> None:
    """「下载记录表」: made after the commit, comes as a message of its own."""
    patrol, _place = context.read(patrols.patrol_for, context.pressed["r"])
    notify(context.visit.session, context.actor.id, RECORD, now=context.now, lane=Lane.REPLY, patrol=patrol.id)
    context.toast(say.COMES)


def record_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render the record as a DOCX file; nothing for who may not see it any more."""
    del now
    who = actor_of(s, person)
    try:
        patrol, place = patrols.patrol_for(s, who, row.about["patrol"])
    except Refused:
        return None
    order = record_papers.paper(s, who, patrol, place)
    name = say.PAPER_FILE.format(name=place.name, day=day_of(patrol.claimed_at))
    return card(say.PAPER_DONE.format(name=place.name), paper=Paper(name, partial(make, order)))


async def take_all(_: Update, context: Context) -> None:
    """「导出巡查记录」: the patrols behind the figures on the card."""
    view, at = View.from_json(context.pressed["f"]), datetime.fromisoformat(context.pressed["at"])
    if not context.run(patrol_register.ask, view, at):
        raise Refused(say.SHEET_NONE)
    kept = {"f": context.pressed["f"], "at": context.pressed["at"]}
    notify(context.visit.session, context.actor.id, REGISTER, now=context.now, lane=Lane.REPLY, **kept)
    context.toast(say.COMES)


def register_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render the register as an XLSX file; nothing for who sees no board any more."""
    view, at = View.from_json(row.about["f"]), datetime.fromisoformat(row.about["at"])
    try:
        found = patrol_register.visits(s, actor_of(s, person), view, now=at)
    except Refused:
        return None
    told = looks_figures.in_words(s, view, at)
    order = record_papers.register(s, told, found, person.name, now)
    most = patrol_register.MOST
    more = say.SHEET_MOST.format(most=most) if len(found) == most else None
    paper = Paper(say.SHEET_FILE.format(since=told.first, until=told.last), partial(make, order))
    return card(say.SHEET_DONE.format(n=len(found)), more, paper=paper)


ROUTES: tuple[Route, ...] = (
    press("patrol.paper", take, can=Can.SEE_PLACES),
    press("patrol.register", take_all, can=Can.SEE_BOARD),
)
NOTICES: tuple[Notice, ...] = (Notice(RECORD, record_card), Notice(REGISTER, register_card))
