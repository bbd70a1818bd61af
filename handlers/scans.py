"""Scans: the code at a door opens what whoever scans it has to do there - a report, a patrol, one's own place."""

from dataclasses import replace

from telegram import Update

from bot.cards import Button, card
from bot.context import Context
from bot.routes import Route, link, press
from handlers import looks_places as looks
from handlers.hazards import begin_report
from handlers.say import codes as say
from models import place_links, places
from models.people import Can
from models.places import OPEN, STATES, VACANT, Place


async def scan(_: Update, context: Context) -> None:
    """A resident reports right here; whoever works here, or answers for the place, gets its card."""
    place = place_links.read(context.visit.session, str(context.pressed.get("rest", "")))
    if place is None:
        context.say(card(say.SCANNED_GONE))
    elif _is_theirs(context, place):
        shown = looks.place_card(context, place, say.SCANNED.format(name=place.name))
        here = Button(say.REPORT_HERE, "report.here", {"p": place.id}, once=False)
        context.say(replace(shown, buttons=(*shown.buttons, (here,))))
    elif place.status in (OPEN, VACANT):
        _begin_here(context, place)
    else:
        context.say(card(say.SCANNED_ENDED.format(name=place.name, state=STATES[place.status])))


def _is_theirs(context: Context, place: Place) -> bool:
    return context.actor.reaches(Can.SEE_PLACES, place.area_path) or place.owner_id == context.actor.id


async def report_here(_: Update, context: Context) -> None:
    """「报这里的隐患」, for whoever got the card of the place."""
    _begin_here(context, context.read(places.place_for, context.pressed["p"]))


def _begin_here(context: Context, place: Place) -> None:
    here = {"text": place.name, "place_id": place.id, "latitude": place.latitude, "longitude": place.longitude}
    begin_report(context, note=say.SCANNED_PROGRESS.format(name=place.name), place=here)


ROUTES: tuple[Route, ...] = (
    link(place_links.PREFIX, scan),
    press("report.here", report_here, can=Can.REPORT),
)
