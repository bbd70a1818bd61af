"""Conflicts of interest: who is kept out of a case - the place's own people, declared relatives, whoever was named.

Who is kept out reads "not found" like a stranger, gets no notice, and is not offered as somebody to send. How somebody
comes to be kept out is in models.recusals.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, ColumnElement, and_, or_, select, union_all
from sqlmodel import Field, Session, col

from models.base import Base, Instant
from models.places import Place

if TYPE_CHECKING:
    from models.hazard_files import Hazard

OWN, RELATIVE, INVOLVED = "own", "relative", "named"


class Conflict(Base, table=True):
    """Somebody is not to work on one case, or on every case at a place. `why`: own, relative, named."""

    __tablename__ = "conflicts"

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="people.id", index=True)
    hazard_id: int | None = Field(default=None, foreign_key="hazards.id", index=True)
    place_id: int | None = Field(default=None, foreign_key="places.id", index=True)
    why: str = Field(max_length=10)
    declared_by: int | None = Field(default=None, foreign_key="people.id")
    since: datetime = Field(sa_column=Column(Instant, nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))


def excluded(s: Session, hazard: "Hazard") -> frozenset[int]:
    """Return the ids of the people who are kept out of this case."""
    return kept_out(s, [hazard.id or 0]).get(hazard.id or 0, frozenset())


def kept_out(s: Session, hazard_ids: Iterable[int]) -> Mapping[int, frozenset[int]]:
    """Return who is kept out of which of these cases, in one query; cases that keep nobody out are not in it."""
    hazards = Base.metadata.tables["hazards"].c
    ids = sorted(set(hazard_ids))
    wanted = hazards.id.in_(ids)
    declared = select(hazards.id, col(Conflict.person_id)).where(wanted, col(Conflict.ended_at).is_(None))
    owners = select(hazards.id, col(Place.owner_id)).join(Place, col(Place.id) == hazards.place_id)
    rows = s.execute(union_all(
        declared.join(Conflict, col(Conflict.hazard_id) == hazards.id),
        declared.join(Conflict, col(Conflict.place_id) == hazards.place_id),
        owners.where(wanted, col(Place.owner_id).is_not(None)),
    )) if ids else ()  # fmt: skip
    found: dict[int, set[int]] = defaultdict(set)
    for hazard_id, person_id in rows:
        found[hazard_id].add(person_id)
    return {hazard_id: frozenset(people) for hazard_id, people in found.items()}


def is_open_to(person_id: int, hazard_id: Any, place_id: Any) -> ColumnElement[bool]:
    """Return the condition, over the columns of a case, that somebody is not kept out: for lists, counts, searches.

    What keeps one person out is a short list, so it is looked up once and not for each case.
    """
    mine = (col(Conflict.person_id) == person_id, col(Conflict.ended_at).is_(None))
    cases = select(col(Conflict.hazard_id)).where(*mine, col(Conflict.hazard_id).is_not(None))
    places = select(col(Conflict.place_id)).where(*mine, col(Conflict.place_id).is_not(None))
    own = select(col(Place.id)).where(col(Place.owner_id) == person_id)
    is_elsewhere = or_(place_id.is_(None), place_id.not_in(places.union_all(own)))
    return and_(or_(hazard_id.is_(None), hazard_id.not_in(cases)), is_elsewhere)

