"""The history of a place: what was changed, by whom, and what stood there before. Nothing of it is ever rewritten."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, Session, col, select

from models import audit
from models.audit import append_only
from models.base import Base, Instant

REGISTERED, CHANGED, MOVED_ON = "registered", "changed", "moved"
MERGED_INTO, TOOK_IN = "merged", "took_in"
SHUT, REOPENED, CONTACT, IMPORTED = "shut", "reopened", "contact", "imported"
ACTS = {
    REGISTERED: "登记", CHANGED: "修改", MOVED_ON: "换了区域", MERGED_INTO: "并入另一家", TOOK_IN: "并进来一家",
    SHUT: "停止巡查", REOPENED: "恢复", CONTACT: "负责人有变动", IMPORTED: "导入表格",
}  # fmt: skip
NOTE_LIMIT = 200


class PlaceEvent(Base, table=True):
    """One change of a place; `before` holds what stood there, by column. Names and telephones of people never do."""

    __tablename__ = "place_events"

    id: int | None = Field(default=None, primary_key=True)
    place_id: int = Field(foreign_key="places.id", index=True)
    act: str = Field(max_length=20)
    who_id: int | None = Field(default=None, foreign_key="people.id")
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    note: str = Field(default="", max_length=200)
    before: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


append_only(PlaceEvent)


def write(
    s: Session, place_id: int, act: str, who_id: int | None, *,
    before: dict[str, Any] | None = None, note: str = "", now: datetime,
) -> PlaceEvent:  # fmt: skip
    """Append a change to the history of a place, and to the audit log without what it was."""
    event = PlaceEvent(place_id=place_id, act=act, who_id=who_id, at=now, note=note.strip()[:NOTE_LIMIT],
                       before=before or {})  # fmt: skip
    s.add(event)
    audit.record(s, who_id, f"place.{act}", f"place:{place_id}", now=now)
    s.flush()
    return event


def events_of(s: Session, place_ids: Iterable[int]) -> list[PlaceEvent]:
    """Return the history of these places, oldest first."""
    found = select(PlaceEvent).where(col(PlaceEvent.place_id).in_(list(place_ids)))
    return list(s.exec(found.order_by(col(PlaceEvent.at), col(PlaceEvent.id))))


def changed_in_chat(s: Session) -> dict[int, set[str]]:
    """Return the columns that people have changed, by place: what a file says of them counts no more."""
    found: dict[int, set[str]] = {}
    changes = select(PlaceEvent.place_id, PlaceEvent.before).where(col(PlaceEvent.who_id).is_not(None))
    for place_id, before in s.exec(changes):
        found.setdefault(place_id, set()).update(before)
    return found
