"""Callers: who rang, came by or wrote to 12345, when staff enter a danger for them.

A caller has no account here. What nobody may read is not kept: name and number stay, sealed, only when the caller
agrees that those on the case call back.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Unpack

from sqlalchemy import Column
from sqlmodel import Field, Session

from models.base import Base, Refused
from models.hazard_files import CALLER, Hazard
from models.hazard_reports import Report, report
from models.people import Actor, Can, require
from models.sealing import SealedJSON

CHANNELS: Mapping[str, str] = MappingProxyType({"phone": "电话", "visit": "当面", "12345": "12345 转来"})
LONGEST = 100


class Caller(Base, table=True):
    """How a case came in; `contact` is a name and a number in their words, if they agreed to be called back."""

    __tablename__ = "callers"

    hazard_id: int = Field(foreign_key="hazards.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    channel: str = Field(max_length=10)
    contact: str | None = Field(default=None, sa_column=Column(SealedJSON("callers.contact"), nullable=True))


def enter(
    s: Session,
    who: Actor,
    channel: str,
    contact: str = "",
    *,
    now: datetime,
    **given: Unpack[Report],
) -> Hazard:
    """Staff who verify enter a danger for a caller: under their own name, so that they can tell the caller how it goes.

    `contact` only when the caller agrees that those on the case read name and number.
    """
    require(who, Can.VERIFY)
    if channel not in CHANNELS:
        raise Refused("请选择来源：电话、当面或者 12345。")
    if len(contact) > LONGEST:
        raise Refused(f"来电人写短一点就行，{LONGEST} 个字以内，再发一次。")
    given["source"] = CALLER
    hazard = report(s, who, now=now, **given)
    s.add(Caller(hazard_id=hazard.id or 0, channel=channel, contact=contact.strip() or None))
    s.flush()
    return hazard


def channel_of(s: Session, hazard: Hazard) -> str:
    """Return how a case came in, for the ledger: 电话, 当面, 12345 转来; empty when nobody called."""
    caller = s.get(Caller, hazard.id)
    return CHANNELS[caller.channel] if caller is not None else ""


def contact_of(s: Session, hazard: Hazard) -> str:
    """Return name and number of a caller who agreed to be called; empty for everybody else."""
    caller = s.get(Caller, hazard.id)
    return (caller.contact or "") if caller is not None else ""
