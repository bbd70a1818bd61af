"""Looking for a place: by name, by where it lies, or by both at once, as people say it - 三组张记."""

import re
from collections.abc import Sequence

from sqlalchemy import ColumnElement, false, or_
from sqlmodel import Session, col, select

from models import place_names
from models.areas import Area
from models.people import Actor, Can
from models.place_names import PlaceName
from models.places import Place, survivor

LONGEST_CLUSTER = 12
_NUMERALS = "零一二三四五六七八九"
_COUNTED = re.compile(r"(?<!\d)(\d{1,2})(?=组|社|队|网格)")
_WRITTEN = re.compile(r"([一二三四五六七八九]?十?[一二三四五六七八九]?)(?=组|社|队|网格)")


def find(s: Session, who: Actor, text: str, limit: int = 6) -> list[Place]:
    """Return the places that the text may mean, best first, within the actor's scope; own places count as well.

    By name, nickname, code, initials, pinyin or nearly so; by village, grid, 组 or 院子; or by both.
    """
    said = place_names.normalised(text)
    if not said:
        return []
    seen = _seen(who)
    coded = [place_id for place_id in s.exec(select(Place.id).where(Place.code == said)) if place_id is not None]
    found = [*coded, *place_names.clearly(s, said, seen, limit=limit), *_there(s, who, said, limit)]
    return _shown(s, who, found or place_names.nearly(s, said, seen, limit=limit))[:limit]


def _seen(who: Actor) -> ColumnElement[bool]:
    own = select(Place.id).where(col(Place.owner_id) == who.id)
    lies_in = [col(PlaceName.area_path).startswith(path, autoescape=True) for path in who.paths(Can.SEE_PLACES)]
    return or_(false(), *lies_in, col(PlaceName.place_id).in_(own))


def _there(s: Session, who: Actor, said: str, limit: int) -> list[int]:
    """The places where the words say, as far as the rest of the words fits their names."""
    area, rest = _taken(in_words(said), _areas(s, who))
    cluster, name = _taken(rest, _clusters(s, rest))
    if not (area or cluster):
        return []
    where = [_seen(who)]
    if area:
        where.append(or_(*(col(PlaceName.area_path).startswith(path, autoescape=True) for path in area)))
    if cluster:
        where.append(col(PlaceName.cluster).in_(cluster))
    if name:
        return place_names.clearly(s, name, *where, limit=limit) or place_names.nearly(s, name, *where, limit=limit)
    few = select(PlaceName.place_id).where(*where).group_by(col(PlaceName.place_id))
    return list(s.exec(few.order_by(col(PlaceName.place_id)).limit(limit)))


def _taken(said: str, known: dict[str, list[str]]) -> tuple[list[str], str]:
    """What the longest name that the words contain stands for, and the words without it."""
    longest = max((name for name in known if name in said), key=len, default="")
    return known.get(longest, []), said.replace(longest, "", 1) if longest else said


def _areas(s: Session, who: Actor) -> dict[str, list[str]]:
    """The paths of the areas in and around the actor's reach by name: 青石村, 青石, and a grid without its village."""
    reached = who.paths(Can.SEE_PLACES)
    areas = [area for area in s.exec(select(Area).order_by(Area.path))
             if any(area.path.startswith(path) or path.startswith(area.path) for path in reached)]  # fmt: skip
    by_path = {area.path: area.name for area in areas}
    found: dict[str, list[str]] = {}
    for area in areas:
        above = by_path.get(area.path.removesuffix(f"{area.code}/"), "")
        short = area.name.removesuffix("村").removesuffix("社区")
        for name in {area.name, area.name.removeprefix(above), short if len(short) > 1 else ""} - {""}:
            found.setdefault(in_words(place_names.normalised(name)), []).append(area.path)
    return found


def _clusters(s: Session, said: str) -> dict[str, list[str]]:
    """The 组 and 院子 of the ledger whose names stand in the words, each with the ways it is written there."""
    parts = [said[i:j] for i in range(len(said)) for j in range(i + 2, min(len(said), i + LONGEST_CLUSTER) + 1)]
    spelled = {way: part for part in parts for way in (part, in_figures(part))}
    found: dict[str, list[str]] = {}
    for way in s.exec(select(Place.cluster).where(col(Place.cluster).in_(spelled)).distinct()) if spelled else ():
        found.setdefault(spelled[way], []).append(way)
    return found


def in_words(text: str) -> str:
    """Return a text with the numbers of 组, 社, 队 and 网格 in Chinese numerals: 3组 -> 三组."""
    return _COUNTED.sub(lambda found: numeral(int(found[1])), text)


def in_figures(text: str) -> str:
    """Return a text with these numbers in figures: 十三组 -> 13组."""
    return _WRITTEN.sub(lambda found: str(_VALUES.get(found[1], "")) or found[1], text)


def numeral(n: int) -> str:
    """Return a number up to 99 in Chinese numerals; 0 stays as it is."""
    if n == 0:
        return "0"
    tens, ones = divmod(n, 10)
    return ("" if tens < 2 else _NUMERALS[tens]) + ("十" if tens else "") + (_NUMERALS[ones] if ones else "")


_VALUES = {numeral(n): n for n in range(1, 100)}


def _shown(s: Session, who: Actor, ids: Sequence[int]) -> list[Place]:
    """The places with these ids, in their order; what was merged is the place that it went to."""
    known = {place.id: place for place in s.exec(select(Place).where(col(Place.id).in_(ids)))} if ids else {}
    found = (survivor(s, known[place_id]) for place_id in ids)
    seen = (place for place in found if place.owner_id == who.id or who.reaches(Can.SEE_PLACES, place.area_path))
    return list({place.id: place for place in seen}.values())
