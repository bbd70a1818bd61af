"""Patrol counts: the statements behind the figures of patrols, and which places and patrols they are about.

Each counts in the database, by area and kind: a town with a hundred thousand places gives some hundred rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, Table, case, exists, false, func, or_, select
from sqlmodel import Session
from sqlmodel import select as select_rows

from models.areas import Area
from models.base import NOT_FOUND, Refused, table_of
from models.calendar import local
from models.conflicts import is_open_to
from models.hazard_files import Hazard
from models.patrols import DONE, Patrol, PatrolItem
from models.people import Actor, Can, require
from models.places import OPEN, Place
from models.rules import ZONE
from models.views import Kept

BY_VILLAGE, BY_KIND = "village", "kind"
MONTH, LAST_MONTH, QUARTER, YEAR = "month", "last", "quarter", "year"
LONG_OVERDUE = timedelta(days=30)
A_MINUTE, MOMENT = 60, timedelta(microseconds=1)
NEWEST = 10_000  # patrols of a span that a median is made of: more would tell the same, and take long to sort
PATROLS, PLACES, ITEMS, HAZARDS = (table_of(model) for model in (Patrol, Place, PatrolItem, Hazard))
Conditions = Sequence[ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class View(Kept):
    """What of the figures is looked at: which span, by what they are listed, and within which village or kind."""

    span: str = MONTH
    by: str = BY_VILLAGE
    village: int | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """A view as conditions; `today` is the day on which something is overdue or not, whatever the span.

    Places are found by their areas (then an index alone answers), patrols by the path that they kept of that day.
    """

    areas: Sequence[int]
    paths: Sequence[str]
    kind: str
    since: datetime
    until: datetime
    today: date
    reader: int

    @property
    def there(self) -> Conditions:
        """The places in business."""
        kind = [PLACES.c.kind == self.kind] if self.kind else []
        return [PLACES.c.status == OPEN, PLACES.c.area_id.in_(self.areas), *kind]

    @property
    def spanned(self) -> Conditions:
        """The patrols of the span, wherever."""
        return [PATROLS.c.finished_at >= self.since, PATROLS.c.finished_at < self.until]

    @property
    def made(self) -> Conditions:
        """The patrols of the span in these areas."""
        within = or_(false(), *(PATROLS.c.area_path.startswith(path, autoescape=True) for path in self.paths))
        return [*self.spanned, within, *([PATROLS.c.kind == self.kind] if self.kind else [])]

    @property
    def found(self) -> Conditions:
        """The hazards that these patrols opened, but for those that the reader is kept out of.

        A line that was found wrong again has the number of the case that an earlier patrol opened.
        """
        shown = is_open_to(self.reader, ITEMS.c.hazard_id, PATROLS.c.place_id)
        opened = exists().where(HAZARDS.c.id == ITEMS.c.hazard_id, HAZARDS.c.patrol_id == PATROLS.c.id)
        return [*self.made, PATROLS.c.failed > 0, ITEMS.c.hazard_id.is_not(None), opened, shown]


def scope(s: Session, who: Actor, view: View, *, now: datetime) -> Scope:
    """Return what a view means for somebody who sees a board. Raises Refused."""
    require(who, Can.SEE_BOARD)
    areas = [area for area in s.exec(select_rows(Area)) if who.reaches(Can.SEE_BOARD, area.path)]
    paths = who.paths(Can.SEE_BOARD)
    if view.village is not None:
        paths = [area.path for area in areas if area.id == view.village]
        if not paths:
            raise Refused(NOT_FOUND)
    ids = [area.id or 0 for area in areas if area.path.startswith(tuple(paths))]
    return Scope(ids, paths, view.kind, *span_of(view.span, now), local(now).date(), who.id)


def span_of(name: str, now: datetime) -> tuple[datetime, datetime]:
    """Return from when until when (excluded) a span lasts: it began at a local midnight, and this moment is in it.

    Only the last month has ended. Raises KeyError for another name.
    """
    month = local(now).date().replace(day=1)
    begins = {
        MONTH: month,
        LAST_MONTH: (month - timedelta(days=1)).replace(day=1),
        QUARTER: month.replace(month=(month.month - 1) // 3 * 3 + 1),
        YEAR: month.replace(month=1),
    }
    return _midnight(begins[name]), _midnight(month) if name == LAST_MONTH else now + MOMENT


def statements(within: Scope, by: str) -> list[Select[Any]]:
    """Return the counting statements: each row has its `line` - an area (id or path), or a kind - and its counts."""
    return [_places(within, by), _made(within, by), _found(within, by)]


def _places(within: Scope, by: str) -> Select[Any]:
    """Every place in business falls to the best of its visits: entered, only tried, or none."""
    best = func.max(case((PATROLS.c.outcome == DONE, 1), else_=0)).label("entered")
    visits = select(PATROLS.c.place_id, best).where(*within.spanned).group_by(PATROLS.c.place_id).subquery()
    area, kind, day = PLACES.c.area_id, PLACES.c.kind, PLACES.c.next_patrol_on
    # In the order of their index, so that nothing need be sorted; the rows of one kind are added up by the reader.
    line, lines = (area, (area,)) if by == BY_VILLAGE else (kind, (area, kind))
    return (
        select(line.label("line"), func.count().label("places"),
               _how_many(visits.c.entered == 1).label("entered"), _how_many(visits.c.entered == 0).label("tried"),
               _how_many(day < within.today).label("overdue"),
               _how_many(day < within.today - LONG_OVERDUE).label("long_overdue"),
               func.min(day, type_=Date).label("earliest"))
        .select_from(PLACES.outerjoin(visits, visits.c.place_id == PLACES.c.id))
        .where(*within.there).group_by(*lines)
    )  # fmt: skip


def _made(within: Scope, by: str) -> Select[Any]:
    line, late = _line(PATROLS, by), _how_many(PATROLS.c.late)
    counted = select(line.label("line"), func.count().label("patrols"), late.label("late"))
    return counted.where(*within.made).group_by(line)


def _found(within: Scope, by: str) -> Select[Any]:
    line, opened = _line(PATROLS, by), PATROLS.join(ITEMS, ITEMS.c.patrol_id == PATROLS.c.id)
    counted = select(line.label("line"), func.count().label("hazards")).select_from(opened)
    return counted.where(*within.found).group_by(line)


def costs(within: Scope, by: str) -> Select[Any]:
    """Return how many of the newest patrols cost what: rows of line, taps, messages, minutes, who, how many (`n`).

    Who it was only tells how many people a median is about.
    """
    each = (_line(PATROLS, by).label("line"), PATROLS.c.who_id, PATROLS.c.taps, PATROLS.c.messages,
            (PATROLS.c.seconds // A_MINUTE).label("minutes"))  # fmt: skip
    known = select(*each).where(PATROLS.c.taps.is_not(None), *within.made)
    newest = known.order_by(PATROLS.c.finished_at.desc()).limit(NEWEST).subquery()
    return select(*newest.c, func.count().label("n")).group_by(*newest.c)


def _line(table: Table, by: str) -> ColumnElement[Any]:
    return table.c.area_path if by == BY_VILLAGE else table.c.kind


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)
