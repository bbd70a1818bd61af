"""The responsible person of a place: a gate of their own, from the confirmation on, and nothing before or beside it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from models import hazards, owners, requests
from models.base import Refused
from models.hazards import Hazard
from models.lifecycle import Relation
from models.outbox import Outgoing
from models.people import Actor, Role
from models.places import Place
from models.requests import EXTEND, RETURN
from tests.models.conftest import Town, notices_to
from tests.models.test_hazards import PHOTO, rectifying, whistle


def open_shop(s: Session, town: Town, owner: Actor, now: datetime) -> int:
    """A noodle shop in the first grid of the eastern village, and who answers for it."""
    area = town.areas["east-1"]
    place = Place(code="noodles", name="张记面馆", kind="catering", area_id=area.id or 0, area_path=area.path,
                  owner_id=owner.id, created_at=now)  # fmt: skip
    s.add(place)
    s.flush()
    return place.id or 0


@pytest.fixture
def zhang(s: Session, town: Town) -> Actor:
    """The owner of the noodle shop."""
    return town.newcomer(s, "张老板", Role.OWNER, "east-1")


@pytest.fixture
def hazard(s: Session, town: Town, zhang: Actor, now: datetime) -> Hazard:
    """A hazard at the noodle shop that somebody reported."""
    return whistle(s, town, now, place_id=open_shop(s, town, zhang, now))


def test_before_it_is_confirmed_the_owner_knows_nothing(
    s: Session, town: Town, now: datetime, zhang: Actor, hazard: Hazard
) -> None:
    hazards.assign(s, town.post, hazard.id or 0, town.grid_a.id, now=now)
    with pytest.raises(Refused, match="没有找到"):
        owners.place_hazard(s, zhang, hazard.id or 0)
    assert owners.place_hazards(s, zhang) == []
    assert hazards.relation_of(s, zhang, hazard) is Relation.NONE
    assert notices_to(s, zhang.id) == []


def test_from_the_confirmation_on_the_owner_sees_it_and_a_stranger_does_not(
    s: Session, town: Town, now: datetime, zhang: Actor, hazard: Hazard
) -> None:
    rectifying(s, town, hazard, now)
    assert notices_to(s, zhang.id) == ["place.hazard"]
    assert owners.place_hazards(s, zhang) == [owners.place_hazard(s, zhang, hazard.id or 0)] == [hazard]
    assert hazards.relation_of(s, zhang, hazard) is Relation.OWNER
    for who in (town.newcomer(s, "李老板", Role.OWNER, "east-1"), town.newcomer(s, "路人"), town.post):
        with pytest.raises(Refused, match="没有找到"):
            owners.place_hazard(s, who, hazard.id or 0)
    former = Actor(zhang.id, zhang.name)
    assert owners.place_hazards(s, former) == []
    with pytest.raises(Refused, match="没有找到"):
        owners.place_hazard(s, former, hazard.id or 0)


def test_the_owner_repairs_and_somebody_else_looks_again(
    s: Session, town: Town, now: datetime, zhang: Actor, hazard: Hazard
) -> None:
    rectifying(s, town, hazard, now)
    with pytest.raises(Refused, match="照片"):
        hazards.rectified(s, zhang, hazard.id or 0, media=[], now=now)
    hazards.rectified(s, zhang, hazard.id or 0, note="换了", media=[PHOTO], now=now)
    row = hazards.history(s, hazard)[-1]
    assert (hazard.step, hazard.fixer_id, row.by, row.who_id) == ("recheck", zhang.id, "owner", zhang.id)
    with pytest.raises(Refused, match="没有找到"):
        hazards.recheck(s, zhang, hazard.id or 0, passed=True, now=now)
    hazards.recheck(s, town.village, hazard.id or 0, passed=False, note="阀门还漏", now=now)
    assert owners.still_wrong(s, hazard) == "阀门还漏"
    hazards.rectified(s, zhang, hazard.id or 0, media=[PHOTO], now=now)
    assert owners.still_wrong(s, hazard) == ""
    hazards.recheck(s, town.village, hazard.id or 0, passed=True, now=now)
    assert notices_to(s, zhang.id).count("place.hazard") == 3
    assert owners.place_hazards(s, zhang) == [hazard]


def test_the_owner_asks_for_more_time(s: Session, town: Town, now: datetime, zhang: Actor, hazard: Hazard) -> None:
    rectifying(s, town, hazard, now)
    until = now.date() + timedelta(days=10)
    request = requests.ask(s, zhang, hazard.id or 0, EXTEND, reason="等师傅", until=until, now=now)
    requests.grant(s, town.village, request.id or 0, now=now)
    assert notices_to(s, zhang.id) == ["place.hazard", "request.decided"]
    assert notices_to(s, town.grid_a.id)[-1] == "request.told"


def test_who_is_not_responsible_is_let_off_when_somebody_agrees(
    s: Session, town: Town, now: datetime, zhang: Actor, hazard: Hazard
) -> None:
    rectifying(s, town, hazard, now)
    request = requests.ask(s, zhang, hazard.id or 0, RETURN, reason="线路是房东的", now=now)
    requests.grant(s, town.post, request.id or 0, now=now)
    assert hazard.step == "reported"
    rectifying(s, town, hazard, now)
    assert owners.place_hazards(s, zhang) == []
    assert notices_to(s, zhang.id).count("place.hazard") == 1


def test_an_owner_is_reminded_some_days_before_and_every_day_after(
    s: Session, town: Town, now: datetime, zhang: Actor, hazard: Hazard
) -> None:
    rectifying(s, town, hazard, now)  # serious: seven days
    told = [day for day in range(10) if owners.queue_reminders(s, now=now + timedelta(days=day))]
    assert told == [4, 6, 7, 8, 9]
    assert owners.queue_reminders(s, now=now + timedelta(days=9, hours=1)) == 0
    assert owners.queue_reminders(s, now=now + timedelta(days=10, hours=12)) == 0
    assert owners.queue_reminders(s, now=now + timedelta(days=10, hours=-3)) == 0
    hazards.rectified(s, zhang, hazard.id or 0, media=[PHOTO], now=now + timedelta(days=10))
    assert owners.queue_reminders(s, now=now + timedelta(days=10)) == 0


def test_what_an_owner_is_told_names_the_case_and_nothing_of_the_reporter(
    s: Session, town: Town, now: datetime, zhang: Actor, hazard: Hazard
) -> None:
    rectifying(s, town, hazard, now)
    rows: list[Any] = list(s.exec(select(Outgoing).where(Outgoing.person_id == zhang.id)))
    assert [row.about for row in rows] == [{"hazard": hazard.id, "step": "rectifying"}]
