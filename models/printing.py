"""Printing: for which places codes are printed - a grid, a village, a kind, those that have none yet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col

from models import place_links
from models.areas import Area
from models.base import NOT_FOUND, Refused
from models.people import Actor, Can
from models.place_links import PlaceLink
from models.places import OPEN, Place, in_scope
from models.views import Kept

A_FILE = 120  # places: what a copy shop takes in one go, and what is made within half a minute
FILES = 10
NOTHING = "没有要印的：都印过了，或者这里没有在营的场所。换一个片区或类型，或者改成「印过的也印」。"


@dataclass(frozen=True, slots=True)
class Choice(Kept):
    """Which open places: of an area, of a kind, and (`unprinted`) only those whose present code was never printed."""

    area: int | None = None
    kind: str = ""
    unprinted: bool = True


def area_of(s: Session, who: Actor, choice: Choice) -> Area | None:
    """Return the area that was chosen, None for everything within reach. Raises Refused for one beyond it."""
    area = s.get(Area, choice.area) if choice.area is not None else None
    if choice.area is not None and (area is None or not who.reaches(Can.ASSIGN, area.path)):
        raise Refused(NOT_FOUND)
    return area


def count(s: Session, who: Actor, choice: Choice) -> int:
    """Return how many places were chosen."""
    return int(s.execute(select(func.count()).select_from(Place).where(*_chosen(s, who, choice))).scalar_one())


def kinds(s: Session, who: Actor, choice: Choice) -> dict[str, int]:
    """Return how many places of each kind could be chosen beside the rest of the choice."""
    wanted = _chosen(s, who, choice.with_(kind=""))
    rows = s.execute(select(col(Place.kind), func.count()).where(*wanted).group_by(col(Place.kind)))
    return {kind: n for kind, n in rows}  # noqa: C416 - rows are no plain pairs to mypy


def areas(s: Session, who: Actor, choice: Choice) -> list[Area]:
    """Return what can be chosen next: the villages within reach, or the grids of the chosen village."""
    area = area_of(s, who, choice)
    level = "village" if area is None else "grid"
    below = select(Area).where(col(Area.level) == level).order_by(col(Area.id))
    inside = area.path if area is not None else "/"
    found = s.execute(below).scalars()
    return [one for one in found if who.reaches(Can.ASSIGN, one.path) and one.path.startswith(inside)]


def order(s: Session, who: Actor, choice: Choice, *, now: datetime) -> list[list[int]]:
    """Give every chosen place its code, note that it is printed, and return the ids file by file.

    At most ten files at once; the rest are still 「没印过的」 afterwards. Raises Refused when nothing was chosen.
    """
    wanted = select(col(Place.id)).where(*_chosen(s, who, choice)).order_by(
        col(Place.area_path), col(Place.cluster), col(Place.id)
    )  # fmt: skip
    ids: Sequence[int] = s.execute(wanted.limit(A_FILE * FILES)).scalars().all()
    if not ids:
        raise Refused(NOTHING)
    return [_printed(s, who, ids[i : i + A_FILE], now) for i in range(0, len(ids), A_FILE)]


def order_one(s: Session, who: Actor, place_id: int, *, now: datetime) -> list[int]:
    """Give one place its code and note that it is printed. Raises Refused."""
    place_links.make(s, who, place_id, now=now).printed_at = now
    return [place_id]


def links_of(s: Session, ids: Iterable[int]) -> list[tuple[Place, PlaceLink]]:
    """Return places and their present links in this order; who lost theirs since the order is left out."""
    wanted = list(ids)
    rows = s.execute(select(Place, PlaceLink).join(PlaceLink, col(PlaceLink.place_id) == col(Place.id))
                     .where(col(Place.id).in_(wanted)))  # fmt: skip
    found = {place.id: (place, link) for place, link in rows}
    return [found[one] for one in wanted if one in found]


def _chosen(s: Session, who: Actor, choice: Choice) -> list[ColumnElement[bool]]:
    area = area_of(s, who, choice)
    wanted = [in_scope(who, Can.ASSIGN), col(Place.status) == OPEN]
    if area is not None:
        wanted.append(col(Place.area_path).startswith(area.path, autoescape=True))
    if choice.kind:
        wanted.append(col(Place.kind) == choice.kind)
    if choice.unprinted:
        printed = select(col(PlaceLink.place_id)).where(col(PlaceLink.printed_at).is_not(None))
        wanted.append(col(Place.id).not_in(printed))
    return wanted


def _printed(s: Session, who: Actor, ids: Sequence[int], now: datetime) -> list[int]:
    known = s.execute(select(PlaceLink).where(col(PlaceLink.place_id).in_(ids))).scalars()
    have = {link.place_id: link for link in known}
    for place_id in ids:
        link = have.get(place_id) or place_links.add(s, who, place_id, now=now)
        link.printed_at = now
    return list(ids)
