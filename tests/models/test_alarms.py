"""An alarm wakes everybody on duty around and below its area, each once in ten minutes."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models.alarms import raise_alarm
from models.areas import Area
from models.outbox import Outgoing
from models.people import Grant, Person, Role
from tests.models.conftest import Town


def woken(s: Session) -> list[int | None]:
    s.flush()
    return sorted(s.exec(select(Outgoing.person_id).where(Outgoing.what == "emergency")))


def test_a_village_wakes_its_own_grids_and_those_above(s: Session, town: Town, now: datetime) -> None:
    assert raise_alarm(s, town.resident, "东村着火了", town.id_of("east"), now=now) == 4
    assert woken(s) == sorted(who.id for who in (town.post, town.grid_a, town.grid_b, town.village))


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


def test_who_is_alone_on_duty_or_cannot_be_reached_counts_for_nothing(s: Session, town: Town, now: datetime) -> None:
    for grant in s.exec(select(Grant).where(col(Grant.person_id) != town.post.id)):
        grant.ended_at = now
    s.flush()
    assert raise_alarm(s, town.post, "着火了", None, now=now) == 0
    s.get_one(Person, town.post.id).reachable = False
    assert raise_alarm(s, town.resident, "着火了", None, now=now) == 0


def test_no_key_names_the_sender(s: Session, town: Town, now: datetime) -> None:
    raise_alarm(s, town.resident, "着火了", None, now=now)
    s.flush()
    assert all((row.key or "").count("|") == 2 and f"|{town.resident.id}|" not in (row.key or "")
               for row in s.exec(select(Outgoing)))  # fmt: skip
