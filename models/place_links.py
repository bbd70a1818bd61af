"""Place links: what the code on a poster carries, so that a scan opens a report (or a patrol) right at this place.

The link gives no rights. It is signed, so that nobody can make one for a place that has none, and it can be renewed:
then the old posters only open the bot.
"""

import hmac
import re
import secrets
from datetime import datetime

from sqlmodel import Field, Session

from models import audit
from models.base import Base, Instant
from models.people import Actor
from models.places import MOVED, Place, place_for, survivor
from models.sealing import sealer

PREFIX = "p_"
SIGNED = 24  # hex digits of the signature: 96 bits, and the whole payload stays far below Telegram's 64
_PAYLOAD = re.compile(rf"{PREFIX}([1-9][0-9]{{0,8}})_([0-9a-f]{{{SIGNED}}})", re.ASCII)


class PlaceLink(Base, table=True):
    """What makes the links of one place differ from time to time; a new nonce ends the posters before."""

    __tablename__ = "place_links"

    place_id: int = Field(foreign_key="places.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    nonce: str = Field(max_length=16)
    made_at: datetime = Field(sa_type=Instant)


def make(s: Session, who: Actor, place_id: int, *, now: datetime) -> str:
    """Return the start payload for the poster of a place; the same one until it is renewed. Raises Refused."""
    place_for(s, who, place_id)
    link = s.get(PlaceLink, place_id)
    return _payload(link if link is not None else _new(s, who, place_id, now))


def renew(s: Session, who: Actor, place_id: int, *, now: datetime) -> str:
    """Make the posters of a place useless (lost, pasted elsewhere) and return the payload for new ones."""
    place_for(s, who, place_id)
    link = s.get(PlaceLink, place_id)
    if link is not None:
        s.delete(link)
        s.flush()
    return _payload(_new(s, who, place_id, now))


def read(s: Session, payload: str) -> Place | None:
    """Return the place of a payload; None when it is forged, was renewed, or the place has moved away.

    The poster of a place that was merged leads to the one that stays.
    """
    found = _PAYLOAD.fullmatch(payload)
    link = s.get(PlaceLink, int(found[1])) if found else None
    if link is None or not hmac.compare_digest(_payload(link), payload):
        return None
    place = s.get(Place, link.place_id)
    found_at = survivor(s, place) if place is not None else None
    return found_at if found_at is not None and found_at.status != MOVED else None


def _new(s: Session, who: Actor, place_id: int, now: datetime) -> PlaceLink:
    link = PlaceLink(place_id=place_id, nonce=secrets.token_hex(8), made_at=now)
    s.add(link)
    audit.record(s, who.id, "place.linked", f"place:{place_id}", now=now)
    return link


def _payload(link: PlaceLink) -> str:
    return f"{PREFIX}{link.place_id}_{sealer().tag('place-link', f'{link.place_id}|{link.nonce}')[:SIGNED]}"
