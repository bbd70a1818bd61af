"""What is overdue: the list for those who answer for an area, and the word at once about what was due within hours.

Cases are counted and named, people never ranked.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import Session, col, select
from telegram import Update

from bot.cards import Button, Card, Text, bold, card, lines
from bot.context import Context
from bot.routes import Route, command
from bot.timetable import Chore
from handlers.looks import day_and_hour
from handlers.say import push as say
from models import deadlines, reminders, teamwork
from models.calendar import local
from models.conflicts import kept_out
from models.deadlines import CLOCKS, Deadline
from models.hazards import Hazard
from models.people import Actor, Can, Person
from models.routing import post_name
from models.rules import rules_of
from models.teamwork import LateCall

SHOWN = 10
Late = tuple[Deadline, Hazard]


async def overdue(_: Update, context: Context) -> None:
    """「逾期清单」: what is late where the actor sees the board; hazards one by one, the rest counted."""
    s, paths = context.visit.session, context.actor.paths(Can.SEE_BOARD)
    found = {d.id: d for path in paths for d in deadlines.overdue(s, path=path, now=context.now)}
    calls = teamwork.late_calls(s, context.actor, now=context.now)
    context.say(_card(s, _one_a_case(s, context.actor, found.values()), calls, context.now))


def _one_a_case(s: Session, who: Actor, late: Iterable[Deadline]) -> list[Deadline]:
    """A case counts once, by the clock that ran out first; what the actor is kept out of does not count."""
    first: dict[tuple[str, int], Deadline] = {}
    for clock in sorted(late, key=lambda d: (d.due_at, d.id)):
        first.setdefault((clock.thing, clock.thing_id), clock)
    out = kept_out(s, (number for thing, number in first if thing == "hazard"))
    return [clock for (thing, number), clock in first.items() if thing != "hazard" or who.id not in out.get(number, ())]


def _card(s: Session, late: Sequence[Deadline], calls: Sequence[LateCall], now: datetime) -> Card:
    if not late and not calls:
        return card(bold(say.OVERDUE), say.OVERDUE_NONE)
    counts = Counter(deadline.thing for deadline in late)
    heads = {thing: bold(f"{name} {counts[thing]} 件") for thing, name in say.OVERDUE_THINGS.items()}
    shown = _newest(s, late)
    told = [heads["hazard"], *(_told(s, *found, now) for found in shown)]
    rest = counts["hazard"] - len(shown)
    more = say.OVERDUE_MORE.format(count=rest) if rest else None
    rows = [[Button(f"看 {hazard.number}", "hazard.open", {"id": hazard.id}, once=False)] for _, hazard in shown]
    pairs = [[*one, *other] for one, other in zip(rows[::2], [*rows[1::2], []], strict=False)]
    missing = lines(bold(say.OVERDUE_CALLS.format(n=len(calls))), *(_missing(s, each) for each in calls[:SHOWN]))
    # What nobody has is not worth a line, but for patrols and duties, which everybody asks about.
    named = [thing for thing in heads if thing != "hazard" and (counts[thing] or thing in ("patrol", "duty"))]
    counted = (missing if calls else None, *(heads[thing] for thing in named))
    return card(bold(say.OVERDUE), lines(*told), more, *counted, buttons=pairs)


def _missing(s: Session, late: LateCall) -> str:
    """A post that was called and has not come: the post is named, never a person."""
    post, due = post_name(rules_of(s), late.call.post), day_and_hour(late.call.due_at)
    return say.OVERDUE_CALL.format(post=post, number=late.hazard.number, place=late.hazard.place_text, due=due)


def _newest(s: Session, late: Sequence[Deadline]) -> list[Late]:
    clocks = sorted((d for d in late if d.thing == "hazard"), key=lambda d: (d.due_at, d.id), reverse=True)[:SHOWN]
    rows = s.exec(select(Hazard).where(col(Hazard.id).in_([clock.thing_id for clock in clocks])))
    hazards = {hazard.id: hazard for hazard in rows}
    return [(clock, hazards[clock.thing_id]) for clock in clocks]


def _told(s: Session, clock: Deadline, hazard: Hazard, now: datetime) -> Text | str:
    days = (local(now).date() - local(clock.due_at).date()).days
    late = say.LATE_DAYS.format(days=days) if days else say.LATE_TODAY
    holder = s.get(Person, clock.owner_id) if clock.owner_id else None
    who = say.HELD_BY.format(name=holder.name) if holder else say.NOT_HELD[clock.clock]
    return f"· {hazard.number}　{hazard.place_text}\n　{CLOCKS[clock.clock]}{late}　{who}"


def tell_overdue(s: Session, *, now: datetime) -> None:
    """Tell of clocks of hours that have run out since just now, and of posts that were called and did not come."""
    reminders.queue_overdue(s, now=now)
    teamwork.queue_late(s, now=now)


ROUTES: tuple[Route, ...] = (
    command("overdue", overdue, say.OVERDUE, can=Can.SEE_BOARD, often=6, help=say.OVERDUE_HELP, words=("逾期",)),
)
CHORES: tuple[Chore, ...] = (Chore("tell_overdue", tell_overdue),)
