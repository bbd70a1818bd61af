"""Rewards: a ledger that is off until the town decides otherwise; two people approve, a one-time code is paid.

Three tables, so that a name and a case never meet in one (SPEC H, Reward; DOMAIN 7.3): the ledger knows cases and
amounts, the claims know codes and amounts, the totals know keyed hashes of people and amounts. Nobody opens the vault:
whether somebody is on duty, and what they had this month, is looked at when they come for the code themselves.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from sqlalchemy import Column, update
from sqlmodel import Field, Session, col, or_, select

from models import audit, limits
from models.areas import below
from models.base import NOT_FOUND, Base, Instant, Refused, write_once
from models.calendar import local
from models.conflicts import excluded, is_open_to
from models.counters import ensure_row
from models.hazard_files import Hazard, first_of, hazard_for, is_own, merged_into, own_hazard, owner_of
from models.hazard_steps import tell_reporter
from models.lifecycle import Step
from models.merging import first_reporter
from models.outbox import notify_all
from models.people import Actor, Can, Role, people_with, require
from models.rules import rules_of
from models.sealing import sealer

DIGITS = 12
TRIES = 10
OFF = "镇里还没有开通举报奖励。要开通，先有正式文件，再在 town.toml 里写明。"
NOTHING_TO_TAKE = "这件上报没有可以领的奖励，或者已经领过、过了期。"
DECIDED = "这一笔已经有人审过了。请看最新的名单。"
SHOWN = 20
NO_DUTY = frozenset({Role.RESIDENT, Role.VOLUNTEER, Role.OWNER})


class Reward(Base, table=True):
    """What a case may earn its first effective reporter; `granted` is empty until a second person has decided."""

    __tablename__ = "rewards"

    id: int | None = Field(default=None, primary_key=True)
    hazard_id: int = Field(foreign_key="hazards.id", unique=True)
    amount: int
    proposed_by: int = Field(foreign_key="people.id")
    proposed_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    decided_by: int | None = Field(default=None, foreign_key="people.id")
    decided_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    granted: bool | None = None
    taken_on: date | None = None


class Claim(Base, table=True):
    """A one-time code that is worth an amount; it leads neither to a case nor to a person."""

    __tablename__ = "claims"

    code_tag: str = Field(primary_key=True, max_length=64)
    amount: int
    expires_on: date
    paid_on: date | None = None
    paid_by: int | None = Field(default=None, foreign_key="people.id")


class Total(Base, table=True):
    """What somebody (a keyed hash) was granted in a month (2026-11) or a year (2026)."""

    __tablename__ = "reward_totals"

    tag: str = Field(primary_key=True, max_length=64)
    period: str = Field(primary_key=True, max_length=7)
    amount: int = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """A code as it is shown once: 12 digits, what it is worth, and the last day on which it is paid."""

    code: str
    amount: int
    until: date


def proposable(s: Session, who: Actor) -> list[Hazard]:
    """Return the closed cases whose first reporter may earn something, not proposed yet, newest first."""
    mine = [col(Hazard.area_path).like(below(path), escape="\\") for path in who.paths(Can.REWARD)]
    if not mine or not rules_of(s).reward.enabled:
        return []
    open_ = is_open_to(who.id, col(Hazard.id), col(Hazard.place_id))
    closed = select(Hazard).where(Hazard.step == Step.CLOSED.value, or_(*mine), open_)
    fresh = closed.where(col(Hazard.id).not_in(select(Reward.hazard_id))).order_by(col(Hazard.id).desc())
    earning = (hazard for hazard in s.exec(fresh) if _earner(s, hazard) is not None)
    return list(islice(earning, SHOWN))


def propose(s: Session, who: Actor, hazard_id: int, *, now: datetime) -> Reward:
    """Propose what the town's rule gives for a closed case; a second person has to agree. One per danger."""
    hazard = hazard_for(s, who, hazard_id, Can.REWARD)
    rule = rules_of(s).reward
    if not rule.enabled:
        raise Refused(OFF)
    earner = _earner(s, hazard)
    if hazard.step != Step.CLOSED or earner is None:
        raise Refused("已销号、由群众最先报来、还没有提过奖励的隐患才能提。")
    _refuse_own(s, who, earner)
    made = Reward(hazard_id=earner.id or 0, amount=rule.amounts[hazard.severity], proposed_by=who.id, proposed_at=now)
    s.add(made)
    s.flush()
    audit.record(s, who.id, "reward.proposed", f"reward:{made.id}", now=now)
    others = [other for other in people_with(s, Can.REWARD, hazard.area_path) if other != who.id]
    notify_all(s, others, "reward.proposed", now=now, reward=made.id)
    return made


def waiting(s: Session, who: Actor) -> list[tuple[Reward, Hazard]]:
    """Return the proposals that the actor may decide on, the oldest first."""
    rows = s.exec(
        select(Reward, Hazard).join(Hazard, col(Hazard.id) == col(Reward.hazard_id))
        .where(col(Reward.granted).is_(None), Reward.proposed_by != who.id).order_by(col(Reward.id))
    )  # fmt: skip
    mine = [(reward, hazard) for reward, hazard in rows if who.reaches(Can.REWARD, hazard.area_path)]
    return [(reward, hazard) for reward, hazard in mine if who.id not in excluded(s, hazard)]


