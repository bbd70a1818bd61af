"""Patrol rows: the places and the hazards behind a figure of patrols, page by page."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlmodel import Session, col

from models.hazard_files import Hazard
from models.patrol_counts import ITEMS, PATROLS, PLACES, Scope, View, scope
from models.patrols import DONE
from models.people import Actor
from models.places import Place

A_PAGE = 8
NEVER, TRIED, OVERDUE = "never", "tried", "overdue"


def places(s: Session, who: Actor, view: View, which: str, page: int, *, now: datetime) -> tuple[Sequence[Place], bool]:
    """Return a page of the places behind a figure, and whether more follow. Raises Refused.

    `which`: those that saw nobody in the span, those with only a locked or barred door, those overdue today.
    """
    within = scope(s, who, view, now=now)
    order = (PLACES.c.next_patrol_on, PLACES.c.id) if which == OVERDUE else (PLACES.c.area_path, PLACES.c.id)
    wanted = select(Place).where(*within.there, *_WHICH[which](within)).order_by(*order)
    return _page(s, wanted, page)


def hazards(s: Session, who: Actor, view: View, page: int, *, now: datetime) -> tuple[Sequence[Hazard], bool]:
    """Return a page of the hazards that the patrols of the span opened, the newest first, and whether more follow."""
    within = scope(s, who, view, now=now)
    opened = PATROLS.join(ITEMS, ITEMS.c.patrol_id == PATROLS.c.id)
    ids = select(ITEMS.c.hazard_id).select_from(opened).where(*within.found)
    return _page(s, select(Hazard).where(col(Hazard.id).in_(ids)).order_by(col(Hazard.id).desc()), page)


def _page(s: Session, wanted: Any, page: int) -> tuple[Sequence[Any], bool]:
    found = s.execute(wanted.limit(A_PAGE + 1).offset(page * A_PAGE)).scalars().all()
    return found[:A_PAGE], len(found) > A_PAGE


def _visit(within: Scope, *more: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(PATROLS.c.place_id == PLACES.c.id, *within.spanned, *more)


_WHICH: Any = {
    NEVER: lambda within: [~_visit(within)],
    TRIED: lambda within: [_visit(within), ~_visit(within, PATROLS.c.outcome == DONE)],
    OVERDUE: lambda within: [PLACES.c.next_patrol_on < within.today],
}
