"""Patrols: what is due, a place in three taps when all is well, and the paper when something is wrong."""

from datetime import datetime

from telegram import Update

from bot.cards import Card
from bot.context import Context
from bot.routes import Route, command, press
from handlers import checks
from handlers import looks_places as looks
from handlers.check_fields import CHECK
from handlers.patrol_sentences import which
from handlers.places import found_card, near
from handlers.say import patrols as say
from handlers.street_sentences import patrol_sentence
from models import drafts, patrols, places
from models.people import Can
from models.places import Place

__all__ = ["FORMS", "ROUTES", "near", "patrol_sentence"]


async def due(_: Update, context: Context) -> None:
    """`/patrol`: the due list; with a name, the place of that name."""
    words = str(context.pressed.get("rest", "")).strip()
    context.say(found_card(context, words) if words else _list(context))


def _list(context: Context) -> Card:
    return looks.due_card(context, context.pressed.get("page", 0), context.pressed.get("from", 0))


async def good(_: Update, context: Context) -> None:
    """「全部合格」: the whole patrol in one tap."""
    if (place := _fresh_place(context)) is not None:
        write(context, place, patrols.DONE)


async def bad(_: Update, context: Context) -> None:
    """「有问题」: the checklist; a second tap shows the one that is open already."""
    place = _fresh_place(context)
    if place is None:
        return
    if _is_open(context, place):
        context.resume()
    else:
        context.begin(CHECK, checks.about(context.visit.session, place) | {"began": context.now.isoformat()})


async def out(_: Update, context: Context) -> None:
    """「没进去」: in which way."""
    if (place := _fresh_place(context)) is not None:
        context.say(looks.out_card(place, {"p": context.pressed["p"], "l": context.pressed["l"]}))


async def shut(_: Update, context: Context) -> None:
    """Locked, refused, moved, vacant or closed down."""
    if (place := _fresh_place(context)) is not None:
        tapped = context.pressed
        write(context, place, tapped["o"], checks.moment(tapped.get("at")), tapped.get("t", ""))


def write(context: Context, place: Place, outcome: str, at: datetime | None = None, note: str = "") -> None:
    """Log a patrol without exceptions and show what was written."""
    listed = checks.list_of(context.visit.session, place.kind)
    done = context.run(patrols.log, place.id, outcome=outcome, checklist=listed, claimed_at=at, note=note)
    context.say(looks.logged_card(context, done))


def _fresh_place(context: Context) -> Place | None:
    """Return the pressed place, unless somebody logged it since the card was shown: then show it anew."""
    place = context.read(places.place_for, context.pressed["p"], Can.PATROL)
    if looks.last_id(context, place) == context.pressed["l"]:
        return place
    context.say(looks.place_card(context, place, say.ALREADY))
    return None


def _is_open(context: Context, place: Place) -> bool:
    visit = context.visit
    found = drafts.active(visit.session, visit.actor.id, visit.chat or 0)
    return found is not None and found.form == CHECK and found.state["answers"].get("place") == place.id


ROUTES: tuple[Route, ...] = (
    command("patrol", due, "巡查", can=Can.PATROL, often=2, help="今天该去哪些地方", words=("巡查清单", "待巡查")),
    press("patrol.due", due, can=Can.PATROL),
    press("patrol.good", good, can=Can.PATROL),
    press("patrol.bad", bad, can=Can.PATROL),
    press("patrol.out", out, can=Can.PATROL),
    press("patrol.shut", shut, can=Can.PATROL),
    press("patrol.said", which, can=Can.PATROL),
)
FORMS = checks.FORMS
