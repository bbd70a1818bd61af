"""The problem list of an enterprise: what is wrong, the measure against it, who leads it and by when.

What happens to a problem afterwards is in models.enterprise_steps.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypedDict, Unpack

from sqlmodel import Session, col, func, select

from models import audit, deadlines, hazards
from models.base import NOT_FOUND, Refused
from models.calendar import add_days, local
from models.deadlines import Deadline
from models.enterprises import (
    DONE,
    Enterprise,
    Problem,
    enterprise_for,
    kept_out_of,
    may_lead,
    own_problems,
    visible,
    write,
)
from models.hazard_files import OWNER_KNOWS, Media
from models.hazards import Hazard
from models.lifecycle import Severity
from models.outbox import notify
from models.people import Actor, Can
from models.places import Place

THING, CLOCK = "measure", "measure"
TOLD = "problem.told"
SORTS = {"hardware": "硬件", "management": "管理"}
RULE = "一企一策整治时限"


class Measure(TypedDict, total=False):
    """What is written about a problem; see Problem."""

    problem: str
    severity: str
    measure: str
    sort: str
    funds: str
    owner: str
    lead_id: int | None


def problem_for(s: Session, who: Actor, problem_id: int, can: Can = Can.SEE_PLACES) -> tuple[Problem, Place]:
    """Return a problem that staff may see (or work on, with SUPERVISE), with its place."""
    found = s.get(Problem, problem_id)
    if found is None or not visible(s, who, [found]):
        raise Refused(NOT_FOUND)
    return found, enterprise_for(s, who, found.place_id, can)[1]


def own_problem(s: Session, who: Actor, problem_id: int) -> tuple[Problem, Place]:
    """Return a problem at a place that the actor answers for, with the place."""
    found = s.get(Problem, problem_id)
    if found is None or found not in own_problems(s, who, found.place_id):
        raise Refused(NOT_FOUND)
    return found, s.get_one(Place, found.place_id)


def add(
    s: Session, who: Actor, place_id: int, *, due_on: date, now: datetime, **said: Unpack[Measure]
) -> Problem:
    """Put a problem on the list with its measure and its date; a plan that was closed is open again."""
    found, place = enterprise_for(s, who, place_id, Can.SUPERVISE)
    _fits(said)
    may_lead(s, who, place, said.get("lead_id"))
    is_ahead(due_on, now)
    made = _put_down(s, found, {"lead_id": found.lead_id or who.id, **said}, due_on, now)
    run(s, made, place, now)
    append(s, who, made, place, "added", to=[made.lead_id, place.owner_id], now=now)
    return made


def _fits(said: Measure) -> None:
    if "problem" in said and not said["problem"].strip():
        raise Refused("请写清楚是什么问题，一句话就行。")
    if said.get("severity", Severity.ORDINARY) not in set(Severity) or said.get("sort", "") not in {"", *SORTS}:
        raise Refused("等级或措施类型不对，请点按钮选。")


def _put_down(s: Session, found: Enterprise, said: Mapping[str, Any], due_on: date | None, now: datetime) -> Problem:
    last = s.exec(select(func.max(Problem.number)).where(Problem.place_id == found.place_id)).one()
    made = Problem(place_id=found.place_id, number=(last or 0) + 1, due_on=due_on, opened_at=now, **said)
    s.add(made)
    # The row of the plan is written as well, so that of two who add at once each gets a number of their own.
    found.closed_at, found.changed_at = None, now
    s.flush()
    return made


def take(s: Session, who: Actor, place_id: int, hazard_id: int, words: str, *, now: datetime) -> Problem:
    """Take a case that is under repair there into the plan; measure, clock and end stay those of the case."""
    found, place = enterprise_for(s, who, place_id, Can.SUPERVISE)
    hazard = next((case for case in untaken(s, who, place.id or 0) if case.id == hazard_id), None)
    if hazard is None:
        raise Refused("这件隐患已经在清单里，或者已经办结。请刷新看看。")
    said = {"problem": words, "severity": hazard.severity, "lead_id": found.lead_id or who.id, "hazard_id": hazard.id}
    made = _put_down(s, found, said, None, now)
    append(s, who, made, place, "added", now=now)
    return made


def untaken(s: Session, who: Actor, place_id: int) -> list[Hazard]:
    """Return the cases under repair at a place that the actor may see and that are not on its problem list.

    Before a danger is confirmed it is no problem yet, and whoever answers for the place knows nothing of it.
    """
    taken = select(Problem.hazard_id).where(Problem.place_id == place_id, col(Problem.hazard_id).is_not(None))
    confirmed = [step.value for step in OWNER_KNOWS]
    here = select(Hazard).where(Hazard.place_id == place_id, col(Hazard.closed_at).is_(None))
    here = here.where(col(Hazard.step).in_(confirmed))
    rows = s.exec(here.where(col(Hazard.id).not_in(taken)).order_by(col(Hazard.id)))
    return [case for case in rows if _may_see(s, who, case.id or 0)]


def _may_see(s: Session, who: Actor, hazard_id: int) -> bool:
    try:
        hazards.hazard_for(s, who, hazard_id, Can.SEE_HAZARDS)
    except Refused:
        return False
    return True


def change(
    s: Session, who: Actor, problem_id: int, version: int, *, now: datetime, **said: Unpack[Measure]
) -> Problem:
    """Write a problem or its measure otherwise; its date and its progress have acts of their own."""
    problem, place = problem_for(s, who, problem_id, Can.SUPERVISE)
    expect(problem, version)
    _fits(said)
    may_lead(s, who, place, said.get("lead_id"))
    for column, value in said.items():
        setattr(problem, column, value)
    if (clock := deadlines.running(s, THING, problem_id, CLOCK)) is not None:
        clock.owner_id = problem.lead_id
    s.flush()
    audit.record(s, who.id, "enterprise.changed", f"problem:{problem_id}", now=now)
    return problem


def due_days(s: Session, problems: Sequence[Problem]) -> dict[int, date]:
    """Return the day of each open problem: its own, or that of the repair of its case while that runs."""
    cases = {each.hazard_id: each.id or 0 for each in problems if each.hazard_id and each.closed_at is None}
    found = {each.id or 0: each.due_on for each in problems if each.due_on and each.closed_at is None}
    running = select(Deadline.thing_id, Deadline.due_at).where(Deadline.thing == "hazard", Deadline.clock == "rectify")
    rows = s.exec(running.where(col(Deadline.thing_id).in_(list(cases)), col(Deadline.met_at).is_(None),
                                col(Deadline.cancelled_at).is_(None)))  # fmt: skip
    return found | {cases[case]: local(due_at).date() for case, due_at in rows}


def is_late(problem: Problem, due_on: date | None, today: date) -> bool:
    """Say whether the measure of an open problem is behind its day; what waits for a second look is not."""
    return due_on is not None and due_on < today and problem.closed_at is None and problem.progress < DONE


def expect(problem: Problem, version: int) -> None:
    """Refuse when a problem is closed, or somebody has worked on it since the card was shown."""
    if problem.closed_at is not None:
        raise Refused("这一项已经销号了。还有问题的，请作为新的一项列入清单。")
    if problem.version != version:
        raise Refused("这一项刚才有同事办过。请重新打开它，看了最新的再办（正在填的请先取消）。")


def run(s: Session, problem: Problem, place: Place, now: datetime) -> None:
    """Let the clock of the measure run (again) until its day, late as it may be."""
    if problem.due_on is not None:
        due_at = add_days(now, (problem.due_on - local(now).date()).days)
        deadlines.start(s, THING, problem.id or 0, CLOCK, due_at=due_at, area_path=place.area_path,
                        owner_id=problem.lead_id, rule=RULE, now=now)  # fmt: skip


def is_ahead(due_on: date, now: datetime) -> None:
    """Refuse a day that has passed."""
    if due_on < local(now).date():
        raise Refused("期限要在今天以后。请重新选一个日子。")


def append(
    s: Session, who: Actor, problem: Problem, place: Place, act: str,
    *, words: str = "", media: Sequence[Media] = (), to: Sequence[int | None] = (), now: datetime,
) -> None:  # fmt: skip
    """Append to the history of a problem and tell who has to know."""
    write(s, who, problem.place_id, act, problem=problem, note=words, media=media, now=now)
    tell(s, who, problem, place, act, to, now)


def tell(
    s: Session, who: Actor, problem: Problem, place: Place, act: str, to: Sequence[int | None], now: datetime
) -> None:
    """Tell others, once each; nobody of their own act, and of who is kept out only the responsible person."""
    out = kept_out_of(s, place) - {place.owner_id}
    for person_id in dict.fromkeys(to):
        if person_id is not None and person_id != who.id and person_id not in out:
            notify(s, person_id, TOLD, now=now, problem=problem.id, act=act)
