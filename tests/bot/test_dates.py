"""Days and moments are read as people write them, and what names none is asked for again."""

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dates import Day, Earlier, Moment, Month, month_name, read_day, read_moment, read_month
from bot.fields import NotUnderstood, Said

TODAY = date(2026, 11, 23)
DAY = Day(key="by", label="期限", ask="哪天前？")
WHEN = Moment(key="when", label="什么时候", ask="什么时候发？", at_once="批准后马上")


WAS = Earlier(key="at", label="时间", ask="什么时候去的？")


def refuses(field: Day | Moment | Earlier, words: str) -> str:
    """Return the sentence with which a field refuses."""
    with pytest.raises(NotUnderstood) as told:
        field.read(Said(words, today=TODAY), {})
    return str(told.value)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("明天", "2026-11-24"), ("后天", "2026-11-25"), ("7天后", "2026-11-30"), ("+3", "2026-11-26"),
        ("15", "2026-12-08"),
        ("12月3日", "2026-12-03"), ("12-3", "2026-12-03"), ("1月5号", "2027-01-05"), ("2027年2月28日", "2027-02-28"),
        ("3 天 内", "2026-11-26"),
    ],
)  # fmt: skip
def test_days_are_read_as_people_write_them(words: str, day: str) -> None:
    assert DAY.read(Said(words, today=TODAY), {}) == day


@pytest.mark.parametrize("words", ["今天", "昨天", "", "2月30日", "13月1日", "2020年1月1日", "11月23日", "0"])
def test_a_day_that_is_none_or_not_ahead_is_refused(words: str) -> None:
    assert "日子" in refuses(DAY, words)


def test_the_leap_day_of_no_leap_year_is_no_day() -> None:
    assert read_day("2月29日", date(2026, 1, 1)) is None
    assert read_day("2月29日", date(2028, 1, 1)) == date(2028, 2, 29)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=12))
def test_no_words_break_the_reading_of_a_day(words: str) -> None:
    found = read_day(words, TODAY)
    assert found is None or isinstance(found, date)


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("明天 8:30", "2026-11-24T08:30"), ("明天8点半", "2026-11-24T08:30"), ("明天早上八点半", "2026-11-24T08:30"),
        ("今晚8点", "2026-11-23T20:00"), ("明晚七点", "2026-11-24T19:00"), ("晚上7点20分", "2026-11-23T19:20"),
        ("后天下午三点一刻", "2026-11-25T15:15"), ("中午12点", "2026-11-23T12:00"), ("中午1点", "2026-11-23T13:00"),
        ("12月3日 18点", "2026-12-03T18:00"), ("12-3 8:30", "2026-12-03T08:30"), ("12.3 8：05", "2026-12-03T08:05"),
        ("2026-12-03 18:00", "2026-12-03T18:00"), ("8点钟", "2026-11-23T08:00"), ("3天后 8:00", "2026-11-26T08:00"),
        ("两点", "2026-11-23T02:00"), ("零点", "2026-11-23T00:00"),
    ],
)  # fmt: skip
def test_moments_are_read_as_people_write_them(words: str, moment: str) -> None:
    assert WHEN.read(Said(words, today=TODAY), {}) == moment


@pytest.mark.parametrize("words", ["现在", "立即", "马上发", "now", "批准后马上"])
def test_at_once_is_a_moment_too(words: str) -> None:
    assert WHEN.read(Said(words, today=TODAY), {}) == Moment.NOW


@pytest.mark.parametrize("words", ["", "明天", "改天", "25:00", "8:61", "晚上12点", "2月30日 8:00", "下下周8点"])
def test_what_names_no_moment_is_asked_again_with_an_example(words: str) -> None:
    assert "明天 8:30" in refuses(WHEN, words)


def test_every_button_is_understood_and_shown_in_words() -> None:
    for option in WHEN.options({}):
        value = WHEN.read(Said(choice=option.value, today=TODAY), {})
        assert value == Moment.NOW or datetime.fromisoformat(value)
        assert WHEN.show(value, {})
    assert WHEN.show("2026-12-03T08:05", {}) == "12月3日 08:05"
    assert WHEN.show(Moment.NOW, {}) == "批准后马上"


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="0123456789:：点半刻今明后天早晚上午月日 -零一十二", max_size=14))
def test_no_words_break_the_reading_of_a_moment(words: str) -> None:
    found = read_moment(words, TODAY)
    assert found is None or datetime.fromisoformat(found)


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("昨天下午3点", "2026-11-22T15:00"), ("昨晚八点", "2026-11-22T20:00"), ("昨天上午", "2026-11-22T10:00"),
        ("前天下午", "2026-11-21T15:00"), ("上午", "2026-11-23T10:00"), ("11月3日 9点", "2026-11-03T09:00"),
        ("10月30日", None), ("12月3日 9点", None), ("明天上午", None), ("2月30日 9点", None), ("嗯", None),
    ],
)  # fmt: skip
def test_a_moment_that_has_passed_is_read_and_no_other(words: str, moment: str | None) -> None:
    if moment is None:
        assert "重新写" in (why := refuses(WAS, words)) or "昨天下午3点" in why
    else:
        assert WAS.read(Said(words, today=TODAY), {}) == moment
        assert WAS.show(moment, {}).endswith(moment[-5:])


def test_a_day_without_a_year_is_the_last_one_and_not_too_long_ago() -> None:
    january = date(2027, 1, 5)
    assert WAS.read(Said("12月30日 9点", today=january), {}) == "2026-12-30T09:00"
    assert "30 天" in refuses(WAS, "10月3日 9点")


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2023年5月", "2023-05-01"), ("2023-05", "2023-05-01"), ("23.5", "2023-05-01"), ("202305", "2023-05-01"),
        ("2023年5月12日", "2023-05-12"), ("20230512", "2023-05-12"), ("去年 3月", f"{TODAY.year - 1}-03-01"),
        ("本月", TODAY.replace(day=1).isoformat()), ("-12", TODAY.replace(year=TODAY.year - 1, day=1).isoformat()),
    ],
)  # fmt: skip
def test_months_are_read_as_a_name_plate_tells_them(words: str, day: str) -> None:
    month = Month(key="made", label="年月", ask="哪年哪月？")
    assert month.read(Said(text=words, today=TODAY), {}) == day
    assert month.show("2023-05-01", {}) == "2023年5月"
    assert month_name(date(2023, 5, 12)) == "2023年5月12日"


@pytest.mark.parametrize("words", ["5月", "2023年13月", "2023年2月30日", "明年1月", "很久以前", "2099年1月", ""])
def test_a_month_that_is_none_or_still_to_come_is_asked_again(words: str) -> None:
    with pytest.raises(NotUnderstood, match="2023年5月"):
        Month(key="made", label="年月", ask="哪年哪月？").read(Said(text=words, today=TODAY), {})


@given(st.text(max_size=12))
def test_no_words_break_the_reading_of_a_month(words: str) -> None:
    found = read_month(words, TODAY)
    assert found is None or isinstance(found, date)
