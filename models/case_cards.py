"""Case cards: which message shows a case to a colleague or in a staff group, so that it is redrawn when the case moves.

Only the newest message of each reader is known. Nothing here leads to who reported: reporters have no such card.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, delete
from sqlmodel import Field, Session, UniqueConstraint, col, select

from models.base import Base, Instant
from models.outbox import Lane, Outgoing

REDRAW = "case.redraw"
LIVES = timedelta(days=30)  # as long as buttons do


class CaseCard(Base, table=True):
    """The newest message about a case in one chat; `person_id` is empty for a group."""

    __tablename__ = "case_cards"
    __table_args__ = (UniqueConstraint("hazard_id", "chat_id"),)

    id: int | None = Field(default=None, primary_key=True)
    hazard_id: int = Field(foreign_key="hazards.id", index=True)
    chat_id: int = Field(sa_type=BigInteger)
    person_id: int | None = Field(default=None, foreign_key="people.id")
    message_id: int = Field(sa_type=BigInteger)
    since: datetime = Field(sa_column=Column(Instant, nullable=False, index=True))


def remember(
    s: Session, hazard_id: int, chat_id: int, message_id: int, person_id: int | None = None, *, now: datetime
) -> None:
    """Note which message shows a case in a chat; an older one there is not redrawn any more."""
    known = select(CaseCard).where(CaseCard.hazard_id == hazard_id, CaseCard.chat_id == chat_id)
    found = s.exec(known).first() or CaseCard(hazard_id=hazard_id, chat_id=chat_id, message_id=0, since=now)
    found.message_id, found.person_id, found.since = message_id, person_id, now
    s.add(found)
    s.flush()


def redraw(
    s: Session, hazard_id: int, *, but: int | None = None, now: datetime, not_before: datetime | None = None
) -> None:
    """Queue that the cards of a case are shown as it stands then; not to `but`, who acts on theirs."""
    for found in s.exec(select(CaseCard).where(CaseCard.hazard_id == hazard_id).order_by(col(CaseCard.id))):
        if found.person_id is None or found.person_id != but:
            _queue(s, found, now, not_before)


def redraw_for(s: Session, hazard_id: int, person_id: int, *, now: datetime) -> None:
    """Queue that one colleague's card is shown anew: what they did in a form has left it behind."""
    mine = select(CaseCard).where(CaseCard.hazard_id == hazard_id, CaseCard.person_id == person_id)
    for found in s.exec(mine):
        _queue(s, found, now)


def _queue(s: Session, card: CaseCard, now: datetime, not_before: datetime | None = None) -> None:
    to: dict[str, Any] = {"person_id": card.person_id} if card.person_id else {"chat_id": card.chat_id}
    about = {"hazard": card.hazard_id, "edit": card.message_id}
    s.add(Outgoing(lane=Lane.NOTICE, what=REDRAW, about=about, not_before=not_before or now, created_at=now, **to))


def forget(s: Session, *, now: datetime) -> None:
    """Forget the messages that are older than anybody would press their buttons."""
    s.execute(delete(CaseCard).where(col(CaseCard.since) < now - LIVES))
