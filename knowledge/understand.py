"""Understanding: what a sentence wants, which hazard it names, how grave, and where.

Rules in the order a duty officer would think: is it burning (`emergency`)? what does it want (`intents`)? which danger
is it, how grave (`grading`), and where (`whereabouts`)?
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from knowledge.emergency import is_emergency
from knowledge.grading import OTHER, guess_of, kind_of, severity_of
from knowledge.intents import Intent, intent_of, says
from knowledge.kinds import Severity
from knowledge.whereabouts import place_in
from knowledge.words import normalise

__all__ = ["Intent", "Understanding", "kind_of", "severity_of", "understand"]

FIRE = "A18"
# Somebody is burning something on purpose; all other alarms are urgent whatever the words.
_TENDED = {"A05", "A08", "A12", "A13", "A15", "A16"}


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


def understand(text: str, *, known: Collection[str] = ()) -> Understanding:
    """What `text` wants. Never fails, whatever the text; takes no dictionary, only patterns.

    `known` are names of places and areas of the town, see `place_in`.
    """
    said = normalise(text)
    danger = kind_of(said)
    if is_emergency(text):
        return _emergency(said, danger, place_in(text, allow_wild=True, known=known))
    place = place_in(text, known=known)
    intent, sure = intent_of(said, danger, place)
    if intent not in ("report", "patrol"):
        return Understanding(intent, False, None, None, None, sure)
    kind = danger if intent == "patrol" else danger or guess_of(said)
    severity = severity_of(kind, said) if kind else None
    is_clear = danger is not None and danger != OTHER
    return Understanding(intent, False, kind, severity, place, sure and (is_clear or intent == "patrol"))


def _emergency(said: str, danger: str | None, place: str | None) -> Understanding:
    kind = FIRE
    is_tended = danger in _TENDED and says("on_purpose", said)
    if not says("out_of_control", said) and (is_tended or not says("smoke_or_flame", said)):
        named = (code for code in ("A06", "A03", "A04") if says(f"emergency_{code.lower()}", said))
        kind = danger or next(named, FIRE)
    severity = severity_of(kind, said) if is_tended and kind == danger else "urgent"
    return Understanding("emergency", True, kind, severity, place, sure=True)
