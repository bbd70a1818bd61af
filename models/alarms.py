"""Alarms: somebody writes that it burns right now. Those on duty are told at once, each once in ten minutes."""

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field, Session, UniqueConstraint

from models.areas import Area
from models.base import Base, Instant
from models.homes import home_town
from models.outbox import Lane, notify
from models.people import PERMISSIONS, Actor, Can, Person, holders
from models.sealing import SealedJSON, sealer

WINDOW_SECONDS = 600
KEPT = 500


class Alarm(Base, table=True):
    """One alarm; `sender_tag` is a keyed hash: whoever wrote may be about to report in confidence."""

    __tablename__ = "alarms"

    id: int | None = Field(default=None, primary_key=True)
    sender_tag: str = Field(index=True, max_length=64)
    words: str = Field(sa_column=Column(SealedJSON("alarms.words"), nullable=False))
    area_path: str = Field(max_length=200)
    raised_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    over_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))


class AlarmAnswer(Base, table=True):
    """What somebody on duty answered to an alarm: going, there, or over."""

    __tablename__ = "alarm_answers"
    __table_args__ = (UniqueConstraint("alarm_id", "person_id", "answer"),)

    id: int | None = Field(default=None, primary_key=True)
    alarm_id: int = Field(foreign_key="alarms.id", index=True)
    person_id: int = Field(foreign_key="people.id")
    answer: str = Field(max_length=10)
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


def raise_alarm(s: Session, who: Actor, words: str, area_id: int | None, *, now: datetime) -> int:
    """Tell everybody on duty around the area, or in the whole town of the sender; return how many know of it.

    What one person writes within the same ten minutes wakes nobody twice.
    """
    told = on_duty(s, who, area_id)
    window = int(now.timestamp()) // WINDOW_SECONDS
    # The sender may be about to report in confidence: the key must not say who it was.
    sender = sealer().tag("alarm", f"{who.id}|{window}")
    for person_id in told:
        notify(s, person_id, "emergency", now=now, lane=Lane.URGENT, key=f"alarm|{sender}|{person_id}",
               words=words[:KEPT])  # fmt: skip
    return len(told)


def on_duty(s: Session, who: Actor, area_id: int | None) -> list[int]:
    """Return who answers alarms above and below an area and can be reached; without one in the sender's town."""
    area = s.get(Area, area_id) if area_id is not None else home_town(s, who)
    roles = [role for role, allowed in PERMISSIONS.items() if Can.ALARMED in allowed]
    ids = dict.fromkeys(found for role in roles for found in holders(s, role, area.path if area else "/"))
    return [found for found in ids if found != who.id and s.get_one(Person, found).reachable]
