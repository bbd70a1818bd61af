"""Clocks that run on things: started, met, moved, cancelled, overdue."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from models import deadlines
from models.deadlines import Deadline
from models.rules import ZONE

DAY = timedelta(days=1)


def begin(
    s: Session, now: datetime, thing_id: int = 1, clock: str = "verify", days: int = 3, **more: object
) -> Deadline:
    given = {"area_path": "/county/town/east/", "rule": "3 个工作日内核查", "due_at": now + days * DAY, **more}
    return deadlines.start(s, "hazard", thing_id, clock, now=now, **given)


def test_a_clock_runs_until_it_is_met_and_stays_as_history(s: Session, now: datetime) -> None:
    begin(s, now)
    assert deadlines.running(s, "hazard", 1, "verify") is not None
    met = deadlines.meet(s, "hazard", 1, "verify", now=now + DAY)
    assert met is not None
    assert met.met_at == now + DAY
    assert deadlines.running(s, "hazard", 1, "verify") is None
    assert deadlines.deadlines_of(s, "hazard", 1) == [met]


def test_meeting_or_moving_a_clock_that_does_not_run_does_nothing(s: Session, now: datetime) -> None:
    assert deadlines.meet(s, "hazard", 1, "verify", now=now) is None
    assert deadlines.move(s, "hazard", 1, "verify", due_at=now, now=now) is None


def test_starting_again_replaces_the_running_clock(s: Session, now: datetime) -> None:
    first = begin(s, now)
    second = begin(s, now + DAY, days=1)
    assert first.cancelled_at == now + DAY
    assert deadlines.open_deadlines(s) == [second]


def test_the_database_itself_refuses_two_open_clocks_of_a_kind(s: Session, now: datetime) -> None:
    begin(s, now)
    twin = Deadline(thing="hazard", thing_id=1, clock="verify", started_at=now, due_at=now, area_path="/", rule="x")
    s.add(twin)
    with pytest.raises(IntegrityError):
        s.flush()


def test_cancelling_a_thing_stops_all_its_clocks_and_no_others(s: Session, now: datetime) -> None:
    begin(s, now)
    begin(s, now, clock="rectify")
    other = begin(s, now, thing_id=2)
    deadlines.cancel(s, "hazard", 1, now=now)
    assert deadlines.open_deadlines(s) == [other]


def test_cancelling_one_clock_leaves_the_other_running(s: Session, now: datetime) -> None:
    begin(s, now)
    rectify = begin(s, now, clock="rectify")
    deadlines.cancel(s, "hazard", 1, "verify", now=now)
    assert deadlines.open_deadlines(s) == [rectify]


def test_open_deadlines_come_by_due_time_and_can_be_narrowed(s: Session, now: datetime) -> None:
    late = begin(s, now, thing_id=1, days=9)
    soon = begin(s, now, thing_id=2, days=1, area_path="/county/town/west/")
    patrol = begin(s, now, thing_id=3, days=5, clock="patrol")
    assert deadlines.open_deadlines(s) == [soon, patrol, late]
    assert deadlines.open_deadlines(s, due_before=now + 6 * DAY) == [soon, patrol]
    assert deadlines.open_deadlines(s, clock="patrol") == [patrol]
    assert deadlines.open_deadlines(s, path="/county/town/east/") == [patrol, late]


def test_overdue_begins_after_the_due_instant_and_a_later_date_ends_it(s: Session, now: datetime) -> None:
    clock = begin(s, now, days=1)
    assert deadlines.overdue(s, now=now + DAY) == []
    assert deadlines.overdue(s, now=now + DAY + timedelta(seconds=1)) == [clock]
    deadlines.move(s, "hazard", 1, "verify", due_at=now + 5 * DAY, now=now)
    assert deadlines.overdue(s, now=now + 2 * DAY) == []


def test_a_new_day_given_while_a_clock_stands_still_counts_only_what_comes_after(s: Session, now: datetime) -> None:
    clock = begin(s, now, days=7)
    deadlines.pause(s, "hazard", 1, now=now)
    deadlines.move(s, "hazard", 1, "verify", due_at=now + 10 * DAY, now=now + DAY)
    deadlines.resume(s, "hazard", 1, now=now + DAY)
    assert clock.due_at == now + 10 * DAY


@pytest.mark.parametrize(
    ("paused", "cancelled", "again", "due"),
    [
        # Monday 10:00 to Tuesday 18:00; on Monday 15:00 nine and a half office hours are left (3 and 6.5)
        (None, "2026-11-23 15:00", "2026-11-28 06:00", "2026-12-01 12:00"),
        ("2026-11-23 15:00", "2026-11-24 15:00", "2026-11-28 06:00", "2026-12-01 12:00"),
        (None, "2026-11-25 09:00", "2026-11-26 09:00", "2026-11-25 18:00"),
    ],
)
def test_a_revived_clock_has_the_office_time_that_was_left_before_it_stood_still(
    s: Session, now: datetime, paused: str | None, cancelled: str, again: str, due: str
) -> None:
    begin(s, now).due_at = local_time("2026-11-24 18:00")
    deadlines.open_of(s, "hazard", 1)[0].counts = deadlines.WORKING
    if paused:
        deadlines.pause(s, "hazard", 1, now=local_time(paused))
    at = local_time(cancelled)
    deadlines.cancel(s, "hazard", 1, now=at)
    [clock] = deadlines.revive(s, "hazard", 1, cancelled_at=at, now=local_time(again))
    assert clock.due_at == local_time(due)


def test_a_handed_over_clock_has_the_new_owner_and_area(s: Session, now: datetime) -> None:
    clock = begin(s, now)
    deadlines.hand_over(s, "hazard", 1, owner_id=None, area_path="/county/town/west/")
    assert clock.area_path == "/county/town/west/"
    assert deadlines.open_deadlines(s, path="/county/town/east/") == []


def local_time(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("counts", "due", "paused", "resumed", "later"),
    [
        # every hour counts: due later by as long as it stood still
        ("wall", "2026-11-24 10:00", "2026-11-23 22:00", "2026-11-24 08:00", "2026-11-24 20:00"),
        # office hours: 2 h 10 min were left, also when the answer comes after the office has closed
        ("working", "2026-11-23 12:00", "2026-11-23 09:50", "2026-11-23 20:00", "2026-11-24 11:10"),
        # an answer within the holiday: the ten minutes and two days that were left begin on the 8th
        ("working", "2026-10-09 18:00", "2026-09-30 17:50", "2026-10-02 17:50", "2026-10-10 09:10"),
        # a question waits two days at most, however late somebody notices
        ("working", "2026-11-26 18:00", "2026-11-23 18:00", "2026-11-30 18:00", "2026-11-30 18:00"),
        ("wall", "2026-11-26 18:00", "2026-11-23 18:00", "2026-11-30 18:00", "2026-11-28 18:00"),
        # what was late stays late by the same time
        ("working", "2026-11-23 12:00", "2026-11-23 14:00", "2026-11-23 16:00", "2026-11-23 14:00"),
    ],
)
def test_what_time_was_left_is_left_again_when_a_clock_goes_on(
    s: Session, now: datetime, counts: str, due: str, paused: str, resumed: str, later: str
) -> None:
    clock = begin(s, now, due_at=local_time(due), counts=counts)
    deadlines.pause(s, "hazard", 1, now=local_time(paused))
    assert deadlines.open_deadlines(s) == [], "what stands still is neither due nor overdue"
    assert deadlines.open_of(s, "hazard", 1) == [clock]
    deadlines.resume(s, "hazard", 1, now=local_time(resumed))
    assert clock.due_at == local_time(later)
    assert clock.paused_at is None


def test_what_is_urgent_never_stands_still(s: Session, now: datetime) -> None:
    clock = begin(s, now, counts="urgent")
    before = clock.due_at
    deadlines.pause(s, "hazard", 1, now=now)
    assert clock.paused_at is None
    deadlines.resume(s, "hazard", 1, now=now + DAY)
    assert clock.due_at == before


def test_pausing_twice_counts_from_the_first_time(s: Session, now: datetime) -> None:
    clock = begin(s, now)
    deadlines.pause(s, "hazard", 1, now=now)
    deadlines.pause(s, "hazard", 1, now=now + timedelta(hours=5))
    deadlines.resume(s, "hazard", 1, now=now + timedelta(hours=10))
    assert clock.due_at == now + 3 * DAY + timedelta(hours=10)


def test_an_unknown_clock_is_a_mistake_of_the_programmer(s: Session, now: datetime) -> None:
    with pytest.raises(ValueError, match="unknown clock"):
        begin(s, now, clock="sundial")
