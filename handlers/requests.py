"""What needs somebody else's yes: more time, sending a case back, shelving it."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session
from telegram import Update

from bot.cards import Button, Card, bold, card
from bot.context import Context
from bot.dates import Day
from bot.fields import Answers, Choice, NotUnderstood, Option, Said, Text
from bot.forms import Form
from bot.notices import Notice
from bot.routes import Route, press
from bot.timetable import Chore
from handlers import looks, looks_acts, looks_own
from handlers.looks_requests import case_button, case_card, request_card, why
from handlers.notices import officers_of
from handlers.say import requests as say
from models import hazards, requests
from models.base import Refused
from models.calendar import day_name
from models.hazards import Hazard
from models.lifecycle import Act
from models.outbox import Outgoing
from models.people import Can, Person, actor_of
from models.requests import EXTEND, RETURN, SHELVE

AFTER = (3, 7, 15, 30, 60, 90)
OFFERED = 4


class Until(Day):
    """A day within the limits of what may be asked for; the value is an ISO date."""

    def options(self, answers: Answers) -> list[Option]:
        """Some days after the first one, and the last one."""
        first, last = _window(answers)
        days = [first + timedelta(days=n) for n in AFTER if first + timedelta(days=n) < last]
        return [Option(day.isoformat(), day_name(day)) for day in (*days[: OFFERED - 1], last)]

    def read(self, said: Said, answers: Answers) -> str:
        """Take a day within the limits."""
        first, last = _window(answers)
        between = say.BETWEEN.format(first=day_name(first), last=day_name(last))
        try:
            found = Day.read(self, said, answers)
        except NotUnderstood:
            raise NotUnderstood(between) from None
        if not first < date.fromisoformat(found) <= last:
            raise NotUnderstood(between)
        return found

    def show(self, value: Any, answers: Answers) -> str:  # noqa: ARG002
        """Show the day as people say it."""
        return day_name(date.fromisoformat(str(value)))


class Reason(Choice):
    """One of the usual reasons, or one's own words."""

    a_row = 1

    def read(self, said: Said, answers: Answers) -> str:
        """Take a button, or the words themselves."""
        words = said.text.strip()
        return words[: requests.LONGEST] if said.choice is None and words else super().read(said, answers)


def _window(answers: Answers) -> tuple[date, date]:
    return date.fromisoformat(answers["first"]), date.fromisoformat(answers["last"])


async def choose(_: Update, context: Context) -> None:
    """「申请延期、退回…」: what is it? Where only one thing can be asked for, its form begins at once."""
    hazard = context.read(hazards.hazard_to, context.pressed["id"], Act.REQUESTED)
    kinds = looks_acts.request_kinds(hazard)
    if len(kinds) == 1:
        begin(context, kinds[0], hazard.id or 0)
        return
    rows = [[Button(say.KIND_BUTTONS[kind], f"request.{kind}", {"id": hazard.id})] for kind in kinds]
    back = Button(say.BACK, "hazard.open", {"id": hazard.id}, once=False)
    context.say(card(looks.headline(hazard), say.CHOOSE, buttons=[*rows, [back]]))


def begin(context: Context, kind: str, hazard_id: int, usual: tuple[str, ...] = say.WHY_RETURN) -> None:
    """Begin the form of a request, with the days that may be chosen; refuse what nobody could grant."""
    given: dict[str, Any] = {"hazard": hazard_id, "kind": kind, "usual": list(usual)}
    if kind != RETURN:
        first, last = context.run(requests.window, hazard_id, kind)
        given |= {"first": first.isoformat(), "last": last.isoformat()}
    context.begin(f"request.{kind}", given)


def _begins(kind: str) -> Any:
    async def run(_: Update, context: Context) -> None:
        begin(context, kind, context.pressed["id"])

    return run


def submit(context: Context, answers: Answers) -> Card:
    """Hand a request in; what is shown then fits whoever asked."""
    until = date.fromisoformat(answers["until"]) if answers.get("until") else None
    told, measures = str(answers["reason"]), str(answers.get("measures") or "")
    number = answers["hazard"]
    context.run(requests.ask, number, answers["kind"], reason=told, until=until, measures=measures)
    return case_card(context.visit.session, context.actor, number, context.now, say.ASKED)


async def open_one(_: Update, context: Context) -> None:
    """A request, from the digest or its card."""
    request, hazard = context.read(requests.request_for, context.pressed["id"])
    context.say(request_card(context.visit.session, context.actor, request, hazard))


async def grant(_: Update, context: Context) -> None:
    """「批准」."""
    request = context.run(requests.grant, context.pressed["id"])
    context.say(card(bold(say.GRANTED_NOW[request.kind]), buttons=[[case_button(request)]]))


async def decline(_: Update, context: Context) -> None:
    """「不批准…」: it needs a reason."""
    request, hazard = context.read(requests.request_for, context.pressed["id"])
    if not requests.may_decide(context.actor, request, hazard):
        context.say(request_card(context.visit.session, context.actor, request, hazard))
    else:
        context.begin("request.declined", {"request": request.id})


