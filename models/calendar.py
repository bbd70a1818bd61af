"""The calendar of a Chinese township: working days with public holidays and make-up days, office hours, quiet hours.

A year that the State Council has not announced yet counts as Monday to Friday; `not_announced` lets the caller warn.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import chinese_calendar
from lunar_python import Solar

from models.rules import ZONE, Rules

SATURDAY = 5
DAY = timedelta(days=1)
AHEAD = timedelta(days=30)
LAST_SECOND = time(23, 59, 59)


def local(now: datetime) -> datetime:
    """Return the same instant in Asia/Shanghai; what people read as day and hour."""
    return now.astimezone(ZONE)


def day_name(day: date) -> str:
    """Return a day as people say it: 11月24日."""
    return f"{day.month}月{day.day}日"


def full_day(day: date) -> str:
    """Return a day as papers write it: 2026年11月24日."""
    return f"{day.year}年{day_name(day)}"


def day_of(moment: datetime) -> str:
    """Return the local day of an instant as people say it: 11月24日."""
    return day_name(local(moment))


def day_and_hour(moment: datetime) -> str:
    """Return an instant as people say it: 11月24日 10:00."""
    return f"{day_of(moment)} {local(moment):%H:%M}"


def is_announced(year: int) -> bool:
    """Say whether the holidays and make-up days of this year are known."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


def not_announced(now: datetime) -> list[int]:
    """Return the years that clocks of these weeks reach into and whose holidays are not known: this one, the next."""
    return [year for year in sorted({local(now).year, local(now + AHEAD).year}) if not is_announced(year)]


def is_working_day(day: date) -> bool:
    """Say whether offices work on this local day; a make-up Sunday counts, a public holiday does not."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < SATURDAY


def is_market_day(day: date, rules: Rules) -> bool:
    """Say whether there is a market on this local day: the last digit of the (lunar) day of the month is a town's."""
    number = Solar.fromYmd(day.year, day.month, day.day).getLunar().getDay() if rules.market_by_lunar else day.day
    return number % 10 in rules.market_days


def add_working_days(now: datetime, n: int, rules: Rules) -> datetime:
    """Return the end of office hours of the n-th working day after today; the day of the event does not count.

    With n = 0 it is the end of today, or of the next working day when today is none.
    """
    day = local(now).date()
    if n == 0 and not is_working_day(day):
        n = 1
    while n > 0:
        day += DAY
        n -= is_working_day(day)
    return _at(day, rules.afternoon[1])


def add_working_hours(now: datetime, hours: float, rules: Rules) -> datetime:
    """Return the instant at which so many office hours have passed: no lunch, night, weekend or public holiday."""
    return add_working_time(now, timedelta(hours=hours), rules)


def add_working_time(now: datetime, left: timedelta, rules: Rules) -> datetime:
    """Return the instant at which this much office time has passed; with none left, when the office is open next."""
    for begin, end in _office_hours(now, rules):
        if left <= end - begin:
            return begin + left
        left -= end - begin
    raise AssertionError("unreachable")


def working_time(start: datetime, end: datetime, rules: Rules) -> timedelta:
    """Return how much office time lies between two instants; none when the end is not after the start."""
    passed = timedelta()
    for opens, closes in _office_hours(start, rules):
        if opens >= end:
            break
        passed += min(closes, end) - opens
    return passed


def working_days_between(first: date, last: date) -> int:
    """Return how many working days lie between two local days, neither of which counts."""
    between = ((first + n * DAY) for n in range(1, (last - first).days))
    return sum(is_working_day(day) for day in between)


def _office_hours(now: datetime, rules: Rules) -> Iterator[tuple[datetime, datetime]]:
    """The times from `now` on at which the office is open, without end."""
    day = local(now).date()
    while True:
        if is_working_day(day):
            for opens, closes in (rules.morning, rules.afternoon):
                begin, end = max(_at(day, opens), now.astimezone(UTC)), _at(day, closes)
                if begin < end:
                    yield begin, end
        day += DAY


def add_days(now: datetime, n: int) -> datetime:
    """Return the last second of the n-th calendar day after today (local); n = 0 is today."""
    return _at(local(now).date() + n * DAY, LAST_SECOND)


def next_half_hour(moment: datetime) -> datetime:
    """Return the moment itself when it is a full or half hour, or the next one; it no longer tells a minute."""
    over = timedelta(minutes=moment.minute % 30, seconds=moment.second, microseconds=moment.microsecond)
    return moment + (timedelta(minutes=30) - over if over else over)


def is_quiet(now: datetime, rules: Rules) -> bool:
    """Say whether people should be left in peace (unless it burns)."""
    clock = local(now).time()
    if rules.quiet_from <= rules.quiet_until:
        return rules.quiet_from <= clock < rules.quiet_until
    return clock >= rules.quiet_from or clock < rules.quiet_until


def after_quiet(now: datetime, rules: Rules) -> datetime:
    """Return `now`, or the end of the quiet hours that `now` falls into."""
    if not is_quiet(now, rules):
        return now
    here = local(now)
    morning = here.date() if here.time() < rules.quiet_until else here.date() + DAY
    return _at(morning, rules.quiet_until)


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, ZONE).astimezone(UTC)
