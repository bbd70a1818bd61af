"""Notices about hazards: what colleagues and the reporter are told when something has happened.

A notice is made when it is sent: it is silent when the matter has moved on or the person may not see it any more.
"""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from bot.cards import Button, Card, bold, card, lines
from bot.notices import Notice, Render
from bot.wire import Outcome
from handlers import looks, looks_own
from handlers.say import hazards as say
from handlers.say import outcomes as say_outcomes
from models import case_cards, deadlines, hazards, outcomes
from models.deadlines import CLOCKS, Deadline
from models.hazards import Hazard
from models.lifecycle import Severity, Step
from models.outbox import Outgoing
from models.people import Actor, Can, Person, people_with

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
    "hazard.sample_failed": Step.RECTIFYING,
    "hazard.taken_back": Step.REPORTED,
    "hazard.sent_back": Step.REPORTED,
    "hazard.escalated": Step.REPORTED,
    "hazard.resumed": Step.RECTIFYING,
}
TITLES = {**say.TITLES, **say_outcomes.TITLES}
URGES = {"verify": say_outcomes.OVERDUE_VERIFY, "dispatch": say_outcomes.OVERDUE_DISPATCH}


def to_officers(what: str, title: str = "", still: Still | None = None) -> Render:
    """Return how a notice to colleagues is made; `still` says whether the matter has not passed for this person."""

    def render(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
        seen = looks.seen_by(s, row.about["hazard"], person)
        if seen is None or CALLS.get(what, seen[1].step) != seen[1].step:
            return None
        who, hazard = seen
        if still is not None and not still(s, who, hazard, now):
            return None
        return looks.hazard_card(s, who, hazard, now, title or TITLES[what])

    return render


def to_reporter(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Return where the report stands; silent when a later step has overtaken this one."""
    del person
    hazard = s.get(Hazard, row.about["hazard"])
    if hazard is None or hazards.first_of(s, hazard).step != row.about.get("step", hazard.step):
        return None
    return looks_own.own_card(s, hazard, now, looks_own.NEWS)


def closed(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """The end: the reporter is asked for a rating, colleagues just hear of it."""
    render: Callable[..., Card | None] = to_reporter if row.alias else to_officers("hazard.closed")
    return render(s, row, person, now)


def heard(s: Session, row: Outgoing, outcome: Outcome, now: datetime) -> None:
    """A notice has arrived: when it told the reporter how the case ended, nothing is owed any more.

    Of a merged report it told where the case stands into which it was merged.
    """
    del outcome
    hazard = s.get(Hazard, row.about["hazard"])
    if hazard is None or row.alias != hazard.reporter_alias:
        return
    if row.about.get("step") == hazards.first_of(s, hazard).step:
        outcomes.heard(s, hazard, now=now)


def withdrawn(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """A report was taken back; of a grave danger somebody has to decide whether to look all the same."""
    hazard = s.get(Hazard, row.about["hazard"])
    is_dropped = hazard is not None and hazards.may_carry_on(hazard)
    is_grave = hazard is not None and (hazard.severity == Severity.URGENT or hazard.evacuation)
    return to_officers("hazard.withdrawn", say.WITHDRAWN_GRAVE if is_dropped and is_grave else "")(s, row, person, now)


def overdue(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Clocks of hours have run out: one case with its acts, several as a list; silent about what was done since."""
    found = [clock for key in row.about["clocks"] if (clock := s.get(Deadline, key)) and deadlines.is_late(clock, now)]
    seen = [(clock, both) for clock in found if (both := looks.seen_by(s, clock.thing_id, person))]
    late = {hazard.id: (clock, hazard) for clock, (_, hazard) in seen}
    if len(late) == 1:
        [(clock, hazard)] = late.values()
        who = seen[0][1][0]
        title = URGES.get(clock.clock, say_outcomes.OVERDUE_ONE.format(clock=CLOCKS[clock.clock]))
        return looks.hazard_card(s, who, hazard, now, title)
    told = [_overdue_line(*each) for each in late.values()]
    rows = [Button(f"看 {hazard.number}", "hazard.open", {"id": hazard.id}, once=False) for _, hazard in late.values()]
    pairs = [rows[i : i + 2] for i in range(0, len(rows), 2)]
    return card(bold(say_outcomes.OVERDUE_MANY.format(count=len(told))), lines(*told), buttons=pairs) if told else None


def _overdue_line(clock: Deadline, hazard: Hazard) -> str:
    at = looks.day_and_hour(clock.due_at)
    return say_outcomes.OVERDUE_LINE.format(
        number=hazard.number, place=hazard.place_text, clock=CLOCKS[clock.clock], at=at
    )


def officers_of(s: Session, row: Outgoing) -> list[int]:
    """Return who has to know that a notice about this hazard did not arrive."""
    hazard = s.get(Hazard, row.about.get("hazard", 0))
    return people_with(s, Can.ASSIGN, hazard.area_path) if hazard else []


def remember(s: Session, row: Outgoing, outcome: Outcome, now: datetime) -> None:
    """Note which message shows the case now, so that it is redrawn when somebody else acts; never a reporter's."""
    del outcome
    person = s.get(Person, row.person_id) if row.person_id else None
    chat = person.telegram_id if person else row.chat_id
    if row.message_id is not None and chat is not None and row.alias is None and "hazard" in row.about:
        person_id = person.id if person else None
        case_cards.remember(s, row.about["hazard"], chat, row.message_id, person_id, now=now)


def arrived(s: Session, row: Outgoing, outcome: Outcome, now: datetime) -> None:
    """A notice about a case has arrived: with its reporter, or with a colleague."""
    (heard if row.alias else remember)(s, row, outcome, now)


ABOUT_CASES: dict[str, Render] = {
    **{what: to_officers(what) for what in TITLES}, "hazard.closed": closed, "hazard.progress": to_reporter,
    "hazard.withdrawn": withdrawn,
}  # fmt: skip
NOTICES: tuple[Notice, ...] = (
    *(Notice(what, render, owner=officers_of, arrived=arrived) for what, render in ABOUT_CASES.items()),
    Notice("hazard.overdue", overdue, arrived=remember),
)
