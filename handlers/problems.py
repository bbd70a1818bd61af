"""The problem list of an enterprise in the chat: put down, taken from a case, reported, sent back, closed, told of."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Session
from telegram import Update

from bot.cards import Button, Card, bold, card
from bot.context import Context
from bot.dates import Day
from bot.fields import Answers, Choice, Option, Photos, Text
from bot.forms import Form
from bot.notices import Notice
from bot.routes import Route, press
from handlers import enterprises as plans
from handlers import looks_problems as looks
from handlers import own_plans
from handlers.enterprise_files import Colleague, colleagues, named
from handlers.enterprises import MOST_PHOTOS, MOST_SHOWN
from handlers.hazards import media
from handlers.say import enterprises as say
from knowledge.kinds import KINDS
from models import enterprise_problems, enterprise_steps, enterprises, hazards
from models.base import Refused
from models.enterprise_problems import SORTS, TOLD
from models.enterprises import Problem
from models.hazards import Hazard
from models.lifecycle import SEVERITY_LABELS
from models.outbox import Outgoing
from models.people import Can, Person, actor_of
from models.places import Place

OFFERED = 6
WORDS = ("problem", "severity", "measure", "sort", "funds", "owner")


async def show(_: Update, context: Context) -> None:
    """One problem."""
    context.say(_card(context, *context.read(enterprise_problems.problem_for, context.pressed["m"])))


def _card(context: Context, problem: Problem, place: Place, head: str = "") -> Card:
    return looks.problem_card(context.visit.session, context.actor, problem, place, context.now, head)


def _done(context: Context, problem: Problem, head: str) -> Card:
    """Return the card of a problem after an act."""
    return _card(context, problem, context.visit.session.get_one(Place, problem.place_id), head)


async def add(_: Update, context: Context) -> None:
    """「列问题」: open cases of the place are offered first, one tap each."""
    place = context.read(enterprises.enterprise_for, context.pressed["p"], Can.SUPERVISE)[1]
    cases = context.read(enterprise_problems.untaken, place.id)[:OFFERED]
    if not cases or context.pressed.get("own"):
        _ask(context, place)
        return
    rows = [[Button(say.TAKE.format(number=case.number, kind=KINDS[case.kind].name), "problem.take",
                    {"p": place.id, "h": case.id})] for case in cases]  # fmt: skip
    own = Button(say.ANOTHER, "problem.add", {"p": place.id, "own": True}, once=False)
    context.say(card(bold(place.name), say.CHOOSE_ADD, buttons=[*rows, [own, looks.back_to(place)]]))


def _ask(context: Context, place: Place) -> None:
    plan, _ = context.read(enterprises.enterprise_for, place.id)
    people = colleagues(context, place)
    lead = _known(plan.lead_id or context.actor.id, people)
    context.begin("problem", {"p": place.id, "people": people, "lead": lead})


def _known(person_id: int | None, people: list[list[str]]) -> str | None:
    """A lead who no longer supervises here is asked for anew."""
    return str(person_id) if str(person_id) in dict(people) else None


async def take(_: Update, context: Context) -> None:
    """「列入 吹2026-0001」: the case itself goes on in its chain."""
    place_id, case = context.pressed["p"], context.read(hazards.hazard_for, context.pressed["h"], Can.SEE_HAZARDS)
    words = say.TAKEN_WORDS.format(kind=KINDS[case.kind].name, number=case.number)
    context.run(enterprise_problems.take, place_id, case.id, words)
    context.say(plans.plan_card(context, place_id, say.ADDED))


async def change(_: Update, context: Context) -> None:
    """「改内容」: the same form with what stands there; the date has an act of its own."""
    problem, place = context.read(enterprise_problems.problem_for, context.pressed["m"], Can.SUPERVISE)
    people = colleagues(context, place)
    known = {key: getattr(problem, key) for key in WORDS} | {"lead": _known(problem.lead_id, people)}
    context.begin("problem", {"p": place.id, "people": people, "m": problem.id, "v": context.pressed["v"], **known})


def submit(context: Context, answers: Answers) -> Card:
    """Put the problem on the list, or word it anew."""
    said: dict[str, Any] = {key: str(answers.get(key) or "") for key in WORDS} | {"lead_id": int(answers["lead"])}
    if "m" in answers:
        return _done(context, context.run(enterprise_problems.change, answers["m"], answers["v"], **said), say.KEPT)
    context.run(enterprise_problems.add, answers["p"], due_on=date.fromisoformat(answers["due"]), **said)
    return plans.plan_card(context, answers["p"], say.ADDED)


def _begins(form: str, **more: Any) -> Any:
    """Return what a button does that begins a form about a problem, for whoever may work on it."""

    async def begin(_: Update, context: Context) -> None:
        problem, _place = context.read(enterprise_problems.problem_for, context.pressed["m"], Can.SUPERVISE)
        context.begin(form, {"m": problem.id, "v": context.pressed["v"], "at": problem.progress, **more})

    return begin


def submit_report(context: Context, answers: Answers) -> Card:
    """How far it is; at 100 somebody else looks."""
    progress, told = int(answers["progress"]), str(answers.get("note") or "")
    problem = context.run(enterprise_steps.report, answers["m"], progress, answers["v"], note=told,
                          media=media(answers.get("photos")))  # fmt: skip
    return _done(context, problem, own_plans.reported(progress))


def submit_postpone(context: Context, answers: Answers) -> Card:
    """Another date, with a reason."""
    day, reason = date.fromisoformat(answers["due"]), str(answers["reason"])
    problem = context.run(enterprise_steps.postpone, answers["m"], day, reason, answers["v"])
    return _done(context, problem, say.POSTPONED)


def submit_back(context: Context, answers: Answers) -> Card:
    """It is not good yet."""
    problem = context.run(enterprise_steps.send_back, answers["m"], str(answers["reason"]), answers["v"])
    return _done(context, problem, say.SENT_BACK)


def submit_close(context: Context, answers: Answers) -> Card:
    """It is good."""
    shown = media(answers.get("photos"))
    problem = context.run(enterprise_steps.close, answers["m"], str(answers["result"]), answers["v"], media=shown)
    return _closed(context, problem)


def _closed(context: Context, problem: Problem) -> Card:
    plan, _ = context.read(enterprises.enterprise_for, problem.place_id)
    return _done(context, problem, say.CLOSED_ALL if plan.closed_at else say.CLOSED_HEAD)


async def settle(_: Update, context: Context) -> None:
    """「随隐患销号」: its case was checked and closed; nothing is asked again."""
    problem, _place = context.read(enterprise_problems.problem_for, context.pressed["m"], Can.SUPERVISE)
    case = context.visit.session.get(Hazard, problem.hazard_id) if problem.hazard_id else None
    words = say.SETTLED.format(number=case.number) if case else ""
    context.say(_closed(context, context.run(enterprise_steps.settle, problem.id, words, context.pressed["v"])))


async def pictures(_: Update, context: Context) -> None:
    """「看照片」: the newest ones first, as a new message."""
    problem, _place = context.read(enterprise_problems.problem_for, context.pressed["m"])
    past = enterprises.history_of(context.visit.session, problem)
    shown = [(kind, file_id) for note in reversed(past) for kind, file_id, _ in note.media][:MOST_SHOWN]
    context.say(card(problem.problem, media=tuple(shown)), new=True)


def told(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render what happened to a problem, for a colleague or for the responsible person; silent when it has moved on."""
    who, act = actor_of(s, person), str(row.about["act"])
    try:
        return own_plans.told(s, who, row.about["problem"], act, now)
    except Refused:
        pass
    try:
        problem, place = enterprise_problems.problem_for(s, who, row.about["problem"])
    except Refused:
        return None
    return looks.problem_card(s, who, problem, place, now, say.TOLD[act]) if looks.stands(problem, act) else None


