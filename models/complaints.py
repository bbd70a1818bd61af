"""Complaints about retaliation: straight to the custodian, past everybody on the case (RELIABILITY 5, case 32).

Nothing of it stands in the history of the case or on its clocks, so that nobody who works on it finds a trace.
"""

from collections.abc import Sequence
from datetime import date, datetime, time

from sqlalchemy import Column
from sqlmodel import Field, Session, col, select

from models import audit, vault
from models.base import NOT_FOUND, Base, Instant, Refused
from models.calendar import add_working_days, local
from models.conflicts import excluded
from models.hazard_files import Hazard, own_hazard
from models.homes import home_town, towns
from models.outbox import notify
from models.people import Actor, Can, Role, holders, people_with
from models.rules import ZONE, rules_of
from models.sealing import SealedJSON

ANSWER_WORKING_DAYS = 1


class Complaint(Base, table=True):
    """One complaint; `alias` is the complainant's own, so that the custodian can answer without knowing who it is.

    Without an alias (a case with only a receipt) the answer is read where the receipt opens the case.
    """

    __tablename__ = "complaints"

    id: int | None = Field(default=None, primary_key=True)
    hazard_id: int | None = Field(default=None, foreign_key="hazards.id", index=True)
    area_path: str = Field(max_length=200)
    alias: str | None = Field(default=None, max_length=22)
    words: str = Field(sa_column=Column(SealedJSON("complaints.words"), nullable=False))
    made_on: date
    handled_by: int | None = Field(default=None, foreign_key="people.id")
    handled_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    outcome: str = Field(default="", sa_column=Column(SealedJSON("complaints.outcome"), nullable=False))
    erased: bool = False


def complain(s: Session, who: Actor, hazard_id: int | None, words: str, *, now: datetime) -> Complaint:
    """Somebody is being given trouble for a report: the keepers are told, nobody on the case is.

    It is about an own report, or about none in particular. Who comes by a receipt gets no alias, because nothing may
    lead from the case to the person.
    """
    if not words.strip():
        raise Refused("请写一句发生了什么，再提交。人身安全有危险，请马上打 110。")
    hazard = own_hazard(s, who, hazard_id) if hazard_id is not None else None
    is_known = hazard is None or vault.is_behind(s, hazard.reporter_alias, who.id)
    row = Complaint(
        hazard_id=hazard_id, area_path=hazard.area_path if hazard else _home(s, who), words=words.strip(),
        alias=vault.conceal(s, who.id, now=now) if is_known else None, made_on=local(now).date(),
    )  # fmt: skip
    s.add(row)
    s.flush()
    audit.record(s, None, "complaint.made", _thing(row), now=now)
    for person_id in keepers_of(s, row):
        notify(s, person_id, "complaint.made", now=now, complaint=row.id)
    return row


def keepers_of(s: Session, row: Complaint) -> list[int]:
    """Return who deals with a complaint: the custodians of the area, or without any its leaders; nobody on the case."""
    return _away_from(s, row, people_with(s, Can.UNSEAL, row.area_path)) or leaders_of(s, row)


def leaders_of(s: Session, row: Complaint) -> list[int]:
    """Return the leaders of the area who have nothing to do with the case."""
    return _away_from(s, row, holders(s, Role.LEADER, row.area_path))


def complaint_for(s: Session, who: Actor, complaint_id: int) -> Complaint:
    """Return a complaint that the actor deals with; it reads "not found" to everybody else."""
    row = s.get(Complaint, complaint_id)
    if row is None or who.id not in keepers_of(s, row):
        raise Refused(NOT_FOUND)
    return row


def waiting_for(s: Session, who: Actor) -> list[Complaint]:
    """Return the complaints without an answer that the actor deals with, oldest first."""
    return [row for row in _unanswered(s) if who.id in keepers_of(s, row)]


def answer(s: Session, who: Actor, complaint_id: int, words: str, *, now: datetime) -> Complaint:
    """Answer a complaint; the complainant reads it, the case does not. A later answer stands below the first."""
    row = complaint_for(s, who, complaint_id)
    if not words.strip():
        raise Refused("请写一句答复，再提交。对方会看到。")
    s.refresh(row, with_for_update=True)  # two keepers may answer at the same moment: both answers stay
    row.outcome = f"{row.outcome}\n{words}".strip()
    if row.handled_at is None:
        row.handled_by, row.handled_at = who.id, now
    audit.record(s, who.id, "complaint.answered", _thing(row), now=now)
    if row.alias is not None:
        notify(s, row.alias, "complaint.answered", now=now, complaint=row.id)
    s.flush()
    return row


def due_at(s: Session, row: Complaint) -> datetime:
    """Return until when the first answer is due: the end of the next working day."""
    noon = datetime.combine(row.made_on, time(12), ZONE)
    return add_working_days(noon, ANSWER_WORKING_DAYS, rules_of(s))


def escalate(s: Session, *, now: datetime) -> None:
    """Tell the leaders, once each, of complaints without an answer in time; what they say is not told."""
    for row in _unanswered(s):
        if due_at(s, row) < now:
            for person_id in leaders_of(s, row):
                notify(s, person_id, "complaint.late", now=now, key=f"complaint-late|{row.id}|{person_id}",
                       complaint=row.id)  # fmt: skip


def of_person(s: Session, who: Actor) -> Sequence[Complaint]:
    """Return the actor's own complaints, oldest first; those without an alias are not known to be anybody's."""
    own = col(Complaint.alias).in_(vault.aliases_of(s, who.id))
    return s.exec(select(Complaint).where(own).order_by(col(Complaint.id))).all()


def of_case(s: Session, hazard: Hazard) -> Sequence[Complaint]:
    """Return the complaints about a case: only for its reporter, who got it by `own_hazard`."""
    return s.exec(select(Complaint).where(Complaint.hazard_id == hazard.id).order_by(col(Complaint.id))).all()


def in_month(s: Session, year: int, month: int, path: str = "/") -> tuple[int, int]:
    """Return how many complaints of a month there were in an area, and how many of them have no answer yet."""
    rows = s.exec(select(Complaint).where(col(Complaint.area_path).startswith(path, autoescape=True))).all()
    then = [row for row in rows if (row.made_on.year, row.made_on.month) == (year, month)]
    return len(then), sum(row.handled_at is None for row in then)


def _unanswered(s: Session) -> Sequence[Complaint]:
    open_ones = (col(Complaint.handled_at).is_(None), ~col(Complaint.erased))
    return s.exec(select(Complaint).where(*open_ones).order_by(col(Complaint.id))).all()


def _away_from(s: Session, row: Complaint, found: list[int]) -> list[int]:
    hazard = s.get(Hazard, row.hazard_id) if row.hazard_id is not None else None
    if hazard is None:
        return found
    out = {hazard.assignee_id, hazard.fixer_id, *excluded(s, hazard)}
    return [person_id for person_id in found if person_id not in out]


def _home(s: Session, who: Actor) -> str:
    area = home_town(s, who) or next(iter(towns(s)), None)
    return area.path if area is not None else "/"


def _thing(row: Complaint) -> str:
    return f"complaint:{row.id}"
