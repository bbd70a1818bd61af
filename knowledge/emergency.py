"""The fire-now guard: is something burning, smoking, leaking or somebody trapped at this moment, in these words?

Plain patterns (`guard.toml`), no dictionary, linear in the length of the text. A card shown for nothing costs a
glance; a missed fire costs a house. So every doubt ends in an alarm, and only these do not: it was denied, it is
over, it was hearsay, a drill, a supposition, a general question, or harmless smoke.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.words import normalise

WHOLE_MESSAGE = 4096  # Telegram's longest text: a cry for help may stand at the end of a long one
GENERAL_CARD = "card-119"

_SENTENCE = re.compile(r"[^。!！;；\n]+[。!！;；\n]*")
_JUST_BEFORE = 8


def is_emergency(text: str) -> bool:
    """Whether the words say that there is fire, smoke, leaking gas or a trapped person now; doubts count as yes."""
    said = normalise(text, WHOLE_MESSAGE)
    return any(_is_alarming(sentence[0]) for sentence in _SENTENCE.finditer(said))


def card_for(text: str) -> str:
    """The id of the emergency card that fits the words best; the general 119 card when none does."""
    said = normalise(text, WHOLE_MESSAGE)
    return next((card for card, pattern in _guard().cards if pattern.search(said)), GENERAL_CARD)


@dataclass(frozen=True)
class _Guard:
    danger: re.Pattern[str]
    now: re.Pattern[str]
    call: re.Pattern[str]
    denied: re.Pattern[str]
    over: re.Pattern[str]
    hearsay: re.Pattern[str]
    drill: re.Pattern[str]
    talk: re.Pattern[str]
    supposed: re.Pattern[str]
    asked: re.Pattern[str]
    asked_weakly: re.Pattern[str]
    happened: re.Pattern[str]
    consequence: re.Pattern[str]
    noun: re.Pattern[str]
    harmless: re.Pattern[str]
    tended: re.Pattern[str]
    loose: re.Pattern[str]
    cards: tuple[tuple[str, re.Pattern[str]], ...]


@cache
def _guard() -> _Guard:
    said: dict[str, Any] = tomllib.loads(Path(__file__).with_name("guard.toml").read_text(encoding="utf-8"))
    either = {name: "|".join(ways) for name, ways in said.items() if name != "cards"}
    cards = tuple((card, re.compile("|".join(ways) or either["gas"])) for card, ways in said["cards"].items())
    special = {
        "danger": f"(?P<fire>{either.pop('fire')})|(?P<gas>{either.pop('gas')})|(?P<trapped>{either.pop('trapped')})",
        "denied": f"(?:{either.pop('denied')})(?:{either.pop('denied_link')})?$",
        "consequence": f"(?:了|起来)?(?:{either.pop('consequence')})",
    }
    return _Guard(cards=cards, **{name: re.compile(pattern) for name, pattern in (either | special).items()})


def _is_alarming(sentence: str) -> bool:
    return any(_stands(sentence, danger) for danger in _guard().danger.finditer(sentence))


def _stands(sentence: str, danger: re.Match[str]) -> bool:
    """Whether this one mention of danger survives everything that could explain it away."""
    guard = _guard()
    before, after = sentence[: danger.start()], sentence[danger.end() :]
    is_now = bool(guard.now.search(sentence))
    if guard.denied.search(before[-_JUST_BEFORE:]) or guard.noun.match(after) or guard.consequence.match(after):
        return False
    if guard.drill.search(sentence) and not guard.call.search(sentence):
        return False
    if guard.supposed.search(before) or (guard.supposed.match(after) and not is_now):
        return False
    if _is_harmless(sentence, danger):
        return False
    return is_now or not (_is_told(sentence, before) or _is_only_asked(sentence))


def _is_told(sentence: str, before: str) -> bool:
    guard = _guard()
    return bool(guard.over.search(sentence) or guard.hearsay.search(before) or guard.talk.search(sentence))


def _is_harmless(sentence: str, danger: re.Match[str]) -> bool:
    if danger["trapped"]:
        return False
    guard = _guard()
    near = sentence[max(0, danger.start() - _JUST_BEFORE) : danger.end() + 4]
    if guard.harmless.search(near) and not guard.loose.search(near):
        return True
    return bool(guard.tended.search(sentence)) and not guard.loose.search(sentence)


def _is_only_asked(sentence: str) -> bool:
    guard = _guard()
    if guard.asked.search(sentence):
        return True
    return bool(guard.asked_weakly.search(sentence)) and not guard.happened.search(sentence)
