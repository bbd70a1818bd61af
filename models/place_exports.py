"""Exports of places: the ledger in the columns that an import reads, so that it can be edited and sent back.

Names and telephones of people only for those who may bring places in there.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select

from models import audit
from models.areas import Area
from models.people import Actor, Can, require
from models.place_imports import contacts_of
from models.place_judging import Contacts
from models.place_rows import CHOICES, COLUMNS, CONTACTS, GRID, KIND, RISK, STATUS, VILLAGE
from models.places import MERGED, Place, in_scope

PART = 5000  # rows of one file, as many as an import takes
Value = str | int | float | None
NOBODY = ("", "")


def ask(s: Session, who: Actor, *, now: datetime) -> int:
    """Return how many places the export that somebody asks for has; that it was asked for is on file. Raises Refused.

    Once for the whole ledger, however many files it takes and however often one of them has to be made again.
    """
    require(who, Can.SEE_PLACES)
    found = count(s, who)
    if found:
        audit.record(s, who.id, "places.exported", f"places:{found}", now=now)
    return found


def count(s: Session, who: Actor) -> int:
    """Return how many places an export of somebody has."""
    return s.exec(select(func.count()).select_from(Place).where(in_scope(who, Can.SEE_PLACES), _whole())).one()


def _whole() -> bool:
    return Place.status != MERGED


def rows(s: Session, who: Actor, part: int = 0) -> list[tuple[Value, ...]]:
    """Return the cells of one part of the ledger within somebody's reach, area by area, in the order of the columns."""
    wanted = select(Place).where(in_scope(who, Can.SEE_PLACES), _whole())
    wanted = wanted.order_by(col(Place.area_path), col(Place.cluster), col(Place.id))
    found = s.exec(wanted.offset(part * PART).limit(PART)).all()
    areas = s.exec(select(Area)).all()
    open_to = [place.id or 0 for place in found if who.reaches(Can.IMPORT, place.area_path)]
    contacts = contacts_of(s, open_to)
    return [_cells(place, areas, contacts.get(place.id or 0, {})) for place in found]


def _cells(place: Place, areas: Sequence[Area], contacts: Contacts) -> tuple[Value, ...]:
    people = {key: value for role, keys in CONTACTS.items()
              for key, value in zip(keys, contacts.get(role, NOBODY), strict=True)}  # fmt: skip
    around = {area.level: area.name for area in areas if place.area_path.startswith(area.path)}
    said: Mapping[str, Value] = {
        **place.model_dump(), **people, "aliases": place.aliases.replace(",", "、"),
        **{key: CHOICES[key].get(getattr(place, key), "") for key in (KIND, RISK, STATUS)},
        VILLAGE: around.get("village", ""), GRID: around.get("grid", ""),
    }  # fmt: skip
    return tuple(said[column.key] for column in COLUMNS)


def options(s: Session, who: Actor) -> dict[str, list[str]]:
    """Return what may be chosen in which column: the kinds, risks and states, and the officer's own areas."""
    areas = s.exec(select(Area).order_by(col(Area.id))).all()
    own = {level: [a.name for a in areas if a.level == level and who.reaches(Can.SEE_PLACES, a.path)]
           for level in (VILLAGE, GRID)}  # fmt: skip
    return {key: list(known.values()) for key, known in CHOICES.items()} | own
