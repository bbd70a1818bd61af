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
from bot.routes import Route, command, press
from bot.timetable import Chore
from handlers.looks import day_and_hour
from handlers.reminding import OPENERS
from handlers.say import common
from handlers.say import push as say
from models import deadlines, reminders, teamwork
from models.calendar import local
from models.clock_things import names_of
from models.conflicts import kept_out
from models.deadlines import CLOCKS, Deadline
from models.hazards import Hazard
from models.people import Actor, Can, Person
from models.routing import post_name
from models.rules import rules_of
from models.teamwork import LateCall

SHOWN, A_PAGE = 10, 8
Late = tuple[Deadline, Hazard]


async def overdue(_: Update, context: Context) -> None:
    """「逾期清单」: what is late where the actor sees the board; hazards one by one, the rest counted."""
    calls = teamwork.late_calls(context.visit.session, context.actor, now=context.now)
    context.say(_card(context.visit.session, _late(context), calls, context.now))


def _late(context: Context) -> list[Deadline]:
    s, paths = context.visit.session, context.actor.paths(Can.SEE_BOARD)
    found = {d.id: d for path in paths for d in deadlines.overdue(s, path=path, now=context.now)}
    return _one_a_case(s, context.actor, found.values())


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
    heads = {thing: bold(name.format(n=counts[thing])) for thing, name in say.OVERDUE_THINGS.items()}
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
    lists = [[_list_button(thing, heads[thing].plain)] for thing in named if counts[thing]]
    return card(bold(say.OVERDUE), lines(*told), more, *counted, buttons=[*pairs, *lists])


def _list_button(thing: str, head: str, page: int = 0) -> Button:
    return Button(say.OVERDUE_WHICH.format(head=head), "overdue.list", {"thing": thing, "page": page}, once=False)


async def listed(_: Update, context: Context) -> None:
    """「看：巡查 12 家」: which they are, the longest overdue first; each opens with a tap."""
    thing, s = str(context.pressed["thing"]), context.visit.session
    late = [clock for clock in _late(context) if clock.thing == thing]
    page = max(0, min(int(context.pressed.get("page", 0)), (len(late) - 1) // A_PAGE))
    shown = late[page * A_PAGE : (page + 1) * A_PAGE]
    names, (verb, key) = names_of(s, shown), OPENERS[thing]
    told = [(clock.thing_id, names.get((thing, clock.thing_id), ""), _days_late(clock, context.now)) for clock in shown]
    rows = [[Button(say.OVERDUE_ONE.format(name=name, late=late), verb, {key: number}, once=False)]
            for number, name, late in told]  # fmt: skip
    ways = ((common.PREVIOUS, page - 1), (common.NEXT_PAGE, page + 1))
    turns = [Button(label, "overdue.list", {"thing": thing, "page": to}, once=False)
             for label, to in ways if 0 <= to <= (len(late) - 1) // A_PAGE]  # fmt: skip
    head = say.OVERDUE_THINGS[thing].format(n=len(late))
    back = Button(say.OVERDUE_BACK, "overdue.all", once=False)
    context.say(card(bold(f"{say.OVERDUE}：{head}"), buttons=[*rows, turns, [back]]))


def _days_late(clock: Deadline, now: datetime) -> str:
    days = (local(now).date() - local(clock.due_at).date()).days
    return say.LATE_DAYS.format(days=days) if days else say.LATE_TODAY


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
    holder = s.get(Person, clock.owner_id) if clock.owner_id else None
    who = say.HELD_BY.format(name=holder.name) if holder else say.NOT_HELD[clock.clock]
    return f"· {hazard.number}　{hazard.place_text}\n　{CLOCKS[clock.clock]}{_days_late(clock, now)}　{who}"


def tell_overdue(s: Session, *, now: datetime) -> None:
    """Tell of clocks of hours that have run out since just now, and of posts that were called and did not come."""
    reminders.queue_overdue(s, now=now)
    teamwork.queue_late(s, now=now)


ROUTES: tuple[Route, ...] = (
    command("overdue", overdue, say.OVERDUE, can=Can.SEE_BOARD, often=6, help=say.OVERDUE_HELP, words=("逾期",)),
    press("overdue.all", overdue, can=Can.SEE_BOARD),
    press("overdue.list", listed, can=Can.SEE_BOARD),
)
CHORES: tuple[Chore, ...] = (Chore("tell_overdue", tell_overdue),)
