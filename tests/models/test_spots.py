"""Spots: whatever lies within the radius is in one of the squares, wherever the point is; the hash tells nothing."""

from math import cos, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.places import metres_between
from models.sealing import use_key
from models.spots import METRES_A_DEGREE, spot, spots_around

LATITUDES, LONGITUDES = st.floats(18, 53), st.floats(74, 134)


@given(lat=LATITUDES, lon=LONGITUDES, north=st.floats(-1, 1), east=st.floats(-1, 1), metres=st.integers(1, 600))
def test_whatever_lies_within_the_radius_is_found(
    lat: float, lon: float, north: float, east: float, metres: int
) -> None:
    use_key(bytes(32))
    other = (lat + north * metres / METRES_A_DEGREE, lon + east * metres / (METRES_A_DEGREE * cos(radians(lat))))
    near = spot(*other) in spots_around(lat, lon, metres)
    assert near or metres_between(lat, lon, *other) > metres


def test_a_hundred_metres_are_nine_squares_and_without_a_point_there_is_none() -> None:
    use_key(bytes(32))
    assert len(set(spots_around(29.9, 107.7, 100))) == 9
    assert spot(None, 107.7) is None


@pytest.mark.parametrize("key", [bytes(32), bytes([1]) * 32])
def test_the_hash_depends_on_the_key_and_holds_no_number(key: bytes) -> None:
    use_key(key)
    here = spot(29.9, 107.7) or ""
    assert len(here) == 64
    use_key(bytes([2]) * 32)
    assert spot(29.9, 107.7) != here
    use_key(bytes(32))
