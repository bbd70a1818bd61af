"""A training is signed in to with a code, once and while it is open; the record is closed once; names stay near."""

from datetime import timedelta

import pytest
from sqlmodel import select

from models import trainings
from models.base import Refused
from models.people import Role
from models.places import Place
from models.trainings import CANCELLED, DONE, ENDED, OPEN, Attendance, Plan, Report, Training
from tests.models.conftest import notices_to

REPORT = Report(3, "灭火器、疏散", "大家都动手试了", [["photo", "file", "unique"]])


def begun(s, town, who=None, code="east", *, now, kind="training", **more):
    plan = Plan(kind, "灭火器使用", town.id_of(code), 60, **more)
    return trainings.start(s, who or town.village, plan, now=now)


def test_who_trains_the_area_begins_and_nobody_else(s, town, now):
    made, code = begun(s, town, now=now)
    assert (made.state, made.area_path, made.closes_at) == (OPEN, "/county/town/east/", now + timedelta(hours=12))
    assert code not in made.code_tag
    for who, area in ((town.village, "west"), (town.grid_a, "east-1"), (town.resident, "east"), (town.leader, "town")):
        with pytest.raises(Refused):
            begun(s, town, who, area, now=now)


@pytest.mark.parametrize("change", [{"kind": "party"}, {"minutes": 0}, {"minutes": 601}, {"area_id": 999}])
def test_a_plan_that_cannot_be_is_refused(s, town, now, change):
    plan = {"kind": "drill", "title": "演练", "area_id": town.id_of("east"), "minutes": 30} | change
    with pytest.raises(Refused):
        trainings.start(s, town.village, Plan(**plan), now=now)


def test_one_signs_in_once(s, town, now):
    made, code = begun(s, town, now=now)
    assert trainings.attend(s, town.resident, code, now=now) == (made, True)
    assert trainings.attend(s, town.resident, code, now=now) == (made, False)
    assert trainings.attend(s, town.grid_a, code, now=now)[1]
    assert trainings.signed_in(s, made.id) == 2
    assert trainings.attendees(s, town.village, made.id) == ["王居民", "张网格"]


def test_a_code_is_good_while_the_training_is_open(s, town, now):
    made, code = begun(s, town, now=now)
    other, other_code = begun(s, town, now=now)
    almost = now + timedelta(hours=12, seconds=-1)
    assert trainings.attend(s, town.resident, code, now=almost)[1]
    trainings.end(s, town.village, other.id, now=now)
    cases = ((code, made.closes_at), (other_code, now), ("", now), (code.swapcase(), now), (code[:-1], now))
    for wrong, moment in cases:
        with pytest.raises(Refused, match="签到码没有用了"):
            trainings.attend(s, town.grid_a, wrong, now=moment)


def test_a_new_code_takes_the_place_of_the_old_one(s, town, now):
    made, code = begun(s, town, now=now)
    fresh = trainings.renew_code(s, town.village, made.id, now=now)
    with pytest.raises(Refused):
        trainings.attend(s, town.resident, code, now=now)
    assert trainings.attend(s, town.resident, fresh, now=now)[1]


def test_after_twelve_hours_it_ends_and_the_organiser_is_asked_for_the_record_once(s, town, now):
    made, _ = begun(s, town, now=now)
    trainings.close_old(s, now=now + timedelta(hours=11))
    assert made.state == OPEN
    for _ in range(2):
        trainings.close_old(s, now=now + timedelta(hours=13))
    assert (made.state, made.ended_at) == (ENDED, made.closes_at)
    assert notices_to(s, town.village.id) == ["training.ended"]


def test_the_record_is_closed_once_and_counts_everybody(s, town, now):
    made, code = begun(s, town, now=now)
    trainings.attend(s, town.resident, code, now=now)
    done = trainings.finish(s, town.village, made.id, REPORT, now=now)
    assert (done.state, done.without_phone, done.photos) == (DONE, 3, REPORT.photos)
    assert trainings.of_year(s, town.village, 2026) == [(made, 4)]
    for act in (trainings.end, trainings.cancel, trainings.renew_code):
        with pytest.raises(Refused, match="已存档"):
            act(s, town.village, made.id, now=now)
    with pytest.raises(Refused):
        trainings.finish(s, town.village, made.id, REPORT, now=now)


def test_what_did_not_take_place_counts_nowhere(s, town, now):
    made, code = begun(s, town, now=now)
    trainings.attend(s, town.resident, code, now=now)
    assert trainings.cancel(s, town.village, made.id, now=now).state == CANCELLED
    assert trainings.of_year(s, town.village, 2026) == []
    assert s.exec(select(Attendance)).all() == []


