"""Contacts of a place: the people who answer for it, with their telephones, sealed; former ones stay as history."""

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field

from models.base import Base, Instant
from models.sealing import SealedJSON

OWNER, MANAGER, LANDLORD = "owner", "manager", "landlord"
ROLES = {OWNER: "责任人", MANAGER: "管理人", LANDLORD: "房东"}


class PlaceContact(Base, table=True):
    """One responsible person of a place; `ended_at` when somebody else took over."""

    __tablename__ = "place_contacts"

    id: int | None = Field(default=None, primary_key=True)
    place_id: int = Field(foreign_key="places.id", index=True)
    role: str = Field(max_length=10)
    name: str = Field(sa_column=Column(SealedJSON("place_contacts.name"), nullable=False))
    phone: str = Field(sa_column=Column(SealedJSON("place_contacts.phone"), nullable=False))
    since: datetime = Field(sa_column=Column(Instant, nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
