"""Bindings: how somebody becomes the responsible person of a place - by a one-time link that the grid worker shows."""

from datetime import datetime
from functools import partial

from sqlmodel import Session
from telegram import Update

from bot.cards import Button, Card, Paper, Text, bold, card, code
from bot.context import Context
from bot.notices import Notice
from bot.render.qr import code_png
from bot.routes import Route, link, press
from handlers.place_menu import PlaceAct, for_staff
from handlers.say import assets as things
from handlers.say import bindings as say
from handlers.say import selfchecks as checks
from handlers.welcome import start
from models import installation, invites, place_owners
from models.invites import Invite
from models.outbox import Lane, Outgoing, notify
from models.people import Actor, Can, Person, actor_of
from models.places import OPEN, Place, place_for
from models.rules import rules_of

LINK = "o_"
CODE, BOUND = "owner.code", "owner.bound"


async def show(_: Update, context: Context) -> None:
    """「负责人绑定」: who is bound, or how somebody is."""
    place = context.read(place_for, context.pressed["p"], Can.KEEP_PLACES)
    owner = context.visit.session.get(Person, place.owner_id) if place.owner_id else None
    args = {"p": place.id}
    back = Button(say.BACK, "place.show", args, once=False)
    head = bold(say.HEAD.format(name=place.name))
    if owner is not None:
        told = say.HAS.format(name=owner.name, state=say.ACTIVE if owner.reachable else say.AWAY)
        way = Button(say.UNBIND, "owner.ask", {**args, "who": owner.id}, once=False)
        context.say(card(head, told, buttons=[[way], [back]]))
        return
    how = say.HOW.format(hours=rules_of(context.visit.session).invite_hours)
    context.say(card(head, how, buttons=[[Button(say.MAKE, "owner.link", args)], [back]]))


async def make(_: Update, context: Context) -> None:
    """「生成绑定码」: the link is shown once, its picture comes as a message of its own."""
    place = context.read(place_for, context.pressed["p"], Can.KEEP_PLACES)
    payload = LINK + context.run(invites.invite_owner, place.id)
    s = context.visit.session
    notify(s, context.actor.id, CODE, now=context.now, lane=Lane.REPLY, place=place.id, code=payload)
    back = Button(say.BACK, "place.show", {"p": place.id}, once=False)
    context.say(card(say.LINK.format(name=place.name), code(_address(s, payload)), say.TAIL, buttons=[[back]]))


def _address(s: Session, payload: str) -> str:
    return f"https://t.me/{installation.bot_name(s)}?start={payload}"


async def join(update: Update, context: Context) -> None:
    """A binding link: whoever opens it first answers for the place, and who made it hears who that was."""
    person, s = context.visit.person, context.visit.session
    assert person is not None
    used = invites.accept(s, person, str(context.pressed["rest"]).removeprefix(LINK), now=context.now)
    if used.made_by is not None:
        notify(s, used.made_by, BOUND, now=context.now, key=f"{BOUND}|{used.id}", invite=used.id)
    context.visit.actor = actor_of(s, person)
    await start(update, context)
    if used.place_id is not None:
        context.say(_welcome(s.get_one(Place, used.place_id)), new=True)


def _welcome(place: Place) -> Card:
    args = {"p": place.id}
    ways = [Button(checks.CHECK, "selfcheck.begin", args, once=False),
            Button(things.LIST, "asset.list", args, once=False)]  # fmt: skip
    promise = Button(checks.COMMIT, "commit.show", args, once=False)
    return card(bold(say.WELCOME.format(place=place.name)), say.WELCOME_HOW, buttons=[ways, [promise]])


async def ask(_: Update, context: Context) -> None:
    """「解除绑定」: asked once more."""
    place = context.read(place_for, context.pressed["p"], Can.KEEP_PLACES)
    args = {"p": place.id, "who": context.pressed["who"]}
    sure = say.SURE.format(name=context.visit.session.get_one(Person, args["who"]).name, place=place.name)
    back = Button(say.BACK, "place.show", {"p": place.id}, once=False)
    context.say(card(bold(sure), buttons=[[Button(say.YES, "owner.unbind", args), back]]))


async def unbind(_: Update, context: Context) -> None:
    """「确定解除」, or 「不是本人」."""
    place = context.run(place_owners.unbind, context.pressed["p"], context.pressed["who"])
    back = Button(say.BACK, "place.show", {"p": place.id}, once=False)
    context.say(card(say.UNBOUND.format(place=place.name), buttons=[[back]]))


def code_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render the binding code as a picture; nothing once the place has its responsible person."""
    del person, now
    place = s.get(Place, row.about["place"])
    if place is None or place.owner_id is not None:
        return None
    paper = Paper(say.CODE_NAME, partial(code_png, _address(s, row.about["code"])), kind="photo")
    return card(bold(say.CODE_HEAD.format(name=place.name)), say.CODE_HOW, paper=paper)


def bound_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Tell who made the link who has used it."""
    del person, now
    used = s.get(Invite, row.about["invite"])
    place = s.get(Place, used.place_id) if used and used.place_id else None
    owner = s.get(Person, used.used_by) if used and used.used_by else None
    if place is None or owner is None or place.owner_id != owner.id:
        return None
    undo = Button(say.NOT_THEM, "owner.unbind", {"p": place.id, "who": owner.id})
    return card(say.TOLD_BOUND.format(name=owner.name, place=place.name), buttons=[[undo]])


def unbound_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Tell somebody that they answer for a place no longer."""
    del now
    place = s.get(Place, row.about["place"])
    return card(say.TOLD_UNBOUND.format(place=place.name)) if place and place.owner_id != person.id else None


def fact(s: Session, who: Actor, place: Place, now: datetime) -> str | Text | None:
    """Tell who keeps the ledger that nobody is bound to a place, so that nobody checks it."""
    del s, now
    missing = place.owner_id is None and place.status == OPEN
    return say.FACT if missing and who.reaches(Can.KEEP_PLACES, place.area_path) else None


ROUTES: tuple[Route, ...] = (
    link(LINK, join),
    press("owner.bind", show, can=Can.KEEP_PLACES),
    press("owner.link", make, can=Can.KEEP_PLACES),
    press("owner.ask", ask, can=Can.KEEP_PLACES),
    press("owner.unbind", unbind, can=Can.KEEP_PLACES),
)
NOTICES: tuple[Notice, ...] = (
    Notice(CODE, code_card), Notice(BOUND, bound_card), Notice("owner.unbound", unbound_card),
)  # fmt: skip
PLACE_ACTS = (PlaceAct(say.BIND, "owner.bind", for_staff(Can.KEEP_PLACES)),)
PLACE_FACTS = (fact,)
