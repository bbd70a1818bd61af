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
    assets,
    batches,
    bindings,
    broadcasts,
    casework,
    chats,
    checklists,
    commitments,
    complaints,
    custodian,
    documents,
    editing,
    enterprise_files,
    enterprise_sheet,
    enterprises,
    hazards,
    imports,
    intake,
    late_pictures,
    learning,
    notices,
    outcomes,
    overdue,
    own_data,
    own_plans,
    owners,
    papers,
    patrol_figures,
    patrols,
    people,
    pictures,
    place_codes,
    place_files,
    place_ledger,
    place_lists,
    place_menu,
    place_moves,
    place_register,
    places,
    plans,
    printing,
    privacy,
    problems,
    questions,
    queue,
    quizzes,
    record_files,
    records,
    reminding,
    requests,
    reveals,
    rewards,
    scans,
    selfchecks,
    similar,
    staff_chats,
    standing_in,
    streets,
    subscriptions,
    tasks,
    teamwork,
    tips,
    trainings,
    visit_letters,
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
    hazards, intake, scans, late_pictures, similar, privacy, questions, complaints, own_data, owners, own_plans,
    casework, queue, batches, outcomes, requests, teamwork, pictures, documents, rewards, custodian, reveals, alarms,
    patrols, streets, records, record_files, checklists, visit_letters, plans, patrol_figures,
    tasks, places, place_lists, place_register, place_menu, place_ledger, place_moves, place_codes, printing,
    imports, place_files, selfchecks, commitments, assets, bindings,
    enterprises, enterprise_files, problems, enterprise_sheet,
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
