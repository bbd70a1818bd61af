"""「场所台账」: the places of an area, a page at a time, with filters that can be combined."""

from telegram import Update

from bot.context import Context
from bot.routes import Route, command, press
from handlers import looks_lists as looks
from handlers.say import places as say
from models.people import Can
from models.place_lists import View


async def listed(_: Update, context: Context) -> None:
    """A page of the ledger."""
    context.say(looks.listed(context, _view(context), int(context.pressed.get("page", 0))))


async def filters(_: Update, context: Context) -> None:
    """「筛选」."""
    context.say(looks.filters(context, _view(context)))


async def pick(_: Update, context: Context) -> None:
    """One filter: its values with counts."""
    context.say(looks.picking(context, _view(context), str(context.pressed["key"])))


def _view(context: Context) -> View:
    return View.from_json(context.pressed.get("q"))


ROUTES: tuple[Route, ...] = (
    command("places", listed, say.LIST, can=Can.SEE_PLACES),
    press("ledger.list", listed, can=Can.SEE_PLACES),
    press("ledger.filter", filters, can=Can.SEE_PLACES),
    press("ledger.pick", pick, can=Can.SEE_PLACES),
)
