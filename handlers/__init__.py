"""The conversation: it translates people to operations of the township and back, and does nothing else."""

from pathlib import Path

from bot.forms import Form
from bot.notices import Notice
from bot.routes import Route
from bot.timetable import Chore
from handlers import (
    answers,
    broadcasts,
    casework,
    hazards,
    notices,
    overdue,
    patrols,
    people,
    places,
    reminding,
    tasks,
    welcome,
)
from handlers.freetext import guard, listen
from knowledge import words

__all__ = ["CHORES", "FORMS", "NOTICES", "ROUTES", "guard", "listen", "warm"]

ROUTES: tuple[Route, ...] = (
    *hazards.ROUTES,
    *casework.ROUTES,
    *patrols.ROUTES,
    *tasks.ROUTES,
    *places.ROUTES,
    *people.ROUTES,
    *overdue.ROUTES,
    *answers.ROUTES,
    *broadcasts.ROUTES,
    *welcome.ROUTES,
)
FORMS: dict[str, Form] = {
    form.name: form
    for form in (
        *hazards.FORMS,
        *casework.FORMS,
        *patrols.FORMS,
        *tasks.FORMS,
        *places.FORMS,
        *people.FORMS,
        *broadcasts.FORMS,
    )
}
NOTICES: tuple[Notice, ...] = (
    *notices.NOTICES,
    *people.NOTICES,
    *broadcasts.NOTICES,
    *reminding.NOTICES,
)
CHORES: tuple[Chore, ...] = (*broadcasts.CHORES, *reminding.CHORES, *overdue.CHORES)


def warm(folder: Path) -> None:
    """Load dictionaries before the first person waits for them."""
    words.warm(folder / "cache")
