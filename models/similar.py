"""Similar cases: has the same danger been reported already, near here and of late? Residents and officers are asked.

The same kind (or one of its further kinds), and the same place of the ledger, or points not far apart, or clearly the
same words for where it is. A case that was closed of late may have come back (反弹): that is said, and no merge hides
it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, radians
from typing import Any, Self, Unpack

from rapidfuzz import fuzz
from sqlalchemy import ColumnElement, LargeBinary, and_, or_, type_coerce
from sqlalchemy import select as select_plain
from sqlmodel import Session, col, select

from models.areas import Area
from models.calendar import local
from models.conflicts import is_open_to
from models.hazard_files import IMAGE, PHOTO, Evidence, Hazard
from models.hazard_reports import Report
from models.hazard_steps import BEFORE
from models.homes import home_town
from models.lifecycle import Step
from models.people import Actor, Can
from models.pictures import CLEAN, Picture
from models.places import Place, metres_between
from models.rules import rules_of
from models.sealing import opened
from models.spots import METRES_A_DEGREE, spots_around

SAME_PLACE, NEAR, SAME_WORDS = "place", "near", "words"
CLEARLY, SHORTEST = 85, 3  # likeness in per cent, characters
A_CARD = 5
MOST_OPENED = 300  # sealed words that one search opens at most, of the newest cases
_NUMERALS = re.compile(r"[0-9一二三四五六七八九十百两]")
Point = tuple[float, float]
_SEALED = ("latitude", "longitude", "place_text")
# What is sealed comes as it is stored: most rows are told apart without opening them.
_COLUMNS = (
    col(Hazard.id), col(Hazard.place_id), col(Hazard.area_path), col(Hazard.reported_at), col(Hazard.closed_at),
    *(type_coerce(getattr(Hazard, name), LargeBinary).label(name) for name in _SEALED),
    col(Place.latitude).label("place_latitude"), col(Place.longitude).label("place_longitude"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Danger:
    """What is known of a danger, reported or about to be: `hazard_id` and `duplicate_of` are left out of the search."""

    kind: str
    area_path: str
    tags: str = ""
    place_id: int | None = None
    place_text: str = ""
    at: Point | None = None
    hazard_id: int = 0

    @classmethod
    def of(cls, hazard: Hazard) -> Self:
        """Return what is known of a case."""
        at = _point(hazard.latitude, hazard.longitude)
        return cls(hazard.kind, hazard.area_path, hazard.tags, hazard.place_id, hazard.place_text, at, hazard.id or 0)

    @property
    def kinds(self) -> list[str]:
        """Its kind and the further ones."""
        return sorted({self.kind, *(tag for tag in self.tags.split(",") if tag)})


@dataclass(frozen=True, slots=True)
class Alike:
    """A case that may be the same: why, how far away (None: unknown), how old, and whether it was closed already."""

    hazard_id: int
    why: str
    metres: int | None
    days: int
    relapse: bool


def danger_of(s: Session, who: Actor, **given: Unpack[Report]) -> Danger:
    """Return what is known of a report that is about to be made; without a village it lies in the sender's town."""
    area_id = given.get("area_id")
    area = s.get(Area, area_id) if area_id is not None else home_town(s, who)
    at = _point(given.get("latitude"), given.get("longitude"))
    path = area.path if area is not None else "/"
    return Danger(given["kind"], path, given.get("tags", ""), given.get("place_id"), given["place_text"], at)


def similar(s: Session, who: Actor, danger: Danger, *, now: datetime, at_most: int = 3) -> list[Alike]:
    """Return the cases that may be the same, open ones first, then the surest; none that the actor is kept out of.

    Within `duplicate_days` and `duplicate_metres`; closed ones for `relapse_days` after they were closed.
    """
    here, found = danger.at or _place_point(s, danger.place_id), []
    for row in _rows(s, who, danger, here, now):
        why, metres = _likeness(danger, here, row, rules_of(s).duplicate_metres)
        if why:
            days = (local(now).date() - local(row.reported_at).date()).days
            found.append(Alike(row.id, why, metres, days, row.closed_at is not None))
    order = {SAME_PLACE: 0, NEAR: 1, SAME_WORDS: 2}
    found.sort(key=lambda alike: (alike.relapse, order[alike.why], alike.metres or 0, alike.days, alike.hazard_id))
    return found[:at_most]


def similar_to(s: Session, who: Actor, hazard: Hazard, *, now: datetime) -> list[Alike]:
    """Return the cases that a case nobody has looked at may repeat, of those that the officer may see."""
    if hazard.step not in (Step.REPORTED, Step.VERIFYING):
        return []
    seen = similar(s, who, Danger.of(hazard), now=now, at_most=A_CARD)
    rows = s.exec(select(Hazard).where(col(Hazard.id).in_([alike.hazard_id for alike in seen]))) if seen else ()
    visible = {row.id for row in rows if who.reaches(Can.SEE_HAZARDS, row.area_path)}
    return [alike for alike in seen if alike.hazard_id in visible]


