"""Patrol figures: how far the places were covered, what is overdue, what was found, what a patrol costs the worker.

One function counts; card, chart and register only write down what it returns. There is no person in it: what a patrol
costs is a median of at least five, per village or per kind of place.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, select

from models.areas import Area
from models.base import plain
from models.patrol_counts import BY_VILLAGE, View, costs, scope, statements
from models.people import Actor
from models.places import KINDS

FEWEST = 5  # patrols of which a median says nothing about one person
FEW = 20  # below, only counts are shown: a share would pretend to know more
TOTAL = ""
_NO_COUNTS = {"area", "kind", "earliest"}


@dataclass(frozen=True, slots=True)
class Cost:
    """What a patrol costs whoever makes it: medians of taps, messages and whole minutes, and of how many patrols."""

    taps: int
    messages: int
    minutes: int
    patrols: int


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of one village (`key` is the number of its area), of one kind of place, or of all together (`TOTAL`).

    Of the places in business `entered` were checked within the span, `tried` had only a locked or barred door,
    `never` saw nobody. `overdue`, `long_overdue` (over 30 days) and `longest` (days) are today's, whatever the span.
    `late` patrols were entered afterwards (补录); `hazards` were opened by patrols.
    """

    key: str
    name: str
    entered: int = 0
    tried: int = 0
    never: int = 0
    overdue: int = 0
    long_overdue: int = 0
    longest: int = 0
    patrols: int = 0
    late: int = 0
    hazards: int = 0
    cost: Cost | None = None

    @property
    def places(self) -> int:
        """How many places there are in business."""
        return self.entered + self.tried + self.never

    @property
    def share(self) -> int | None:
        """How many of a hundred places were entered; None where they are too few."""
        return round(100 * self.entered / self.places) if self.places >= FEW else None

    @property
    def rate(self) -> int | None:
        """How many hazards a hundred patrols opened; None where they are too few."""
        return round(100 * self.hazards / self.patrols) if self.patrols >= FEW else None


@dataclass(frozen=True, slots=True)
class Figures:
    """The lines in the order of the town's list of villages (or of the kinds), never by result, and their sum."""

    lines: tuple[Line, ...]
    total: Line


@dataclass
class _Tally:
    """What is added up for one line."""

    counts: Counter[str] = field(default_factory=Counter)
    costs: Counter[tuple[int, int, int]] = field(default_factory=Counter)
    earliest: date | None = None

    def add(self, row: Mapping[str, Any]) -> None:
        self.counts.update({name: n or 0 for name, n in row.items() if name not in _NO_COUNTS})
        days = [day for day in (self.earliest, row.get("earliest")) if day is not None]
        self.earliest = min(days, default=None)


def figures(s: Session, who: Actor, view: View, *, now: datetime) -> Figures:
    """Count what lies in the areas whose board the actor sees. Raises Refused."""
    within = scope(s, who, view, now=now)
    homes = _Homes(s)
    tallies: dict[str, _Tally] = defaultdict(_Tally)

    def lines_of(row: Mapping[str, Any]) -> tuple[_Tally, _Tally]:
        line = homes.key(row["area"]) if view.by == BY_VILLAGE else row["kind"]
        return tallies[line], tallies[TOTAL]

    for statement in statements(within, view.by):
        for row in map(dict, plain(s, statement).mappings()):
            for tally in lines_of(row):
                tally.add(row)
    for row in map(dict, plain(s, costs(within, view.by)).mappings()):
        for tally in lines_of(row):
            tally.costs[row["taps"], row["messages"], row["minutes"]] += row["n"]
    names = homes.names if view.by == BY_VILLAGE else KINDS
    told = (_line(key, name, tallies[key], within.today) for key, name in names.items() if key in tallies)
    return Figures(tuple(told), _line(TOTAL, "", tallies[TOTAL], within.today))


def _line(key: str, name: str, tally: _Tally, today: date) -> Line:
    counts = dict(tally.counts)
    places = counts.pop("places", 0)
    never = places - counts.get("entered", 0) - counts.get("tried", 0)
    late = (today - tally.earliest).days if tally.earliest else 0
    return Line(key, name, **counts, never=never, longest=max(0, late), cost=_cost(tally.costs))


def _cost(costs: Counter[tuple[int, int, int]]) -> Cost | None:
    if costs.total() < FEWEST:
        return None
    taps, messages, minutes = (_median(costs, n) for n in range(3))
    return Cost(taps, messages, minutes, costs.total())


def _median(costs: Counter[tuple[int, int, int]], which: int) -> int:
    """The lower median of one of the three."""
    values: Counter[int] = Counter()
    for cost, n in costs.items():
        values[cost[which]] += n
    left = (values.total() - 1) // 2
    for value, n in sorted(values.items()):
        if left < n:
            return value
        left -= n
    raise AssertionError("unreachable")


class _Homes:
    """In which village an area lies; what lies in none belongs to the widest area, the town itself."""

    def __init__(self, s: Session) -> None:
        areas = list(s.exec(select(Area).order_by(Area.id)))  # type: ignore[arg-type]
        widest = sorted(areas, key=lambda area: len(area.path))[:1]
        self._paths = {area.id: area.path for area in areas}
        self._villages = [area for area in areas if area.level == "village"]
        self._rest = str(widest[0].id) if widest else ""
        self.names = {str(area.id): area.name for area in [*self._villages, *widest]}
        self._known: dict[int | str, str] = {}

    def key(self, area: int | str) -> str:
        """Return the key of the village in which an area (its id or its path) lies."""
        if area not in self._known:
            path = area if isinstance(area, str) else self._paths[area]
            home = next((str(one.id) for one in self._villages if path.startswith(one.path)), self._rest)
            self._known[area] = home
        return self._known[area]