def submit_decline(context: Context, answers: Answers) -> Card:
    """Say no, with the reason."""
    request = context.run(requests.decline, answers["request"], str(answers["reason"]))
    return card(bold(say.DECLINED_NOW), buttons=[[case_button(request)]])


async def resume(_: Update, context: Context) -> None:
    """「恢复整改」."""
    hazard = context.run(requests.resume, context.pressed["id"])
    context.say(looks.card_for(context, hazard))


def asked_notice(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render a request for whoever decides; nothing when it was decided or is none of theirs."""
    del now
    hazard, who = s.get(Hazard, row.about["hazard"]), actor_of(s, person)
    request = requests.open_request(s, hazard.id or 0) if hazard is not None else None
    if hazard is None or request is None or not requests.may_decide(who, request, hazard):
        return None
    try:
        requests.request_for(s, who, request.id or 0)
    except Refused:
        return None
    return request_card(s, who, request, hazard)


def decided_notice(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render, for whoever asked, how it was decided and why."""
    asked = [r for r in requests.requests_of(s, row.about["hazard"]) if r.by_id == person.id and r.decided_at]
    if not asked or asked[-1].granted is None:
        return None
    request = asked[-1]
    until = day_name(request.until) if request.until else ""
    head = say.GRANTED[request.kind].format(until=until) if request.granted else say.DECLINED[request.kind]
    return case_card(s, actor_of(s, person), request.hazard_id, now, head, request.answer)


def told_notice(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render, for the reporter and for whoever has the case in hand, that it takes longer, and why."""
    given = [r for r in requests.requests_of(s, row.about["hazard"]) if r.granted and r.kind in say.TOLD]
    if not given:
        return None
    request, hazard = given[-1], s.get_one(Hazard, row.about["hazard"])
    head = say.TOLD[request.kind].format(until=day_name(request.until) if request.until else "")
    if not row.alias:
        return case_card(s, actor_of(s, person), request.hazard_id, now, head, request.reason)
    reason = why(request.reason) if request.kind == EXTEND else ""  # of a shelved case the card itself says why
    return looks_own.own_card(s, hazard, now, head, reason) if hazard.step == row.about["step"] else None


def drop_moot(s: Session, *, now: datetime) -> None:
    """Close the requests that the case has overtaken."""
    requests.drop_moot(s, now=now)


def resume_due(s: Session, *, now: datetime) -> None:
    """Take off the shelf what is due."""
    requests.resume_due(s, now=now)


def _reason(kind: str) -> Text:
    return Text(key="reason", label=say.REASON, ask=say.ASK_REASON[kind], at_most=requests.LONGEST)


def _until(kind: str) -> Until:
    return Until(key="until", label=say.UNTIL, ask=lambda a: say.ASK_UNTIL[kind].format(last=day_name(_window(a)[1])))


FORMS = (
    Form("request.extend", say.TITLES[EXTEND], (_until(EXTEND), _reason(EXTEND)), submit, submit_label=say.SUBMIT),
    Form("request.shelve", say.TITLES[SHELVE],
         (_until(SHELVE), _reason(SHELVE),
          Text(key="measures", label=say.MEASURES, ask=say.ASK_MEASURES, at_most=requests.LONGEST)),
         submit, submit_label=say.SUBMIT),
    Form("request.return", say.TITLES[RETURN],
         (Reason(key="reason", label=say.REASON, ask=say.ASK_REASON[RETURN],
                 choices=lambda a: [Option(words, words) for words in a["usual"]]),),
         submit, submit_label=say.SUBMIT),
    Form("request.declined", say.DECLINE_TITLE,
         (Text(key="reason", label=say.REASON, ask=say.ASK_WHY_NOT, at_most=requests.LONGEST),),
         submit_decline, review=False),
)  # fmt: skip
# Assigning or deciding opens a decision; the operation looks which, so the gate here is what they have in common.
ROUTES: tuple[Route, ...] = (
    press("hazard.requested", choose, can=Can.RECTIFY),
    press("request.extend", _begins(EXTEND), can=Can.RECTIFY),
    press("request.return", _begins(RETURN), can=Can.RECTIFY),
    press("request.shelve", _begins(SHELVE), can=Can.RECTIFY),
    press("request.open", open_one, can=Can.SEE_HAZARDS),
    press("request.granted", grant, can=Can.SEE_HAZARDS),
    press("request.declined", decline, can=Can.SEE_HAZARDS),
    press("hazard.resumed", resume, can=Can.SEE_HAZARDS),
)
NOTICES: tuple[Notice, ...] = (
    Notice("request.asked", asked_notice),
    Notice("request.decided", decided_notice, owner=officers_of),
    Notice("request.told", told_notice, owner=officers_of),
)
CHORES: tuple[Chore, ...] = (Chore("drop_moot", drop_moot), Chore("resume_due", resume_due))
