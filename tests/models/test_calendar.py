"""Working days around public holidays and make-up days, office hours, quiet hours."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.calendar import (
    add_days,
    add_working_days,
    add_working_hours,
    add_working_time,
    after_quiet,
    is_announced,
    is_market_day,
    is_quiet,
    is_working_day,
    local,
    next_half_hour,
    not_announced,
    working_days_between,
    working_time,
)
from models.rules import DEFAULTS, ZONE

START = datetime(2024, 1, 1, tzinfo=ZONE)
INSTANTS = st.integers(0, 5 * 366 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def test_three_working_days_after_the_eve_of_national_day_end_on_the_make_up_saturday() -> None:
    assert local(add_working_days(at("2026-09-30 17:50"), 3, DEFAULTS)) == at("2026-10-10 18:00")


def test_a_make_up_sunday_is_a_working_day_and_the_holiday_it_pays_for_is_none() -> None:
    assert is_working_day(at("2026-09-20 08:00").date())
    assert not is_working_day(at("2026-10-05 08:00").date())


def test_a_report_on_friday_evening_is_due_on_wednesday() -> None:
    assert local(add_working_days(at("2026-11-20 17:50"), 3, DEFAULTS)) == at("2026-11-25 18:00")


@pytest.mark.parametrize(
    ("moment", "end"),
    [("2026-11-23 10:00", "2026-11-23 18:00"), ("2026-11-21 10:00", "2026-11-23 18:00")],
)
def test_zero_working_days_end_today_or_on_the_next_day_that_works(moment: str, end: str) -> None:
    assert local(add_working_days(at(moment), 0, DEFAULTS)) == at(end)


def test_a_year_that_is_not_announced_counts_monday_to_friday() -> None:
    assert is_announced(2026)
    assert not is_announced(2031)
    assert is_working_day(at("2031-10-01 08:00").date())
    assert not is_working_day(at("2031-10-04 08:00").date())


def test_calendar_days_end_with_the_last_second_of_the_local_day() -> None:
    assert local(add_days(at("2026-11-23 23:30"), 7)) == at("2026-11-30 23:59:59")
    assert local(add_days(at("2026-11-23 00:10"), 0)) == at("2026-11-23 23:59:59")


@pytest.mark.parametrize(
    ("moment", "quiet", "after"),
    [
        ("2026-11-23 20:59", False, "2026-11-23 20:59"),
        ("2026-11-23 21:00", True, "2026-11-24 07:00"),
        ("2026-11-24 06:59", True, "2026-11-24 07:00"),
        ("2026-11-24 07:00", False, "2026-11-24 07:00"),
    ],
)
def test_nights_are_quiet(moment: str, quiet: bool, after: str) -> None:
    assert is_quiet(at(moment), DEFAULTS) is quiet
    assert local(after_quiet(at(moment), DEFAULTS)) == at(after)


def test_quiet_hours_may_also_lie_within_one_day() -> None:
    siesta = replace(DEFAULTS, quiet_from=time(12), quiet_until=time(14))
    assert local(after_quiet(at("2026-11-23 13:00"), siesta)) == at("2026-11-23 14:00")
    assert not is_quiet(at("2026-11-23 23:00"), siesta)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-23 09:30", 2, "2026-11-23 11:30"),
        ("2026-11-23 10:00", 4, "2026-11-23 16:00"),  # lunch
        ("2026-11-23 12:30", 1, "2026-11-23 15:00"),  # from within lunch
        ("2026-11-23 17:30", 1, "2026-11-24 09:30"),  # night
        ("2026-11-20 17:50", 4, "2026-11-23 14:50"),  # Friday evening: ten minutes, the weekend, Monday
        ("2026-09-30 17:50", 4, "2026-10-08 14:50"),  # the eve of National Day: seven days off
        ("2026-09-20 16:00", 4, "2026-09-21 11:00"),  # a make-up Sunday works
        ("2026-10-09 17:00", 4, "2026-10-10 12:00"),  # and so does a make-up Saturday
        ("2026-11-21 03:00", 7, "2026-11-23 18:00"),  # from a Saturday night: exactly the whole Monday
        ("2026-11-22 10:00", 0, "2026-11-23 09:00"),  # nothing left: when the office is open again
    ],
)
def test_office_hours_leave_out_lunch_nights_weekends_and_holidays(start: str, hours: float, end: str) -> None:
    assert local(add_working_hours(at(start), hours, DEFAULTS)) == at(end)


def is_office(moment: datetime) -> bool:
    """Say in the plainest way whether the office is open in the minute that begins now."""
    clock = local(moment).time()
    return is_working_day(local(moment).date()) and (time(9) <= clock < time(12) or time(14) <= clock < time(18))


@settings(max_examples=40, deadline=None)
@given(now=INSTANTS, minutes=st.integers(1, 3000))
def test_office_time_is_what_a_clerk_would_count_minute_by_minute(now: datetime, minutes: int) -> None:
    end, left = now, minutes
    while left:
        left -= is_office(end)
        end += timedelta(minutes=1)
    assert add_working_time(now, timedelta(minutes=minutes), DEFAULTS) == end
    assert working_time(now, end, DEFAULTS) == timedelta(minutes=minutes)


@given(now=INSTANTS, minutes=st.integers(-500, 20_000))
def test_office_time_between_two_instants_is_what_is_needed_to_get_from_one_to_the_other(
    now: datetime, minutes: int
) -> None:
    end = now + timedelta(minutes=minutes)
    between = working_time(now, end, DEFAULTS)
    assert timedelta() <= between <= max(timedelta(), end - now)
    assert add_working_time(now, between, DEFAULTS) <= max(end, add_working_time(now, timedelta(), DEFAULTS))


def test_working_days_between_count_neither_end_nor_days_off() -> None:
    eve, back = at("2026-09-30 18:00").date(), at("2026-10-08 09:00").date()
    assert working_days_between(eve, back) == 0
    assert working_days_between(eve, back + timedelta(days=1)) == 1
    assert working_days_between(at("2026-11-20 18:00").date(), at("2026-11-24 09:00").date()) == 1
    assert working_days_between(back, eve) == 0


def test_a_month_before_a_year_that_is_not_announced_begins_the_operator_is_warned() -> None:
    assert not_announced(at("2026-11-23 10:00")) == []
    assert not_announced(at("2030-12-20 10:00")) == [2030, 2031]


@given(now=INSTANTS, n=st.integers(1, 20))
def test_the_nth_working_day_works_and_each_one_more_is_later(now: datetime, n: int) -> None:
    end = add_working_days(now, n, DEFAULTS)
    assert is_working_day(local(end).date())
    assert end < add_working_days(now, n + 1, DEFAULTS)
    assert end - now >= timedelta(hours=(n - 1) * 24)


@given(now=INSTANTS)
def test_waiting_never_ends_in_the_past_nor_at_a_wrong_hour(now: datetime) -> None:
    assert not is_quiet(after_quiet(now, DEFAULTS), DEFAULTS)
    assert after_quiet(now, DEFAULTS) >= now


@given(INSTANTS, st.integers(0, 59))
def test_the_next_half_hour_is_no_earlier_and_tells_no_minute(moment: datetime, seconds: int) -> None:
    rounded = next_half_hour(moment + timedelta(seconds=seconds))
    assert timedelta(0) <= rounded - moment - timedelta(seconds=seconds) < timedelta(minutes=30)
    assert (rounded.minute % 30, rounded.second, rounded.microsecond) == (0, 0, 0)


def test_market_days_go_by_the_last_digit_of_the_lunar_or_the_solar_date():
    def is_market(*digits: int, lunar: bool) -> bool:
        return is_market_day(date(2026, 11, 23), replace(DEFAULTS, market_days=digits, market_by_lunar=lunar))

    assert is_market(5, lunar=True), "the fifteenth of the tenth month"
    assert not is_market(3, lunar=True)
    assert is_market(3, lunar=False)
    assert not is_market(lunar=True)
