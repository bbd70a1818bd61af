"""Self-checks: the ten things that the responsible person of a place looks at every month, and the yearly promise."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.kinds import Severity

ITEMS = 10


@dataclass(frozen=True)
class SelfItem:
    """One thing: `ok` is how it should be, `mend` how to put it right; a failure opens a hazard of this kind."""

    key: str
    ok: str
    kind: str
    severity: Severity
    mend: str


@dataclass(frozen=True)
class SelfList:
    """The ten things of a group of kinds of places; `version` changes with any word of it."""

    group: str
    name: str
    version: str
    items: tuple[SelfItem, ...]


def list_for(site: str) -> SelfList:
    """Return the list for a kind of place. Raises KeyError for an unknown site code."""
    return _by_site()[site]


def sites() -> tuple[str, ...]:
    """Return the kinds of places that have a list."""
    return tuple(_by_site())


def promise() -> tuple[str, ...]:
    """Return the sentences that a place promises in public, once a year."""
    return tuple(_facts()["promise"])


@cache
def _facts() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("selfchecks.toml").read_text(encoding="utf-8"))


@cache
def _by_site() -> dict[str, SelfList]:
    lists = {code: _list(code, group) for code, group in _facts()["groups"].items()}
    return {site: lists[code] for code, group in _facts()["groups"].items() for site in group["sites"]}


def _list(code: str, group: dict[str, Any]) -> SelfList:
    items = tuple(SelfItem(f"{code}-{number:02}", **line) for number, line in enumerate(group["items"], 1))
    version = hashlib.sha256(repr(items).encode()).hexdigest()[:8]
    return SelfList(code, group["name"], version, items)
