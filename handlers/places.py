"""Places: find one by name or nearby, and look at it."""

from telegram import Update

from bot.cards import Button, Card, card
from bot.context import Context
from bot.fields import Answers, Text
from bot.forms import Form
from bot.routes import Route, command, press
from handlers import looks_places as looks
from handlers.say import patrols as say
from handlers.say import places as say_places
from models import due, place_search, places
from models.people import Can
from models.walking import Point

NEAR_METRES = 3000


async def search(_: Update, context: Context) -> None:
    """`/place 张记`: the places of that name; without a name, ask for it."""
    words = str(context.pressed.get("rest", "")).strip()
    if words:
        context.say(found_card(context, words))
    else:
        context.begin("place.find")


async def ask_name(_: Update, context: Context) -> None:
    """「按名字找」."""
    context.begin("place.find", {"said": context.pressed.get("said")})


async def show(_: Update, context: Context) -> None:
    """The card of one place."""
    context.say(looks.place_card(context, context.read(places.place_for, context.pressed["p"])))


async def near(update: Update, context: Context) -> None:
    """A location that was sent: the nearest places around it."""
    point = update.message.location if update.message else None
    if point is None:
        return
    found = context.read(places.nearby, point.latitude, point.longitude)
    told = [(place, say.METRES.format(n=metres)) for place, metres in found if metres <= NEAR_METRES]
    head = say.NEAR if told else say.NEAR_NONE.format(km=NEAR_METRES // 1000)
    context.say(looks.pick_card(head, told, more=_from_here(context, (point.latitude, point.longitude))))


def _from_here(context: Context, at: Point) -> list[Button]:
    """The day's walk from where somebody stands. It begins at the nearest place, so that no position is kept."""
    first = due.nearest(context.run(due.due_today), at, NEAR_METRES)
    args = {"page": 0, "from": first.place.id if first else 0}
    return [Button(say.FROM_HERE, "patrol.due", args, once=False)] if first else []


def found_card(context: Context, words: str, said: dict[str, str] | None = None) -> Card:
    """Return the one place that was meant, or those that may be; `said` is a sentence that waits for its place."""
    found = context.read(place_search.find, words)
    if not found:
        return card(say.FOUND_NONE.format(words=words[:40]), buttons=[[looks.find_button(said)], _new(context, words)])
    exact = [place for place in found if words in place.names]
    if (len(found) == 1 or len(exact) == 1) and not said:
        return looks.place_card(context, (exact or found)[0])
    return looks.pick_card(say.FOUND.format(n=len(found)), [(place, "") for place in found], said)


def _new(context: Context, words: str) -> list[Button]:
    """Who keeps the ledger may enter what nobody finds."""
    if not context.actor.may(Can.KEEP_PLACES):
        return []
    return [Button(say_places.NEW_FROM_SEARCH.format(name=words[:20]), "place.new", {"name": words}, once=False)]


def _found(context: Context, answers: Answers) -> Card:
    return found_card(context, str(answers["words"]), answers.get("said"))


ROUTES: tuple[Route, ...] = (
    command("place", search, "查场所", can=Can.SEE_PLACES, help="后面可以直接写名字"),
    press("place.show", show),
    press("place.find", ask_name, can=Can.SEE_PLACES),
)
FORMS: tuple[Form, ...] = (
    Form("place.find", say.FIND_TITLE, (Text(key="words", label=say.FIND_LABEL, ask=say.FIND_ASK, at_most=60),),
         _found, review=False),
)  # fmt: skip
