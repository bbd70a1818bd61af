"""Reveals: the only way to a sealed reporter - asked for with a reason, opened only after a second person said yes.

Every look is on file before anything is shown, and the reporter is told (RELIABILITY section 0, item 12; section 5,
case 9). Only a custodian asks and looks (SPEC section 1), never one who works on the case: officers ask the reporter
through the bot. Whoever asks, whoever decides and whoever is kept out of the case are different people.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Column
from sqlmodel import Field, Session, col, select

from models import audit, vault
from models.base import NOT_FOUND, Base, Instant, Refused, write_once
from models.calendar import local
from models.conflicts import excluded
from models.custody import works_on
from models.hazard_files import ANONYMOUS, CONFIDENTIAL, Hazard, hazard_for, is_concealed
from models.outbox import notify
from models.people import Actor, Can, Person, people_with
from models.sealing import SealedJSON, Unreadable

REASON_LEAST = 10
WINDOW = timedelta(minutes=15)
UNDECIDED_FOR = timedelta(days=7)
NOBODY_MAY = "这是匿名上报，谁也不能查看上报人。要问情况，请在案卷里点「问上报人」，不用知道是谁。"
NOTHING_THERE = "这件没有保存上报人的身份，没有可以查看的内容。"


class Reveal(Base, table=True):
    """One request to learn who is behind a case. The identity itself is never in this row."""

    __tablename__ = "reveals"

    id: int | None = Field(default=None, primary_key=True)
    hazard_id: int = Field(foreign_key="hazards.id", index=True)
    reason: str = Field(sa_column=Column(SealedJSON("reveals.reason"), nullable=False))
    asked_by: int = Field(foreign_key="people.id")
    asked_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    decided_by: int | None = Field(default=None, foreign_key="people.id")
    decided_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    granted: bool | None = None
    opened_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    expires_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))


def may_ask(s: Session, who: Actor, hazard: Hazard) -> bool:
    """Say whether the actor could ask who is behind this case, and whether there is anybody to ask for."""
    able = who.reaches(Can.UNSEAL, hazard.area_path) and who.id not in {*excluded(s, hazard), *works_on(hazard)}
    return able and hazard.privacy == CONFIDENTIAL and hazard.reporter_alias is not None


def ask(s: Session, who: Actor, hazard_id: int, reason: str, *, now: datetime) -> Reveal:
    """A custodian asks who reported a case; those who may decide are told, the case is not.

    Whether the only other person who may decide is behind the report shows in no answer: such a request lapses.
    """
    hazard = hazard_for(s, who, hazard_id, Can.UNSEAL)
    _refuse_needless(s, who, hazard, now)
    if len(reason.strip()) < REASON_LEAST:
        raise Refused(f"请把理由写清楚，至少 {REASON_LEAST} 个字：为什么不查身份就办不下去。上报人会看到这句话。")
    if not _countersigners(s, hazard, who.id):
        raise Refused("没有第二个人可以审批，所以不能查看。请先让镇领导或另一位保密专员加入。")
    row = Reveal(hazard_id=hazard_id, reason=reason.strip(), asked_by=who.id, asked_at=now)
    s.add(row)
    s.flush()
    audit.record(s, who.id, "reveal.asked", _thing(row), now=now)
    for person_id in deciders_of(s, hazard, who.id):
        notify(s, person_id, "reveal.asked", now=now, reveal=row.id)
    return row


def deciders_of(s: Session, hazard: Hazard, asker_id: int) -> list[int]:
    """Return who may say yes or no: countersigners of the area, but not the asker, the kept-out, or the reporter."""
    found = _countersigners(s, hazard, asker_id)
    return [person_id for person_id in found if not vault.is_behind(s, hazard.reporter_alias, person_id)]


def _countersigners(s: Session, hazard: Hazard, asker_id: int) -> list[int]:
    out = {asker_id, *excluded(s, hazard)}
    return [person_id for person_id in people_with(s, Can.COUNTERSIGN, hazard.area_path) if person_id not in out]


def to_decide(s: Session, who: Actor, reveal_id: int, now: datetime) -> tuple[Reveal, Hazard]:
    """Return a request that the actor may decide now; it reads "not found" to everybody else."""
    row = s.get(Reveal, reveal_id)
    hazard = s.get(Hazard, row.hazard_id) if row is not None else None
    if row is None or hazard is None or who.id not in deciders_of(s, hazard, row.asked_by):
        raise Refused(NOT_FOUND)
    if row.granted is not None:
        raise Refused("这份申请已经有人批过了。")
    if now > row.asked_at + UNDECIDED_FOR:
        raise Refused(f"这份申请超过 {UNDECIDED_FOR.days} 天没人批，已经作废。需要的话，请对方重新申请。")
    return row, hazard


def decide(s: Session, who: Actor, reveal_id: int, granted: bool, *, now: datetime) -> Reveal:
    """A second person says yes or no. Yes opens a window of 15 minutes in which the asker may look once."""
    row, _ = to_decide(s, who, reveal_id, now)
    decided = {"granted": granted, "decided_by": who.id, "decided_at": now,
               "expires_at": now + WINDOW if granted else None}  # fmt: skip
    write_once(s, row, "decided_at", "这份申请已经有人批过了。", **decided)
    audit.record(s, who.id, "reveal.granted" if granted else "reveal.denied", _thing(row), now=now)
    notify(s, row.asked_by, "reveal.decided", now=now, reveal=row.id)
    return row


def look(s: Session, who: Actor, reveal_id: int, *, now: datetime) -> Person | None:
    """The asker alone looks, once, within the window; None when the envelope cannot be opened any more.

    The look is on file and the reporter's notice is queued before the vault opens; all of it is committed before
    anything is shown.
    """
    row = s.get(Reveal, reveal_id)
    hazard = s.get(Hazard, row.hazard_id) if row is not None else None
    if row is None or hazard is None or row.asked_by != who.id or not may_ask(s, who, hazard):
        raise Refused(NOT_FOUND)
    if row.granted is not True or row.expires_at is None:
        raise Refused("这份申请没有获得批准，不能查看。")
    if now > row.expires_at and row.opened_at is None:
        raise Refused("批准后 15 分钟内没有查看，已经作废。确有需要，请重新申请。")
    write_once(s, row, "opened_at", "只能看一次，已经看过了。确有需要，请重新申请。", opened_at=now)
    audit.record(s, who.id, "reveal.looked", _thing(row), now=now)
    alias = hazard.reporter_alias or ""
    notify(s, alias, "reveal.told", now=now, reveal=row.id)
    s.flush()
    try:
        person_id = vault.deliver_to(s, alias)
    except Unreadable:
        return None
    return s.get(Person, person_id) if person_id is not None else None


def waiting_for(s: Session, who: Actor, *, now: datetime) -> list[Reveal]:
    """Return the requests that the actor may decide, oldest first."""
    query = select(Reveal).where(col(Reveal.granted).is_(None), col(Reveal.asked_at) >= now - UNDECIDED_FOR)
    rows = s.exec(query.order_by(col(Reveal.id))).all()
    return [row for row in rows if who.id in deciders_of(s, s.get_one(Hazard, row.hazard_id), row.asked_by)]


def of_case(s: Session, hazard: Hazard) -> Sequence[Reveal]:
    """Return the requests about a case that the caller got from here, oldest first."""
    return s.exec(select(Reveal).where(Reveal.hazard_id == hazard.id).order_by(col(Reveal.id))).all()


def looks_at(s: Session, hazard: Hazard) -> list[Reveal]:
    """Return the looks that were taken at who is behind a case: what its reporter reads."""
    return [row for row in of_case(s, hazard) if row.opened_at is not None]


def in_month(s: Session, year: int, month: int, path: str = "/") -> tuple[int, int, int]:
    """Return how many requests of a local month were made, granted and looked at, in an area."""
    query = select(Reveal).join(Hazard, col(Reveal.hazard_id) == col(Hazard.id))
    rows = s.exec(query.where(col(Hazard.area_path).startswith(path, autoescape=True))).all()
    then = (year, month)
    asked = sum(_month(row.asked_at) == then for row in rows)
    granted = sum(_month(row.decided_at) == then for row in rows if row.granted)
    return asked, granted, sum(_month(row.opened_at) == then for row in rows)


def _month(at: datetime | None) -> tuple[int, int] | None:
    return (local(at).year, local(at).month) if at is not None else None


def _refuse_needless(s: Session, who: Actor, hazard: Hazard, now: datetime) -> None:
    if who.id in works_on(hazard):
        raise Refused("这件由您在办，不能申请查看上报人。要问情况，请在案卷里点「问上报人」。")
    if not is_concealed(hazard):
        raise Refused("这件不是保密上报，案卷里看得到上报人，不用申请。")
    if hazard.privacy == ANONYMOUS:
        raise Refused(NOBODY_MAY)
    if hazard.reporter_alias is None:
        raise Refused(NOTHING_THERE)
    mine = [row for row in of_case(s, hazard) if row.asked_by == who.id]
    pending = [row for row in mine if row.granted is None and now <= row.asked_at + UNDECIDED_FOR]
    usable = [row for row in mine if row.opened_at is None and row.expires_at is not None and now <= row.expires_at]
    if pending or usable:
        raise Refused("您已经申请过这一件，请先等审批，或者看批下来的那一份。")


def _thing(row: Reveal) -> str:
    return f"reveal:{row.id}"
