"""The list of the ledger: places by village, grid and 组, with filters, a page at a time and counted.

A page walks the index of the list and reads no row but those that it shows.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from models.areas import Area
from models.people import Actor, Can
from models.places import OPEN, Place, in_scope, is_overdue
from models.views import Kept

A_PAGE = 8
MOST_CLUSTERS = 40


@dataclass(frozen=True, slots=True)
class View(Kept):
    """Which places are listed: any of the filters together. `area` is a village or a grid, `cluster` a 组 or 院子."""

    area: int | None = None
    cluster: str = ""
    kind: str = ""
    risk: str = ""
    state: str = OPEN
    late: bool = False

    def with_(self, **changes: Any) -> "View":
        """Return the view with another filter; another area has other 组, and only what is open is overdue."""
        to = replace(self, **changes)
        to = replace(to, cluster="") if "area" in changes and to.area != self.area else to
        if changes.get("late"):
            return replace(to, state=OPEN)
        return replace(to, late=False) if to.state != OPEN else to


@dataclass(frozen=True, slots=True)
class Page:
    """The places of one page, how many the view has in all, and which page this is, from 0."""

    places: tuple[Place, ...]
    total: int
    number: int

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(0, self.total - 1) // A_PAGE


def page(s: Session, who: Actor, view: View, number: int = 0, *, now: datetime) -> Page:
    """Return a page of the actor's ledger, by area, 组 and number; a page too far is the last one."""
    total = count(s, who, view, now=now)
    number = min(max(0, number), max(0, total - 1) // A_PAGE)
    order = (col(Place.area_path), col(Place.cluster), col(Place.id))
    here = select(Place.id).where(*_fitting(s, who, view, now)).order_by(*order).limit(A_PAGE).offset(number * A_PAGE)
    shown = here.subquery()
    rows = s.exec(select(Place).join(shown, shown.c.id == col(Place.id)).order_by(*order))
    return Page(tuple(rows), total, number)


def count(s: Session, who: Actor, view: View, *, now: datetime) -> int:
    """Return how many places a view has."""
    return s.exec(select(func.count()).select_from(Place).where(*_fitting(s, who, view, now))).one()


def options(s: Session, who: Actor, view: View, key: str, *, now: datetime) -> dict[Any, int]:
    """Return the values that one filter may take beside the others, each with how many places it would list.

    `key` is a field of View; of `area` the areas one step below the one that is chosen, or the villages.
    """
    if key == "late":
        return {True: count(s, who, view.with_(late=True), now=now)}
    if key == "area":
        return _areas(s, who, view, now)
    without: dict[str, Any] = {key: ""}
    free = replace(view, **without)
    column = {"kind": Place.kind, "risk": Place.risk, "state": Place.status, "cluster": Place.cluster}[key]
    counted = select(col(column), func.count()).where(*_fitting(s, who, free, now)).group_by(col(column))
    rows = s.exec(counted.order_by(func.count().desc(), col(column)).limit(MOST_CLUSTERS))
    return {value: n for value, n in rows if value}


def _areas(s: Session, who: Actor, view: View, now: datetime) -> dict[Any, int]:
    counted = select(col(Place.area_path), func.count()).where(*_fitting(s, who, view, now))
    by_path = s.exec(counted.group_by(col(Place.area_path))).all()
    chosen = s.get(Area, view.area) if view.area is not None else None
    level = "grid" if chosen is not None else "village"
    areas = s.exec(select(Area).where(Area.level == level).order_by(col(Area.id)))
    found = {area.id: sum(n for path, n in by_path if path.startswith(area.path)) for area in areas
             if chosen is None or (area.path.startswith(chosen.path) and area.id != chosen.id)}  # fmt: skip
    return {area: n for area, n in found.items() if n}


def _fitting(s: Session, who: Actor, view: View, now: datetime) -> list[ColumnElement[bool]]:
    found = [in_scope(who, Can.SEE_PLACES)]
    equal = {Place.cluster: view.cluster, Place.kind: view.kind, Place.risk: view.risk, Place.status: view.state}
    found += [col(column) == value for column, value in equal.items() if value]
    chosen = s.get(Area, view.area) if view.area is not None else None
    if chosen is not None:
        found.append(col(Place.area_path).startswith(chosen.path, autoescape=True))
    if view.late:
        found.append(is_overdue(now))
    return found