def decide(s: Session, who: Actor, reward_id: int, *, granted: bool, now: datetime) -> Reward:
    """Agree to a proposal, or not. Never one's own, never for one's own report; the reporter hears of a yes."""
    found = s.get(Reward, reward_id)
    if found is None:
        raise Refused(NOT_FOUND)
    hazard = hazard_for(s, who, found.hazard_id, Can.REWARD)
    if found.granted is not None:
        raise Refused(DECIDED)
    if found.proposed_by == who.id:
        raise Refused("自己提的要由另一位同事审。")
    _refuse_own(s, who, hazard)
    write_once(s, found, "granted", DECIDED, decided_by=who.id, decided_at=now, granted=granted)
    audit.record(s, who.id, "reward.granted" if granted else "reward.declined", f"reward:{found.id}", now=now)
    if granted:
        tell_reporter(s, who, hazard, "reward.granted", now=now)
    return found


def for_reporter(s: Session, hazard: Hazard, *, now: datetime) -> Reward | None:
    """Return the granted reward of a case whose code can still be taken, or None."""
    found = s.exec(select(Reward).where(Reward.hazard_id == hazard.id, Reward.granted == True)).first()  # noqa: E712
    if found is None or found.taken_on is not None:
        return None
    return found if local(now).date() <= last_day(s, found) else None


def last_day(s: Session, reward: Reward) -> date:
    """Return the last local day on which a granted reward is paid."""
    return local(reward.decided_at or reward.proposed_at).date() + timedelta(days=rules_of(s).reward.claim_days)


def take(s: Session, who: Actor, hazard_id: int, *, now: datetime) -> Taken:
    """The reporter comes for the code, which is shown once and kept nowhere; whoever shows it is paid.

    Out are those who watch over fire safety by duty, and what goes beyond the cap of a month or a year (DOMAIN 7.3).
    """
    hazard = own_hazard(s, who, hazard_id)
    found = for_reporter(s, hazard, now=now)
    if found is None:
        raise Refused(NOTHING_TO_TAKE)
    if any(held.role not in NO_DUTY for held in who.held) or owner_of(s, hazard) == who.id:
        raise Refused("工作人员、有消防职责的人和这个场所的负责人不参加举报奖励。")
    amount = _within_caps(s, who, found.amount, now)
    if not amount:
        raise Refused("这个月或今年的奖励已到上限，这一笔不再发放。谢谢您吹哨。")
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    until = last_day(s, found)
    write_once(s, found, "taken_on", NOTHING_TO_TAKE, taken_on=local(now).date())
    s.add(Claim(code_tag=_tag(code), amount=amount, expires_on=until))
    s.flush()
    audit.record(s, None, "reward.taken", f"reward:{found.id}", now=now)
    return Taken(code, amount, until)


def pay(s: Session, who: Actor, code: str, *, now: datetime) -> int | None:
    """Pay for a code, once, at the counter; return the amount, or None for a code that is wrong, used or expired.

    Wrong ones are counted, so nothing is refused here: the caller says it. Nobody asks for a name.
    """
    require(who, Can.REWARD)
    if limits.used(s, "claim", str(who.id), now=now) >= TRIES:
        return None
    today = local(now).date()
    same = (col(Claim.code_tag) == _tag(code), col(Claim.paid_on).is_(None), col(Claim.expires_on) >= today)
    found = s.exec(select(Claim.amount).where(*same)).first()
    paid = update(Claim).where(*same).values(paid_on=today, paid_by=who.id)
    if found is None or not s.execute(paid.execution_options(synchronize_session=False)).rowcount:  # type: ignore[attr-defined]
        limits.count(s, "claim", str(who.id), now=now)
        return None
    audit.record(s, who.id, "reward.paid", "claim", now=now)
    return found


def _earner(s: Session, hazard: Hazard) -> Hazard | None:
    """Return the case of the first effective reporter of this danger, if it may still earn something."""
    first = first_reporter(s, hazard)
    head = first_of(s, hazard)
    ids = [report.id for report in (head, *merged_into(s, head))]
    had = s.exec(select(Reward.id).where(col(Reward.hazard_id).in_(ids))).first()
    return first if had is None else None


def _refuse_own(s: Session, who: Actor, hazard: Hazard) -> None:
    if is_own(s, who, hazard):
        raise Refused("这件要由另一位同事办。")


def _within_caps(s: Session, who: Actor, amount: int, now: datetime) -> int:
    rule, today = rules_of(s).reward, local(now).date()
    periods = ((f"{today:%Y-%m}", rule.cap_month), (f"{today:%Y}", rule.cap_year))
    tag = sealer().tag("reward", str(who.id))
    for period, _ in periods:
        ensure_row(s, Total, tag=tag, period=period, amount=0)
    rows = {row.period: row for row in s.exec(select(Total).where(Total.tag == tag).with_for_update())}
    given = min([amount, *(max(0, cap - rows[period].amount) for period, cap in periods if cap)])
    for period, _ in periods:
        rows[period].amount += given
    return given


def _tag(code: str) -> str:
    return sealer().tag("claim", "".join(filter(str.isdigit, code)))
