"""What a patrol costs: acts and time from the first tap until it is logged; lunch and other work do not count."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from models import burdens, patrols
from models.burdens import Burden
from models.patrols import Patrol
from models.places import Place
from tests.models.conftest import Town

MINUTE = timedelta(minutes=1)


@pytest.fixture
def shop(s: Session, town: Town, now: datetime) -> Place:
    """A shop in east-1."""
    area = town.areas["east-1"]
    found = Place(code="x", name="店", kind="shop", area_id=area.id or 0, area_path=area.path, created_at=now)
    s.add(found)
    s.flush()
    return found


def logged(s: Session, town: Town, shop: Place, at: datetime) -> tuple[int | None, int | None, int | None]:
    done: Patrol = patrols.log(s, town.grid_a, shop.id or 0, outcome="done", now=at)
    return done.taps, done.messages, done.seconds


def test_acts_and_time_go_into_the_patrol_and_the_next_begins_anew(
    s: Session, town: Town, shop: Place, now: datetime
) -> None:
    burdens.count(s, town.grid_a, taps=1, now=now)
    burdens.count(s, town.grid_a, taps=1, now=now + MINUTE)
    burdens.count(s, town.grid_a, messages=1, now=now + 2 * MINUTE)
    burdens.count(s, town.grid_b, taps=1, now=now)
    assert logged(s, town, shop, now + 3 * MINUTE) == (2, 1, 120)
    assert logged(s, town, shop, now + 4 * MINUTE) == (None, None, None), "nothing was seen of how this one began"
    burdens.count(s, town.grid_a, taps=1, now=now + 20 * MINUTE)
    assert logged(s, town, shop, now + 20 * MINUTE) == (1, 0, 0), "the way to the next place is no burden"
    assert len(s.exec(select(Burden)).all()) == 1, "the other worker is still at it"


def test_a_long_pause_begins_anew_and_a_short_one_does_not(s: Session, town: Town, shop: Place, now: datetime) -> None:
    burdens.count(s, town.grid_a, taps=1, messages=1, now=now)
    burdens.count(s, town.grid_a, taps=1, now=now + 30 * MINUTE)
    assert logged(s, town, shop, now + 30 * MINUTE) == (2, 1, 1800)
    burdens.count(s, town.grid_a, taps=5, now=now + 40 * MINUTE)
    burdens.count(s, town.grid_a, taps=1, now=now + 71 * MINUTE)
    assert logged(s, town, shop, now + 71 * MINUTE) == (1, 0, 0)
    burdens.count(s, town.grid_a, taps=1, now=now + 80 * MINUTE)
    assert logged(s, town, shop, now + 111 * MINUTE) == (None, None, None)


def test_other_work_in_between_takes_no_time(s: Session, town: Town, shop: Place, now: datetime) -> None:
    burdens.leave(s, town.grid_a)  # nothing was begun: nothing happens
    burdens.count(s, town.grid_a, taps=1, now=now)
    burdens.count(s, town.grid_a, taps=1, now=now + MINUTE)
    burdens.leave(s, town.grid_a)
    burdens.leave(s, town.grid_a)
    burdens.count(s, town.grid_a, taps=1, now=now + 12 * MINUTE)
    burdens.count(s, town.grid_a, taps=1, now=now + 13 * MINUTE)
    assert logged(s, town, shop, now + 13 * MINUTE) == (4, 0, 120)
