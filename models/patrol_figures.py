"""Patrol figures: how far the places were covered, what is overdue, what was found, what a patrol costs the worker.

One function counts; card, chart and register only write down what it returns. There is no person in it: what a patrol
costs is a median of at least five, made by three people or more, per village or per kind of place.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlmodel import Session, select

from models.areas import Area
from models.base import plain
from models.patrol_counts import BY_VILLAGE, View, costs, scope, statements
from models.people import Actor
from models.places import KINDS

FEWEST, WORKERS = 5, 3  # patrols, and those who made them, of which a median says nothing about one person
FEW = 20  # below, only counts are shown: a share would pretend to know more
TOTAL = ""


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
    workers: set[int] = field(default_factory=set)
    earliest: date = date.max

    def add(self, row: Mapping[str, Any]) -> None:
        for name, n in row.items():
            if name == "earliest":
                self.earliest = min(self.earliest, n or date.max)
            elif name != "line":
                self.counts[name] += n


def figures(s: Session, who: Actor, view: View, *, now: datetime) -> Figures:
    """Count what lies in the areas whose board the actor sees. Raises Refused."""
    within = scope(s, who, view, now=now)
    names, home = _villages(s) if view.by == BY_VILLAGE else (KINDS, str)
    tallies: dict[str, _Tally] = defaultdict(_Tally)
    for statement in statements(within, view.by):
        for row in map(dict, plain(s, statement).mappings()):
            tallies[home(row["line"])].add(row)
    for one in plain(s, costs(within, view.by)):
        tallies[home(one.line)].costs[one.taps, one.messages, one.minutes] += one.n
        tallies[home(one.line)].workers.add(one.who_id)
    total = _Tally()
    for tally in tallies.values():
        total.add({**tally.counts, "earliest": tally.earliest})
        total.costs.update(tally.costs)
        total.workers |= tally.workers
    lines = (_line(key, name, tallies[key], within.today) for key, name in names.items() if key in tallies)
    return Figures(tuple(lines), _line(TOTAL, "", total, within.today))


def _line(key: str, name: str, tally: _Tally, today: date) -> Line:
    counts = dict(tally.counts)
    never = counts.pop("places", 0) - tally.counts["entered"] - tally.counts["tried"]
    longest = max(0, (today - tally.earliest).days)
    return Line(key, name, **counts, never=never, longest=longest, cost=_cost(tally))


def _cost(tally: _Tally) -> Cost | None:
    """The medians, unless one or two people would know them for their own."""
    costs = tally.costs
    if costs.total() < FEWEST or len(tally.workers) < WORKERS:
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


def _villages(s: Session) -> tuple[Mapping[str, str], Callable[[int | str], str]]:
    """Return the names of the villages, and in which of them an area (its id or its path) lies.

    What lies in none belongs to the widest area, the town itself.
    """
    areas = s.exec(select(Area).order_by(Area.id)).all()  # type: ignore[arg-type]
    villages = [area for area in areas if area.level == "village"]
    town = min(areas, key=lambda area: len(area.path))
    paths = {area.id: area.path for area in areas}

    @cache
    def home(area: int | str) -> str:
        path = area if isinstance(area, str) else paths[area]
        return str(next((one for one in villages if path.startswith(one.path)), town).id)

    return {str(area.id): area.name for area in (*villages, town)}, home
