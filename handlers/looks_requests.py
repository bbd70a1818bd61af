"""How a request looks to whoever decides it, and its case to whoever asked."""

from datetime import datetime

from sqlmodel import Session

from bot.cards import Button, Card, bold, card, code, quote
from handlers import looks, looks_acts, looks_owners
from handlers.say import requests as say
from models import deadlines, hazards, owners, requests
from models.base import Refused
from models.calendar import day_name, day_of
from models.hazards import Hazard
from models.people import Actor, Can, Person, actor_of
from models.requests import EXTEND, RETURN, Request


def request_card(s: Session, who: Actor, request: Request, hazard: Hazard) -> Card:
    """Return a request as whoever may decide it sees it: who, what, why, by when; or that it is over."""
    if request.decided_at is not None:
        return card(bold(say.TITLES[request.kind]), looks.headline(hazard), say.OVER, buttons=[[case_button(request)]])
    clock, due = looks.clock_of(s, hazard), deadlines.running(s, requests.CLOCK, request.id or 0, requests.CLOCK)
    is_longer = request.kind == EXTEND and clock is not None
    instead = say.INSTEAD_OF.format(due=day_of(clock.due_at)) if clock and is_longer else ""
    ways = [Button(say.GRANT, "request.granted", {"id": request.id}),
            Button(say.DECLINE, "request.declined", {"id": request.id})]  # fmt: skip
    return card(
        bold(say.HEADS[request.kind]), looks.headline(hazard), f"地点：{hazard.place_text}",
        say.WHO.format(name=_who(s, request), what=_what(request)) + instead, quote(why(request.reason)),
        say.MEANWHILE.format(measures=request.measures) if request.measures else None,
        say.DECIDE_BY.format(due=looks.day_and_hour(due.due_at)) if due else None,
        say.REPORTER_READS if request.kind != RETURN and hazard.reporter_alias else None,
        buttons=[ways if requests.may_decide(who, request, hazard) else [], [case_button(request)]],
    )  # fmt: skip


def _who(s: Session, request: Request) -> str:
    person = s.get_one(Person, request.by_id)
    return f"{person.name}（{actor_of(s, person).titles}）"


def why(reason: str) -> str:
    """Return a reason as such."""
    return say.THE_REASON.format(reason=reason)


def _what(request: Request) -> str:
    return say.WHAT[request.kind].format(until=day_name(request.until) if request.until else "")


def case_button(request: Request) -> Button:
    """Return the button that opens the case of a request."""
    return Button(say.OPEN_CASE, "hazard.open", {"id": request.hazard_id}, once=False)


def case_card(s: Session, who: Actor, hazard_id: int, now: datetime, head: str, reason: str = "") -> Card:
    """Return the case as this person may see it: as staff, as the owner of the place, or only that it is over."""
    told = [bold(head), quote(why(reason)) if reason else None]
    try:
        hazard = owners.place_hazard(s, who, hazard_id)
        return looks_owners.place_card(s, hazard, now, *told)
    except Refused:
        hazard = s.get_one(Hazard, hazard_id)
    try:
        hazards.hazard_for(s, who, hazard_id, Can.SEE_HAZARDS)
    except Refused:
        return card(*told, code(hazard.number))
    return card(*told, looks.hazard_text(s, hazard, now), buttons=looks_acts.act_rows(s, who, hazard, now))