def test_names_are_for_the_organiser_and_those_who_train_the_area(s, town, now):
    owner = town.newcomer(s, "店老板", Role.OWNER, "east-1")
    neighbour = town.newcomer(s, "隔壁老板", Role.OWNER, "east-1")
    west = town.newcomer(s, "西村干部", Role.VILLAGE, "west")
    made, _ = begun(s, town, owner, "east-1", now=now)
    for who in (owner, town.village, town.post):
        assert trainings.attendees(s, who, made.id) == []
        assert len(trainings.of_year(s, who, 2026)) == 1
    for who in (neighbour, west, town.leader, town.resident, town.grid_a):
        with pytest.raises(Refused):
            trainings.attendees(s, who, made.id)
        assert trainings.of_year(s, who, 2026) == []
    with pytest.raises(Refused):
        trainings.training_for(s, town.post, 999)


def test_years_are_local_years(s, town, now):
    eve = now.replace(month=12, day=31, hour=23)
    made, _ = begun(s, town, now=eve)
    late, _ = begun(s, town, now=eve + timedelta(hours=2))
    assert [found.id for found, _ in trainings.of_year(s, town.post, 2026)] == [made.id]
    assert [found.id for found, _ in trainings.of_year(s, town.post, 2027)] == [late.id]


def test_the_board_counts_by_village(s, town, now):
    made, code = begun(s, town, now=now)
    trainings.attend(s, town.resident, code, now=now)
    trainings.finish(s, town.village, made.id, REPORT, now=now)
    begun(s, town, town.post, "east-1", now=now, kind="drill")
    begun(s, town, town.post, "town", now=now, kind="warning")
    found = {each.name: (each.held, each.people) for each in trainings.totals(s, town.leader, 2026)}
    assert found == {
        "东村": ({"training": 1, "drill": 1, "warning": 0}, 4),
        "西村": ({"training": 0, "drill": 0, "warning": 0}, 0),
        "": ({"training": 0, "drill": 0, "warning": 1}, 0),
    }
    assert [each.name for each in trainings.totals(s, town.village, 2026)] == ["东村"]
    with pytest.raises(Refused):
        trainings.totals(s, town.resident, 2026)


def test_where_one_may_train(s, town):
    owner = town.newcomer(s, "店老板", Role.OWNER, "east-1")
    assert [area.code for area in trainings.areas_of(s, owner)] == ["east-1"]
    assert [area.code for area in trainings.areas_of(s, town.village)] == ["east"]
    assert [area.code for area in trainings.areas_of(s, town.post)] == ["town", "east", "west"]
    assert trainings.areas_of(s, town.resident) == []


def test_a_place_is_found_by_its_exact_name_in_the_own_area(s, town, now):
    owner = town.newcomer(s, "店老板", Role.OWNER, "east-1")
    for name, code, owned in (("小卖部", "east-1", owner.id), ("面馆", "west-1", None), ("诊所", "east-1", None)):
        place = Place(code=name, name=name, aliases="老地方" if owned else "", kind="shop", area_id=town.id_of(code),
                      area_path=town.areas[code].path, owner_id=owned, created_at=now)  # fmt: skip
        s.add(place)
    s.flush()
    assert trainings.place_named(s, owner, " 小卖部 ").name == "小卖部"
    assert trainings.place_named(s, town.village, "老地方").name == "小卖部"
    assert trainings.place_named(s, owner, "诊所") is None, "somebody else's"
    assert trainings.place_named(s, town.village, "面馆") is None, "another village's"
    assert trainings.place_named(s, town.village, "村委会坝子") is None
    assert [place.name for place in trainings.places_of(s, owner)] == ["小卖部"]


def test_erasing_a_person_leaves_the_number_without_the_name(s, town, now):
    made, code = begun(s, town, now=now)
    for who in (town.resident, town.grid_a):
        trainings.attend(s, who, code, now=now)
    trainings.erase(s, town.resident.id)
    s.expire_all()
    assert trainings.attendees(s, town.village, made.id) == ["张网格"]
    assert trainings.of_year(s, town.village, 2026)[0][1] == 2
    trainings.finish(s, town.village, made.id, REPORT, now=now)
    assert trainings.of_year(s, town.village, 2026)[0][1] == 5
    assert s.exec(select(Training.without_phone)).one() == 4
