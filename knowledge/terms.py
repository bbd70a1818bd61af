"""Terms: the pieces by which a question and an article recognise each other.

Five kinds, each with its own strength: a word; the idea behind a word (`~` and the head word of `synonyms.toml`);
a pair of neighbouring characters (`=`), which bridges words that were cut differently; a single character (`-`),
which bridges 鼓包 and 鼓起; and what is asked for (`?`: how long, is it allowed, what is the penalty).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from knowledge.words import synonyms, telling

# Found by varying one or two at a time: the tuning questions, and a fifth of the library's own questions held out.
WORD = 1.0
IDEA = 1.2
WIDER_IDEA = 0.4  # the kind of thing: 电器 when somebody says 冰箱
PAIR = 0.4
CHARACTER = 0.45
ASKING = 0.3
ASKED_MARK = "?"
MARKS = {"~", "=", "-", ASKED_MARK}

_HAN_RUN = re.compile(r"[一-龥]+")


def terms(said: str) -> dict[str, float]:
    """Every term of a sentence of standard words (see `normalise`) with its strength."""
    return terms_of(said, telling(said))


def terms_of(said: str, words: Sequence[str]) -> dict[str, float]:
    """The terms of a sentence of which the telling words are known already."""
    asked = {f"{ASKED_MARK}{kind}": ASKING for kind in _asked(said)}
    return asked | _characters("".join(words)) | _ideas(words) | dict.fromkeys(words, WORD)


def is_word(term: str) -> bool:
    """Whether the term is a word as it was said, not the idea behind it nor a piece of it."""
    return term[0] not in MARKS


def _characters(text: str) -> dict[str, float]:
    runs = _HAN_RUN.findall(text)
    pairs = {f"={run[at : at + 2]}": PAIR for run in runs for at in range(len(run) - 1)}
    return pairs | {f"-{character}": CHARACTER for run in runs for character in run}


def _ideas(words: Sequence[str]) -> dict[str, float]:
    heads, wider = _heads(), _wider()
    ideas = [heads[word] for word in words if word in heads]
    named = {f"~{idea}": IDEA for idea in ideas}
    return {f"~{kind}": WIDER_IDEA for idea in ideas for kind in wider.get(idea, ())} | named


def _asked(said: str) -> Iterator[str]:
    return (asked for asked, pattern in _asking() if pattern.search(said))


@cache
def _heads() -> dict[str, str]:
    """Word -> the head of its line; a head, or a member of a kind, stands for itself."""
    same, kinds = synonyms()["same"], synonyms()["kinds"]
    alone = {word: word for word in (*same, *kinds, *(member for members in kinds.values() for member in members))}
    return alone | {said: word for word, ways in same.items() for said in ways}


@cache
def _wider() -> dict[str, tuple[str, ...]]:
    wider: dict[str, tuple[str, ...]] = {}
    for kind, members in synonyms()["kinds"].items():
        for member in members:
            wider[member] = (*wider.get(member, ()), kind)
    return wider


@cache
def _asking() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((asked, re.compile("|".join(ways))) for asked, ways in synonyms()["asking"].items())
