"""The conversation: it translates people to operations of the township and back, and does nothing else."""

from pathlib import Path

from bot.forms import Form
from bot.notices import Notice
from bot.routes import Route
from bot.timetable import Chore
from handlers import welcome
from handlers.freetext import guard, listen
from knowledge import words

__all__ = ["CHORES", "FORMS", "NOTICES", "ROUTES", "guard", "listen", "warm"]

ROUTES: tuple[Route, ...] = (*welcome.ROUTES,)
FORMS: dict[str, Form] = {}
NOTICES: tuple[Notice, ...] = ()
CHORES: tuple[Chore, ...] = ()


def warm(folder: Path) -> None:
    """Load dictionaries before the first person waits for them."""
    words.warm(folder / "cache")
