"""The public commitment (公开承诺): read, agreed to by one tap, and printed to hang up at the place."""

from datetime import datetime
from functools import partial

from sqlmodel import Session
from telegram import Update

from bot.cards import Card, Paper, Text, card
from bot.context import Context
from bot.notices import Notice
from bot.render import fonts
from bot.render.orders import Poster, make
from bot.routes import Route, press
from handlers import looks_selfchecks as looks
from handlers.place_menu import PlaceAct, for_owner
from handlers.say import papers
from handlers.say import selfchecks as say
from knowledge.selfchecks import promise
from models import installation, place_links, self_checks
from models.base import Refused
from models.calendar import full_day, local
from models.outbox import Lane, Outgoing, notify
from models.people import Actor, Can, Person, actor_of
from models.places import Place
from models.rules import rules_of
from models.self_checks import Commitment

PAPER = "commit.file"


async def show(_: Update, context: Context) -> None:
    """「公开承诺」: this year's words, as they were agreed to or as they would be."""
    place = context.read(self_checks.own_place, context.pressed["p"])
    found = self_checks.commitment_of(context.visit.session, place.id or 0, context.today.year)
    words = found.words.splitlines() if found is not None else promise()
    context.say(looks.promise_card(place, words, context.today.year, found.at if found else None))


async def agree(update: Update, context: Context) -> None:
    """「我承诺」: for this year, the words that stood there."""
    context.run(self_checks.commit, context.pressed["p"], "\n".join(promise()))
    await show(update, context)


async def paper(_: Update, context: Context) -> None:
    """「要承诺书」: the page comes as a message of its own; the name stands on it only when asked for."""
    place = context.read(self_checks.own_place, context.pressed["p"])
    code = place_links.code_of(context.visit.session, place)
    about = {"place": place.id, "year": context.today.year, "named": context.pressed["named"], "code": code}
    notify(context.visit.session, context.actor.id, PAPER, now=context.now, lane=Lane.REPLY, **about)
    context.toast(papers.COMES)


def paper_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render the commitment as a PDF of one A4 page."""
    del now
    try:
        place, found = self_checks.commitment_for(s, actor_of(s, person), row.about["place"], row.about["year"])
        fonts.chinese()
    except Refused:
        return None
    except fonts.NoFont:
        return card(papers.NO_FONT)
    name = person.name if row.about["named"] else ""
    code = row.about["code"]
    link = f"https://t.me/{installation.bot_name(s)}?start={code}" if code else ""
    order = _poster(s, place, found, name, link)
    return card(say.PAPER_HOW, paper=Paper(say.PAPER_NAME.format(name=place.name), partial(make, order)))


def _poster(s: Session, place: Place, found: Commitment, name: str, link: str) -> Poster:
    text = "\n".join(f"{number}. {line}" for number, line in enumerate(found.words.splitlines(), 1))
    signed = say.PAPER_DAY.format(town=rules_of(s).town, day=full_day(local(found.at)))
    foot = [say.PAPER_WHO.format(name=name)] if name else []
    return Poster(band=say.PAPER_BAND.format(year=found.year), title=place.name, text=text,
                  foot=(*foot, signed, say.PAPER_WATCH), link=link, scan=say.PAPER_SCAN)  # fmt: skip


def fact(s: Session, who: Actor, place: Place, now: datetime) -> str | Text | None:
    """Tell on the card of a place that it has promised this year."""
    del who
    year = local(now).year
    promised = self_checks.commitment_of(s, place.id or 0, year) is not None
    return say.PROMISED.format(year=year) if promised else None


ROUTES: tuple[Route, ...] = (
    press("commit.show", show, can=Can.MEND),
    press("commit.agree", agree, can=Can.MEND),
    press("commit.paper", paper, can=Can.MEND),
)
NOTICES: tuple[Notice, ...] = (Notice(PAPER, paper_card),)
PLACE_ACTS = (PlaceAct(say.COMMIT, "commit.show", for_owner),)
PLACE_FACTS = (fact,)
