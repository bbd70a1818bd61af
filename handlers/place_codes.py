"""Codes of places: a picture for the wall; whoever scans it reports a danger right there."""

from datetime import datetime
from functools import partial

from sqlmodel import Session
from telegram import Update

from bot.cards import Button, Card, Paper, bold, card
from bot.context import Context
from bot.notices import Notice
from bot.render.qr import code_png
from bot.routes import Route, press
from handlers.place_menu import PlaceAct, for_staff
from handlers.say import intake as say
from models import installation, place_links
from models.outbox import Lane, Outgoing, notify
from models.people import Can, Person

CODE = "place.picture"


async def show(_: Update, context: Context) -> None:
    """「场所码」: the picture comes as a message of its own, the same until it is renewed."""
    _send(context, context.pressed["p"], context.run(place_links.make, context.pressed["p"]))


async def renew(_: Update, context: Context) -> None:
    """「换新码」: the old posters only open the bot."""
    _send(context, context.pressed["p"], context.run(place_links.renew, context.pressed["p"]))


def _send(context: Context, place_id: int, payload: str) -> None:
    s = context.visit.session
    notify(s, context.actor.id, CODE, now=context.now, lane=Lane.REPLY, place=place_id, code=payload)
    context.toast(say.CODE_COMES)


def code_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render the code as a picture; nothing when it was renewed before it was sent."""
    del person, now
    place = place_links.read(s, row.about["code"])
    if place is None:
        return None
    address = f"https://t.me/{installation.bot_name(s)}?start={row.about['code']}"
    paper = Paper(say.CODE_NAME, partial(code_png, address), kind="photo")
    new = Button(say.CODE_RENEW, "place.recode", {"p": place.id})
    return card(bold(say.CODE_HEAD.format(name=place.name)), say.CODE_HOW, paper=paper, buttons=[[new]])


ROUTES: tuple[Route, ...] = (
    press("place.code", show, can=Can.ASSIGN),
    press("place.recode", renew, can=Can.ASSIGN),
)
NOTICES: tuple[Notice, ...] = (Notice(CODE, code_card),)
PLACE_ACTS = (PlaceAct(say.CODE, "place.code", for_staff(Can.ASSIGN)),)
