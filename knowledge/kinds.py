"""Hazard kinds A01-A19: what may be reported, how grave it is by default, whose it is, and on what legal ground."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from knowledge.signs import Rule, rule

Severity = Literal["urgent", "serious", "ordinary"]
SEVERITIES: dict[Severity, str] = {"urgent": "紧急", "serious": "较大", "ordinary": "一般"}

# Which kind names a report that mentions several dangers (DOMAIN 2.2); the others become tags.
PRIORITY = (
    "A18", "A06", "A07", "A08", "A12", "A01", "A02", "A03", "A10", "A04",
    "A09", "A13", "A14", "A05", "A15", "A11", "A16", "A17", "A19",
)  # fmt: skip


@dataclass(frozen=True)
class HazardKind:
    """One kind of hazard.

    `rectify_days` is the town's default (0 = on the spot), not law. `is_evacuation` marks what must be verified
    within 24 hours: blocked exits and disabled equipment (消防监督检查规定). `words` only name the topic; one of
    `signs` holds when the hazard is really there; `levels` are what makes it graver or lighter, gravest first.
    """

    code: str
    name: str
    examples: tuple[str, ...]
    severity: Severity
    lead_post: str
    refer_to: str
    basis: str
    rectify_days: int
    is_evacuation: bool
    words: tuple[str, ...]
    signs: tuple[Rule, ...]
    levels: tuple[tuple[Severity, tuple[Rule, ...]], ...]


def _kind(code: str, entry: dict[str, Any]) -> HazardKind:
    levels = tuple((level, tuple(map(rule, entry[level]))) for level in SEVERITIES if entry.get(level))
    return HazardKind(
        code=code,
        name=entry["name"],
        examples=tuple(entry["examples"]),
        severity=entry["severity"],
        lead_post=entry["lead_post"],
        refer_to=entry["refer_to"],
        basis=entry["basis"],
        rectify_days=entry["days"],
        is_evacuation=entry["evacuation"],
        words=tuple(entry["topics"]),
        signs=tuple(map(rule, entry["signs"])),
        levels=levels,
    )


def load_kinds(path: Path) -> dict[str, HazardKind]:
    """The kinds of `path` by code, in the order of the file."""
    entries = tomllib.loads(path.read_text(encoding="utf-8"))
    return {code: _kind(code, entry) for code, entry in entries.items()}


KINDS: dict[str, HazardKind] = load_kinds(Path(__file__).with_name("kinds.toml"))
