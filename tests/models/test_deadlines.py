"""Clocks that run on things: started, met, moved, cancelled, overdue."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from models import deadlines
from models.deadlines import Deadline

DAY = timedelta(days=1)


def begin(
    s: Session, now: datetime, thing_id: int = 1, clock: str = "verify", days: int = 3, **more: object
) -> Deadline:
    given = {"area_path": "/county/town/east/", "rule": "3 个工作日内核查", **more}
    return deadlines.start(s, "hazard", thing_id, clock, due_at=now + days * DAY, now=now, **given)


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
    assert deadlines.move(s, "hazard", 1, "verify", due_at=now) is None


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
    deadlines.move(s, "hazard", 1, "verify", due_at=now + 5 * DAY)
    assert deadlines.overdue(s, now=now + 2 * DAY) == []


def test_a_handed_over_clock_has_the_new_owner_and_area(s: Session, now: datetime) -> None:
    clock = begin(s, now)
    deadlines.hand_over(s, "hazard", 1, owner_id=None, area_path="/county/town/west/")
    assert clock.area_path == "/county/town/west/"
    assert deadlines.open_deadlines(s, path="/county/town/east/") == []


def test_an_unknown_clock_is_a_mistake_of_the_programmer(s: Session, now: datetime) -> None:
    with pytest.raises(ValueError, match="unknown clock"):
        begin(s, now, clock="sundial")
