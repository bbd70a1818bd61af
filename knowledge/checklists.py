"""Checklists: what a patrol looks at in each kind of place, and which hazard a failed line opens."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.kinds import Severity


@dataclass(frozen=True)
class CheckItem:
    """One line: `key` is stable within the list (G1.. common, shop-03 own); `kind` is the hazard a failure opens."""

    key: str
    text: str
    severity: Severity
    kind: str


@dataclass(frozen=True)
class Checklist:
    """The whole list of one kind of place; `version` changes with any word of it, so records can keep it."""

    site: str
    name: str
    version: str
    items: tuple[CheckItem, ...]


def checklist_for(site: str) -> Checklist:
    """The common lines and the lines of this kind of place. Raises KeyError for an unknown site code."""
    return _checklists()[site]


def common_lines() -> tuple[CheckItem, ...]:
    """The lines that every kind of place has; they come first in each list."""
    return next(iter(_checklists().values())).items[: len(_facts()["common"])]


@cache
def _facts() -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(Path(__file__).with_name("checklists.json").read_text(encoding="utf-8"))
    return facts


@cache
def _checklists() -> dict[str, Checklist]:
    common = [CheckItem(f"G{number}", **line) for number, line in enumerate(_facts()["common"], 1)]
    return {site["site"]: _checklist(site, common) for site in _facts()["sites"]}


def _checklist(site: dict[str, Any], common: list[CheckItem]) -> Checklist:
    code = site["site"]
    own = [CheckItem(f"{code}-{number:02}", **line) for number, line in enumerate(site["items"], 1)]
    items = (*common, *own)
    version = hashlib.sha256(repr(items).encode()).hexdigest()[:8]
    return Checklist(code, site["name"], version, items)

