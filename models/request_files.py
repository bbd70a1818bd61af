"""The file of requests: what was asked for on a case, and how it was decided."""

from datetime import date, datetime

from sqlalchemy import Column, Index, text
from sqlmodel import Field, Session, col, select

from models.base import Base, Instant
from models.sealing import SealedJSON

EXTEND, RETURN, SHELVE = "extend", "return", "shelve"
KIND_LABELS = {EXTEND: "延期", RETURN: "退回", SHELVE: "挂账"}
_OPEN = text("decided_at IS NULL")


class Request(Base, table=True):
    """One request; at most one of a case is open. Decided without `granted`: the case went on before anybody decided.

    `days` is by how much an extension moves the deadline, `measures` what keeps people safe while a case is shelved.
    """

    __tablename__ = "requests"
    __table_args__ = (Index("uq_requests_open", "hazard_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),)

    id: int | None = Field(default=None, primary_key=True)
    hazard_id: int = Field(foreign_key="hazards.id", index=True)
    kind: str = Field(max_length=10)
    reason: str = Field(sa_column=Column(SealedJSON("requests.reason"), nullable=False))
    measures: str = Field(default="", sa_column=Column(SealedJSON("requests.measures"), nullable=False))
    until: date | None = None
    days: int = 0
    by_id: int = Field(foreign_key="people.id")
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    decided_by: int | None = Field(default=None, foreign_key="people.id")
    decided_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    granted: bool | None = None
    answer: str = Field(default="", sa_column=Column(SealedJSON("requests.answer"), nullable=False))


def requests_of(s: Session, hazard_id: int) -> list[Request]:
    """Return the requests on a case, oldest first."""
    return list(s.exec(select(Request).where(Request.hazard_id == hazard_id).order_by(col(Request.id))))


def open_request(s: Session, hazard_id: int) -> Request | None:
    """Return the request on a case that nobody has decided yet."""
    return next((found for found in requests_of(s, hazard_id) if found.decided_at is None), None)


def is_released(s: Session, hazard_id: int, person_id: int) -> bool:
    """Say whether somebody asked to give this case back and was let off it."""
    given_back = (Request.hazard_id == hazard_id, Request.by_id == person_id, Request.kind == RETURN)
    return s.exec(select(Request.id).where(*given_back, col(Request.granted).is_(True))).first() is not None
