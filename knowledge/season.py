"""The season: which topics matter on a day of the year in the Chongqing countryside."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any


def season_topics(day: date) -> list[str]:
    """The topics of the day, most pressing first: its span (forest-fire season, 119 day), then its month."""
    calendar = _calendar()
    today = f"{day:%m-%d}"
    pressing = [span["first"] for span in calendar["spans"] if span["from"] <= today <= span["to"]]
    monthly: list[str] = calendar["months"][str(day.month)]
    return list(dict.fromkeys([*pressing, *monthly]))


@cache
def _calendar() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("season.toml").read_text(encoding="utf-8"))
