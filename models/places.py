"""Places: the shops, schools, workshops and villages that are watched over, and how people find them by name.

People write a name as they say it: a nickname, the initials of its pinyin, a wrong character of the same sound.
"""

from collections.abc import Iterable
from datetime import date, datetime
from math import asin, cos, degrees, radians, sin, sqrt
from typing import Any

from sqlalchemy import Column, ColumnElement, Index, and_, false, literal, or_
from sqlmodel import Field, Session, col, select

from models import place_names
from models.areas import Area
from models.base import NOT_FOUND, Base, Instant, Refused
from models.calendar import local
from models.people import Actor, Can
from models.place_names import PlaceName

KINDS = {
    "shop": "小商店",
    "catering": "小餐饮",
    "inn": "小旅馆",
    "entertainment": "小歌舞娱乐",
    "netbar": "小网吧",
    "beauty": "小美容洗浴",
    "school_small": "托幼和校外培训",
    "clinic": "诊所和村卫生室",
    "workshop": "小生产加工",
    "market": "农贸市场",
    "hospital": "卫生院",
    "elderly": "养老机构",
    "school": "中小学",
    "factory": "厂房库房",
    "selfbuilt": "经营性自建房",
    "streetshop": "沿街店铺",
    "village": "连片村寨",
    "residential": "居民楼",
    "forest": "山林坟山",
    "construction": "建筑工地",
    "fuel": "加油站和液化气点",
    "express": "寄递物流点",
    "ministation": "微型消防站",
}
RISKS = {"low": "低", "normal": "一般", "high": "高"}
OPEN, CLOSED, MOVED, VACANT, MERGED = "open", "closed", "moved", "vacant", "merged"
STATES = {OPEN: "在营", CLOSED: "已关闭", MOVED: "已搬走", VACANT: "空置", MERGED: "已并入另一家"}

EARTH_METRES = 6_371_000
BOXES = (100, 400, 1_600, 6_400, 25_600)  # metres to each side, when looking for what is near
SAID_AT_ONCE = 20  # names that are read out of one message


class Place(Base, table=True):
    """One place with its kind, its area and who answers for it; `aliases` is a comma list of nicknames.

    `cluster` is the 组 or 院子 that people name it by; `people` sleep there, `square_metres` is its floor area. What
    was the same place as another one is `merged` into it.
    """

    __tablename__ = "places"
    __table_args__ = (
        # With every column that the lists ask for, so that they look at no rows but those of the page.
        Index("ix_places_due", "next_patrol_on", "id", "area_path", "status"),
        Index("ix_places_listed", "area_path", "cluster", "id", "status", "kind", "risk", "next_patrol_on"),
        Index("ix_places_on_map", "latitude", "longitude", "area_path", "status"),
        Index("ix_places_counted", "area_id", "status", "kind", "next_patrol_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=40)
    name: str = Field(max_length=80)
    aliases: str = Field(default="", max_length=200)
    initials: str = Field(default="", max_length=80)
    kind: str = Field(max_length=20)
    area_id: int = Field(foreign_key="areas.id", index=True)
    area_path: str = Field(index=True, max_length=200)
    cluster: str = Field(default="", max_length=40, index=True)
    address: str = Field(default="", max_length=200)
    floors: int | None = None
    people: int | None = None
    square_metres: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    risk: str = Field(default="normal", max_length=10)
    owner_id: int | None = Field(default=None, foreign_key="people.id", index=True)
    status: str = Field(default=OPEN, max_length=10)
    next_patrol_on: date | None = None
    merged_into_id: int | None = Field(default=None, foreign_key="places.id", index=True)
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))

    @property
    def names(self) -> list[str]:
        """The name and the nicknames."""
        return [self.name, *(alias for alias in self.aliases.split(",") if alias)]


place_names.follow(Place)


def place_for(s: Session, who: Actor, place_id: int, can: Can = Can.SEE_PLACES) -> Place:
    """Return a place that the actor may do this to; refuse otherwise, in the same words as for an unknown one.

    Of one that was merged it is the place that it went to.
    """
    known = s.get(Place, place_id)
    place = survivor(s, known) if known is not None else None
    own = place is not None and can is Can.SEE_PLACES and place.owner_id == who.id
    if place is None or not (own or who.reaches(can, place.area_path)):
        raise Refused(NOT_FOUND)
    return place


def survivor(s: Session, place: Place) -> Place:
    """Return the place that this one was merged into in the end, or itself; nothing hangs on a circle."""
    seen = set[int | None]()
    while place.merged_into_id is not None and place.id not in seen:
        seen.add(place.id)
        place = s.get_one(Place, place.merged_into_id)
    return place


