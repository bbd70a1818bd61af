"""Notices about hazards: what colleagues and the reporter are told when something has happened.

A notice is made when it is sent: it is silent when the matter has moved on or the person may not see it any more.
"""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from bot.cards import Card, bold, card, quote
from bot.notices import Notice, Render
from handlers import looks
from handlers.say import hazards as say
from knowledge.whereabouts import place_in
from models import deadlines, hazards, places
from models.base import Refused
from models.hazards import Hazard
from models.lifecycle import Step
from models.outbox import Outgoing
from models.people import Actor, Can, Person, actor_of, people_with

Still = Callable[[Session, Actor, Hazard, datetime], bool]
# A call to act is only worth sending while the hazard still stands where it called from.
CALLS = {
    "hazard.reported": Step.REPORTED,
    "hazard.assigned": Step.VERIFYING,
    "hazard.handed_over": Step.RECTIFYING,
    "hazard.confirmed": Step.RECTIFYING,
    "hazard.recheck": Step.RECHECK,
    "hazard.returned": Step.RECTIFYING,
    "hazard.reopened": Step.VERIFYING,
}


def to_officers(what: str, title: str = "", still: Still | None = None) -> Render:
    """Return how a notice to colleagues is made; `still` says whether the matter has not passed for this person."""

    def render(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
        hazard = s.get(Hazard, row.about["hazard"])
        if hazard is None or CALLS.get(what, hazard.step) != hazard.step:
            return None
        who = actor_of(s, person)
        if still is not None and not still(s, who, hazard, now):
            return None
        try:
            hazards.hazard_for(s, who, hazard.id or 0, Can.SEE_HAZARDS)
        except Refused:
            return None
        return looks.hazard_card(s, who, hazard, now, title or say.TITLES[what])

    return render


def to_reporter(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Return where the report stands; silent when a later step has overtaken this one."""
    del person
    hazard = s.get(Hazard, row.about["hazard"])
    if hazard is None or hazards.first_of(s, hazard).step != row.about.get("step", hazard.step):
        return None
    return looks.own_card(s, hazard, now, "您的上报有新进展")


def closed(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """The end: the reporter is asked for a rating, colleagues just hear of it."""
    render: Callable[..., Card | None] = to_reporter if row.alias else to_officers("hazard.closed")
    return render(s, row, person, now)


def overdue(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """The first look is late; silent when somebody has been there since."""
    clock = deadlines.running(s, looks.THING, row.about["hazard"], "verify")
    return to_officers("hazard.overdue")(s, row, person, now) if clock is not None and clock.due_at < now else None


def alarm(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Somebody wrote that it burns: the words, and what to do."""
    del person, now
    words = str(row.about["words"])[:600]
    place = place_in(words, allow_wild=True, known=places.names_in(s, words))
    where = say.ALARM_WHERE.format(place=place) if place else say.ALARM_NOWHERE
    return card(bold(say.ALARM_HEAD), quote(words), where, bold(say.ALARM_TAIL))


def officers_of(s: Session, row: Outgoing) -> list[int]:
    """Return who has to know that a notice about this hazard did not arrive."""
    hazard = s.get(Hazard, row.about.get("hazard", 0))
    return people_with(s, Can.ASSIGN, hazard.area_path) if hazard else []


OTHERWISE: dict[str, Render] = {"hazard.closed": closed, "hazard.overdue": overdue, "hazard.progress": to_reporter}
NOTICES: tuple[Notice, ...] = (
    *(Notice(what, to_officers(what), owner=officers_of) for what in say.TITLES if what not in OTHERWISE),
    *(Notice(what, render, owner=officers_of) for what, render in OTHERWISE.items()),
    Notice("emergency", alarm, urgent=True),
)
