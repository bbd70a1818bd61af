"""How a plan of an enterprise looks to staff: the list, one enterprise, its file, one problem, the notes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.cards import Button, Card, Text, bold, card
from bot.context import Context
from handlers.looks_basics import name_of
from handlers.looks_problems import back_to, bar, problem_line, supervises
from handlers.say import common
from handlers.say import enterprises as say
from models import enterprise_fields, enterprise_files, enterprises
from models.calendar import day_of, local
from models.enterprise_fields import LINES, SHEETS
from models.enterprise_ledger import Plan
from models.enterprises import ACTS, Enterprise, Problem, SupervisionNote
from models.people import Actor, Can
from models.places import KINDS, Place

A_PAGE, DIRECT, A_LIST = 5, 3, 6


def state_of(plan: Plan) -> str:
    """Return how far a plan is, in a few words."""
    if plan.progress is None:
        return say.NO_PROBLEMS
    if plan.enterprise.closed_at is not None:
        return say.CLOSED_ON.format(day=day_of(plan.enterprise.closed_at))
    late = say.LATE_COUNT.format(n=len(plan.late)) if plan.late else ""
    return f"{bar(plan.progress)}　{say.OPEN_COUNT.format(n=plan.open)}{late}"


def _mark(plan: Plan) -> str:
    return say.LATE_MARK if plan.late else say.DONE_MARK if plan.enterprise.closed_at else ""


def list_card(context: Context, found: Sequence[Plan], page: int) -> Card:
    """Return one page of the plans, what is late first."""
    more = [Button(say.MORE, "enterprise.more", once=False)]
    if not found:
        begins = context.actor.may(Can.SUPERVISE)
        return card(bold(say.TITLE), say.NONE, say.NONE_HOW if begins else None, buttons=[more] if begins else [])
    last = (len(found) - 1) // A_PAGE
    page = min(max(page, 0), last)
    shown = found[page * A_PAGE : (page + 1) * A_PAGE]
    told = [say.LINE.format(mark=_mark(plan), name=plan.place.name, state=state_of(plan)) for plan in shown]
    rows = [[Button(plan.place.name, "enterprise.show", {"p": plan.place.id}, once=False)] for plan in shown]
    turning = _turning("enterprise.list", {}, page, last)
    return card(bold(say.HEAD.format(n=len(found))), *told, buttons=[*rows, turning, more])


def _turning(verb: str, args: dict[str, Any], page: int, last: int) -> list[Button]:
    ways = ((common.PREVIOUS, page - 1), (common.NEXT_PAGE, page + 1))
    return [Button(label, verb, {**args, "page": to}, once=False) for label, to in ways if 0 <= to <= last]


def plan_card(s: Session, who: Actor, plan: Plan, now: datetime, head: str = "") -> Card:
    """Return an enterprise with its open problems and what can be done with the plan."""
    place, today = plan.place, local(now).date()
    leader = name_of(s, plan.enterprise.lead_id)
    problems = sorted(plan.problems, key=lambda each: (each.closed_at is not None, each.id not in plan.late))
    filled = enterprise_files.fields_of(s, plan.enterprise, place)
    return card(
        head or None, bold(place.name) + f"  {KINDS[place.kind]}", place.address or None,
        bold(state_of(plan)), say.LEAD.format(name=leader) if leader else None,
        say.FILE_LINE.format(done=sum(line.key in filled for line in LINES), all=len(LINES)),
        *[problem_line(s, each, plan.days.get(each.id or 0), today) for each in problems[:A_LIST]],
        buttons=_plan_rows(who, plan, problems),
    )  # fmt: skip


def _plan_rows(who: Actor, plan: Plan, problems: Sequence[Problem]) -> list[list[Button]]:
    args = {"p": plan.place.id}
    direct = [_number(each) for each in problems[:DIRECT]]
    every = Button(say.PROBLEMS.format(n=len(problems)), "enterprise.problems", args, once=False)
    add = [Button(say.ADD, "problem.add", args, once=False)] if supervises(who, plan.place) else []
    more = ((say.FILE, "enterprise.file"), (say.NOTES, "enterprise.notes"))
    looks = [Button(label, verb, args, once=False) for label, verb in more]
    return [direct, [*add, *([every] if len(problems) > DIRECT else [])], looks,
            [Button(say.BACK, "enterprise.list", once=False)]]  # fmt: skip


def _number(problem: Problem) -> Button:
    return Button(say.NUMBERED.format(n=problem.number), "problem.show", {"m": problem.id}, once=False)


def problems_card(s: Session, plan: Plan, page: int, now: datetime) -> Card:
    """Return one page of the whole problem list, by number."""
    last = max(len(plan.problems) - 1, 0) // A_LIST
    page = min(max(page, 0), last)
    shown = plan.problems[page * A_LIST : (page + 1) * A_LIST]
    told = [problem_line(s, each, plan.days.get(each.id or 0), local(now).date()) for each in shown]
    buttons = [_number(each) for each in shown]
    turning = _turning("enterprise.problems", {"p": plan.place.id}, page, last)
    return card(bold(plan.place.name), *told, buttons=[buttons[:3], buttons[3:], [*turning, back_to(plan.place)]])


def file_card(s: Session, who: Actor, found: Enterprise, place: Place, head: str = "") -> Card:
    """Return what is known of an enterprise, sheet by sheet; telephones only for who supervises it."""
    may, fields = supervises(who, place), enterprise_files.fields_of(s, found, place)
    told: list[Text | str] = []
    rows: list[Button] = []
    for sheet, name in SHEETS.items():
        listed = [line for line in LINES if line.sheet == sheet]
        known = [line for line in listed if line.key in fields]
        told.append(bold(say.SHEET.format(name=name, done=len(known), all=len(listed))))
        told += [f"{line.label}：{enterprise_fields.shown(line.key, fields, phones=may)}" for line in known]
        left = len(listed) - len(known)
        label = say.FILL.format(name=name, n=left) if left else say.ALTER.format(name=name)
        rows.append(Button(label, "enterprise.fill", {"p": place.id, "sheet": sheet}, once=False))
    lead = [Button(say.SET_LEAD, "enterprise.lead", {"p": place.id}, once=False)]
    acts = [rows[:2], rows[2:], lead] if may else []
    return card(head or None, bold(place.name), *told, say.FROM_LEDGER if may else None,
                buttons=[*acts, [back_to(place)]])  # fmt: skip


def notes_card(s: Session, who: Actor, place: Place, notes: Sequence[SupervisionNote], page: int) -> Card:
    """Return one page of the supervision notes, the newest first."""
    numbers = {each.id: each.number for each in enterprises.problems_of(s, place.id or 0)}
    last = max(len(notes) - 1, 0) // A_LIST
    page = min(max(page, 0), last)
    told = [_note_line(s, note, numbers) for note in notes[page * A_LIST : (page + 1) * A_LIST]]
    args = {"p": place.id}
    add = [Button(say.ADD_NOTE, "enterprise.note", args, once=False)] if supervises(who, place) else []
    shown = [Button(say.PICTURES, "enterprise.pictures", args, once=False)] if any(n.media for n in notes) else []
    head = bold(f"{place.name}　{say.NOTES_HEAD.format(n=len(notes))}")
    return card(head, *(told or [say.NOTES_NONE]), say.NOTES_PRIVATE,
                buttons=[_turning("enterprise.notes", args, page, last), [*add, *shown], [back_to(place)]])  # fmt: skip


def _note_line(s: Session, note: SupervisionNote, numbers: dict[int | None, int]) -> str:
    return say.NOTES_LINE.format(
        day=day_of(note.at), name=name_of(s, note.who_id),
        about=say.ABOUT.format(n=numbers[note.problem_id]) if note.problem_id else "", act=ACTS[note.act],
        percent=say.PERCENT.format(n=note.progress) if note.act == "progress" else "",
        note=f"：{note.note}" if note.note else "",
        pictures=say.WITH_PICTURES.format(n=len(note.media)) if note.media else "",
    )  # fmt: skip