def picture_of(s: Session, hazard_id: int) -> Picture | None:
    """Return the first cleaned photo that came with the report; an original is never shown to another resident."""
    is_picture = col(Evidence.kind).in_([PHOTO, IMAGE])
    wanted = (Evidence.hazard_id == hazard_id, is_picture, Evidence.phase == BEFORE, Picture.state == CLEAN)
    rows = select(Picture).join(Evidence, col(Evidence.id) == col(Picture.evidence_id)).where(*wanted)
    return s.exec(rows.order_by(col(Picture.evidence_id))).first()


def _rows(s: Session, who: Actor, danger: Danger, here: Point | None, now: datetime) -> Iterator[Any]:
    """Return the cases to compare, each once: at the same place, near the point, and where the words may tell.

    They are still open or were closed of late, of one of the kinds. What is sealed stays so.
    """
    rules, tagged = rules_of(s), [col(Hazard.tags).contains(kind) for kind in danger.kinds]
    is_open = and_(col(Hazard.closed_at).is_(None), Hazard.reported_at >= now - timedelta(days=rules.duplicate_days))  # type: ignore[arg-type]
    relapsed = and_(Hazard.step == Step.CLOSED.value, Hazard.closed_at >= now - timedelta(days=rules.relapse_days))  # type: ignore[arg-type, operator]
    of_kind, village = col(Hazard.kind).in_(danger.kinds), _village(s, danger.area_path)
    may_read = is_open_to(who.id, Hazard.id, Hazard.place_id)
    base = select_plain(*_COLUMNS).outerjoin(Place, col(Place.id) == col(Hazard.place_id))
    base = base.where(or_(is_open, relapsed), col(Hazard.id) != danger.hazard_id, may_read)
    ways = [col(Hazard.place_id) == danger.place_id] if danger.place_id is not None else []
    ways += _near(s, here, rules.duplicate_metres) if here is not None else []
    found = [row for way in ways for row in s.execute(base.where(way, or_(of_kind, *tagged)))]
    told = base.where(of_kind, col(Hazard.area_path).startswith(village, autoescape=True))
    if here is not None:  # whatever has a point of its own was found by it, or lies elsewhere
        told = told.where(col(Hazard.spot).is_(None))
    found += s.execute(told.order_by(col(Hazard.id).desc()).limit(MOST_OPENED))
    yield from {row.id: row for row in found}.values()


def _near(s: Session, here: Point, metres: int) -> list[ColumnElement[bool]]:
    """The squares of the map around a point, and the places of the ledger in a box around it."""
    north, east = metres / METRES_A_DEGREE, metres / (METRES_A_DEGREE * cos(radians(here[0])))
    box = (
        col(Place.latitude).between(here[0] - north, here[0] + north),
        col(Place.longitude).between(here[1] - east, here[1] + east),
    )
    ids = s.exec(select(Place.id).where(*box)).all()
    around: list[ColumnElement[bool]] = [col(Hazard.spot).in_(spots_around(*here, metres))]
    return [*around, col(Hazard.place_id).in_(ids)] if ids else around


def _likeness(danger: Danger, here: Point | None, row: Any, limit: int) -> tuple[str, int | None]:
    """Say why a case may be the same, and how far away it is; "" when it is another one."""
    if danger.place_id is not None and row.place_id is not None:
        return (SAME_PLACE, None) if danger.place_id == row.place_id else ("", None)  # two shops next to each other
    there = _opened_point(row) or _point(row.place_latitude, row.place_longitude) if here is not None else None
    if here is not None and there is not None:
        metres = metres_between(*here, *there)
        return (NEAR if metres <= limit else ""), metres
    there_too = opened("hazards.place_text", row.place_text)
    return (SAME_WORDS if _same_words(danger.place_text, there_too) else ""), None


def _same_words(one: str, other: str) -> bool:
    """Say whether two places are clearly the same in words: nearly the same characters, exactly the same numbers."""
    first, second = (re.sub(r"[\s，,。的]", "", text) for text in (one, other))
    if min(len(first), len(second)) < SHORTEST or _NUMERALS.findall(first) != _NUMERALS.findall(second):
        return False
    return fuzz.ratio(first, second) >= CLEARLY


def _village(s: Session, path: str) -> str:
    """Return the path of the village around an area; the area's own when there is none."""
    paths = s.exec(select(Area.path).where(Area.level == "village"))
    return next((found for found in paths if path.startswith(found)), path)


def _place_point(s: Session, place_id: int | None) -> Point | None:
    place = s.get(Place, place_id) if place_id is not None else None
    return _point(place.latitude, place.longitude) if place else None


def _point(latitude: float | None, longitude: float | None) -> Point | None:
    return (latitude, longitude) if latitude is not None and longitude is not None else None


def _opened_point(row: Any) -> Point | None:
    if row.latitude is None or row.longitude is None:
        return None
    return opened("hazards.latitude", row.latitude), opened("hazards.longitude", row.longitude)
