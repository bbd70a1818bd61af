"""Signs: readable rules over word classes, such as "exit locked ~crowd_now", told of a sentence cut into clauses.

A rule is a list of terms. A term is a regular expression in which the names of `classes.toml` stand for their words.
The first term finds clauses; a plain term must stand in the same clause, `+term` in it or a neighbouring one, `~term`
anywhere, `!term` not in the same clause, `!~term` nowhere. Everything is linear in the length of the text.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_NAME = re.compile(r"[a-z_]+")
_BREAK = re.compile(r"[\s,.。;!?:…()]+")


class Sentence:
    """Normalised words in clauses; remembers which class was found in which clause."""

    def __init__(self, said: str) -> None:
        """Cut `said` (see `words.normalise`) at its punctuation."""
        self.said = said
        self.clauses = [clause for clause in _BREAK.split(said) if clause]
        self._found: dict[str, frozenset[int]] = {}

    def clauses_with(self, term: str) -> frozenset[int]:
        """The numbers of the clauses in which a class or expression occurs."""
        if term not in self._found:
            pattern = pattern_of(term)
            self._found[term] = frozenset(n for n, clause in enumerate(self.clauses) if pattern.search(clause))
        return self._found[term]

    def says(self, rules: Iterable[Rule]) -> bool:
        """Whether any of the rules holds."""
        return any(rule.holds_in(self) for rule in rules)


@dataclass(frozen=True)
class Rule:
    """One conjunction of terms; `first` finds the clauses in which the others are looked for."""

    first: str
    same: tuple[str, ...]
    near: tuple[str, ...]
    anywhere: tuple[str, ...]
    absent: tuple[str, ...]
    nowhere: tuple[str, ...]

    def holds_in(self, sentence: Sentence) -> bool:
        """Whether some clause of the sentence satisfies every term."""
        if not all(sentence.clauses_with(term) for term in self.anywhere):
            return False
        if any(sentence.clauses_with(term) for term in self.nowhere):
            return False
        return any(self._holds_at(n, sentence) for n in sentence.clauses_with(self.first))

    def _holds_at(self, n: int, sentence: Sentence) -> bool:
        return (
            all(n in sentence.clauses_with(term) for term in self.same)
            and not any(n in sentence.clauses_with(term) for term in self.absent)
            and all(sentence.clauses_with(term) & {n - 1, n, n + 1} for term in self.near)
        )


def rule(written: str) -> Rule:
    """The rule written as in `kinds.toml`. Raises ValueError when it does not begin with a plain term."""
    terms: dict[str, list[str]] = {"!~": [], "!": [], "+": [], "~": [], "": []}
    for word in written.split():
        mark = next(mark for mark in terms if word.startswith(mark))
        terms[mark].append(word.removeprefix(mark))
    if not terms[""]:
        raise ValueError(f"a rule begins with a plain term: {written!r}")
    first, *same = terms[""]
    return Rule(first, tuple(same), tuple(terms["+"]), tuple(terms["~"]), tuple(terms["!"]), tuple(terms["!~"]))


@cache
def pattern_of(term: str) -> re.Pattern[str]:
    """The expression of a term; the names of classes in it stand for any of their words."""
    return re.compile(_NAME.sub(lambda name: classes().get(name[0], name[0]), term))


@cache
def classes() -> dict[str, str]:
    """The classes of words by name, each as one expression."""
    lists = tomllib.loads(Path(__file__).with_name("classes.toml").read_text(encoding="utf-8"))
    return {name: f"(?:{'|'.join(ways)})" for name, ways in lists.items()}
