"""The files of broadcasts: what is kept of each, and who may see which."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Column
from sqlmodel import Field, Session, col, select

from models.audiences import Segment
from models.base import NOT_FOUND, Base, Instant, Refused
from models.people import Actor, Can, require


class Kind(StrEnum):
    """What is sent. A warning is not held back at night and not counted against the day's number."""

    TIP = "tip"
    WARNING = "warning"
    QUIZ = "quiz"


class Stage(StrEnum):
    """Where a broadcast stands."""

    DRAFT = "draft"
    WAITING = "waiting"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    DONE = "done"
    CANCELLED = "cancelled"
    RETURNED = "returned"


STAGE_NAMES = {
    Stage.DRAFT: "草稿",
    Stage.WAITING: "待批准",
    Stage.SCHEDULED: "已批准，到点发",
    Stage.SENDING: "正在发",
    Stage.DONE: "已发完",
    Stage.CANCELLED: "已取消",
    Stage.RETURNED: "退回修改",
}
OPEN = (Stage.WAITING, Stage.SCHEDULED, Stage.SENDING)
EDITABLE = (Stage.DRAFT, Stage.RETURNED)


class Broadcast(Base, table=True):
    """One broadcast. `slot_key` names the moment of the schedule, or the form, so that it can exist only once.

    `edition` counts the changes, so that nobody approves other words than they have read. `cursor` is the last person
    whose delivery was queued; `delivered`, `failed`, `uncertain` stay when the deliveries themselves are forgotten.
    """

    __tablename__ = "broadcasts"

    id: int | None = Field(default=None, primary_key=True)
    slot_key: str = Field(unique=True, max_length=80)
    kind: str = Field(default=Kind.TIP, max_length=10)
    stage: str = Field(default=Stage.SCHEDULED, max_length=10, index=True)
    article_id: str = Field(default="", max_length=80)
    question_id: str = Field(default="", max_length=80)
    topic: str = Field(default="", max_length=40)
    title: str = Field(max_length=120)
    text: str = Field(default="", max_length=4000)
    media_kind: str = Field(default="", max_length=10)
    media_file: str = Field(default="", max_length=200)
    edition: int = 1
    segment: dict[str, object] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    author_id: int | None = Field(default=None, foreign_key="people.id")
    approver_id: int | None = Field(default=None, foreign_key="people.id")
    reason: str = Field(default="", max_length=300)
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False, index=True))
    send_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    until: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    began_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True, index=True))
    ended_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    cursor: int = 0
    is_queued: bool = False
    audience: int = 0
    delivered: int = 0
    failed: int = 0
    uncertain: int = 0

    @property
    def to(self) -> Segment:
        """Who it is for."""
        return Segment.from_json(self.segment)


def broadcast_for(s: Session, who: Actor, broadcast_id: int, *cans: Can, lock: bool = False) -> Broadcast:
    """Return a broadcast if the actor may do one of these for all the area it is for; the only way to get one.

    `lock`: it is about to change, and nobody else may change it (or spread it) until this transaction has ended.
    """
    query = select(Broadcast).where(Broadcast.id == broadcast_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = s.exec(query).first()
    if found is None:
        raise Refused(NOT_FOUND)
    if not any(who.reaches(can, found.to.path) for can in cans):
        require(who, cans[0], found.to.path)
    return found


def recent(s: Session, who: Actor, limit: int = 10) -> list[Broadcast]:
    """Return the newest broadcasts in the actor's areas: what is under way first, then what is not finished."""
    rows = s.exec(select(Broadcast).order_by(col(Broadcast.id).desc()).limit(200))
    own = [row for row in rows if who.reaches(Can.BROADCAST, row.to.path) or who.reaches(Can.APPROVE, row.to.path)]
    return sorted(own, key=lambda row: (row.stage not in OPEN, row.stage not in EDITABLE))[:limit]


def to_approve(s: Session, who: Actor) -> list[Broadcast]:
    """Return what waits for this actor's approval, the oldest first."""
    rows = s.exec(select(Broadcast).where(Broadcast.stage == Stage.WAITING).order_by(col(Broadcast.id)))
    return [row for row in rows if row.author_id != who.id and who.reaches(Can.APPROVE, row.to.path)]