def family(s: Session, place_id: int) -> list[int]:
    """Return the ids of a place and of all that were merged into it, itself first."""
    ids = [place_id]
    for known in ids:
        merged = s.exec(select(Place.id).where(Place.merged_into_id == known))
        ids += [one for one in merged if one is not None and one not in ids]
    return ids


def in_scope(who: Actor, can: Can) -> ColumnElement[bool]:
    """Return the condition that holds for places in the areas where the actor may do this."""
    return or_(false(), *(col(Place.area_path).startswith(path, autoescape=True) for path in who.paths(can)))


def match(s: Session, text: str, *, area_path: str | None = None) -> Place | None:
    """Return the one place that a resident's words clearly name, or None; the longest name that is heard wins."""
    where = [] if area_path is None else [col(PlaceName.area_path).startswith(area_path, autoescape=True)]
    still = select(Place.id).where(Place.id == PlaceName.place_id, Place.status != MOVED).exists()
    found = _clearest(s, place_names.heard(s, text, still, *where))
    return found or _clearest(s, place_names.heard_alike(s, text, still, *where))


def _clearest(s: Session, found: Iterable[tuple[int, int]]) -> Place | None:
    """The place with the longest name, unless several have one as long; what was merged is where it went to."""
    rows = list(found)
    longest = max((length for length, _ in rows), default=0)
    ids = {number for length, number in rows if length == longest}
    named = {place.id: place for place in (survivor(s, s.get_one(Place, number)) for number in ids)}
    return next(iter(named.values())) if len(named) == 1 else None


def names_in(s: Session, text: str) -> list[str]:
    """Return the names of areas and places that stand in a text, so that its place is read out whole."""
    said = literal(text[: place_names.LONGEST_QUERY])
    ids = {number for _, number in place_names.heard(s, text, limit=SAID_AT_ONCE)}
    known = select(Place.name).where(col(Place.id).in_(ids), said.contains(col(Place.name)), Place.status != MOVED)
    return [*s.exec(select(Area.name).where(said.contains(col(Area.name)))), *(s.exec(known) if ids else ())]


def nearby(s: Session, who: Actor, lat: float, lon: float, limit: int = 6) -> list[tuple[Place, int]]:
    """Return the places nearest to a point with their distance in metres, within the actor's scope."""
    return _nearest(s, lat, lon, limit, in_scope(who, Can.SEE_PLACES), Place.status != MERGED)


def landmark(s: Session, lat: float, lon: float) -> tuple[Place, int] | None:
    """Return the known place nearest to a point, whoever asks, and its distance in metres; None without any."""
    return next(iter(_nearest(s, lat, lon, 1, col(Place.status).not_in((MOVED, MERGED)))), None)


def _nearest(s: Session, lat: float, lon: float, limit: int, *where: Any) -> list[tuple[Place, int]]:
    """Look into wider and wider boxes around a point; only when none holds enough, at every place there is."""
    for metres in BOXES:
        found = _by_distance(s, lat, lon, limit, *where, *around(lat, lon, metres))
        if len(found) == limit and found[-1][1] <= metres:
            return found
    return _by_distance(s, lat, lon, limit, *where, col(Place.latitude).is_not(None))


def around(lat: float, lon: float, metres: int) -> list[ColumnElement[bool]]:
    """Return the condition that holds for places in the box this many metres to each side of a point."""
    north = degrees(metres / EARTH_METRES)
    east = north / max(0.01, cos(radians(lat)))
    return [col(Place.latitude).between(lat - north, lat + north), col(Place.longitude).between(lon - east, lon + east)]


def _by_distance(s: Session, lat: float, lon: float, limit: int, *where: Any) -> list[tuple[Place, int]]:
    """The database orders by the flat distance, which is good enough for that; the metres are those on the ground."""
    north, east = col(Place.latitude) - lat, (col(Place.longitude) - lon) * cos(radians(lat))
    few = select(Place.id).where(*where).order_by(north * north + east * east, col(Place.id)).limit(limit)
    rows = s.exec(select(Place).where(col(Place.id).in_(few)))
    apart = [(place, metres_between(lat, lon, place.latitude or 0.0, place.longitude or 0.0)) for place in rows]
    return sorted(apart, key=lambda found: (found[1], found[0].id or 0))


def metres_between(lat: float, lon: float, other_lat: float, other_lon: float) -> int:
    """Return the distance of two points on the ground, in whole metres."""
    north, east = radians(other_lat - lat), radians(other_lon - lon)
    half = sin(north / 2) ** 2 + cos(radians(lat)) * cos(radians(other_lat)) * sin(east / 2) ** 2
    return round(2 * EARTH_METRES * asin(min(1.0, sqrt(half))))


def is_overdue(now: datetime) -> ColumnElement[bool]:
    """Return the condition that holds for open places whose day of patrol has passed."""
    return and_(col(Place.status) == OPEN, col(Place.next_patrol_on) < local(now).date())
