"""When to come again: never at the same hour, and when people are likely to be there."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.calendar import is_market_day, is_working_day, local
from models.revisits import again_at, is_morning
from models.rules import ZONE, Rules

MARKET = Rules(market_days=(2, 5, 8), market_by_lunar=True)
NO_MARKET = Rules()
START = datetime(2026, 1, 1, tzinfo=ZONE)
MOMENTS = st.integers(0, 330 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))


@pytest.mark.parametrize(("kind", "rules", "day"), [
    ("shop", MARKET, date(2026, 11, 26)),  # the eighteenth of the tenth month
    ("residential", MARKET, date(2026, 11, 28)),
    ("shop", NO_MARKET, date(2026, 11, 28)),
])  # fmt: skip
def test_the_second_retry_is_on_a_market_day_or_on_a_day_off(kind, rules, day, now):
    assert local(again_at(kind, 2, now, rules, now=now)).date() == day


@given(MOMENTS, st.integers(1, 5), st.sampled_from(["shop", "residential"]), st.sampled_from([MARKET, NO_MARKET]))
def test_a_retry_is_after_some_days_and_at_another_hour_or_on_a_likely_day(moment, tries, kind, rules):
    due = local(again_at(kind, tries, moment, rules, now=moment))
    assert timedelta(days=2) <= due.date() - moment.date() <= timedelta(days=12)
    on_market = kind == "shop" and bool(rules.market_days) and tries > 1
    assert is_market_day(due.date(), rules) or not on_market
    assert is_morning(due, rules) is (True if on_market else not is_morning(moment, rules))
    if tries > 1 and not on_market:
        assert not is_working_day(due.date())
