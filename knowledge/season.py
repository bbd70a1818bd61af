"""The season: which topics matter on a day of the year in the Chongqing countryside, and which feast is near.

Feasts by the lunar calendar and by solar terms (清明, 冬至) are worked out for each year; see `season.toml`, DOMAIN 5.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from lunar_python import Lunar


@dataclass(frozen=True)
class Feast:
    """A feast that is near: its day, how many days until then (negative when past), and what to talk about."""

    name: str
    day: date
    days_left: int
    topics: tuple[str, ...]


def season_topics(day: date) -> list[str]:
    """The topics of the day, most pressing first: its span (forest-fire season), a near feast, then its month."""
    calendar = _calendar()
    today = f"{day:%m-%d}"
    pressing = [span["first"] for span in calendar["spans"] if span["from"] <= today <= span["to"]]
    festive = [topic for feast in feasts(day) for topic in feast.topics]
    monthly: list[str] = calendar["months"][str(day.month)]
    return list(dict.fromkeys([*pressing, *festive, *monthly]))


def spans(day: date) -> list[str]:
    """The names of the longer seasons that this day lies in, such as 森林防火期."""
    today = f"{day:%m-%d}"
    return [span["name"] for span in _calendar()["spans"] if span["from"] <= today <= span["to"]]


def feasts(day: date) -> list[Feast]:
    """The feasts that are near enough to talk about, the nearest first."""
    near = [feast for entry in _calendar()["festivals"] for feast in _near(entry, day)]
    return sorted(near, key=lambda feast: abs(feast.days_left))


def market_topics() -> list[str]:
    """What to talk about on market days."""
    return list(_calendar()["market"]["topics"])


def topic_of_hazard(kind: str) -> str:
    """The topic that prevents this kind of hazard; nothing for a kind without one."""
    return str(_calendar()["hazards"].get(kind, ""))


def _near(entry: dict[str, Any], day: date) -> Iterator[Feast]:
    # A lunar year begins after the solar one, and the solstice of a year stands in the table of the next.
    for year in (day.year - 1, day.year, day.year + 1):
        at = _days(year)[entry["name"]]
        left = (at - day).days
        if -entry["after"] <= left <= entry["before"]:
            yield Feast(entry["name"], at, left, tuple(entry["topics"]))


@cache
def _days(year: int) -> dict[str, date]:
    """The days of all feasts in a (lunar) year; working them out takes 30 ms."""
    return {entry["name"]: _day_of(entry, year) for entry in _calendar()["festivals"]}


def _day_of(entry: dict[str, Any], year: int) -> date:
    if "solar" in entry:
        return date.fromisoformat(f"{year}-{entry['solar']}")
    if "term" in entry:
        solar = Lunar.fromYmd(year, 6, 1).getJieQiTable()[entry["term"]]
    else:
        month, day = map(int, entry["lunar"].split("-"))
        solar = Lunar.fromYmd(year, month, day).getSolar()
    return date(solar.getYear(), solar.getMonth(), solar.getDay())


def until(feast: Feast) -> str:
    """How near a feast is, in words."""
    if feast.days_left == 0:
        return f"今天是{feast.name}"
    if feast.days_left > 0:
        return f"{feast.name}（{feast.day.month}月{feast.day.day}日）还有 {feast.days_left} 天"
    return f"{feast.name}刚过 {-feast.days_left} 天"


@cache
def _calendar() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("season.toml").read_text(encoding="utf-8"))
