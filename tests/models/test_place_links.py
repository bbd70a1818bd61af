"""The code at a place opens a report there: nobody can make one up, and old posters can be made useless."""

import re
from datetime import datetime

import pytest
from sqlmodel import Session

from models import place_links
from models.base import Refused
from models.people import Role
from models.places import MOVED, Place
from models.sealing import use_key
from tests.models.conftest import Town


@pytest.fixture
def place(s: Session, town: Town, now: datetime) -> Place:
    """A noodle shop in the first grid of the east village."""
    found = Place(code="zj", name="张记面馆", kind="catering", area_id=town.id_of("east-1"),
                  area_path=town.areas["east-1"].path, created_at=now)  # fmt: skip
    s.add(found)
    s.flush()
    return found


def test_a_link_is_what_telegram_takes_and_stays_the_same(s: Session, town: Town, place: Place, now: datetime) -> None:
    made = place_links.make(s, town.grid_a, place.id or 0, now=now)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", made)
    assert place_links.make(s, town.post, place.id or 0, now=now) == made
    found = place_links.read(s, made)
    assert found is not None
    assert found.id == place.id


def test_any_change_of_a_link_opens_nothing(s: Session, town: Town, place: Place, now: datetime) -> None:
    made = place_links.make(s, town.grid_a, place.id or 0, now=now)
    changed = {made[:i] + c + made[i + 1 :] for i in range(len(made)) for c in "0aZ_"} - {made}
    shapes = {"", "p_", f"p_{place.id}_", "p_٣_x"} | {f"p_{10**n}_{'0' * 24}" for n in (8, 9, 10, 17, 40)}
    wrong = changed | shapes | {made[:-1], made + "0", made.upper()}
    assert [payload for payload in wrong if place_links.read(s, payload) is not None] == []


def test_a_link_of_another_installation_opens_nothing(s: Session, town: Town, place: Place, now: datetime) -> None:
    made = place_links.make(s, town.grid_a, place.id or 0, now=now)
    use_key(bytes(31) + b"x")
    assert place_links.read(s, made) is None


def test_renewing_ends_the_posters_before(s: Session, town: Town, place: Place, now: datetime) -> None:
    old = place_links.make(s, town.grid_a, place.id or 0, now=now)
    new = place_links.renew(s, town.post, place.id or 0, now=now)
    assert new != old
    assert place_links.read(s, old) is None
    assert place_links.read(s, new) is not None


def test_a_place_that_has_moved_away_has_no_code(s: Session, town: Town, place: Place, now: datetime) -> None:
    made = place_links.make(s, town.grid_a, place.id or 0, now=now)
    place.status = MOVED
    assert place_links.read(s, made) is None


def test_only_who_sees_the_place_makes_its_code(s: Session, town: Town, place: Place, now: datetime) -> None:
    for who in (town.resident, town.grid_b, town.newcomer(s, "西村网格", Role.GRID, "west-1")):
        for act in (place_links.make, place_links.renew):
            with pytest.raises(Refused):
                act(s, who, place.id or 0, now=now)
    with pytest.raises(Refused):
        place_links.make(s, town.post, 999, now=now)
