"""The plan as the responsible person of the place reads it: problems, measures, days, and how far they are.

They report with a picture; what colleagues wrote about the enterprise is not for them.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session
from telegram import Update

from bot.cards import Button, Card, Text, bold, card, lines
from bot.context import Context
from bot.fields import Answers, Choice, Option, Photos
from bot.forms import Form
from bot.routes import Route, command, press
from handlers.enterprises import MOST_PHOTOS
from handlers.hazards import media
from handlers.looks_problems import bar, case_of, due_in_words, stands
from handlers.say import enterprises as say
from models import enterprise_problems, enterprise_steps, enterprises
from models.calendar import day_of, local
from models.enterprise_problems import due_days
from models.enterprise_steps import STEPS
from models.enterprises import DONE, Problem
from models.lifecycle import ENDS, SEVERITY_LABELS, Severity, Step
from models.people import Actor, Can

MOST = 4


async def home(_: Update, context: Context) -> None:
    """「我的整治清单」: the only place at once, or which one."""
    found = context.read(enterprises.own_plans)
    if len(found) == 1:
        context.say(own_card(context.visit.session, context.actor, found[0].id or 0, context.now))
        return
    rows = [[Button(place.name, "ownplan.show", {"p": place.id}, once=False)] for place in found]
    context.say(card(bold(say.OWN), say.OWN_ASK if found else say.OWN_NONE, buttons=rows))


async def show(_: Update, context: Context) -> None:
    """The list of one place."""
    context.say(own_card(context.visit.session, context.actor, context.pressed["p"], context.now))


def own_card(s: Session, who: Actor, place_id: int, now: datetime, head: str = "") -> Card:
    """Return the problems of an own place with their measures and days; open ones can be reported on."""
    _, place = enterprises.own_plan(s, who, place_id)
    problems = enterprises.own_problems(s, who, place_id)
    days, today = due_days(s, problems), local(now).date()
    told = [_told(s, each, days.get(each.id or 0), today) for each in problems]
    return card(head or None, bold(say.OWN_HEAD.format(name=place.name)), *told, None if told else say.OWN_EMPTY,
                buttons=_rows(s, problems))  # fmt: skip


def _told(s: Session, problem: Problem, due_on: date | None, today: date) -> Text:
    back = _sent_back(s, problem)
    return lines(
        bold(f"{problem.number}. {problem.problem}（{SEVERITY_LABELS[Severity(problem.severity)]}）"),
        say.OWN_MEASURE.format(measure=problem.measure) if problem.measure else None,
        say.OWN_BACK.format(reason=back) if back else None, _state(s, problem, due_on, today),
    )  # fmt: skip


def _state(s: Session, problem: Problem, due_on: date | None, today: date) -> str:
    if problem.closed_at is not None:
        return say.CLOSED.format(day=day_of(problem.closed_at))
    case = case_of(s, problem)
    if case is not None and Step(case.step) not in ENDS:
        return say.OWN_CASE.format(number=case.number)
    if problem.progress == DONE:
        return say.OWN_WAITS
    return f"{bar(problem.progress)}　{due_in_words(due_on, today)}"


def _sent_back(s: Session, problem: Problem) -> str:
    """What the last second look found wrong: it was written for whoever repairs."""
    looked = [note for note in enterprises.history_of(s, problem) if note.act in ("sent_back", "closed")]
    return looked[-1].note if looked and looked[-1].act == "sent_back" else ""


def _rows(s: Session, problems: Sequence[Problem]) -> list[list[Button]]:
    mine = [each for each in problems if each.closed_at is None and each.progress < DONE and case_of(s, each) is None]
    return [[Button(say.OWN_REPORT.format(n=m.number), "ownplan.report", {"m": m.id, "v": m.version}, once=False)]
            for m in mine[:MOST]]  # fmt: skip


async def report(_: Update, context: Context) -> None:
    """「报第 1 项进度」."""
    problem, _place = context.read(enterprise_problems.own_problem, context.pressed["m"])
    context.begin("ownplan.report", {"m": problem.id, "v": context.pressed["v"], "at": problem.progress})


def submit(context: Context, answers: Answers) -> Card:
    """How far it is, with a picture."""
    progress, words = int(answers["progress"]), str(answers.get("note") or "")
    problem = context.run(enterprise_steps.report, answers["m"], progress, answers["v"], note=words,
                          media=media(answers.get("photos")))  # fmt: skip
    return own_card(context.visit.session, context.actor, problem.place_id, context.now, reported(progress))


def reported(progress: int) -> str:
    """Return what is said after a report."""
    return say.REPORTED_DONE if progress == DONE else say.REPORTED.format(n=progress)


def told(s: Session, who: Actor, problem_id: int, act: str, now: datetime) -> Card | None:
    """Return what a notice shows whoever answers for the place; None when it has moved on, Refused for others."""
    problem, place = enterprise_problems.own_problem(s, who, problem_id)
    return own_card(s, who, place.id or 0, now, say.TOLD[act]) if stands(problem, act) else None


def _steps(answers: Answers) -> list[Option]:
    return [Option(str(n), say.ALL_DONE if n == DONE else say.PERCENT.format(n=n)) for n in STEPS if n != answers["at"]]


PROGRESS = Choice(key="progress", label=say.PROGRESS, ask=say.PROGRESS_ASK, choices=_steps)
FORMS: tuple[Form, ...] = (
    Form("ownplan.report", say.REPORT_TITLE, submit=submit, extra="note", review=False, fields=(
        PROGRESS, Photos(key="photos", label=say.PHOTOS, ask=say.MENDED_ASK, at_most=MOST_PHOTOS, files=False),
    )),
)  # fmt: skip
ROUTES: tuple[Route, ...] = (
    command("myplan", home, say.OWN, can=Can.MEND, help=say.OWN_HELP, words=("整治清单",)),
    press("ownplan.list", home, can=Can.MEND),
    press("ownplan.show", show, can=Can.MEND),
    press("ownplan.report", report, can=Can.MEND),
)
