"""Coverage counts doors: entered, only tried, never tried."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from models import coverage, patrols
from models.coverage import Coverage
from models.places import Place
from tests.models.conftest import Town


@pytest.fixture
def another(s: Session, town: Town, now: datetime):
    """Return a function that adds a place."""

    def add(code: str, area: str, **more) -> Place:
        at = town.areas[area]
        place = Place(code=code, name=code, kind="shop", area_id=at.id, area_path=at.path, created_at=now, **more)
        s.add(place)
        s.flush()
        return place

    return add


def test_a_locked_door_is_tried_not_entered(s, town, another, now):
    def log(place: Place, outcome: str, minutes: int = 0) -> None:
        moment = now - timedelta(minutes=minutes)
        patrols.log(s, town.grid_a, place.id or 0, outcome=outcome, claimed_at=moment, now=now)

    entered, tried = another("entered", "east-1"), another("tried", "east-1")
    another("never", "east-2")
    another("gone", "east-1", status="moved")
    another("elsewhere", "west-1")
    log(entered, "done")
    log(entered, "locked", minutes=1)
    log(tried, "locked")
    since, until = now - timedelta(days=1), now + timedelta(days=1)
    assert sum((coverage.by_area(s, [], until, until + timedelta(days=1)).values()), Coverage()) == Coverage(0, 0, 4)
    by_area = coverage.by_area(s, [], since, until)
    east, west = town.areas["east-1"].path, town.areas["west-1"].path
    assert (by_area[east], by_area[west]) == (Coverage(1, 1, 0), Coverage(0, 0, 1))
    assert coverage.sum_of(by_area.values()).total == 4
