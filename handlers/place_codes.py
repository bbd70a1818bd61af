"""Codes of places: printed for the door of one place or for many at once, renewed, taken away."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlmodel import Session
from telegram import Update

from bot.cards import Button, Card, Paper, Text, bold, card
from bot.context import Context
from bot.notices import Notice
from bot.render import fonts
from bot.render.orders import CodeSheet, Label, make
from bot.render.qr import code_png
from bot.routes import Route, press
from handlers.place_menu import PlaceAct, for_staff
from handlers.say import codes as say
from handlers.say import papers
from models import installation, place_links, places, printing
from models.calendar import day_of, full_day, local
from models.outbox import Lane, Outgoing, notify
from models.people import Can, Person
from models.place_links import PlaceLink
from models.places import Place
from models.rules import rules_of

SHEET, PICTURE = "code.sheet", "code.picture"
LINES = 3  # hotlines on a code


async def show(_: Update, context: Context) -> None:
    """「场所码」: whether the place has one, and what can be done with it."""
    context.say(_card(context, context.read(places.place_for, context.pressed["p"], Can.ASSIGN)))


async def print_one(_: Update, context: Context) -> None:
    """A page for one place: once for the door, or several times to cut."""
    ids = context.run(printing.order_one, context.pressed["p"])
    send(context, ids * context.pressed["n"], context.pressed["n"])
    _ordered(context)


async def picture(_: Update, context: Context) -> None:
    """「发图片」: the code alone, for a poster of their own making."""
    (place_id,) = context.run(printing.order_one, context.pressed["p"])
    _notify(context, PICTURE, place=place_id)
    _ordered(context)


def _ordered(context: Context) -> None:
    context.say(_card(context, context.read(places.place_for, context.pressed["p"]), say.COMES))


async def ask(_: Update, context: Context) -> None:
    """「换新码」, 「作废」: what is on the walls will be useless, so it is asked once more."""
    place = context.read(places.place_for, context.pressed["p"], Can.ASSIGN)
    args = {"p": place.id}
    if context.pressed["renew"]:
        asked, yes = say.RENEW_ASK, Button(say.RENEW, "code.renew", args)
    else:
        asked, yes = say.REVOKE_ASK, Button(say.REVOKE, "code.revoke", args)
    context.say(card(asked.format(name=place.name), buttons=[[yes, Button(say.BACK, "code.show", args, once=False)]]))


async def renew(_: Update, context: Context) -> None:
    """The old posters only open the bot."""
    context.run(place_links.renew, context.pressed["p"])
    context.say(_card(context, context.read(places.place_for, context.pressed["p"]), say.RENEWED))


async def revoke(_: Update, context: Context) -> None:
    """The old posters only open the bot, and there is no new code."""
    context.run(place_links.revoke, context.pressed["p"])
    context.say(_card(context, context.read(places.place_for, context.pressed["p"]), say.REVOKED))


def _card(context: Context, place: Place, note: str = "") -> Card:
    link = context.read(place_links.link_of, place.id)
    args = {"p": place.id}
    sizes = [Button(label, "code.print", {**args, "n": n}, once=False) for n, label in say.SIZES.items()]
    change = [Button(say.RENEW, "code.ask", {**args, "renew": True}, once=False),
              Button(say.REVOKE, "code.ask", {**args, "renew": False}, once=False)]  # fmt: skip
    rows = [sizes[:1], sizes[1:], [Button(say.PICTURE, "code.picture", args, once=False)], change if link else [],
            [Button(say.BACK, "place.show", args, once=False)]]  # fmt: skip
    return card(note or None, bold(say.HEAD.format(name=place.name)), _state(link), say.HOW, buttons=rows)


def _state(link: PlaceLink | None) -> str:
    if link is None:
        return say.STATE_NONE
    if link.printed_at is None:
        return say.STATE_NEW.format(short=link.short)
    return say.STATE_PRINTED.format(short=link.short, day=day_of(link.printed_at))


def send(context: Context, ids: Sequence[int], a_page: int, number: int = 1, of: int = 1) -> None:
    """Have a file with the codes of these places made; it comes as a message of its own."""
    _notify(context, SHEET, places=list(ids), a_page=a_page, number=number, of=of)


def _notify(context: Context, what: str, **about: Any) -> None:
    notify(context.visit.session, context.actor.id, what, now=context.now, lane=Lane.REPLY, **about)


def sheet_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render codes as a PDF of A4 pages; nothing when all of them were revoked before it was made."""
    del person
    found = printing.links_of(s, row.about["places"])
    if not found:
        return None
    try:
        fonts.chinese()
    except fonts.NoFont:
        return card(papers.NO_FONT)
    paper = Paper(_file(row, found, now), partial(make, code_sheet(s, row, found, now)))
    return card(_caption(row, found), paper=paper)


def code_sheet(s: Session, row: Outgoing, found: Sequence[tuple[Place, PlaceLink]], now: datetime) -> CodeSheet:
    """Return what stands on the sheets of these places."""
    rules, day = rules_of(s), full_day(local(now))
    labels = (Label(place.name, say.NUMBER.format(code=place.code, short=link.short), _address(s, link))
              for place, link in found)  # fmt: skip
    return CodeSheet(
        a_page=row.about["a_page"], band=say.BAND.format(town=rules.town), fire=say.FIRE_FIRST,
        does=((say.RESIDENTS, say.RESIDENTS_DO), (say.WORKERS, say.WORKERS_DO)),
        hotlines="　".join(f"{what} {number}" for what, number in list(rules.hotlines.items())[:LINES]),
        made=say.MADE.format(town=rules.town, day=day), labels=tuple(labels),
    )  # fmt: skip


def _caption(row: Outgoing, found: Sequence[tuple[Place, PlaceLink]]) -> Text | str:
    names = {place.id: place.name for place, _ in found}
    if len(names) == 1:
        return say.CAPTION_ONE.format(name=found[0][0].name)
    part = say.PART.format(number=row.about["number"], of=row.about["of"]) if row.about["of"] > 1 else ""
    return say.CAPTION.format(n=len(names), part=part)


def _file(row: Outgoing, found: Sequence[tuple[Place, PlaceLink]], now: datetime) -> str:
    if len({place.id for place, _ in found}) == 1:
        return say.FILE_ONE.format(name=found[0][0].name)
    return say.FILE.format(day=local(now).date(), number=row.about["number"])


def picture_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render the code alone as a picture; nothing when it was revoked before it was sent."""
    del person, now
    for place, link in printing.links_of(s, [row.about["place"]]):
        paper = Paper(say.PICTURE_NAME, partial(code_png, _address(s, link)), kind="photo")
        return card(bold(say.HEAD.format(name=place.name)), say.HOW, _state(link), paper=paper)
    return None


def _address(s: Session, link: PlaceLink) -> str:
    return f"https://t.me/{installation.bot_name(s)}?start={link.payload}"


ROUTES: tuple[Route, ...] = (
    press("code.show", show, can=Can.ASSIGN),
    press("code.print", print_one, can=Can.ASSIGN),
    press("code.picture", picture, can=Can.ASSIGN),
    press("code.ask", ask, can=Can.ASSIGN),
    press("code.renew", renew, can=Can.ASSIGN),
    press("code.revoke", revoke, can=Can.ASSIGN),
)
NOTICES: tuple[Notice, ...] = (Notice(SHEET, sheet_card), Notice(PICTURE, picture_card))
PLACE_ACTS = (PlaceAct(say.CODE, "code.show", for_staff(Can.ASSIGN)),)
