"""The ledger of enterprises (一企一策台账): the list of plans, the rows of the register, counts per village."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import null
from sqlmodel import Session, col, select

from models import audit, enterprise_fields
from models.areas import villages
from models.calendar import local
from models.conflicts import is_open_to
from models.enterprise_problems import due_days, is_late
from models.enterprises import DONE, Enterprise, Problem, SupervisionNote, visible
from models.people import Actor, Can, Person, require
from models.places import OPEN, Place, in_scope

FIRST = "factory"  # the kind of place that the work plan wants a plan for before all others (point 10)


@dataclass(frozen=True, slots=True)
class Plan:
    """One enterprise with its problems and the days of the open ones; `late` are behind their day."""

    enterprise: Enterprise
    place: Place
    problems: Sequence[Problem]
    days: dict[int, date]
    late: frozenset[int]

    @property
    def open(self) -> int:
        """How many problems are not closed."""
        return sum(each.closed_at is None for each in self.problems)

    @property
    def progress(self) -> int | None:
        """How far the whole is, 0..100: the mean of its problems; None when there is none yet."""
        done = [DONE if each.closed_at else each.progress for each in self.problems]
        return sum(done) // len(done) if done else None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the register: the plan, its lines, whether telephones may be read, its notes, names of staff by id."""

    plan: Plan
    area: str
    fields: dict[str, Any]
    phones: bool
    notes: Sequence[SupervisionNote]


@dataclass(frozen=True, slots=True)
class VillageCount:
    """How many enterprises of a village have a plan, and how many problems are open, behind their day, closed."""

    name: str
    plans: int
    open: int
    late: int
    closed: int


def plan_of(s: Session, who: Actor, found: Enterprise, place: Place, *, now: datetime) -> Plan:
    """Return the plan of an enterprise that a colleague got from a gate."""
    return _plans(s, who, [(found, place)], now)[0]


def plans(s: Session, who: Actor, *, now: datetime) -> list[Plan]:
    """Return the plans in the areas whose places the actor sees: overdue first, then open, closed last.

    Those of places that are shut or were merged are not among them.
    """
    mine = (in_scope(who, Can.SEE_PLACES), is_open_to(who.id, null(), col(Place.id)), Place.status == OPEN)
    rows = s.exec(select(Enterprise, Place).join(Place, col(Place.id) == col(Enterprise.place_id)).where(*mine)).all()
    return sorted(_plans(s, who, rows, now), key=_order)


def _order(plan: Plan) -> tuple[bool, bool, int, int]:
    progress = -1 if plan.progress is None else plan.progress
    return (not plan.late, plan.enterprise.closed_at is not None, progress, plan.place.id or 0)


def _plans(s: Session, who: Actor, rows: Sequence[tuple[Enterprise, Place]], now: datetime) -> list[Plan]:
    listed: dict[int, list[Problem]] = defaultdict(list)
    for found in visible(s, who, s.exec(_of(Problem, rows).order_by(col(Problem.number))).all()):
        listed[found.place_id].append(found)
    days, today = due_days(s, [each for some in listed.values() for each in some]), local(now).date()
    made = []
    for enterprise, place in rows:
        own = listed[enterprise.place_id]
        late = frozenset(each.id or 0 for each in own if is_late(each, days.get(each.id or 0), today))
        made.append(Plan(enterprise, place, own, days, late))
    return made


def _of(table: type[Problem] | type[SupervisionNote], rows: Sequence[tuple[Enterprise, Place]]) -> Any:
    return select(table).where(col(table.place_id).in_([found.place_id for found, _ in rows]))


def without_plan(s: Session, who: Actor) -> Sequence[Place]:
    """Return the open factories and warehouses where the actor supervises and that have no file yet."""
    known = select(Enterprise.place_id)
    mine = (in_scope(who, Can.SUPERVISE), is_open_to(who.id, null(), col(Place.id)))
    wanted = select(Place).where(*mine, Place.kind == FIRST, Place.status == OPEN, col(Place.id).not_in(known))
    return s.exec(wanted.order_by(col(Place.area_path), col(Place.id))).all()


def register(s: Session, who: Actor, *, now: datetime) -> list[Row]:
    """Return the rows of the register for the actor's area; that it was taken is on file."""
    require(who, Can.SEE_PLACES)
    found = plans(s, who, now=now)
    known = enterprise_fields.known(s, [plan.place for plan in found])
    written: dict[int, list[SupervisionNote]] = defaultdict(list)
    rows = [(plan.enterprise, plan.place) for plan in found]
    shown = {None, *(each.id for plan in found for each in plan.problems)}
    for note in s.exec(_of(SupervisionNote, rows).order_by(col(SupervisionNote.id))):
        if note.problem_id in shown:
            written[note.place_id].append(note)
    names = {village.path: village.name for village in villages(s)}
    audit.record(s, who.id, "enterprise.register", f"plans:{len(found)}", now=now)
    return [
        Row(plan, _village(names, plan.place), plan.enterprise.fields | known[plan.place.id or 0],
            who.reaches(Can.SUPERVISE, plan.place.area_path), written[plan.enterprise.place_id])
        for plan in found
    ]  # fmt: skip


def _village(names: dict[str, str], place: Place) -> str:
    return next((name for path, name in names.items() if place.area_path.startswith(path)), "")


def names_of(s: Session, rows: Sequence[Row]) -> dict[int | None, str]:
    """Return the names of the colleagues who stand in these rows, by id; nobody has no name."""
    listed = [each for row in rows for each in row.plan.problems]
    ids = {row.plan.enterprise.lead_id for row in rows} | {note.who_id for row in rows for note in row.notes}
    ids |= {each.lead_id for each in listed} | {each.closed_by_id for each in listed}
    people = s.exec(select(Person).where(col(Person.id).in_(ids - {None})))
    return {None: "", **{person.id: person.name for person in people}}


def counts(s: Session, who: Actor, *, now: datetime) -> list[VillageCount]:
    """Return the counts of each village where the actor's board reaches and that has a plan, in the town's order."""
    require(who, Can.SEE_BOARD)
    covered = [plan for plan in plans(s, who, now=now) if who.reaches(Can.SEE_BOARD, plan.place.area_path)]
    made = []
    for village in villages(s):
        own = [plan for plan in covered if plan.place.area_path.startswith(village.path)]
        opened, every = sum(plan.open for plan in own), sum(len(plan.problems) for plan in own)
        if own:
            late = sum(len(plan.late) for plan in own)
            made.append(VillageCount(village.name, len(own), opened, late, every - opened))
    return made
