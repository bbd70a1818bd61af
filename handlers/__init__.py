"""The conversation: it translates people to operations of the township and back, and does nothing else."""

from pathlib import Path
from typing import Any

from bot.forms import Form
from bot.notices import Notice
from bot.routes import Route
from bot.timetable import Chore
from handlers import (
    alarms,
    answers,
    batches,
    broadcasts,
    casework,
    chats,
    complaints,
    custodian,
    documents,
    editing,
    hazards,
    intake,
    late_pictures,
    learning,
    notices,
    outcomes,
    overdue,
    own_data,
    owners,
    papers,
    patrols,
    people,
    pictures,
    place_codes,
    place_ledger,
    place_lists,
    place_menu,
    place_moves,
    place_register,
    places,
    privacy,
    questions,
    queue,
    quizzes,
    reminding,
    requests,
    reveals,
    rewards,
    similar,
    staff_chats,
    standing_in,
    subscriptions,
    tasks,
    teamwork,
    tips,
    trainings,
    welcome,
)
from handlers.freetext import beside, guard, listen
from handlers.late_pictures import join_late
from handlers.place_menu import Fact, PlaceAct
from knowledge import shelf, words

__all__ = ["CHORES", "FORMS", "NOTICES", "ROUTES", "beside", "guard", "join_late", "listen", "warm"]

# In the order in which their commands stand on the menu. Each declares what it has of ROUTES, FORMS, NOTICES, CHORES,
# and of what can be done at a place (PLACE_ACTS) and is told about it (PLACE_FACTS).
SUBJECTS = (
    hazards, intake, late_pictures, similar, privacy, questions, complaints, own_data, owners,
    casework, queue, batches, outcomes, requests, teamwork, pictures, documents, rewards, custodian, reveals, alarms,
    patrols, tasks, places, place_lists, place_register, place_menu, place_ledger, place_moves, place_codes,
    people, standing_in, overdue, answers, editing, papers,
    learning, trainings, quizzes, broadcasts, tips, chats, staff_chats, subscriptions, notices, reminding, welcome,
)  # fmt: skip


def _declared(what: str) -> list[Any]:
    return [each for subject in SUBJECTS for each in getattr(subject, what, ())]


ROUTES: tuple[Route, ...] = tuple(_declared("ROUTES"))
FORMS: dict[str, Form] = {form.name: form for form in _declared("FORMS")}
NOTICES: tuple[Notice, ...] = tuple(_declared("NOTICES"))
CHORES: tuple[Chore, ...] = tuple(_declared("CHORES"))
PLACE_ACTS: tuple[PlaceAct, ...] = tuple(_declared("PLACE_ACTS"))
PLACE_FACTS: tuple[Fact, ...] = tuple(_declared("PLACE_FACTS"))


def warm(folder: Path) -> None:
    """Load dictionaries and articles (the town's own stand in `articles`) before the first person waits for them."""
    shelf.use(folder / "articles")
    words.warm(folder / "cache")
    shelf.current()
