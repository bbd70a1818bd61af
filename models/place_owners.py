"""Responsible people of places: how somebody stops answering for one, and goes along with one that changes its area."""

from datetime import datetime

from sqlmodel import Session, col, select

from models import audit, outbox
from models.base import Refused
from models.invites import grant_role
from models.people import Actor, Can, Grant, Role
from models.places import Place, place_for

CHANGED = "这一家的负责人已经变了。请重新打开「负责人绑定」看看。"


def unbind(s: Session, who: Actor, place_id: int, owner: int, *, now: datetime) -> Place:
    """Somebody answers for a place no longer, because an officer says so. Raises Refused."""
    place = place_for(s, who, place_id, Can.KEEP_PLACES)
    if place.owner_id != owner:
        raise Refused(CHANGED)
    let_go(s, place, who.id, now=now)
    return place


def let_go(s: Session, place: Place, by_id: int | None, *, now: datetime) -> None:
    """End the binding of a place, if it has one, and tell whoever had it, unless they did it themselves.

    With their last place in an area their role there ends too.
    """
    owner, place.owner_id = place.owner_id, None
    s.add(place)
    s.flush()
    if owner is None:
        return
    _end_role(s, owner, place.area_id, now)
    audit.record(s, by_id, "place.unbound", f"place:{place.id}", now=now)
    if owner != by_id:
        outbox.notify(s, owner, "owner.unbound", now=now, place=place.id)


def follow(s: Session, owner: int | None, left_id: int, area_id: int, *, now: datetime) -> None:
    """A place went from one area to another: the role of its responsible person, if it has one, goes along."""
    s.flush()
    if owner is not None and left_id != area_id:
        grant_role(s, owner, Role.OWNER, area_id, now=now)
        _end_role(s, owner, left_id, now)


def _end_role(s: Session, owner: int, area_id: int, now: datetime) -> None:
    """Nobody is a responsible person where they have no place left."""
    if s.exec(select(Place.id).where(Place.owner_id == owner, Place.area_id == area_id)).first() is not None:
        return
    held = select(Grant).where(Grant.person_id == owner, Grant.role == Role.OWNER.value, Grant.area_id == area_id)
    for grant in s.exec(held.where(col(Grant.ended_at).is_(None))).all():
        grant.ended_at = now
    s.flush()
