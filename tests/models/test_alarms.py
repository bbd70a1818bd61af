"""An alarm wakes everybody on duty around and below its area, once per fire; they see who goes and that it is over."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from models import alarms
from models.alarms import GOING, OVER, THERE, Alarm, Attached, answer, follow, raise_alarm, running
from models.areas import Area
from models.audit import AuditEntry, write
from models.base import Refused
from models.hazard_files import Media
from models.outbox import Lane, Outgoing
from models.people import Grant, Person, Role
from models.places import Place
from tests.models.conftest import Town


def woken(s: Session) -> list[int | None]:
    s.flush()
    return sorted(s.exec(select(Outgoing.person_id).where(Outgoing.what == "emergency")))


def told(s: Session, what: str) -> list[Outgoing]:
    s.flush()
    return list(s.exec(select(Outgoing).where(Outgoing.what == what).order_by(col(Outgoing.id))))


@pytest.fixture
def fire(s: Session, town: Town, now: datetime) -> Alarm:
    """The resident has cried out that it burns in the east village; four people are on duty for it."""
    assert raise_alarm(s, town.resident, "东村着火了", town.id_of("east"), place="东村", now=now) == 4
    return s.exec(select(Alarm)).one()


@pytest.mark.usefixtures("fire")
def test_a_village_wakes_its_own_grids_and_those_above(s: Session, town: Town) -> None:
    assert woken(s) == sorted(who.id for who in (town.post, town.grid_a, town.grid_b, town.village))
    assert all(row.lane == Lane.URGENT for row in told(s, "emergency"))


def test_without_a_place_the_whole_town_of_the_sender_is_woken_and_not_the_next(
    s: Session, town: Town, now: datetime
) -> None:
    town.areas["other"] = Area(code="other", name="邻镇", level="town", path="/county/other/")
    s.add(town.areas["other"])
    s.flush()
    neighbour = town.newcomer(s, "邻镇干事", Role.POST, "other")
    s.get_one(Person, town.resident.id).area_id = town.id_of("west")
    raise_alarm(s, town.resident, "着火了", None, now=now)
    assert town.grid_a.id in woken(s)
    assert neighbour.id not in woken(s)
    raise_alarm(s, town.newcomer(s, "过路人"), "着火了", None, now=now)
    assert neighbour.id in woken(s), "nobody knows where the stranger is"


def test_one_person_wakes_the_others_once_in_ten_minutes(s: Session, town: Town, now: datetime) -> None:
    for seconds in (0, 5, 60, 599):
        assert raise_alarm(s, town.resident, "着火了", town.id_of("east"), now=now + timedelta(seconds=seconds)) == 4
    assert len(woken(s)) == 4
    raise_alarm(s, town.leader, "东村着火", town.id_of("east"), now=now)
    assert len(woken(s)) == 8
    raise_alarm(s, town.resident, "还在烧", town.id_of("east"), now=now + timedelta(minutes=10))
    assert len(woken(s)) == 12


def test_ten_minutes_last_over_midnight(s: Session, town: Town, now: datetime) -> None:
    late = now.replace(hour=23, minute=58)
    raise_alarm(s, town.resident, "着火了", None, now=late)
    raise_alarm(s, town.resident, "还在烧", None, now=late + timedelta(minutes=5))
    assert len(woken(s)) == 4


def test_who_is_alone_on_duty_or_cannot_be_reached_counts_for_nothing(s: Session, town: Town, now: datetime) -> None:
    for grant in s.exec(select(Grant).where(col(Grant.person_id) != town.post.id)):
        grant.ended_at = now
    s.flush()
    assert raise_alarm(s, town.post, "着火了", None, now=now) == 0
    s.get_one(Person, town.post.id).reachable = False
    assert raise_alarm(s, town.resident, "着火了", None, now=now) == 0
    assert len(s.exec(select(Alarm)).all()) == 2, "the time is kept all the same"


def test_no_key_and_no_log_names_the_sender(s: Session, town: Town, fire: Alarm) -> None:
    assert all(f"|{town.resident.id}|" not in f"{row.key}|" for row in told(s, "emergency"))
    write(s)
    entries = s.exec(select(AuditEntry).where(AuditEntry.op == "alarm.raised")).all()
    assert [(entry.who_id, entry.thing) for entry in entries] == [(None, f"alarm:{fire.id}")]


@pytest.mark.parametrize("place", ["", "东村", "东村三组", "东"])
def test_more_words_about_the_same_fire_follow_it(
    s: Session, town: Town, fire: Alarm, place: str, now: datetime
) -> None:
    raise_alarm(s, town.resident, "快来人", None, place=place, now=now)
    assert len(woken(s)) == 4
    assert [said["text"] for said in fire.more] == ["快来人"]
    assert len(told(s, "emergency.more")) == 4


@pytest.mark.usefixtures("fire")
def test_another_fire_within_ten_minutes_alarms_again_but_not_without_end(
    s: Session, town: Town, now: datetime
) -> None:
    for place in ("西村", "粮站", "码头", "老街"):
        raise_alarm(s, town.resident, f"{place}也燃起来了", None, place=place, now=now)
    places = [alarm.place for alarm in s.exec(select(Alarm).order_by(col(Alarm.id)))]
    assert places == ["东村", "西村", "粮站"]
    assert [len(alarm.more) for alarm in running(s, town.resident, now=now)] == [2, 0, 0]


def test_two_names_of_one_place_are_one_fire(s: Session, town: Town, now: datetime) -> None:
    s.add(Place(code="m", name="示范镇农贸市场", aliases="菜市场,老菜市", kind="market", area_id=town.id_of("east"),
                area_path=town.areas["east"].path, created_at=now))  # fmt: skip
    s.flush()
    for place in ("菜市场后面", "老菜市"):
        raise_alarm(s, town.resident, "着火了", None, place=place, now=now)
    assert len(s.exec(select(Alarm)).all()) == 1


def test_a_place_said_second_belongs_to_the_first_and_comes_with_a_sound(
    s: Session, town: Town, now: datetime
) -> None:
    raise_alarm(s, town.resident, "着火了", None, now=now)
    [fire] = running(s, town.resident, now=now)
    follow(s, town.resident, fire, text="火好大", now=now)
    follow(s, town.resident, fire, text="在东村三组", place="东村三组", now=now)
    follow(s, town.resident, fire, attached=Attached((29.9, 107.7)), now=now)
    assert fire.place == "东村三组"
    lanes = [row.lane for row in told(s, "emergency.more") if row.person_id == town.post.id]
    assert lanes == [Lane.NOTICE, Lane.URGENT, Lane.URGENT]


def test_all_words_are_kept_and_a_few_are_told(s: Session, town: Town, fire: Alarm, now: datetime) -> None:
    for n in range(20):
        follow(s, town.resident, fire, text=f"第 {n} 句", attached=Attached(media=[Media("photo", "f", "u")]), now=now)
    assert len(fire.more) == 20
    assert len(told(s, "emergency.more")) == 4 * alarms.FOLLOWING


def test_who_goes_is_told_to_the_others_and_the_times_are_kept(
    s: Session, town: Town, fire: Alarm, now: datetime
) -> None:
    number = fire.id or 0
    alarms.note_told(s, number, now=now + timedelta(seconds=2))
    alarms.note_told(s, number, now=now + timedelta(seconds=9))
    for _ in range(2):
        answer(s, town.grid_a, number, GOING, now=now + timedelta(seconds=40))
    answer(s, town.grid_a, number, THERE, now=now + timedelta(seconds=170))
    answer(s, town.grid_b, number, THERE, now=now + timedelta(seconds=200))
    answer(s, town.post, number, OVER, now=now + timedelta(minutes=30))
    assert alarms.course(s, fire) == (2, 40, 170, 1800)
    heard = [(row.about["said"], row.about["who"]) for row in told(s, "emergency.answer") if
             row.person_id == town.village.id]  # fmt: skip
    assert heard == [("going", town.grid_a.id), ("there", town.grid_a.id), ("over", town.post.id)]
    assert not [row for row in told(s, "emergency.answer") if row.person_id == row.about["who"]]


def test_once_over_nobody_is_called_any_more_and_a_new_cry_is_a_new_alarm(
    s: Session, town: Town, fire: Alarm, now: datetime
) -> None:
    answer(s, town.post, fire.id or 0, OVER, now=now)
    with pytest.raises(Refused, match="已经解除"):
        answer(s, town.grid_a, fire.id or 0, GOING, now=now)
    assert running(s, town.resident, now=now) == []
    raise_alarm(s, town.resident, "又燃起来了", town.id_of("east"), place="东村", now=now)
    assert len(woken(s)) == 8


def test_an_alarm_is_only_for_those_who_were_called(s: Session, town: Town, now: datetime) -> None:
    raise_alarm(s, town.resident, "着火了", town.id_of("east-1"), place="东村一网格", now=now)
    [fire] = running(s, town.resident, now=now)
    for who in (town.resident, town.leader, town.grid_b, town.newcomer(s, "西村网格", Role.GRID, "west-1")):
        with pytest.raises(Refused):
            answer(s, who, fire.id or 0, GOING, now=now)
    answer(s, town.newcomer(s, "微型站", Role.STATION, "east"), fire.id or 0, GOING, now=now)
    with pytest.raises(Refused):
        answer(s, town.post, 999, GOING, now=now)
