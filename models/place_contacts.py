"""Contacts of a place: the people who answer for it, with their telephones, sealed; former ones stay as history.

Names and telephones are read by staff in the area of the place only. Former contacts are erased after a while, see
models.retention.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field, Session, col, select

from models import place_events
from models.base import Base, Instant, Refused
from models.people import Actor, Can
from models.places import Place, place_for
from models.sealing import SealedJSON

OWNER, MANAGER, LANDLORD = "owner", "manager", "landlord"
ROLES = {OWNER: "责任人", MANAGER: "管理人", LANDLORD: "房东"}
NAME_LIMIT = 40
BAD_PHONE = "电话号码不对。请写 11 位手机号，或者带区号的座机，比如 023-12345678；只写数字也行。"
BAD_NAME = f"请写姓名或者称呼，{NAME_LIMIT} 个字以内。"
BAD_ROLE = "请先选是责任人、管理人还是房东。"
NOBODY = "这一家现在没有登记这位负责人，请打开「台账」看最新的。"
_PHONE = re.compile(r"1[3-9][0-9]{9}|0[0-9]{9,11}|400[0-9]{7}|[2-8][0-9]{6,7}")


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


def phone_of(text: str) -> str:
    """Return the digits of a Chinese mobile or landline number; "" for none. Raises Refused for anything else."""
    digits = re.sub(r"[\s\-—()转]", "", unicodedata.normalize("NFKC", text)).removeprefix("+86")
    digits = digits.removeprefix("86") if len(digits) == 13 else digits
    if digits and not _PHONE.fullmatch(digits):
        raise Refused(BAD_PHONE)
    return digits


def set_contact(s: Session, who: Actor, place_id: int, role: str, name: str, phone: str, *, now: datetime) -> Place:
    """Write down who answers for a place in this role; whoever did before ends. Raises Refused."""
    place = place_for(s, who, place_id, Can.KEEP_PLACES)
    name, phone = name.strip(), phone_of(phone)
    if role not in ROLES:
        raise Refused(BAD_ROLE)
    if not 0 < len(name) <= NAME_LIMIT:
        raise Refused(BAD_NAME)
    known = _current(s, place, role)
    if known is None or (known.name, known.phone) != (name, phone):
        if known is not None:
            known.ended_at = now
        s.add(PlaceContact(place_id=place.id or 0, role=role, name=name, phone=phone, since=now))
        _note(s, who, place, role, now)
    return place


def end_contact(s: Session, who: Actor, place_id: int, role: str, *, now: datetime) -> Place:
    """Nobody answers for a place in this role any more. Raises Refused."""
    place = place_for(s, who, place_id, Can.KEEP_PLACES)
    known = _current(s, place, role)
    if known is None:
        raise Refused(NOBODY)
    known.ended_at = now
    _note(s, who, place, role, now)
    return place


def contacts_of(s: Session, who: Actor, place: Place) -> list[PlaceContact]:
    """Return who answers for a place, in the order of ROLES: to staff who see the places of its area, nobody else."""
    if not who.reaches(Can.SEE_PLACES, place.area_path):
        return []
    return sorted(running(s, place.id or 0), key=lambda contact: list(ROLES).index(contact.role))


def running(s: Session, place_id: int) -> Sequence[PlaceContact]:
    """Return who answers for a place now; whoever asks has looked at who may read it."""
    return s.exec(
        select(PlaceContact)
        .where(PlaceContact.place_id == place_id, col(PlaceContact.ended_at).is_(None))
        .order_by(col(PlaceContact.id))
    ).all()


def end_all(s: Session, place_id: int, *, now: datetime) -> None:
    """End the contacts of a place that is no more."""
    for contact in running(s, place_id):
        contact.ended_at = now


def revive(s: Session, place_id: int, ended_at: datetime) -> None:
    """Whoever answered for a place when it was closed does so again."""
    for contact in s.exec(select(PlaceContact).where(PlaceContact.place_id == place_id)):
        if contact.ended_at == ended_at:
            contact.ended_at = None


def _current(s: Session, place: Place, role: str) -> PlaceContact | None:
    return next((contact for contact in running(s, place.id or 0) if contact.role == role), None)


def _note(s: Session, who: Actor, place: Place, role: str, now: datetime) -> None:
    place_events.write(s, place.id or 0, place_events.CONTACT, who.id, note=ROLES[role], now=now)
