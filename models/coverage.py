"""Coverage: how far the places were covered - entered, only tried, never tried. A locked door is not a patrol.

Never by person: what is counted is doors, and only in areas.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func
from sqlmodel import Session, col, select

from models.patrols import DONE, Patrol
from models.places import OPEN, Place


@dataclass(frozen=True, slots=True)
class Coverage:
    """Places entered, only tried (locked, refused), never tried."""

    entered: int = 0
    tried: int = 0
    never: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.entered + self.tried + self.never

    def __add__(self, other: "Coverage") -> "Coverage":
        return Coverage(self.entered + other.entered, self.tried + other.tried, self.never + other.never)


def by_area(
    s: Session, which: Sequence[ColumnElement[bool]], since: datetime, until: datetime
) -> dict[str, Coverage]:
    """Return how far the open places that meet these conditions were covered between two instants, by area path.

    The second instant is excluded.
    """
    within = (col(Patrol.finished_at) >= since, col(Patrol.finished_at) < until)
    entered = func.max(case((col(Patrol.outcome) == DONE, 1), else_=0))
    best = select(Patrol.place_id, entered.label("entered")).where(*within).group_by(col(Patrol.place_id)).subquery()
    rows = s.exec(
        select(col(Place.area_path), best.c.entered, func.count())
        .select_from(Place)
        .outerjoin(best, best.c.place_id == Place.id)
        .where(*which, col(Place.status) == OPEN)
        .group_by(col(Place.area_path), best.c.entered)
    )
    found: dict[str, Coverage] = defaultdict(Coverage)
    for path, is_entered, count in rows:
        found[path] += {1: Coverage(entered=count), 0: Coverage(tried=count)}.get(is_entered, Coverage(never=count))
    return dict(found)


def sum_of(parts: Iterable[Coverage]) -> Coverage:
    """Return the coverage of several areas together."""
    return sum(parts, Coverage())
