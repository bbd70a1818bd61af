"""Spots: where a case is stays sealed, yet what lies near is found - by keyed hashes of squares on the map.

A square is about 200 metres wide. Without the key nobody can tell which one a hash stands for.
"""

from math import ceil, cos, floor, radians

from models.places import EARTH_METRES
from models.sealing import sealer

NORTH, EAST = 0.0018, 0.0021  # degrees of one square: about 200 metres each way at 30 degrees north
METRES_A_DEGREE = radians(1) * EARTH_METRES


def spot(latitude: float | None, longitude: float | None) -> str | None:
    """Return the keyed hash of the square that a point lies in; None without a point."""
    if latitude is None or longitude is None:
        return None
    return _tag(floor(latitude / NORTH), floor(longitude / EAST))


def spots_around(latitude: float, longitude: float, metres: int) -> list[str]:
    """Return the hashes of all squares in which a point within so many metres may lie."""
    rows = ceil(metres / (NORTH * METRES_A_DEGREE))
    columns = ceil(metres / (EAST * METRES_A_DEGREE * cos(radians(latitude))))
    row, column = floor(latitude / NORTH), floor(longitude / EAST)
    near = ((row + i, column + j) for i in range(-rows, rows + 1) for j in range(-columns, columns + 1))
    return [_tag(*square) for square in near]


def _tag(row: int, column: int) -> str:
    return sealer().tag("spot", f"{row}|{column}")