_PHOTOS = Photos(key="photos", label=say.PHOTOS, ask=say.PHOTOS_ASK, at_most=MOST_PHOTOS, optional=True, files=False)
_SEVERITIES = [Option(each.value, label) for each, label in SEVERITY_LABELS.items()]
FORMS: tuple[Form, ...] = (
    Form("problem", say.PROBLEM_TITLE, submit=submit, fields=(
        Text(key="problem", label=say.PROBLEM, ask=say.PROBLEM_ASK, at_most=300),
        Choice(key="severity", label=say.SEVERITY, ask=say.SEVERITY_ASK, choices=_SEVERITIES),
        Text(key="measure", label=say.MEASURE, ask=say.MEASURE_ASK, at_most=300, optional=True),
        Choice(key="sort", label=say.SORT, ask=say.SORT_ASK, choices=[Option(*each) for each in SORTS.items()],
               optional=True),
        Day(key="due", label=say.DUE_LABEL, ask=say.DUE_ASK, ahead=(7, 15, 30, 60), when=lambda a: "m" not in a),
        Text(key="owner", label=say.OWNER, ask=say.OWNER_ASK, at_most=60, optional=True),
        Text(key="funds", label=say.FUNDS, ask=say.FUNDS_ASK, at_most=60, optional=True),
        Colleague(key="lead", label=say.LEAD_LABEL, ask=say.LEAD_ASK, choices=named),
    )),
    Form("problem.report", say.REPORT_TITLE, submit=submit_report, review=False, fields=(
        own_plans.PROGRESS, Text(key="note", label=say.NOTE, ask=say.NOTE_ASK, at_most=500, optional=True), _PHOTOS,
    )),
    Form("problem.postpone", say.POSTPONE_TITLE, submit=submit_postpone, review=False, fields=(
        Day(key="due", label=say.DUE_LABEL, ask=say.DUE_ASK, ahead=(7, 15, 30, 60)),
        Text(key="reason", label=say.REASON, ask=say.REASON_ASK, at_most=300),
    )),
    Form("problem.back", say.BACK_TITLE, submit=submit_back, review=False, fields=(
        Text(key="reason", label=say.REASON, ask=say.BACK_ASK, at_most=300),
    )),
    Form("problem.close", say.CLOSE_TITLE, submit=submit_close, review=False, fields=(
        Text(key="result", label=say.RESULT, ask=say.RESULT_ASK, at_most=300), _PHOTOS,
    )),
)  # fmt: skip
ROUTES: tuple[Route, ...] = (
    press("problem.show", show, can=Can.SEE_PLACES),
    press("problem.add", add, can=Can.SUPERVISE),
    press("problem.take", take, can=Can.SUPERVISE),
    press("problem.change", change, can=Can.SUPERVISE),
    press("problem.report", _begins("problem.report"), can=Can.SUPERVISE),
    press("problem.postpone", _begins("problem.postpone"), can=Can.SUPERVISE),
    press("problem.back", _begins("problem.back"), can=Can.SUPERVISE),
    press("problem.close", _begins("problem.close"), can=Can.SUPERVISE),
    press("problem.settle", settle, can=Can.SUPERVISE),
    press("problem.pictures", pictures, can=Can.SEE_PLACES),
)
NOTICES: tuple[Notice, ...] = (Notice(TOLD, told),)
