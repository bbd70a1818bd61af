"""How a problem of an enterprise looks to staff: one line of a list, or a card with what can be done with it now."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session

from bot.cards import Button, Card, bold, card, lines
from handlers.looks_basics import name_of
from handlers.say import enterprises as say
from models import enterprises
from models.calendar import day_name, day_of, local
from models.enterprise_problems import SORTS, due_days, is_late
from models.enterprises import ACTS, DONE, Problem, SupervisionNote
from models.hazards import Hazard
from models.lifecycle import ENDS, SEVERITY_LABELS, STEP_LABELS, Severity, Step
from models.masking import masked
from models.people import Actor, Can
from models.places import Place

LAST = 5


def bar(percent: int) -> str:
    """Return progress as people see it at a glance: ▓▓░░ 50%."""
    full = percent // 25
    return say.BAR.format(bar=say.FULL * full + say.EMPTY * (4 - full), percent=percent)


def supervises(who: Actor, place: Place) -> bool:
    """Say whether somebody may write in the plan of a place (the operation asks once more)."""
    return who.reaches(Can.SUPERVISE, place.area_path)


def back_to(place: Place) -> Button:
    """Return the way back to the plan of an enterprise."""
    return Button(say.BACK_TO.format(name=place.name), "enterprise.show", {"p": place.id}, once=False)


def problem_line(s: Session, problem: Problem, due_on: date | None, today: date) -> str:
    """Return one problem in two lines: number and words, where it stands and by when."""
    mark = say.DONE_MARK if problem.closed_at else say.LATE_MARK if is_late(problem, due_on, today) else ""
    return say.PROBLEM_LINE.format(mark=mark, n=problem.number, words=problem.problem,
                                   severity=SEVERITY_LABELS[Severity(problem.severity)],
                                   state=problem_state(s, problem, due_on, today))  # fmt: skip


def problem_state(s: Session, problem: Problem, due_on: date | None, today: date) -> str:
    """Return how far a problem is: closed, waiting for a second look, in the chain of its case, or by its day."""
    if problem.closed_at is not None:
        return say.CLOSED.format(day=day_of(problem.closed_at))
    hazard = case_of(s, problem)
    if hazard is not None and (hazard.step == Step.CLOSED or Step(hazard.step) not in ENDS):
        told = say.CASE_CLOSED if hazard.step == Step.CLOSED else say.IN_CASE
        return told.format(number=hazard.number, step=STEP_LABELS[Step(hazard.step)])
    if problem.progress == DONE:
        return f"{bar(DONE)}　{say.WAITS}"
    return f"{bar(problem.progress)}　{due_in_words(due_on, today)}"


def due_in_words(due_on: date | None, today: date) -> str:
    """Return the day of a problem and how late it is."""
    if due_on is None:
        return say.NO_DUE
    late = (today - due_on).days
    return say.DUE.format(day=day_name(due_on)) + (f"，{say.LATE_BY.format(n=late)}" if late > 0 else "")


def case_of(s: Session, problem: Problem) -> Hazard | None:
    """Return the case that a problem was taken over from."""
    return s.get(Hazard, problem.hazard_id) if problem.hazard_id is not None else None


def problem_card(s: Session, who: Actor, problem: Problem, place: Place, now: datetime, head: str = "") -> Card:
    """Return a problem with its measure, what happened last, and what this officer can do with it now."""
    due_on, may = due_days(s, [problem]).get(problem.id or 0), supervises(who, place)
    labels = (SEVERITY_LABELS[Severity(problem.severity)], problem.measure, SORTS.get(problem.sort, ""), problem.funds,
              problem.owner if may else masked(problem.owner), name_of(s, problem.lead_id))  # fmt: skip
    keys = ("severity", "measure", "sort", "funds", "owner", "lead")
    detail = [line.format(**{key: value}) for line, key, value in zip(say.DETAIL, keys, labels, strict=True) if value]
    past = enterprises.history_of(s, problem)
    mine = problem.progress == DONE and problem.closed_at is None and enterprises.fixer_of(s, problem) == who.id
    return card(
        bold(head) if head else None, bold(f"{place.name}　{say.NUMBERED.format(n=problem.number)}"), problem.problem,
        *detail, bold(problem_state(s, problem, due_on, local(now).date())), say.OWN_FIXED if may and mine else None,
        lines(say.HISTORY, *[_past(s, note) for note in past[-LAST:]]),
        buttons=[*(_acts(s, problem, is_mine=mine) if may else []), _ways(problem, place, past)],
    )  # fmt: skip


def _past(s: Session, note: SupervisionNote) -> str:
    percent = say.PERCENT.format(n=note.progress) if note.act == "progress" else ""
    words = f"：{note.note}" if note.note else ""
    return say.HISTORY_LINE.format(day=day_of(note.at), name=name_of(s, note.who_id), act=ACTS[note.act],
                                   percent=percent, note=words)  # fmt: skip


def _acts(s: Session, problem: Problem, *, is_mine: bool) -> list[list[Button]]:
    """Return what can be done with a problem where it stands; the buttons know which state they were shown for."""
    def act(label: str, verb: str) -> Button:
        return Button(label, verb, {"m": problem.id, "v": problem.version}, once=False)

    if problem.closed_at is not None:
        return []
    hazard, change = case_of(s, problem), act(say.CHANGE, "problem.change")
    if hazard is not None and hazard.step == Step.CLOSED:
        return [[Button(say.SETTLE, "problem.settle", {"m": problem.id, "v": problem.version})]]
    if hazard is not None and Step(hazard.step) not in ENDS:
        return [[Button(say.CASE, "hazard.open", {"id": hazard.id}, once=False), change]]
    if problem.progress == DONE:
        judge = [[act(say.CLOSE, "problem.close")], [act(say.SEND_BACK, "problem.back")]]
        return [] if is_mine else judge
    return [[act(say.REPORT, "problem.report"), act(say.POSTPONE, "problem.postpone")], [change]]


def _ways(problem: Problem, place: Place, past: Sequence[SupervisionNote]) -> list[Button]:
    shown = [Button(say.PICTURES, "problem.pictures", {"m": problem.id}, once=False)]
    return [*(shown if any(note.media for note in past) else []), back_to(place)]


def stands(problem: Problem, act: str) -> bool:
    """Say whether a problem still stands where an act left it."""
    if act == "closed" or problem.closed_at is not None:
        return act == "closed" and problem.closed_at is not None
    return (problem.progress == DONE) is (act == "waits")
