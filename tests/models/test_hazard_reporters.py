"""The reporter after the report: adds, withdraws, rates once, asks for another look."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from models import deadlines, hazards
from models.base import Refused
from models.hazards import Hazard
from tests.models.conftest import Town, inbox_of, notices_to
from tests.models.test_hazards import PHOTO, closed, due, rectifying, whistle


@pytest.fixture
def done(s: Session, town: Town, now: datetime) -> Hazard:
    """A hazard of the resident that went the whole way."""
    hazard = whistle(s, town, now, evacuation=True)
    closed(s, town, hazard, now)
    return hazard


def test_what_is_added_reaches_whoever_has_the_case(s: Session, town: Town, now: datetime) -> None:
    hazard = whistle(s, town, now)
    hazards.add(s, town.resident, hazard.id or 0, text="又多了一堆", media=[PHOTO], now=now)
    assert notices_to(s, town.post.id)[-1] == "hazard.added"
    rectifying(s, town, hazard, now)
    hazards.add(s, town.leader, hazard.id or 0, text="请加快", now=now)
    assert notices_to(s, town.grid_a.id)[-1] == "hazard.added"
    assert [row.phase for row in hazards.evidence(s, hazard)] == ["more"]
    with pytest.raises(Refused, match="没有收到"):
        hazards.add(s, town.resident, hazard.id or 0, text=" ", now=now)


def test_a_withdrawn_report_stays_on_record_and_stops_its_clock(s: Session, town: Town, now: datetime) -> None:
    hazard = whistle(s, town, now)
    hazards.assign(s, town.post, hazard.id or 0, town.grid_a.id, now=now)
    hazards.withdraw(s, town.resident, hazard.id or 0, now=now)
    assert (hazard.step, hazards.history(s, hazard)[-1].act) == ("withdrawn", "withdrawn")
    assert deadlines.open_deadlines(s) == []
    assert notices_to(s, town.grid_a.id)[-1] == "hazard.withdrawn"
    assert hazards.mine(s, town.resident) == [hazard]


def test_what_was_confirmed_cannot_be_withdrawn(s: Session, town: Town, now: datetime) -> None:
    hazard = whistle(s, town, now)
    rectifying(s, town, hazard, now)
    with pytest.raises(Refused, match="办到底"):
        hazards.withdraw(s, town.resident, hazard.id or 0, now=now)


def test_the_end_is_rated_once_by_the_reporter(s: Session, town: Town, now: datetime, done: Hazard) -> None:
    number = done.id or 0
    with pytest.raises(Refused, match="1 到 5"):
        hazards.rate(s, town.resident, number, 6, now=now)
    hazards.rate(s, town.resident, number, 5, "很快", now=now)
    assert (done.rating, done.rating_note) == (5, "很快")
    with pytest.raises(Refused, match="已经评价"):
        hazards.rate(s, town.resident, number, 1, now=now)
    with pytest.raises(Refused, match="没有找到"):
        hazards.rate(s, town.post, number, 5, now=now)


def test_two_weeks_later_it_is_too_late(s: Session, town: Town, now: datetime, done: Hazard) -> None:
    late = now + timedelta(days=14, seconds=1)
    with pytest.raises(Refused, match="14 天"):
        hazards.rate(s, town.resident, done.id or 0, 1, now=late)
    with pytest.raises(Refused, match="14 天"):
        hazards.reopen(s, town.resident, done.id or 0, "又堵了", now=late)
    assert done.rating is None
    hazards.rate(s, town.resident, done.id or 0, 1, now=late - timedelta(seconds=1))


def test_an_unhappy_reporter_reopens_with_a_new_clock_and_those_in_charge_know(
    s: Session, town: Town, now: datetime, done: Hazard
) -> None:
    later = now + timedelta(days=2)
    hazards.rate(s, town.resident, done.id or 0, 2, now=later)
    assert hazards.may_reopen(done)
    hazards.reopen(s, town.resident, done.id or 0, "货又堆回来了", now=later)
    assert (done.step, done.closed_at, done.assignee_id, done.rating) == ("verifying", None, None, None)
    assert due(s, done, "verify") == later + timedelta(hours=24)
    assert notices_to(s, town.post.id)[-1] == notices_to(s, town.grid_a.id)[-1] == "hazard.reopened"
    assert inbox_of(s, town.post, now) == [done]


def test_a_content_reporter_does_not_reopen_and_a_reason_is_needed(
    s: Session, town: Town, now: datetime, done: Hazard
) -> None:
    with pytest.raises(Refused, match="哪里还没有"):
        hazards.reopen(s, town.resident, done.id or 0, " ", now=now)
    hazards.rate(s, town.resident, done.id or 0, 3, now=now)
    with pytest.raises(Refused, match="评价满意"):
        hazards.reopen(s, town.resident, done.id or 0, "想想还是不行", now=now)


def test_a_hazard_that_is_still_open_cannot_be_rated(s: Session, town: Town, now: datetime) -> None:
    hazard = whistle(s, town, now)
    with pytest.raises(Refused, match="待核查"):
        hazards.rate(s, town.resident, hazard.id or 0, 5, now=now)
    assert hazard.rating is None


def test_a_withdrawn_urgent_danger_is_still_looked_at_when_an_officer_says_so(
    s: Session, town: Town, now: datetime
) -> None:
    hazard = whistle(s, town, now, evacuation=True, told="后门堵了")
    hazards.assign(s, town.post, hazard.id or 0, town.grid_a.id, now=now)
    hazards.withdraw(s, town.resident, hazard.id or 0, now=now)
    assert notices_to(s, town.post.id)[-1] == "hazard.withdrawn"
    with pytest.raises(Refused, match="没有找到"):
        hazards.carry_on(s, town.grid_a, hazard.id or 0, now=now)
    fresh = hazards.carry_on(s, town.post, hazard.id or 0, now=now)
    assert (fresh.step, fresh.kind, fresh.source) == ("reported", hazard.kind, "staff")
    assert fresh.detail == f"接 {hazard.number}（上报人已撤回）。后门堵了"
    assert hazards.mine(s, town.resident) == [hazard]
    with pytest.raises(Refused, match="另立一件"):
        hazards.carry_on(s, town.post, hazard.id or 0, now=now)


def test_the_end_may_be_rated_and_asked_about_again_for_two_weeks(
    s: Session, now: datetime, done: Hazard
) -> None:
    for days, may in ((0, True), (14, True), (15, False)):
        then = now + timedelta(days=days)
        assert hazards.may_rate(s, done, now=then) is may
        assert hazards.may_ask_again(s, done, now=then) is may
