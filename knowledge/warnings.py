"""Warnings: what an officer may warn of, the four colours, and what people should do.

The colours are those of Chinese public warnings, from blue (general) to red (gravest); the advice follows DOMAIN 5, 6.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

LEVELS = {"blue": "蓝色", "yellow": "黄色", "orange": "橙色", "red": "红色"}


def advice(sort: str, level: str) -> str:
    """What to do under this warning, as one text of at most 300 characters. Raises KeyError for an unknown code."""
    entry = _entries()[sort]
    grave = entry["grave"] if level in ("orange", "red") else ""
    return str(entry["text"] + grave)


def topics(sort: str) -> list[str]:
    """The topics that matter while this warning holds."""
    return list(_entries()[sort]["topics"])


@cache
def _entries() -> dict[str, dict[str, Any]]:
    return tomllib.loads(Path(__file__).with_name("warnings.toml").read_text(encoding="utf-8"))


SORTS: dict[str, str] = {code: entry["name"] for code, entry in _entries().items()}
