"""Rewards: proposed and approved by two people, paid for a one-time code; nobody is offered one while it is off."""

from datetime import datetime

from sqlmodel import Session
from telegram import Update

from bot.cards import Button, Card, bold, card, code
from bot.context import Context
from bot.fields import Answers, Text
from bot.forms import Form
from bot.notices import Notice
from bot.routes import Route, command, press
from handlers.looks_basics import money, name_of
from handlers.looks_own import reward_card
from handlers.notices import officers_of
from handlers.say import rewards as say
from knowledge.kinds import KINDS
from models import hazards, rewards
from models.base import Refused
from models.calendar import day_name
from models.hazards import Hazard
from models.outbox import Outgoing
from models.people import Can, Person, actor_of
from models.rewards import Reward
from models.rules import rules_of

BACK = Button(say.BACK, "reward.desk", once=False)


async def desk(_: Update, context: Context) -> None:
    """「举报奖励」: what may be proposed, what waits for this person, and the counter."""
    context.say(_desk(context))


def _desk(context: Context, head: str = "") -> Card:
    if not rules_of(context.visit.session).reward.enabled:
        return card(rewards.OFF)
    some, others = context.read(rewards.proposable), context.read(rewards.waiting)
    rows = [
        [Button(say.TO_PROPOSE.format(n=len(some)), "reward.list", once=False)],
        [Button(say.TO_DECIDE.format(n=len(others)), "reward.waiting", once=False)],
        [Button(say.TO_PAY, "reward.counter")],
    ]
    return card(bold(head or say.TITLE), say.HOW, buttons=rows)


async def proposable(_: Update, context: Context) -> None:
    """「可以提的」: closed cases that a resident reported first."""
    found = context.read(rewards.proposable)
    amounts = rules_of(context.visit.session).reward.amounts
    rows = []
    for hazard in found:
        label = say.PROPOSE.format(number=hazard.number, amount=_money(context, amounts[hazard.severity]))
        rows.append([Button(label, "reward.propose", {"id": hazard.id})])
    told = [] if found else [say.NOTHING]
    context.say(card(bold(say.PROPOSE_HEAD), *told, buttons=[*rows, [BACK]]))


async def propose(_: Update, context: Context) -> None:
    """「提 …」."""
    made = context.run(rewards.propose, context.pressed["id"])
    hazard = context.visit.session.get_one(Hazard, made.hazard_id)
    told = say.PROPOSED.format(number=hazard.number, amount=_money(context, made.amount))
    context.say(_desk(context, told))


async def waiting(_: Update, context: Context) -> None:
    """「等您审的」: what colleagues proposed."""
    found = context.read(rewards.waiting)
    told = [_line(context.visit.session, reward, hazard) for reward, hazard in found] or [say.NOTHING]
    rows = [_ways(reward, hazard) for reward, hazard in found]
    context.say(card(bold(say.DECIDE_HEAD), *told, buttons=[*rows, [BACK]]))


def _line(s: Session, reward: Reward, hazard: Hazard) -> str:
    amount = money(s, reward.amount)
    line = say.LINE.format(number=hazard.number, kind=KINDS[hazard.kind].name, amount=amount)
    return f"{line}\n{say.PROPOSED_BY.format(name=name_of(s, reward.proposed_by))}"


def _ways(reward: Reward, hazard: Hazard) -> list[Button]:
    return [Button(label.format(number=hazard.number), "reward.decide", {"reward": reward.id, "yes": yes})
            for label, yes in ((say.AGREE, True), (say.DECLINE, False))]  # fmt: skip


async def decide(_: Update, context: Context) -> None:
    """「同意」 or 「不同意」."""
    granted = bool(context.pressed["yes"])
    found = context.run(rewards.decide, context.pressed["reward"], granted=granted)
    hazard = context.visit.session.get_one(Hazard, found.hazard_id)
    told = say.AGREED if granted else say.DECLINED
    context.say(_desk(context, told.format(number=hazard.number, amount=_money(context, found.amount))))


async def counter(_: Update, context: Context) -> None:
    """「凭码发放」: somebody stands there with a code."""
    context.begin("claim")


def submit_claim(context: Context, answers: Answers) -> Card:
    """Say what to hand out, or that the code is no good; a wrong one is counted, so nothing is refused."""
    paid = context.run(rewards.pay, str(answers["code"]))
    told = say.WRONG if paid is None else say.PAID.format(amount=_money(context, paid))
    again = [Button(say.TO_PAY, "reward.counter")]
    return card(told, buttons=[again, [BACK]])


async def show(_: Update, context: Context) -> None:
    """The reporter looks at what they may have."""
    hazard = context.read(hazards.own_hazard, context.pressed["id"])
    shown = reward_card(context.visit.session, hazard, context.now)
    if shown is None:
        raise Refused(rewards.NOTHING_TO_TAKE)
    context.say(shown)


async def take(_: Update, context: Context) -> None:
    """「取领奖凭码」: the code, shown once."""
    taken = context.run(rewards.take, context.pressed["id"])
    where = rules_of(context.visit.session).reward.where or say.COUNTER
    until = day_name(taken.until)
    shown = " ".join(taken.code[i : i + 4] for i in range(0, rewards.DIGITS, 4))
    how = say.TAKEN_HOW.format(until=until, where=where, amount=_money(context, taken.amount))
    context.say(card(bold(say.TAKEN), code(shown), how, buttons=[[Button(say.COPY, copy=shown)]]))


def _money(context: Context, amount: int) -> str:
    return money(context.visit.session, amount)


def granted_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """The first reporter hears that there is something to fetch."""
    del person
    hazard = s.get(Hazard, row.about["hazard"])
    return reward_card(s, hazard, now) if hazard is not None else None


def proposed_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """A colleague hears that a proposal waits for a second person."""
    del now
    waits = rewards.waiting(s, actor_of(s, person))
    found = next(((reward, hazard) for reward, hazard in waits if reward.id == row.about["reward"]), None)
    if found is None:
        return None
    return card(bold(say.WAITS_HEAD), _line(s, *found), buttons=[_ways(*found)])


FORMS: tuple[Form, ...] = (
    Form("claim", say.CODE_TITLE, submit=submit_claim, submit_label=say.PAY, remark=lambda _: say.PAY_REMARK, fields=(
        Text(key="code", label=say.CODE_LABEL, ask=say.CODE_ASK, at_most=40),
    )),
)  # fmt: skip
ROUTES: tuple[Route, ...] = (
    command("rewards", desk, say.TITLE, can=Can.REWARD, help=say.HELP, words=("奖励名单", "发奖励")),
    press("reward.desk", desk, can=Can.REWARD),
    press("reward.list", proposable, can=Can.REWARD),
    press("reward.propose", propose, can=Can.REWARD),
    press("reward.waiting", waiting, can=Can.REWARD),
    press("reward.decide", decide, can=Can.REWARD),
    press("reward.counter", counter, can=Can.REWARD),
    press("reward.show", show),
    press("reward.take", take),
)
NOTICES: tuple[Notice, ...] = (
    Notice("reward.granted", granted_card, holds=True, owner=officers_of),
    Notice("reward.proposed", proposed_card, holds=True),
)
