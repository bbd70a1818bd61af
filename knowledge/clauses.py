"""Clauses: a message cut into sentences and clauses of bounded length, in the words that the fire-now guard knows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.words import normalise

WHOLE_MESSAGE = 4096  # Telegram's longest text: a cry for help may stand at the end of a long one
LONGEST = 160  # of one sentence; longer ones are read in overlapping parts, so that every look at one is short
OVERLAP = 40

_LINES = re.compile(r"[\r\n]+")
_ASPECT = re.compile(r"(?<!啪)[咯喽啰啦囉]")  # said of what has begun; `normalise` would drop the first
_SPELT = re.compile(r"(?<![^\s,])([^\s,])[\s,](?=[^\s,](?![^\s,]))")  # 着 火 了
_MARKS = ((re.compile(r"[。!;…]+"), "!"), (re.compile(r"[,:、~\s]+"), ","))
_SENTENCE = re.compile(r"[^!]+!?")
_CLAUSE = re.compile(r"[^,?!]*[,?!]*")


@dataclass(frozen=True)
class Clause:
    """A part of a sentence up to and with its comma or question mark; `start` counts characters of the sentence."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """Where the next clause starts."""
        return self.start + len(self.text)


@dataclass(frozen=True)
class Sentence:
    """A sentence or a part of a long one; `start` counts characters of the message in standard words."""

    text: str
    start: int
    clauses: tuple[Clause, ...]

    def clause_at(self, position: int) -> Clause:
        """The clause in which the character at `position` stands, or the last one."""
        return next((clause for clause in self.clauses if position < clause.end), self.clauses[-1])


def standard(text: str) -> str:
    """The message in standard words, on one line and with no marks but 「,」「?」「!」; a line break is 「!」."""
    said = normalise(_ASPECT.sub("了", _LINES.sub("。", _SPELT.sub(r"\1", text[:WHOLE_MESSAGE]))), WHOLE_MESSAGE)
    for marks, mark in _MARKS:
        said = marks.sub(mark, said)
    return said


def sentences(said: str) -> Iterator[Sentence]:
    """The sentences of a message in standard words, none longer than LONGEST characters."""
    for found in _SENTENCE.finditer(said):
        last_start = max(found.start() + 1, found.end() - OVERLAP)
        for start in range(found.start(), last_start, LONGEST - OVERLAP):
            text = said[start : min(start + LONGEST, found.end())]
            clauses = tuple(Clause(part[0], part.start()) for part in _CLAUSE.finditer(text) if part[0])
            yield Sentence(text, start, clauses)
