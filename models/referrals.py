"""Referrals (移送): a case goes to the authority that may settle it, is chased there, and comes back or ends.

Nobody here can act for the other authority, but somebody here keeps asking: the clock of a referral runs until there is
a receipt, and then again until there is a result.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, Session, col, select

from models import deadlines
from models.base import Base, Instant, Refused
from models.calendar import add_working_days
from models.hazard_files import Hazard, Media, hazard_for
from models.hazard_steps import AFTER, THING, need, take, tell, tell_reporter
from models.lifecycle import Act
from models.people import Actor, Can, people_with
from models.rules import rules_of
from models.sealing import SealedJSON

TRACK = "refer"
CHASED_DAYS = 5
LONGEST_NAME = 80


class Referral(Base, table=True):
    """One referral of a case, with the receipt and the answer of the authority."""

    __tablename__ = "referrals"

    id: int | None = Field(default=None, primary_key=True)
    hazard_id: int = Field(foreign_key="hazards.id", index=True)
    authority: str = Field(max_length=80)
    reason: str = Field(sa_column=Column(SealedJSON("referrals.reason"), nullable=False))
    sent_by: int = Field(foreign_key="people.id")
    sent_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    acknowledged_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    chased: int = 0
    ended_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    answer: str = Field(default="", sa_column=Column(SealedJSON("referrals.answer"), nullable=False))


def open_referral(s: Session, hazard: Hazard) -> Referral | None:
    """Return the referral that a case waits for; None when there is none, or it is of before referrals were kept."""
    found = select(Referral).where(Referral.hazard_id == hazard.id, col(Referral.ended_at).is_(None))
    return s.exec(found.order_by(col(Referral.id).desc())).first()


def refer(s: Session, who: Actor, hazard_id: int, *, to: str, note: str, now: datetime) -> Hazard:
    """The township may not settle this: it goes to the authority that may, with a reason, and is chased there."""
    hazard = hazard_for(s, who, hazard_id, Can.REFER)
    authority, reason = to.strip()[:LONGEST_NAME], note.strip()
    need(authority, "请写明移送给哪个单位，再提交。")
    need(reason, "请写明移送理由，再提交。")
    take(s, who, hazard, Act.REFERRED, note=referral_words(authority, reason), now=now, track=TRACK)
    s.add(Referral(hazard_id=hazard_id, authority=authority, reason=reason, sent_by=who.id, sent_at=now))
    s.flush()
    tell(s, who, hazard, [hazard.assignee_id], "hazard.referred", now=now)
    tell_reporter(s, who, hazard, now=now)
    return hazard


def referral_words(authority: str, reason: str) -> str:
    """Return how a referral stands in the history, and how the reporter reads it."""
    return f"移送{authority.strip()}：{reason.strip()}"


def acknowledge(
    s: Session, who: Actor, hazard_id: int, *, note: str, media: Sequence[Media] = (), now: datetime
) -> Hazard:
    """The authority has confirmed that it has the case; from now on it is asked for the result."""
    hazard = hazard_for(s, who, hazard_id, Can.REFER)
    need(note, "请写明谁收的、什么时候收的，再提交。")
    referral = open_referral(s, hazard)
    if referral is not None and referral.acknowledged_at is not None:
        raise Refused("这件移送的回执已经登记过了。有了办理结果，请登记结果。")
    take(s, who, hazard, Act.ACKNOWLEDGED, note=note, media=media, now=now)
    if referral is not None:
        referral.acknowledged_at = now
        s.flush()
    return hazard


def settle(
    s: Session, who: Actor, hazard_id: int, *, note: str, media: Sequence[Media] = (), now: datetime
) -> Hazard:
    """The authority has settled the case: it is closed here with the answer, which the reporter reads."""
    hazard = hazard_for(s, who, hazard_id, Can.REFER)
    need(note, "请写明受移送单位的办理结果，再提交，上报人会看到。")
    take(s, who, hazard, Act.SETTLED, note=note, media=media, phase=AFTER, now=now)
    _answered(s, hazard, note, now)
    tell(s, who, hazard, [hazard.assignee_id], "hazard.closed", now=now)
    tell_reporter(s, who, hazard, "hazard.closed", now=now)
    return hazard


def take_back(s: Session, who: Actor, hazard_id: int, *, note: str, now: datetime) -> Hazard:
    """The authority did not take the case: the township goes on with it from the start, and all clocks begin anew."""
    hazard = hazard_for(s, who, hazard_id, Can.REFER)
    need(note, "请写明为什么退回，再提交。")
    fresh: dict[str, Any] = dict.fromkeys(("assignee_id", "fixer_id", "track", "rating"))
    take(s, who, hazard, Act.TAKEN_BACK, note=note, now=now, **fresh)
    _answered(s, hazard, note, now)
    tell(s, who, hazard, people_with(s, Can.ASSIGN, hazard.area_path), "hazard.taken_back", now=now)
    tell_reporter(s, who, hazard, now=now)
    return hazard


def chase(s: Session, who: Actor, hazard_id: int, *, note: str, now: datetime) -> Hazard:
    """Somebody has asked the authority again: it is counted, and nobody is reminded for `CHASED_DAYS` working days."""
    hazard = hazard_for(s, who, hazard_id, Can.REFER)
    referral = open_referral(s, hazard)
    if referral is None:
        raise Refused("这件隐患现在没有等回复的移送。请打开它看最新进展。")
    need(note, "请写明找了谁、对方怎么说，再提交。")
    take(s, who, hazard, Act.NOTED, note=f"催办移送：{note.strip()}", now=now)
    referral.chased += 1
    later = add_working_days(now, CHASED_DAYS, rules_of(s))
    running = deadlines.running(s, THING, hazard_id, "referral")
    if running is not None and running.due_at < later:
        deadlines.move(s, THING, hazard_id, "referral", due_at=later, now=now)
    s.flush()
    return hazard


def _answered(s: Session, hazard: Hazard, answer: str, now: datetime) -> None:
    referral = open_referral(s, hazard)
    if referral is not None:
        referral.ended_at, referral.answer = now, answer.strip()
        s.flush()
