"""Understanding: what a sentence wants, which hazard it names, how grave, and where.

Rules in the order a duty officer would think: is it burning? is it about my earlier report? is it a patrol? is it
a question, or is somebody telling us of a danger? `intents.toml` holds the wordings, `kinds.toml` the dangers.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from knowledge.emergency import is_emergency
from knowledge.kinds import KINDS, PRIORITY, Severity
from knowledge.whereabouts import place_in
from knowledge.words import normalise

Intent = Literal[
    "emergency", "report", "question", "progress", "reward", "patrol", "broadcast", "smalltalk", "other"
]  # fmt: skip

FIRE = "A18"
SPECIAL_GROUP = "A16"
FIRE_USE = {"A05", "A12", "A13"}
# Which kind wins over the one of higher rank, when a wording of `intents.toml` is said (True) or is not (False).
EXCEPTIONS = (
    ("A09", "A01", "equipment_first", True),  # goods in front of an extinguisher are about the extinguisher
    ("A09", "A02", "equipment_first", True),
    ("A02", "A01", "fire_lane", True),
    ("A03", "A01", "blocked_by_goods", False),  # only e-bikes stand in the stairwell
    ("A10", "A01", "sleeping_first", True),
    ("A14", "A04", "electric_fault", False),  # firewood under a sound power line
    ("A05", "A14", "fire_in_use", True),
)
BARE_TOPIC = 6  # so short, and without a verb of telling, a topic is a wish to read about it

_ASIDES: tuple[Intent, ...] = ("broadcast", "reward", "progress")


@dataclass(frozen=True)
class Understanding:
    """What a sentence was understood to say.

    `kind` is a code of KINDS and `severity` a code of SEVERITIES, both only for emergencies, reports and patrols;
    `place` is as the speaker wrote it; `sure` is False when a person should be asked to confirm.
    """

    intent: Intent
    emergency: bool
    kind: str | None
    severity: Severity | None
    place: str | None
    sure: bool


def understand(text: str) -> Understanding:
    """What `text` wants. Never fails, whatever the text; takes no dictionary, only patterns."""
    if is_emergency(text):
        return _emergency(text)
    said = normalise(text)
    intent = _intent(said, text)
    if intent not in ("report", "patrol"):
        return Understanding(intent, False, None, None, None, sure=intent != "other")
    kind = kind_of(said)
    severity = severity_of(kind, said) if kind else None
    return Understanding(intent, False, kind, severity, place_in(text), sure=kind is not None and kind != "A19")


def kind_of(said: str) -> str | None:
    """The code of the gravest hazard named in normalised words, by DOMAIN 2.2's order and its exceptions."""
    named = [code for code in PRIORITY if (sign := KINDS[code].sign) and sign.search(said)]
    if not named:
        return None
    say = _wordings()
    if SPECIAL_GROUP in named and say["at_home"].search(said) and not say["institution"].search(said):
        return SPECIAL_GROUP
    for winner, over, wording, is_said in EXCEPTIONS:
        if winner in named and named[0] == over and bool(say[wording].search(said)) is is_said:
            return winner
    return named[0]


def severity_of(code: str, said: str) -> Severity:
    """How grave: the kind's own wordings first, then the upgrade of "ordinary" (crowds, sleepers, weather, relapse)."""
    kind = KINDS[code]
    severity = next((level for level, pattern in kind.severity_signs if pattern.search(said)), kind.severity)
    if severity == "ordinary" and _is_upgraded(code, said):
        return "serious"
    return severity


def _is_upgraded(code: str, said: str) -> bool:
    say = _wordings()
    if code == SPECIAL_GROUP:
        return False
    weather = code in FIRE_USE and say["fire_weather"].search(said)
    return bool(weather or say["crowded"].search(said) or say["relapse"].search(said))


def _emergency(text: str) -> Understanding:
    said = normalise(text)
    say = _wordings()
    kind = FIRE
    if not say["ablaze"].search(said):
        kind = next((code for code in ("A06", "A03", "A04") if say[f"emergency_{code.lower()}"].search(said)), FIRE)
    return Understanding("emergency", True, kind, "urgent", place_in(text, allow_wild=True), sure=True)


def _intent(said: str, text: str) -> Intent:
    say = _wordings()
    if not re.search(r"\w", said):
        return "other"
    if say["smalltalk"].fullmatch(said):
        return "smalltalk"
    asks = bool(say["question"].search(said))
    for intent in _ASIDES:
        if say[intent].search(said):
            return intent
    if say["patrol"].search(said) and not asks:
        return "patrol"
    return _told_or_asked(said, text, asks)


def _told_or_asked(said: str, text: str, asks: bool) -> Intent:
    say = _wordings()
    is_danger = kind_of(said) is not None
    complains = bool(say["complaint"].search(said))
    if asks and not (is_danger and complains and not say["how_to"].search(said)):
        return "question"
    if is_danger and not (len(said) <= BARE_TOPIC and not say["state"].search(said) and place_in(text) is None):
        return "report"
    if complains:
        return "report"
    return "question" if _is_topic(said) else "other"


def _is_topic(said: str) -> bool:
    topics = (word for kind in KINDS.values() for word in kind.words)
    return bool(_wordings()["topic"].search(said)) or any(word in said for word in topics)


@cache
def _wordings() -> dict[str, re.Pattern[str]]:
    lists = tomllib.loads(Path(__file__).with_name("intents.toml").read_text(encoding="utf-8"))
    return {name: re.compile("|".join(f"(?:{way})" for way in ways)) for name, ways in lists.items()}
