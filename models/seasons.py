"""Seasons: how often a place is patrolled on a day - by its kind and risk, and more often in the town's seasons.

Forest-fire season, 春节 and the harvest are the times in which a township burns (DOMAIN 1.9, 4.1, 5); all figures are
the township's own.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType

from lunar_python import Lunar

from models.places import Place
from models.rules import Rules, Season

LEAP_YEAR = 2024  # a year in which every day of the calendar exists


def _by_moon(month: int, day: int) -> Callable[[int], Lunar]:
    return lambda year: Lunar.fromYmd(year, month, day)


# Feasts that move through the solar calendar, each with its day in a year.
FEASTS: Mapping[str, Callable[[int], Lunar]] = MappingProxyType({
    "春节": _by_moon(1, 1),
    "清明": lambda year: Lunar.fromYmd(year, 6, 1).getJieQiTable()["清明"].getLunar(),
    "中元节": _by_moon(7, 15),
})  # fmt: skip


def cycle_days(place: Place, rules: Rules, day: date) -> int:
    """Return the days from one patrol to the next, counted from this day: the ordinary ones, or fewer in a season."""
    ordinary = ordinary_days(place.kind, place.risk, rules)
    return min([ordinary, *(season.days for season in seasons_of(place.kind, rules, day))])


def ordinary_days(kind: str, risk: str, rules: Rules) -> int:
    """Return the cycle outside of any season: by kind; `high` and `low` shorten or stretch it by risk.

    DOMAIN 4.1 suggests a month for small places, half a month where people sleep or houses are of wood.
    """
    days = rules.patrol_days.get(kind, rules.patrol_days.get("default", 30))
    if risk == "high":
        return min(days, rules.patrol_days.get("high", days))
    return max(days, rules.patrol_days.get("low", days)) if risk == "low" else days


def seasons_of(kind: str, rules: Rules, day: date) -> list[Season]:
    """Return the seasons of a kind of place that this day lies in."""
    return [season for season in rules.seasons if _is_of(season, kind) and is_in(season, day)]


def is_in(season: Season, day: date) -> bool:
    """Say whether a day lies in a season, of whichever year; its first and its last day count."""
    if season.feast:
        before, after = timedelta(days=season.days_before), timedelta(days=season.days_after)
        feasts = (feast_day(season.feast, year) for year in (day.year - 1, day.year, day.year + 1))
        return any(feast - before <= day <= feast + after for feast in feasts)
    today = f"{day:%m-%d}"
    if season.since <= season.until:
        return season.since <= today <= season.until
    return today >= season.since or today <= season.until


@cache
def feast_day(name: str, year: int) -> date:
    """Return the day of a feast in a (lunar) year; working it out takes milliseconds."""
    solar = FEASTS[name](year).getSolar()
    return date(solar.getYear(), solar.getMonth(), solar.getDay())


def _is_of(season: Season, kind: str) -> bool:
    return not season.kinds or kind in season.kinds
