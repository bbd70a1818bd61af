"""Faults on demand: rules that spoil calls and updates, a counted number of times or with a seeded probability."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch

CALL_KINDS = frozenset({"429", "500", "502 html", "hang", "cut", "slow", "unreachable", "403", "404"})
UPDATE_KINDS = frozenset({"duplicate", "resend", "reorder"})


@dataclass
class Fault:
    """One rule.

    `method` is a glob over method names ("send*"), or over update kinds ("callback_query") for update faults.
    `times` is how often it may still strike (None: always), `probability` how likely each time, `seconds` the
    latency of "slow", `retry_after` what a "429" asks for, `chat_id` limits it to one chat.

    Calls: "429", "500", "502 html", "403" (blocked), "404" (gone), "hang" and "unreachable" (nothing done), "cut"
    (done, but no answer arrives), "slow"; fetching the bytes of a file counts as a call "download".

    Updates: "duplicate" (delivered again after it was confirmed), "resend" (a tap comes again with a new update_id),
    "reorder" (a later update of another queue overtakes it).
    """

    method: str
    kind: str
    times: int | None = None
    probability: float = 1.0
    retry_after: int = 1
    seconds: float = 0.0
    chat_id: int | None = None
    struck: int = 0

    def __post_init__(self) -> None:
        if self.kind not in CALL_KINDS | UPDATE_KINDS:
            raise ValueError(f"unknown fault {self.kind!r}, choose from {sorted(CALL_KINDS | UPDATE_KINDS)}")


@dataclass
class Faults:
    """The rules in force, asked in the order in which they were added."""

    seed: int = 1
    rules: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def __iter__(self) -> Iterator[Fault]:
        return iter(self.rules)

    def add(self, fault: Fault) -> Fault:
        """Put a rule in force."""
        self.rules.append(fault)
        return fault

    def clear(self) -> None:
        """Drop all rules."""
        self.rules.clear()

    def for_call(self, method: str, chat_id: int) -> Fault | None:
        """The fault that strikes this call, if any."""
        return self._pick(method, CALL_KINDS, chat_id) if self.rules else None

    def for_update(self, kind: str, fault: str) -> bool:
        """Whether an update fault of this kind strikes."""
        return bool(self.rules) and self._pick(kind, frozenset({fault}), None) is not None

    def _pick(self, name: str, kinds: frozenset[str], chat_id: int | None) -> Fault | None:
        for rule in self.rules:
            if rule.kind not in kinds or rule.times == 0 or not fnmatch(name, rule.method):
                continue
            if rule.chat_id not in (None, chat_id):
                continue
            if rule.probability < 1.0 and self._random.random() >= rule.probability:
                continue
            rule.struck += 1
            if rule.times is not None:
                rule.times -= 1
            return rule
        return None
