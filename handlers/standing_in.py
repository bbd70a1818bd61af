"""Standing in (请假): a colleague takes over for some days; both are told, and it ends by itself."""

from datetime import date, datetime, timedelta

from sqlmodel import Session
from telegram import Update

from bot.cards import Button, Card, bold, card
from bot.context import Context
from bot.dates import read_day
from bot.fields import Answers, Choice, Field, NotUnderstood, Option, Said
from bot.forms import Form
from bot.notices import Notice
from bot.routes import Route, command, press
from bot.timetable import Chore
from handlers.say import staff as say
from models import standing_in
from models.calendar import day_name
from models.outbox import Outgoing
from models.people import Can, Person, actor_of
from models.standing_in import BEGUN, ENDED, Absence


class DayFromToday(Field):
    """A day, today included; buttons for the next ones, or words such as 明天 and 12月3日."""

    def options(self, answers: Answers) -> list[Option]:
        """Offer the days that are asked for most."""
        first = date.fromisoformat(answers["first"]) if self.key == "last" else None
        days = [(0, say.TODAY), (1, say.TOMORROW)] if first is None else [(n, "") for n in (0, 1, 2, 4, 6)]
        start = first or date.fromisoformat(answers["today"])
        return [Option((start + timedelta(days=n)).isoformat(), label or day_name(start + timedelta(days=n)))
                for n, label in days]  # fmt: skip

    def read(self, said: Said, answers: Answers) -> str:
        """Take a button, or words that name a day."""
        if said.choice is not None:
            return said.choice
        found = read_day(said.text, said.today)
        earliest = answers.get("first", "") if self.key == "last" else said.today.isoformat()
        if found is None or found.isoformat() < earliest:
            raise NotUnderstood("请点一个日子，或者打字，比如「明天」「12月3日」。")
        return found.isoformat()

    def show(self, value: str, answers: Answers) -> str:  # noqa: ARG002
        """Show it as people say it."""
        return day_name(date.fromisoformat(value))


def _days(absence: Absence) -> dict[str, str]:
    return {"first": day_name(absence.first_day), "last": day_name(absence.last_day)}


async def away(_: Update, context: Context) -> None:
    """「我请假」: what is registered, or the form."""
    s, me = context.visit.session, context.actor.id
    own, others = standing_in.absence_of(s, me), standing_in.standing_for(s, me)
    if own is not None or others:
        context.say(_registered(s, own, others))
        return
    people = context.read(standing_in.helpers)
    if not people:
        context.say(card(say.AWAY_NOBODY))
        return
    known = [[str(p.id), p.name] for p in people]
    context.begin("away", {"people": known, "today": context.today.isoformat()})


def _registered(s: Session, own: Absence | None, others: list[Absence]) -> Card:
    told, rows = [], []
    if own is not None:
        told.append(say.AWAY_NOW.format(name=s.get_one(Person, own.deputy_id).name, **_days(own)))
        rows.append([Button(say.COME_BACK, "away.ask", {"id": own.id}, once=False)])
    for absence in others:
        name = s.get_one(Person, absence.person_id).name
        told.append(say.STANDING.format(name=name, **_days(absence)))
        rows.append([Button(say.STOP_STANDING.format(name=name), "away.ask", {"id": absence.id}, once=False)])
    return card(bold(say.AWAY), *told, buttons=rows)


def submit_away(context: Context, answers: Answers) -> Card:
    """Register it; it begins today, or by itself on its first day."""
    first, last = date.fromisoformat(answers["first"]), date.fromisoformat(answers["last"])
    absence = context.run(standing_in.be_away, int(answers["deputy"]), first, last)
    name = context.visit.session.get_one(Person, absence.deputy_id).name
    back = Button(say.COME_BACK, "away.ask", {"id": absence.id}, once=False)
    return card(say.AWAY_DONE.format(name=name, **_days(absence)), buttons=[[back]])


async def ask_end(_: Update, context: Context) -> None:
    """「销假」, or not standing in any more: asked once more, because it takes effect at once."""
    absence = context.read(standing_in.absence_for, context.pressed["id"])
    is_own = absence.person_id == context.actor.id
    other = context.visit.session.get_one(Person, absence.deputy_id if is_own else absence.person_id)
    told = (say.SURE_BACK if is_own else say.SURE_STOP).format(name=other.name)
    context.say(card(told, buttons=[[Button(say.SURE_YES, "away.end", {"id": absence.id})],
                                    [Button(say.BACK, "away.show", once=False)]]))  # fmt: skip


async def end(_: Update, context: Context) -> None:
    """End it before its last day."""
    absence = context.run(standing_in.end, context.pressed["id"])
    is_own = absence.person_id == context.actor.id
    other = context.visit.session.get_one(Person, absence.deputy_id if is_own else absence.person_id)
    context.say(card(say.ENDED.format(name=other.name)))


def begun(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Tell the deputy for whom, for how long and as what; nothing when it was called off meanwhile."""
    del now
    absence = s.get(Absence, row.about["absence"])
    if absence is None or absence.ended_at is not None:
        return None
    absent = s.get_one(Person, absence.person_id)
    lendable = standing_in.lendable(actor_of(s, absent))
    stop = Button(say.STOP_STANDING.format(name=absent.name), "away.ask", {"id": absence.id}, once=False)
    told = say.BEGUN.format(name=absent.name, titles=lendable.titles, **_days(absence))
    del person
    return card(told, buttons=[[stop]])


def ended(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Tell either of the two that it is over."""
    del now
    absence = s.get(Absence, row.about["absence"])
    if absence is None:
        return None
    is_own = absence.person_id == person.id
    other = s.get_one(Person, absence.deputy_id if is_own else absence.person_id)
    return card((say.ENDED_MINE if is_own else say.ENDED_THEIRS).format(name=other.name))


def turn_days(s: Session, *, now: datetime) -> None:
    """Lend the roles whose first day has come, and take back those whose last day is over."""
    standing_in.turn_days(s, now=now)


FORMS = (
    Form("away", say.AWAY, submit=submit_away, remark=lambda _: say.AWAY_NOTE, fields=(
        Choice(key="deputy", label="代班", ask=say.AWAY_WHO, choices=lambda a: [Option(i, n) for i, n in a["people"]]),
        DayFromToday(key="first", label="开始", ask=say.AWAY_FROM),
        DayFromToday(key="last", label="结束", ask=say.AWAY_UNTIL),
    )),
)  # fmt: skip
NOTICES: tuple[Notice, ...] = (Notice(BEGUN, begun), Notice(ENDED, ended))
CHORES: tuple[Chore, ...] = (Chore("turn_days", turn_days),)
ROUTES: tuple[Route, ...] = (
    command("away", away, say.AWAY, can=Can.SEE_HAZARDS, help="请同事替几天班", words=("请假", "销假")),
    press("away.show", away, can=Can.SEE_HAZARDS),
    press("away.ask", ask_end, can=Can.SEE_HAZARDS),
    press("away.end", end, can=Can.SEE_HAZARDS),
    press("staff.standing", end, can=Can.INVITE),
)
