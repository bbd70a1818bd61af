"""Reveals: asking who reported a case, a second person's yes or no, one look, and the reporter hears of it."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select
from telegram import Update

from bot.cards import Button, Card, bold, card, lines, quote
from bot.context import Context
from bot.fields import Answers, Text
from bot.forms import Form
from bot.notices import Notice
from bot.routes import Route, command, press
from bot.timetable import Chore
from handlers import looks, looks_own
from handlers.looks_basics import name_of, titles_of
from handlers.say import custodian as say
from models import complaints, hazards, reveals, rounds
from models.areas import Area
from models.base import Refused
from models.calendar import day_of, local
from models.hazards import Hazard
from models.outbox import Outgoing, notify
from models.people import Can, Person, Role, actor_of, holders
from models.reveals import Reveal
from models.rules import rules_of

A_LIST = 8


async def ask(_: Update, context: Context) -> None:
    """「申请查看身份」: with a reason that the reporter will read."""
    hazard = context.read(hazards.hazard_for, context.pressed["id"], Can.UNSEAL)
    context.begin("reveal", {"hazard": hazard.id})


def submit(context: Context, answers: Answers) -> Card:
    """Hand the request to those who may decide it."""
    context.run(reveals.ask, answers["hazard"], answers["reason"])
    return card(say.REVEAL_SENT)


async def waiting(_: Update, context: Context) -> None:
    """「身份查看审批」: what this person may decide."""
    s = context.visit.session
    found = context.run(reveals.waiting_for)
    if not found:
        context.say(card(say.NO_LIST))
        return
    rows = [[Button(_line(s, row), "reveal.open", {"reveal": row.id}, once=False)] for row in found[:A_LIST]]
    context.say(card(bold(say.LIST.format(n=len(found))), buttons=rows))


def _line(s: Session, row: Reveal) -> str:
    number = s.get_one(Hazard, row.hazard_id).number
    return say.LIST_LINE.format(number=number, name=name_of(s, row.asked_by), day=day_of(row.asked_at))


def request_card(s: Session, row: Reveal, hazard: Hazard) -> Card:
    """Return a request as the second person reads it; of the report it shows no words."""
    ways = [Button(say.AGREE, "reveal.agree", {"reveal": row.id}, once=False),
            Button(say.REFUSE, "reveal.refuse", {"reveal": row.id})]  # fmt: skip
    who = say.REVEAL_WHO.format(name=name_of(s, row.asked_by), titles=titles_of(s, row.asked_by))
    return card(bold(say.REVEAL_HEAD), looks.headline(hazard), who, say.REVEAL_WHY, quote(row.reason), say.REVEAL_RULE,
                buttons=[ways])  # fmt: skip


async def open_one(_: Update, context: Context) -> None:
    """One request, with yes and no."""
    row, hazard = context.read(reveals.to_decide, context.pressed["reveal"], context.now)
    context.say(request_card(context.visit.session, row, hazard))


async def agree(_: Update, context: Context) -> None:
    """「同意…」: what a yes means is said once more; it cannot be taken back."""
    row, hazard = context.read(reveals.to_decide, context.pressed["reveal"], context.now)
    this = {"reveal": row.id}
    ways = [Button(say.AGREE_SURE, "reveal.agreed", this), Button(say.BACK, "reveal.open", this, once=False)]
    sure = say.SURE.format(name=name_of(context.visit.session, row.asked_by))
    context.say(card(looks.headline(hazard), quote(row.reason), sure, buttons=[ways]))


async def agreed(_: Update, context: Context) -> None:
    """「确定同意」."""
    row = context.run(reveals.decide, context.pressed["reveal"], True)
    name = name_of(context.visit.session, row.asked_by)
    context.say(card(say.AGREED.format(name=name, until=looks.day_and_hour(row.expires_at or context.now))))


async def refuse(_: Update, context: Context) -> None:
    """「不同意」."""
    context.run(reveals.decide, context.pressed["reveal"], False)
    context.say(card(say.REFUSED))


async def look(_: Update, context: Context) -> None:
    """「现在看」: who it is stands in a pop-up, which leaves nothing in the chat."""
    person = context.run(reveals.look, context.pressed["reveal"])
    row = context.visit.session.get_one(Reveal, context.pressed["reveal"])
    hazard = context.visit.session.get_one(Hazard, row.hazard_id)
    if person is None:
        context.toast(say.UNOPENED, alert=True)
        return
    shown = say.SHOWN.format(number=hazard.number, name=person.name, account=person.telegram_id)
    context.toast(shown, alert=True)
    context.say(card(looks.headline(hazard), say.LOOKED))


def asked_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """A second person hears of a request, as long as they may decide it."""
    try:
        return request_card(s, *reveals.to_decide(s, actor_of(s, person), row.about["reveal"], now))
    except Refused:
        return None


def decided_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """The asker hears yes, with the one look, or no."""
    found = s.get(Reveal, row.about["reveal"])
    if found is None or found.asked_by != person.id or found.opened_at is not None:
        return None
    number = s.get_one(Hazard, found.hazard_id).number
    if not found.granted or found.expires_at is None:
        return card(say.DENIED.format(number=number))
    if found.expires_at < now:
        return None
    until = looks.day_and_hour(found.expires_at)
    way = Button(say.LOOK, "reveal.look", {"reveal": found.id}, once=False)
    return card(say.GRANTED.format(number=number, until=until), buttons=[[way]])


def told_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """The reporter hears who looked, when, why, and who had said yes."""
    del person, now
    found = s.get(Reveal, row.about["reveal"])
    if found is None or found.opened_at is None:
        return None
    hazard = s.get_one(Hazard, found.hazard_id)
    asker, other = ((name_of(s, one), titles_of(s, one)) for one in (found.asked_by, found.decided_by))
    what = say.TOLD_WHAT.format(number=hazard.number, when=looks.day_and_hour(found.opened_at), name=asker[0],
                                titles=asker[1])  # fmt: skip
    why = lines(say.TOLD_WHY, quote(found.reason))
    approved = say.TOLD_APPROVED.format(name=other[0], titles=other[1])
    return card(bold(say.TOLD_HEAD), what, approved, why, say.TOLD_TAIL, buttons=[looks_own.trouble_row(hazard)])


def count_month(s: Session, *, now: datetime) -> None:
    """On the first day of a month tell the leaders how often somebody was looked up in the last, also when never."""
    today = local(now)
    if today.day > 1 or today.time() < rules_of(s).digest_at or rounds.is_done(s, "reveals", now=now):
        return
    before = today.date() - timedelta(days=1)
    for person_id in holders(s, Role.LEADER):
        notify(s, person_id, "reveal.month", now=now, key=f"reveals|{before:%Y-%m}|{person_id}",
               year=before.year, month=before.month)  # fmt: skip
    rounds.mark_done(s, "reveals", now=now)


def month_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """A leader reads numbers of their own area, and nothing else."""
    del now
    held = [grant.area_id for grant in actor_of(s, person).held if grant.role is Role.LEADER]
    area = s.exec(select(Area).where(col(Area.id).in_(held)).order_by(col(Area.path))).first()
    if area is None:
        return None
    year, month = row.about["year"], row.about["month"]
    asked, granted, looked = reveals.in_month(s, year, month, area.path)
    made, still_open = complaints.in_month(s, year, month, area.path)
    return card(bold(say.MONTH_HEAD.format(month=month)),
                say.MONTH_REVEALS.format(asked=asked, granted=granted, looked=looked),
                say.MONTH_COMPLAINTS.format(made=made, open=still_open), say.MONTH_TAIL)  # fmt: skip


FORMS = (
    Form(
        "reveal", say.REVEAL_TITLE, submit=submit, remark=lambda _: say.REVEAL_REMARK,
        fields=(Text(key="reason", label=say.REVEAL_LABEL, ask=say.REVEAL_ASK, at_most=200),),
    ),
)  # fmt: skip
ROUTES: tuple[Route, ...] = (
    command("reveals", waiting, "身份查看审批", can=Can.COUNTERSIGN),
    press("reveal.ask", ask, can=Can.UNSEAL),
    press("reveal.list", waiting, can=Can.COUNTERSIGN),
    press("reveal.open", open_one, can=Can.COUNTERSIGN),
    press("reveal.agree", agree, can=Can.COUNTERSIGN),
    press("reveal.agreed", agreed, can=Can.COUNTERSIGN),
    press("reveal.refuse", refuse, can=Can.COUNTERSIGN),
    press("reveal.look", look, can=Can.UNSEAL),
)
NOTICES: tuple[Notice, ...] = (
    Notice("reveal.asked", asked_card),
    Notice("reveal.decided", decided_card),
    Notice("reveal.told", told_card),
    Notice("reveal.month", month_card, holds=True),
)
CHORES: tuple[Chore, ...] = (Chore("reveals", count_month),)
