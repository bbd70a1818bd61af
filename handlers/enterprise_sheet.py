"""The register of enterprises (一企一策台账) as a spreadsheet: one row each, the problems, the supervision notes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial

from sqlmodel import Session
from telegram import Update

from bot.cards import Card, Paper, card
from bot.context import Context
from bot.notices import Notice
from bot.render.orders import Cell, Sheet, make
from bot.routes import Route, press
from handlers.looks_problems import case_of
from handlers.say import enterprises as say
from models import enterprise_fields, enterprise_ledger
from models.base import Refused
from models.calendar import local
from models.enterprise_fields import LINES, NUMBER, YEAR
from models.enterprise_ledger import Row
from models.enterprise_problems import SORTS
from models.enterprises import ACTS, DONE, Problem
from models.lifecycle import SEVERITY_LABELS, Severity
from models.masking import masked
from models.outbox import Lane, Outgoing, notify
from models.people import Can, Person, actor_of
from models.places import KINDS
from models.rules import rules_of

FILE = "enterprise.file"
Names = dict[int | None, str]
Cells = tuple[Cell, ...]


async def take(_: Update, context: Context) -> None:
    """「导出台账」: the file is made after the commit and comes as a message of its own."""
    notify(context.visit.session, context.actor.id, FILE, now=context.now, lane=Lane.REPLY)
    context.toast(say.COMES)


def file_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render the register of the person's area as an XLSX file; nothing for who may not see it any more."""
    del row
    try:
        rows = enterprise_ledger.register(s, actor_of(s, person), now=now)
    except Refused:
        return None
    today = local(now).date()
    order = register(s, rows, person.name, today)
    problems, notes = (len(sheet.rows) for sheet in order.more)
    told = say.SHEET_DONE.format(plans=len(order.rows), problems=problems, notes=notes)
    return card(told, paper=Paper(say.FILE_NAME.format(day=today), partial(make, order)))


def register(s: Session, rows: Sequence[Row], name: str, today: date) -> Sheet:
    """Return the register of these enterprises with its two further sheets; who took it and when stands on each."""
    names, town = enterprise_ledger.names_of(s, rows), rules_of(s).town
    lines = tuple((line.label, say.LINE_WIDTHS.get(str(line.sort), say.USUAL)) for line in LINES)
    drawn: list[tuple[tuple[tuple[str, int], ...], list[Cells]]] = [
        ((*say.BEFORE, *lines, *say.AFTER), [_plan(row, names) for row in rows]),
        (say.PROBLEM_HEADS, [_problem(s, row, each, names) for row in rows for each in row.plan.problems]),
        (say.NOTE_HEADS, [cells for row in rows for cells in _notes(row, names)]),
    ]
    sheets = []
    for (columns, cells), tab, unit in zip(drawn, say.TABS, say.UNITS, strict=True):
        about = say.SHEET_ABOUT.format(n=len(cells), unit=unit, name=name, day=today)
        heads, widths = zip(*columns, strict=True)
        title = say.SHEET_TITLE.format(town=town, tab=tab)
        sheets.append(Sheet(title, about, heads, widths, tuple(cells), tab))
    return replace(sheets[0], more=tuple(sheets[1:]))


def _plan(row: Row, names: Names) -> Cells:
    plan, place = row.plan, row.plan.place
    problems = plan.problems
    visits = [f"{_day(note.at)} {ACTS[note.act]} {note.note}" for note in row.notes if note.problem_id is None]
    return (
        place.name, row.area, KINDS[place.kind], place.address, *_fields(row),
        "\n".join(say.LISTED.format(n=e.number, words=e.problem, severity=_severity(e)) for e in problems),
        _listed((e.number, e.measure) for e in problems), _listed((e.number, e.funds) for e in problems),
        _listed((e.number, _owner(row, e)) for e in problems), names[plan.enterprise.lead_id],
        _listed((e.number, f"{_due(row, e)} {_percent(e)}%") for e in problems), plan.progress,
        "\n".join(visits), _day(plan.enterprise.closed_at),
    )  # fmt: skip


def _fields(row: Row) -> Iterator[Cell]:
    for line in LINES:
        is_number = line.sort in (NUMBER, YEAR)
        shown = enterprise_fields.shown(line.key, row.fields, phones=row.phones)
        yield row.fields.get(line.key) if is_number else shown


def _problem(s: Session, row: Row, each: Problem, names: Names) -> Cells:
    case = case_of(s, each)
    return (
        row.plan.place.name, each.number, each.problem, _severity(each), each.measure, SORTS.get(each.sort, ""),
        each.funds, _owner(row, each), names[each.lead_id], _day(each.opened_at), _due(row, each), _percent(each),
        say.STATES[_state(row, each)], case.number if case else "", _day(each.closed_at), names[each.closed_by_id],
    )  # fmt: skip


def _notes(row: Row, names: Names) -> Iterator[Cells]:
    numbers = {each.id: each.number for each in row.plan.problems}
    for note in row.notes:
        number = numbers[note.problem_id] if note.problem_id else None
        yield (row.plan.place.name, _day(note.at), names[note.who_id], ACTS[note.act], number, note.progress,
               note.note, len(note.media) or None)  # fmt: skip


def _listed(lines: Iterable[tuple[int, str]]) -> str:
    """Return what is said about each problem, by its number; problems of which nothing is said are left out."""
    return "\n".join(f"{number} {words.strip()}" for number, words in lines if words.strip())


def _state(row: Row, each: Problem) -> str:
    if each.closed_at is not None:
        return "closed"
    return "waits" if each.progress == DONE else "late" if each.id in row.plan.late else "open"


def _severity(each: Problem) -> str:
    return SEVERITY_LABELS[Severity(each.severity)]


def _owner(row: Row, each: Problem) -> str:
    return each.owner if row.phones else masked(each.owner)


def _due(row: Row, each: Problem) -> str:
    due_on = row.plan.days.get(each.id or 0, each.due_on)
    return due_on.isoformat() if due_on else ""


def _percent(each: Problem) -> int:
    return DONE if each.closed_at else each.progress


def _day(moment: datetime | None) -> str:
    return local(moment).date().isoformat() if moment else ""


ROUTES: tuple[Route, ...] = (press("enterprise.register", take, can=Can.SEE_PLACES),)
NOTICES: tuple[Notice, ...] = (Notice(FILE, file_card),)
