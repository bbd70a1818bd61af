"""Seasons: in which of them a day lies, and how often a place is patrolled then."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.places import KINDS, RISKS, Place
from models.rules import Rules, Season
from models.seasons import cycle_days, feast_day, is_in, ordinary_days, seasons_of

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
MONTH_DAYS = DAYS.map(lambda day: f"{day:%m-%d}")
SPRING = Season("春节", 7, feast="春节", days_before=7, days_after=15)
RULES = Rules(patrol_days={"default": 30, "catering": 20, "high": 15, "low": 90})


def test_the_cycle_depends_on_kind_and_risk():
    def days(kind: str, risk: str) -> int:
        return cycle_days(Place(kind=kind, risk=risk), RULES, date(2026, 11, 23))

    assert [days("shop", risk) for risk in ("low", "normal", "high")] == [90, 30, 15]
    assert days("catering", "normal") == 20


@pytest.mark.parametrize(("day", "inside"), [
    (date(2026, 7, 9), False), (date(2026, 7, 10), True), (date(2026, 10, 10), True), (date(2026, 10, 11), False),
])  # fmt: skip
def test_first_and_last_day_count(day, inside):
    assert is_in(Season("森林防火期", 7, since="07-10", until="10-10"), day) is inside


def test_a_season_may_wrap_over_the_end_of_the_year():
    winter = Season("冬防", 15, since="11-15", until="02-29")
    inside = [date(2026, 11, 15), date(2026, 12, 31), date(2027, 1, 1), date(2027, 2, 28), date(2028, 2, 29)]
    assert all(is_in(winter, day) for day in inside)
    assert not any(is_in(winter, day) for day in (date(2026, 11, 14), date(2027, 3, 1)))


def test_spring_festival_moves_with_the_moon_and_may_reach_into_the_year_before():
    assert [feast_day("春节", year) for year in (2026, 2027)] == [date(2026, 2, 17), date(2027, 2, 6)]
    assert feast_day("清明", 2026) == date(2026, 4, 5)
    assert feast_day("中元节", 2026) == date(2026, 8, 27)
    assert is_in(SPRING, date(2026, 2, 10))
    assert is_in(SPRING, date(2026, 3, 4))
    assert not is_in(SPRING, date(2026, 2, 9))
    assert not is_in(SPRING, date(2026, 3, 5))
    assert is_in(replace(SPRING, days_before=60), date(2026, 12, 20))


@given(DAYS, MONTH_DAYS, MONTH_DAYS)
def test_what_is_not_in_a_season_lies_in_the_rest_of_the_year(day, since, until):
    one, other = Season("甲", 7, since=since, until=until), Season("乙", 7, since=until, until=since)
    at_the_edge = f"{day:%m-%d}" in (since, until)
    if since == until:
        assert is_in(one, day) is at_the_edge, "a season of one day"
    else:
        assert is_in(one, day) or is_in(other, day)
        assert at_the_edge or is_in(one, day) is not is_in(other, day)


@given(DAYS, st.sampled_from([*KINDS]), st.sampled_from([*RISKS]), st.integers(1, 120))
def test_a_season_only_ever_shortens_the_cycle_of_its_kinds(day, kind, risk, days):
    rules = replace(RULES, seasons=(Season("春", days, kinds=("forest", "shop"), since="12-01", until="03-31"), SPRING))
    place, usual = Place(kind=kind, risk=risk), ordinary_days(kind, risk, RULES)
    found = cycle_days(place, rules, day)
    assert found <= usual
    names = [season.name for season in seasons_of(kind, rules, day)]
    assert ("春" in names) is (kind in ("forest", "shop") and day.month in (12, 1, 2, 3))
    assert found == min([usual, *({"春": days, "春节": 7}[name] for name in names)])


@given(st.integers(2020, 2060))
def test_the_days_around_a_feast_are_as_many_as_the_town_says(year):
    first = feast_day("春节", year) - timedelta(days=30)
    inside = [n for n in range(70) if is_in(SPRING, first + timedelta(days=n))]
    assert inside == list(range(inside[0], inside[0] + 23))
