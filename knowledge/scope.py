"""Scope: is this question about fire safety at all, or about prices, papers, opening hours, the weather?

A question may share half its words with an article and still want something else (电动车年审), so the match alone
cannot say how sure an answer is. The other witnesses: what people mention when they mean safety, and what when they
mean the matters of other offices (`scope.toml`), and how much more our library uses the words than everybody does.
"""

from __future__ import annotations

import math
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

# Fitted by logistic regression, then rounded: on the tuning questions and on the library's own held out, against the
# outside ones and some 300 made up close to our subject. Both classes counted the same, and two in five of the outside
# questions as if the list of other matters did not know their words: no list can know them all.
BASE = -4.5
MATCH = 3.0  # per unit of the article's match
EVIDENCE = 0.3  # per unit (a factor of e) by which the library says the question's words more often than everybody
DANGER = 1.6  # per witness of danger, at most TWICE
OBJECT = 0.5  # something that can burn, or that protects, is named
ELSEWHERE = -3.7  # per witness of something else, at most TWICE
TWICE = 2


@dataclass(frozen=True)
class Scope:
    """How many things in the sentence point to danger, whether an object of ours is named, how many point elsewhere."""

    danger: int
    names_object: bool
    elsewhere: int


def scope_of(said: str) -> Scope:
    """The witnesses in a sentence of standard words (see `normalise`)."""
    witnesses = _witnesses()
    danger = sum(bool(sign.search(said)) for sign in witnesses.danger)
    return Scope(danger, bool(witnesses.objects.search(said)), len(witnesses.elsewhere.findall(said)))


def confidence(match: float, evidence: float, scope: Scope) -> float:
    """How sure it is that an article answers, 0 to 1: its match (0 to 1), the evidence of the words, the witnesses."""
    here = DANGER * min(TWICE, scope.danger) + OBJECT * scope.names_object
    there = ELSEWHERE * min(TWICE, scope.elsewhere)
    return 1 / (1 + math.exp(-(BASE + MATCH * match + EVIDENCE * evidence + here + there)))


@dataclass(frozen=True)
class _Witnesses:
    danger: tuple[re.Pattern[str], ...]
    objects: re.Pattern[str]
    elsewhere: re.Pattern[str]


@cache
def _witnesses() -> _Witnesses:
    lists = tomllib.loads(Path(__file__).with_name("scope.toml").read_text(encoding="utf-8"))
    elsewhere = "|".join(sign for signs in lists["elsewhere"].values() for sign in signs)
    danger = tuple(re.compile(sign) for sign in lists["danger"])
    return _Witnesses(danger, re.compile("|".join(lists["objects"])), re.compile(elsewhere))
