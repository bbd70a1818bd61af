"""Place links: what the code on a poster carries, so that a scan opens a report (or a patrol) right at this place.

The link gives no rights. It is signed, so that nobody can make one for a place that has none, and it can be renewed or
taken away: then the old posters only open the bot.
"""

import hmac
import re
import secrets
from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field, Session, col, select

from models import audit
from models.base import Base, Instant, Refused
from models.people import Actor, Can
from models.places import Place, family, place_for, survivor
from models.sealing import sealer

PREFIX = "p_"
SIGNED = 24  # hex digits of the signature: 96 bits, and the whole payload stays far below Telegram's 64
SHORT = 4
NO_LINK = "这一家现在没有场所码。要用的话，点「场所码」重新印一张。"
_PAYLOAD = re.compile(rf"{PREFIX}([1-9][0-9]{{0,8}})_([0-9a-f]{{{SIGNED}}})", re.ASCII)


class PlaceLink(Base, table=True):
    """What makes the links of one place differ from time to time; a new nonce ends the posters before.

    `printed_at`: when its poster or sticker was last asked for; None as long as nobody has one of this code.
    """

    __tablename__ = "place_links"

    place_id: int = Field(foreign_key="places.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    nonce: str = Field(max_length=16)
    made_at: datetime = Field(sa_type=Instant)
    printed_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))

    @property
    def payload(self) -> str:
        """What the code carries: the start payload of a deep link."""
        return f"{PREFIX}{self.place_id}_{sealer().tag('place-link', f'{self.place_id}|{self.nonce}')[:SIGNED]}"

    @property
    def short(self) -> str:
        """The last signs of the payload: printed below a code, they tell whether a poster on a wall is still good."""
        return self.payload[-SHORT:].upper()


def link_of(s: Session, who: Actor, place_id: int) -> PlaceLink | None:
    """Return the link of a place whose posters the actor may print, None when it has none now. Raises Refused."""
    return s.get(PlaceLink, place_for(s, who, place_id, Can.ASSIGN).id)


def make(s: Session, who: Actor, place_id: int, *, now: datetime) -> PlaceLink:
    """Return the link for the poster of a place; the same one until it is renewed. Raises Refused."""
    place = place_for(s, who, place_id, Can.ASSIGN)
    return s.get(PlaceLink, place.id) or add(s, who, place.id or 0, now=now)


def renew(s: Session, who: Actor, place_id: int, *, now: datetime) -> PlaceLink:
    """Make the posters of a place useless (lost, pasted elsewhere) and return the link for new ones.

    Those of the entries that were merged into it are its posters as well.
    """
    place = place_for(s, who, place_id, Can.ASSIGN)
    _remove(s, place)
    return add(s, who, place.id or 0, now=now)


def revoke(s: Session, who: Actor, place_id: int, *, now: datetime) -> None:
    """Make the posters of a place useless without new ones. Raises Refused when nothing leads to it."""
    place = place_for(s, who, place_id, Can.ASSIGN)
    if not _remove(s, place):
        raise Refused(NO_LINK)
    audit.record(s, who.id, "place.unlinked", f"place:{place.id}", now=now)


def add(s: Session, who: Actor, place_id: int, *, now: datetime) -> PlaceLink:
    """Make the link of a place that has none; the caller knows that the actor may."""
    link = PlaceLink(place_id=place_id, nonce=secrets.token_hex(8), made_at=now)
    s.add(link)
    audit.record(s, who.id, "place.linked", f"place:{place_id}", now=now)
    return link


def read(s: Session, payload: str) -> Place | None:
    """Return the place that a payload leads to, whatever its state; None when it is forged, was renewed or revoked.

    A place that was merged leads to the one it went into: its poster still hangs at that very door.
    """
    found = _PAYLOAD.fullmatch(payload)
    link = s.get(PlaceLink, int(found[1])) if found else None
    if link is None or not hmac.compare_digest(link.payload, payload):
        return None
    return survivor(s, s.get_one(Place, link.place_id))


def code_of(s: Session, place: Place) -> str:
    """Return what the code of a place carries, for a paper about it; "" when it has none (any more)."""
    link = s.get(PlaceLink, place.id)
    return link.payload if link is not None else ""


def _remove(s: Session, place: Place) -> int:
    """Take away the links that lead to a place; return how many there were."""
    leading = s.exec(select(PlaceLink).where(col(PlaceLink.place_id).in_(family(s, place.id or 0)))).all()
    for link in leading:
        s.delete(link)
    s.flush()
    return len(leading)
