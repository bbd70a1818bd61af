"""Revisits: when to come again after nobody opened, or nobody was let in - never at the same hour as before.

First the other half of the day; then when people are most likely there: shops on a market day, homes on a day off.
"""

from datetime import date, datetime, timedelta

from models.calendar import is_market_day, is_working_day, local
from models.rules import ZONE, Rules

HOMES = frozenset({"residential", "village", "selfbuilt"})
SEARCHED = 10  # days; a town with a market has one in every ten


def again_at(kind: str, tries: int, tried_at: datetime, rules: Rules, *, now: datetime) -> datetime:
    """Return by when to try again a place of this kind that was tried so many times, at last at `tried_at`."""
    first = local(now).date() + timedelta(days=rules.revisit_days)
    if tries < 2:
        return end_of_half(first, rules, morning=not is_morning(tried_at, rules))
    day = _likely_day(kind, first, rules)
    # Who goes to market is there before noon; at home it is the half that was not tried.
    at_market = is_market_day(day, rules) and kind not in HOMES
    return end_of_half(day, rules, morning=at_market or not is_morning(tried_at, rules))


def _likely_day(kind: str, first: date, rules: Rules) -> date:
    days = [first + timedelta(days=n) for n in range(SEARCHED)]
    if kind in HOMES or not rules.market_days:
        return next((day for day in days if not is_working_day(day)), first)
    return next((day for day in days if is_market_day(day, rules)), first)


def is_morning(moment: datetime, rules: Rules) -> bool:
    """Say whether an instant lies before noon, as the township's office hours have it."""
    return local(moment).time() <= rules.morning[1]


def end_of_half(day: date, rules: Rules, *, morning: bool) -> datetime:
    """Return when the morning or the afternoon of a day ends."""
    return datetime.combine(day, rules.morning[1] if morning else rules.afternoon[1], ZONE)
