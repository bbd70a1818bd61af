"""Findings: several dangers told in one breath, one after the other: 「灭火器过期，后门锁了」."""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.grading import kind_of, kinds_in
from knowledge.kinds import PRIORITY
from knowledge.signs import Sentence
from knowledge.words import normalise

_PARTS = re.compile(r"[，,。；;、！!\n]+")


@dataclass(frozen=True)
class Finding:
    """One danger: its kind, and the words that tell of it."""

    kind: str
    words: str


def findings_in(text: str) -> list[Finding]:
    """Every danger of a message with its own words, the gravest kind first (DOMAIN 2.2).

    Parts that name none belong to the one before; a kind that is told twice is one finding.
    """
    found: dict[str, list[str]] = {}
    waiting: list[str] = []
    last = ""
    for part in filter(None, (piece.strip() for piece in _PARTS.split(text))):
        last = kind_of(normalise(part)) or last
        if not last:
            waiting.append(part)
            continue
        found.setdefault(last, []).extend([*waiting, part])
        waiting = []
    return [Finding(kind, "，".join(found[kind])) for kind in PRIORITY if kind in found]


def tags_of(text: str, kind: str) -> str:
    """The further kinds that a message names, as a comma list: one decides, the rest are tags (DOMAIN 2.2)."""
    return ",".join(code for code in kinds_in(Sentence(normalise(text))) if code != kind)
