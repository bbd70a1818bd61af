"""What runs out: the first service, each further one, the end; what is at its end is not serviced any more."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import places
from models.upkeep import COMMON, GROUPS, HALF_YEARLY, KINDS, SCRAP, SERVICE, USUAL, kind_at, later, next_due

TODAY = date(2026, 11, 23)
DAYS = st.dates(date(2000, 1, 1), TODAY)


@pytest.mark.parametrize(
    ("kind", "made", "done", "act", "day"),
    [
        ("powder", date(2023, 5, 1), None, SERVICE, date(2028, 5, 1)),  # five years, then every two
        ("powder", date(2020, 5, 1), date(2025, 5, 1), SERVICE, date(2027, 5, 1)),
        ("powder", date(2017, 3, 1), date(2026, 3, 1), SCRAP, date(2027, 3, 1)),
        ("powder", date(2014, 3, 1), None, SCRAP, date(2024, 3, 1)),  # never serviced, and past its end
        ("water", date(2024, 2, 1), None, SERVICE, date(2027, 2, 1)),
        ("water", date(2021, 2, 1), date(2026, 2, 1), SCRAP, date(2027, 2, 1)),  # on the day of its end: scrap wins
        ("co2", date(2015, 1, 1), date(2026, 1, 1), SCRAP, date(2027, 1, 1)),
        ("hose_rubber", date(2026, 1, 1), None, SCRAP, date(2027, 7, 1)),
        ("cylinder", date(2022, 12, 1), None, SERVICE, date(2026, 12, 1)),
        ("flue", date(2026, 11, 30), None, SERVICE, date(2027, 2, 28)),  # no 30th of February
        ("insurance", None, date(2026, 6, 15), SERVICE, date(2027, 6, 15)),
    ],
)
def test_what_comes_next(kind: str, made: date | None, done: date | None, act: str, day: date) -> None:
    assert next_due(KINDS[kind], made, done, TODAY) == (act, day)


def test_what_never_ends_and_what_is_unknown_is_not_due() -> None:
    assert next_due(KINDS["opening"], date(2020, 1, 1), None, TODAY) is None
    assert next_due(KINDS["powder"], None, None, TODAY) is None
    assert next_due(KINDS["hose_metal"], None, date(2026, 1, 1), TODAY) is None


@given(kind=st.sampled_from(sorted(KINDS)), made=DAYS, done=st.none() | DAYS, more=st.integers(0, 2000))
def test_what_is_due_lies_after_it_was_made_and_moves_only_onwards(
    kind: str, made: date, done: date | None, more: int
) -> None:
    what = KINDS[kind]
    first = next_due(what, made, done, TODAY)
    if first is None:
        assert (what.first, what.scrap) == (None, None)
        return
    assert first.day > made
    ended = later(made, what.scrap) if what.scrap is not None else date.max
    assert first.day <= ended
    assert (first.act == SCRAP) == (first.day == ended)
    if ended <= TODAY:
        assert first.act == SCRAP
    again = next_due(what, made, min(TODAY, (done or made) + timedelta(days=more)), TODAY)
    if done is not None:
        assert again is not None
        assert again.day >= first.day


@given(day=DAYS, months=st.integers(0, 400))
def test_months_are_counted_as_people_count_them(day: date, months: int) -> None:
    after = later(day, months)
    assert (after.year * 12 + after.month) - (day.year * 12 + day.month) == months
    assert after.day == day.day or (after.day < day.day and (after + timedelta(days=1)).day == 1)


def test_a_town_sets_its_own_months_and_schools_drill_twice_a_year() -> None:
    assert kind_at("drill", "school", {}).every == 6
    assert kind_at("drill", "catering", {}).every == 12
    own = kind_at("powder", "shop", {"powder": {"every": 12}})
    assert (own.first, own.every, own.scrap) == (60, 12, 120)
    assert kind_at("drill", "school", {"drill": {"first": 3, "every": 3}}).every == 3


def test_every_kind_is_whole() -> None:
    assert set(COMMON) <= set(places.KINDS)
    assert {site for sites in HALF_YEARLY.values() for site in sites} <= set(places.KINDS)
    for kinds in (*COMMON.values(), USUAL):
        assert len(kinds) == 6
        assert set(kinds) <= set(KINDS)
    for kind in KINDS.values():
        assert kind.group in GROUPS
        assert kind.source
        assert "DOMAIN" not in kind.source, "people read it"
        assert (kind.first is None) == (kind.every is None)
