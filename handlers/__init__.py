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
    chats,
    editing,
    hazards,
    learning,
    notices,
    overdue,
    papers,
    patrols,
    people,
    places,
    quizzes,
    reminding,
    subscriptions,
    tasks,
    tips,
    trainings,
    welcome,
)
from handlers.freetext import guard, listen
from knowledge import shelf, words

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
    *editing.ROUTES,
    *papers.ROUTES,
    *learning.ROUTES,
    *trainings.ROUTES,
    *quizzes.ROUTES,
    *broadcasts.ROUTES,
    *chats.ROUTES,
    *subscriptions.ROUTES,
    *welcome.ROUTES,
)
FORMS: dict[str, Form] = {
    form.name: form
    for form in (
        *hazards.FORMS,
        *answers.FORMS,
        *casework.FORMS,
        *patrols.FORMS,
        *tasks.FORMS,
        *places.FORMS,
        *people.FORMS,
        *broadcasts.FORMS,
        *quizzes.FORMS,
        *trainings.FORMS,
    )
}
NOTICES: tuple[Notice, ...] = (
    *notices.NOTICES,
    *people.NOTICES,
    *broadcasts.NOTICES,
    *tips.NOTICES,
    *papers.NOTICES,
    *editing.NOTICES,
    *learning.NOTICES,
    *quizzes.NOTICES,
    *trainings.NOTICES,
    *reminding.NOTICES,
)
CHORES: tuple[Chore, ...] = (
    *tips.CHORES,
    *editing.CHORES,
    *learning.CHORES,
    *trainings.CHORES,
    *reminding.CHORES,
    *overdue.CHORES,
)


def warm(folder: Path) -> None:
    """Load dictionaries and articles (the town's own stand in `articles`) before the first person waits for them."""
    shelf.use(folder / "articles")
    words.warm(folder / "cache")
    shelf.current()
