"""A street in one go: which doors are left, one record each, and the door next to the one just done."""

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import Session

from models import patrols, streets
from models.base import Refused
from models.places import Place
from models.streets import Stop, street_of
from tests.models.conftest import Town
from tests.models.test_patrols import checklist


@pytest.fixture
def door(s: Session, town: Town, now: datetime):
    """Return a function that puts a door into the ledger."""

    def build(name: str, code: str = "east-1", **more) -> Place:
        at = town.areas[code]
        known = {"code": name, "name": name, "kind": "catering", "area_id": at.id, "area_path": at.path} | more
        place = Place(created_at=now, **known)
        s.add(place)
        s.flush()
        return place

    return build


def go(s: Session, who, stops, now: datetime, **more):
    return streets.walk(s, who, stops, lambda _: checklist(), now=now, **more)


def test_a_street_is_the_yard_or_the_address_before_the_number():
    assert street_of("老院子", "正街 3 号") == "老院子"
    assert street_of("", "场镇正街 12 号") == "场镇正街"
    assert street_of("", "桥头") == ""


def test_streets_of_the_scope_with_what_is_left_for_today(s, town, door, now):
    for number, due in ((9, date(2026, 11, 20)), (10, None), (2, date(2026, 12, 1))):
        door(f"正街{number}", address=f"正街 {number} 号", next_patrol_on=due)
    door("院一", cluster="老院子")
    door("院二", cluster="老院子")
    door("孤零零", address="后街 1 号")
    door("关了的", address="正街 11 号", status="closed")
    door("别处", "west-1", cluster="老院子")
    found = streets.streets(s, town.grid_a, now=now)
    at = town.id_of("east-1")
    assert found == [("正街", at, 3, 1), ("老院子", at, 2, 0)]
    named = [place.name for place in streets.doors(s, town.grid_a, "正街", at, now=now)]
    assert named == ["正街2", "正街9", "正街10"]
    assert [place.name for place in streets.doors(s, town.grid_a, "", 0, now=now)] == ["正街9"]
    first = streets.doors(s, town.grid_a, "正街", at, now=now)[0]
    patrols.log(s, town.grid_a, first.id, outcome="done", checklist=checklist(), now=now)
    assert [place.name for place in streets.doors(s, town.grid_a, "正街", at, now=now)] == named[1:]
    assert streets.streets(s, town.grid_b, now=now) == []


def test_a_message_names_places_of_the_own_area_that_are_open(s, town, door):
    zhang = door("张记面馆", aliases="老张家")
    door("张记面馆二店", "west-1", aliases="老张家")
    door("百家超市", status="closed")
    inn = door("鸿运火锅")
    words = "老张家" + "，都正常" * 60 + "，鸿运火锅和百家超市也正常"
    assert streets.said_in(s, town.grid_a, words) == [zhang, inn]
    assert streets.begun_with(s, town.grid_a, "鸿运") == inn
    assert streets.begun_with(s, town.grid_a, "老张") is None, "a nickname is said whole"
    assert streets.begun_with(s, town.grid_a, "百家") is None
    door("鸿运旅馆")
    assert streets.begun_with(s, town.grid_a, "鸿运") is None, "what fits two names none"


def test_every_door_has_its_own_record_of_the_same_moment(s, town, door, now):
    doors = [door(f"正街{n}") for n in range(3)]
    stops = [Stop(place.id, 0, "locked" if place is doors[2] else "done") for place in doors]
    done = go(s, town.grid_a, stops, now, claimed_at=now - timedelta(minutes=5))
    assert [(patrol.place_id, patrol.outcome) for patrol in done.logged] == [
        (doors[0].id, "done"), (doors[1].id, "done"), (doors[2].id, "locked"),
    ]  # fmt: skip
    assert len({patrol.claimed_at for patrol in done.logged}) == 1
    assert done.logged[0].score == 100
    again = go(s, town.grid_a, stops, now)
    assert (again.logged, [place.name for place in again.known]) == ([], ["正街0", "正街1", "正街2"])


def test_the_limit_and_the_scope(s, town, door, now):
    with pytest.raises(Refused, match="最多记 20 家"):
        go(s, town.grid_a, [Stop(1, 0, "done")] * 21, now)
    with pytest.raises(Refused, match="没有找到"):
        go(s, town.grid_b, [Stop(door("东一").id, 0, "done")], now)


def test_next_door_is_the_nearest_of_the_same_kind_that_is_left_for_today(s, town, door, now):
    here = door("张记", address="正街 1 号", latitude=29.9, longitude=107.7)
    assert streets.next_door(s, town.grid_a, here, now=now) is None
    door("超市", kind="shop", latitude=29.9, longitude=107.7)
    door("远处", latitude=29.95, longitude=107.7)
    door("李记", "east-2", latitude=29.9001, longitude=107.7)
    same_street = door("王记", address="正街 8 号")
    near = door("刘记", latitude=29.901, longitude=107.7)
    assert streets.next_door(s, town.grid_a, here, now=now) == (near, 111)
    patrols.log(s, town.grid_a, near.id, outcome="done", checklist=checklist(), now=now)
    assert streets.next_door(s, town.grid_a, here, now=now) == (same_street, None)
