"""The conversation: it translates people to operations of the township and back, and does nothing else."""

from pathlib import Path

from bot.forms import Form
from bot.notices import Notice
from bot.routes import Route
from bot.timetable import Chore
from handlers import casework, hazards, notices, people, welcome
from handlers.freetext import guard, listen
from knowledge import words

__all__ = ["CHORES", "FORMS", "NOTICES", "ROUTES", "guard", "listen", "warm"]

ROUTES: tuple[Route, ...] = (
    *hazards.ROUTES,
    *casework.ROUTES,
    *people.ROUTES,
    *welcome.ROUTES,
)
FORMS: dict[str, Form] = {
    form.name: form
    for form in (
        *hazards.FORMS,
        *casework.FORMS,
        *people.FORMS,
    )
}
NOTICES: tuple[Notice, ...] = (
    *notices.NOTICES,
    *people.NOTICES,
)
CHORES: tuple[Chore, ...] = ()


def warm(folder: Path) -> None:
    """Load dictionaries before the first person waits for them."""
    words.warm(folder / "cache")
