"""Places: the shops, schools, workshops and villages that are watched over, and how people find them by name.

People write a name as they say it: a nickname, the initials of its pinyin, a wrong character of the same sound.
"""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt

from pypinyin import Style, lazy_pinyin
from rapidfuzz import fuzz
from sqlalchemy import Column, ColumnElement, Index, false, literal, or_
from sqlmodel import Field, Session, col, select

from models.areas import Area
from models.base import NOT_FOUND, Base, Instant, Refused
from models.people import Actor, Can
from models.rules import rules_of

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

LONGEST_QUERY = 200
CLEAR_ENOUGH = 60
EARTH_METRES = 6_371_000


class Place(Base, table=True):
    """One place with its kind, its area and who answers for it; `aliases` is a comma list of nicknames.

    `cluster` is the 组 or 院子 that people name it by; `people` sleep there, `square_metres` is its floor area. What
    was the same place as another one is `merged` into it.
    """

    __tablename__ = "places"
    __table_args__ = (
        Index("ix_places_due", "next_patrol_on", "area_path"),
        Index("ix_places_listed", "area_path", "cluster", "id"),
        Index("ix_places_on_map", "latitude", "longitude"),
        Index("ix_places_counted", "status", "area_id", "kind", "next_patrol_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=40)
    name: str = Field(max_length=80)
    aliases: str = Field(default="", max_length=200)
    initials: str = Field(default="", max_length=80)
    kind: str = Field(max_length=20)
    area_id: int = Field(foreign_key="areas.id", index=True)
    area_path: str = Field(index=True, max_length=200)
    cluster: str = Field(default="", max_length=40)
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


def initials_of(name: str) -> str:
    """Return the first pinyin letters of a name, lower case: 张记面馆 -> zjmg."""
    letters = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()
    return "".join(letter for letter in letters if letter.isalnum())[:80]


@lru_cache(maxsize=16_384)
def sound_of(text: str) -> str:
    """Return the pinyin of a text, syllables apart: 张记 -> ' zhang ji '; a wrong character often sounds the same."""
    return f" {' '.join(lazy_pinyin(text)).lower()} "


def place_for(s: Session, who: Actor, place_id: int, can: Can = Can.SEE_PLACES) -> Place:
    """Return a place that the actor may do this to; refuse otherwise, in the same words as for an unknown one."""
    place = s.get(Place, place_id)
    own = place is not None and can is Can.SEE_PLACES and place.owner_id == who.id
    if place is None or not (own or who.reaches(can, place.area_path)):
        raise Refused(NOT_FOUND)
    return place


def in_scope(who: Actor, can: Can) -> ColumnElement[bool]:
    """Return the condition that holds for places in the areas where the actor may do this."""
    return or_(false(), *(col(Place.area_path).startswith(path, autoescape=True) for path in who.paths(can)))


def find(s: Session, who: Actor, text: str, limit: int = 6) -> list[Place]:
    """Return the places that the text may mean, best first, within the actor's scope; own places count as well."""
    said = text.strip().lower()[:LONGEST_QUERY]
    mine = s.exec(select(Place).where(or_(in_scope(who, Can.SEE_PLACES), col(Place.owner_id) == who.id)))
    scored = [(_likeness(said, place), place) for place in mine] if said else []
    scored.sort(key=lambda found: (-found[0], len(found[1].name), found[1].id or 0))
    return [place for score, place in scored[:limit] if score >= CLEAR_ENOUGH]


def _likeness(said: str, place: Place) -> float:
    """How well the words fit a place, 0..100: exact, contained, initials, pinyin, then merely similar."""
    if said == place.code.lower():
        return 100
    by_initials = 92 if place.initials.startswith(said) else 85 if said.isascii() and said in place.initials else 0
    return max(by_initials, *(_likeness_of_name(said, name.lower()) for name in place.names))


def _likeness_of_name(said: str, name: str) -> float:
    if said == name:
        return 100
    if said in name:
        return 96
    if name in said:
        return 94
    typed, spoken = said.replace(" ", ""), sound_of(name).replace(" ", "")
    if said.isascii():
        return 90 if spoken.startswith(typed) else 0.9 * fuzz.partial_ratio(typed, spoken) if len(typed) > 3 else 0
    return 0.9 * max(fuzz.ratio(said, name), fuzz.ratio(sound_of(said).split(), sound_of(name).split()))


def match(s: Session, text: str, *, area_path: str | None = None) -> Place | None:
    """Return the one place that a resident's words clearly name, or None; the longest name that is heard wins."""
    where = [col(Place.status) != MOVED]
    if area_path is not None:
        where.append(col(Place.area_path).startswith(area_path, autoescape=True))
    candidates = list(s.exec(select(Place).where(*where)))
    heard, town = text[:LONGEST_QUERY], rules_of(s).town
    by_name = ((name, place) for place in candidates for name in _spoken_names(place, town))
    found = [(len(name), place) for name, place in by_name if name in heard]
    return _clearest(found) or _clearest(_heard_alike(heard, candidates))


def names_in(s: Session, text: str) -> list[str]:
    """Return the names of areas and places that stand in a text, so that its place is read out whole."""
    said = literal(text[:LONGEST_QUERY])
    heard = select(Place.name).where(said.contains(col(Place.name)), col(Place.status) != MOVED)
    return [*s.exec(select(Area.name).where(said.contains(col(Area.name)))), *s.exec(heard)]


def _spoken_names(place: Place, town: str) -> list[str]:
    """Nobody in the town says its name first."""
    names = [*place.names, place.name.removeprefix(town)]
    return [name for name in names if len(name) > 1]


def _heard_alike(heard: str, candidates: Iterable[Place]) -> list[tuple[int, Place]]:
    """Names of three syllables or more whose sound is in the text: 张纪面馆 for 张记面馆."""
    sound = sound_of(heard)
    by_name = ((name, place) for place in candidates for name in place.names if len(name) > 2)
    return [(len(name), place) for name, place in by_name if sound_of(name) in sound]


def _clearest(found: list[tuple[int, Place]]) -> Place | None:
    longest = max((length for length, _ in found), default=0)
    ids = {place.id: place for length, place in found if length == longest}
    return next(iter(ids.values())) if len(ids) == 1 else None


def nearby(s: Session, who: Actor, lat: float, lon: float, limit: int = 6) -> list[tuple[Place, int]]:
    """Return the places nearest to a point with their distance in metres, within the actor's scope."""
    located = select(Place).where(in_scope(who, Can.SEE_PLACES), col(Place.latitude).is_not(None))
    apart = [
        (place, metres_between(lat, lon, place.latitude, place.longitude))
        for place in s.exec(located)
        if place.latitude is not None and place.longitude is not None
    ]
    return sorted(apart, key=lambda found: (found[1], found[0].id or 0))[:limit]


def landmark(s: Session, lat: float, lon: float) -> tuple[Place, int] | None:
    """Return the known place nearest to a point, whoever asks, and its distance in metres; None without any."""
    located = s.exec(select(Place).where(col(Place.latitude).is_not(None), col(Place.status) != MOVED))
    apart = [(metres_between(lat, lon, place.latitude or 0.0, place.longitude or 0.0), place) for place in located]
    nearest = min(apart, key=lambda found: (found[0], found[1].id or 0), default=None)
    return (nearest[1], nearest[0]) if nearest else None


def metres_between(lat: float, lon: float, other_lat: float, other_lon: float) -> int:
    """Return the distance of two points on the ground, in whole metres."""
    north, east = radians(other_lat - lat), radians(other_lon - lon)
    half = sin(north / 2) ** 2 + cos(radians(lat)) * cos(radians(other_lat)) * sin(east / 2) ** 2
    return round(2 * EARTH_METRES * asin(min(1.0, sqrt(half))))
