"""Intents: what a sentence wants. The wordings are in `intents.toml`; the order here is the order of thought."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from knowledge.grading import guess_of
from knowledge.kinds import KINDS

Intent = Literal[
    "emergency", "report", "question", "progress", "reward", "patrol", "broadcast", "smalltalk", "other"
]  # fmt: skip

_NO_DANGER = (None, "A17", "A19")  # talk of papers, training and rules is hardly ever a danger seen
BARE_TOPIC = 6  # so short, and without a verb of telling, a topic is a wish to read about it
A_STORY = 8  # so long, a statement about fire safety without a question tells of something
SHORT_CHAT = 16


def intent_of(said: str, danger: str | None, place: str | None) -> tuple[Intent, bool]:
    """What normalised words want, and whether that is sure; `danger` is the kind they tell of, `place` where."""
    if not re.search(r"\w", said):
        return "other", False
    if _is("smalltalk", said, whole=True):
        return "smalltalk", True
    if danger is None and _is("stray", said):
        return "other", False
    aside = _aside(said, danger)
    if aside is not None:
        return aside, True
    if danger is None and len(said) <= SHORT_CHAT and _is("chat", said):
        return "smalltalk", True
    return _told_or_asked(said, danger, place)


def is_asking(said: str) -> bool:
    """Whether a question is put to us; one that is only told of (不晓得是哪个) does not count."""
    return _is("asks", _wordings()["embedded"].sub(" ", said))


def _aside(said: str, danger: str | None) -> Intent | None:
    """What is neither about a new danger nor a question about fire: reward, one's own report, messages, a patrol."""
    if _is("reward", said) and not _is("no_reward", said) and danger in _NO_DANGER:
        return "reward"
    tells_anew = danger not in _NO_DANGER and not is_asking(said) and not _is("own_report", said)
    if _is("progress", said) and not _is("in_general", said) and not tells_anew:
        return "progress"
    if _is("broadcast", said) and (danger in _NO_DANGER or _is("to_many", said)):
        return "broadcast"
    calls_for_help = danger is not None and (_is("complaint", said) or _is("tells", said))
    return "patrol" if _is("patrol", said) and not is_asking(said) and not calls_for_help else None


def _told_or_asked(said: str, danger: str | None, place: str | None) -> tuple[Intent, bool]:
    is_incident = place is not None or _is("incident", said)
    complains = _is("complaint", said) and not _is("how_to", said)
    if is_asking(said):
        if danger and complains:
            return "report", is_incident
        if danger and is_incident and _is("dismay", said) and not _is("how_to", said):
            return "report", False
        return "question", not (danger and is_incident and _is("tells", said))
    if danger:
        return _danger_told(said, place, is_incident or complains or _is("tells", said))
    complains = complains or _is("worry", said)
    return _no_danger(said, is_incident, complains or (_is("tells", said) and not _is("how_to", said)))


def _danger_told(said: str, place: str | None, is_told: bool) -> tuple[Intent, bool]:
    if len(said) <= BARE_TOPIC and not _is("state", said) and place is None:
        return "question", False
    if _is("how_to", said) or (_is("bookish", said) and not is_told):
        return "question", False
    return "report", True


def _no_danger(said: str, is_incident: bool, complains: bool) -> tuple[Intent, bool]:
    if complains:
        return "report", False
    if guess_of(said) and (is_incident or _is("state", said)) and len(said) >= A_STORY and not _is("bookish", said):
        return "report", False
    return ("question", not is_incident) if _is_topic(said) else ("other", False)


def _is_topic(said: str) -> bool:
    return _is("topic", said) or any(word in said for kind in KINDS.values() for word in kind.words)


def _is(name: str, said: str, *, whole: bool = False) -> bool:
    pattern = _wordings()[name]
    return bool(pattern.fullmatch(said) if whole else pattern.search(said))


def says(name: str, said: str) -> bool:
    """Whether a wording of `intents.toml` occurs in normalised words. Raises KeyError for one that is not there."""
    return _is(name, said)


@cache
def _wordings() -> dict[str, re.Pattern[str]]:
    lists = tomllib.loads(Path(__file__).with_name("intents.toml").read_text(encoding="utf-8"))
    return {name: re.compile("|".join(f"(?:{way})" for way in ways)) for name, ways in lists.items()}
