"""Place menu: what can be done at a place and what its card tells, declared by each subject."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session
from telegram import Update

import handlers
from bot.cards import Button, Text, bold, card
from bot.context import Context
from bot.routes import Route, press
from handlers.say import places as say
from models import places
from models.people import Actor, Can
from models.places import OPEN, Place

FEW = 2
A_ROW = 2

Allowed = Callable[[Session, Actor, Place], bool]
Fact = Callable[[Session, Actor, Place, datetime], str | Text | None]


@dataclass(frozen=True, slots=True)
class PlaceAct:
    """A button on the card of a place (PLACE_ACTS of a subject); its verb gets the place as `p`.

    `allowed` says who sees it; what the verb does checks for itself.
    """

    label: str
    verb: str
    allowed: Allowed


def for_staff(can: Can, *, closed: bool = False) -> Allowed:
    """Return who may do this in the area of a place; at one that is closed only when `closed` says so."""
    return lambda _, who, place: who.reaches(can, place.area_path) and (closed or place.status == OPEN)


def for_owner(_: Session, who: Actor, place: Place) -> bool:
    """Say whether somebody is the responsible person of a place and it is open."""
    return place.owner_id == who.id and place.status == OPEN


def facts(context: Context, place: Place) -> list[str | Text]:
    """Return what the subjects tell about a place (PLACE_FACTS), in their order."""
    told = [fact(context.visit.session, context.actor, place, context.now) for fact in handlers.PLACE_FACTS]
    return [line for line in told if line]


def buttons(context: Context, place: Place) -> list[Button]:
    """Return what else can be done at a place: a few buttons, or one that opens the rest."""
    found = _acts(context, place)
    return found if len(found) <= FEW else [Button(say.MORE, "place.more", {"p": place.id}, once=False)]


def _acts(context: Context, place: Place) -> list[Button]:
    s = context.visit.session
    allowed = [act for act in handlers.PLACE_ACTS if act.allowed(s, context.actor, place)]
    return [Button(act.label, act.verb, {"p": place.id}, once=False) for act in allowed]


async def more(_: Update, context: Context) -> None:
    """「更多…」 on a place."""
    place = context.read(places.place_for, context.pressed["p"])
    found = _acts(context, place)
    rows = [found[i : i + A_ROW] for i in range(0, len(found), A_ROW)]
    back = Button(say.BACK, "place.show", {"p": place.id}, once=False)
    context.say(card(bold(place.name), say.MORE_ASK, buttons=[*rows, [back]]))


ROUTES: tuple[Route, ...] = (press("place.more", more),)
