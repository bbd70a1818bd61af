"""Walking order: in which order a worker goes through the places of a day, so that nobody crosses the town twice.

Pure and deterministic. What is more pressing comes first (bands); within a band each place is near the one before.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from models.places import metres_between

MOST = 60  # more stops than anybody makes in a day; the rest follows as it came
Point = tuple[float, float]
_STREET = re.compile(r"[^\d０-９]+")


@dataclass(frozen=True, slots=True)
class Stop:
    """One place to go to: its band (0 first), its position if known, and the 院子 or street it stands in."""

    id: int
    band: int
    at: Point | None = None
    group: str = ""


def group_of(cluster: str, address: str) -> str:
    """Return by which name neighbours are known: the 组 or 院子, or the street: 场镇正街 18 号 -> 场镇正街."""
    street = _STREET.match(address.strip())
    return cluster.strip() or (street[0].strip() if street else "")


def in_order(stops: Sequence[Stop], start: Point | None = None) -> list[Stop]:
    """Return the stops in walking order from a point; without one, from the first of the list.

    Late things never wait for a shorter way. A stop without a position follows the last one of its group. The way
    through the stops with a position is never longer than in the order given (bands first).
    """
    pressing = sorted(stops, key=lambda stop: stop.band)
    walked, rest = pressing[:MOST], pressing[MOST:]
    route: list[Stop] = []
    at = start
    for band in sorted({stop.band for stop in walked}):
        located = _shortest([stop for stop in walked if stop.band == band and stop.at], at)
        at = located[-1].at if located else at
        route += located
    given = [stop for stop in walked if stop.at]
    shorter = route if length(route, start) <= length(given, start) else given
    return _with_the_unknown(shorter, [stop for stop in walked if not stop.at]) + rest


def length(route: Iterable[Stop], start: Point | None = None) -> int:
    """Return the metres of a way through the stops that have a position."""
    points = ([start] if start else []) + [stop.at for stop in route if stop.at]
    return sum(_metres(one, other) for one, other in pairwise(points))


def _shortest(stops: list[Stop], start: Point | None) -> list[Stop]:
    """Always to the nearest, then every crossing undone (2-opt)."""
    if len(stops) < 2:
        return stops
    first = stops[0].at if start is None else start
    points = [at for at in (first, *(stop.at for stop in stops)) if at]
    apart = _table(points)
    fixed = 2 if start is None else 1  # the first stop stays where it is when the walk begins there
    return [stops[n - 1] for n in _uncrossed(_nearest(apart, fixed), apart, fixed)[1:]]


def _nearest(apart: list[list[int]], fixed: int) -> list[int]:
    way, left = [*range(fixed)], [*range(fixed, len(apart))]
    while left:
        here = way[-1]
        way.append(min(left, key=lambda n: (apart[here][n], n)))
        left.remove(way[-1])
    return way


def _uncrossed(way: list[int], apart: list[list[int]], fixed: int) -> list[int]:
    """Turn round every stretch that makes the open way shorter, until none does."""
    better = True
    while better:
        better = False
        for i in range(fixed, len(way) - 1):
            before, first = apart[way[i - 1]], apart[way[i]]
            for j in range(i + 1, len(way)):
                gain = before[way[i]] - before[way[j]]
                if j + 1 < len(way):
                    gain += apart[way[j]][way[j + 1]] - first[way[j + 1]]
                if gain > 0:
                    way[i : j + 1] = way[i : j + 1][::-1]
                    first, better = apart[way[i]], True
    return way


def _with_the_unknown(route: list[Stop], unknown: list[Stop]) -> list[Stop]:
    """Put stops without a position after the last of their group and band, or at the end of their band."""
    walked: list[Stop] = []
    for band in sorted({stop.band for stop in (*route, *unknown)}):
        left = sorted((stop for stop in unknown if stop.band == band), key=lambda stop: stop.group)
        known = [stop for stop in route if stop.band == band]
        for n, stop in enumerate(known):
            walked.append(stop)
            if stop.group and all(later.group != stop.group for later in known[n + 1 :]):
                walked += [found for found in left if found.group == stop.group]
                left = [found for found in left if found.group != stop.group]
        walked += left
    return walked


def _table(points: list[Point]) -> list[list[int]]:
    """The metres between every two points; each pair is worked out once."""
    apart = [[0] * len(points) for _ in points]
    for i, j in combinations(range(len(points)), 2):
        apart[i][j] = apart[j][i] = _metres(points[i], points[j])
    return apart


def _metres(one: Point, other: Point) -> int:
    return metres_between(*one, *other)
