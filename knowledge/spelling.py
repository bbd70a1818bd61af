"""Spelling: what sounds like a word of fire safety, and is no other word, was meant to be it (煤气中独, 肖火栓).

Sounds are compared as people of Chongqing type them: no tones, z like zh, n like l, in like ing, hu like f. Only asked
when a search is unsure, so it costs nothing otherwise.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Container
from functools import cache
from pathlib import Path

from knowledge import keep
from knowledge.words import cut, general_uses, is_in_dictionary, is_stop_word, subject_words

LONGEST = 4  # pieces, and characters, of a word that is looked for by its sound

_HAN = re.compile(r"[一-龥]{2,4}")
_ALIKE = tuple(
    (re.compile(pattern), same)
    for pattern, same in (
        ("^([zcs])h", r"\1"),
        ("^n", "l"),
        ("ng$", "n"),
        ("^hui$", "fei"),
        ("^hun$", "fen"),
        ("^hu(?=an?$)", "f"),
        ("^hu$", "fu"),
    )
)


def prepare() -> None:
    """Load the sounds now, so that the first misspelt question does not wait for them."""
    _by_sound()


def mend(said: str, known: Container[str]) -> str:
    """The sentence of standard words with every misspelt word put right; `known` are the words the library uses."""
    pieces = cut(said)
    mended: list[str] = []
    at = 0
    while at < len(pieces):
        width, word = _meant(pieces, at, known)
        mended.append(word)
        at += width
    return "".join(mended)


def sound(text: str) -> str:
    """How the characters sound, so that those which people confuse are the same."""
    return " ".join(_syllable(character) for character in text)


def _meant(pieces: list[str], at: int, known: Container[str]) -> tuple[int, str]:
    """How many pieces from `at` on are one misspelt word, and the word that was meant; else one and the piece."""
    for width in range(min(LONGEST, len(pieces) - at), 0, -1):
        window = pieces[at : at + width]
        typed = "".join(window)
        if _HAN.fullmatch(typed) and not is_in_dictionary(typed) and _is_odd(window, known):
            meant = [word for word in _by_sound().get(sound(typed), ()) if word in known and _is_near(typed, word)]
            if meant:
                return width, max(meant, key=general_uses)
    return 1, pieces[at]


def _is_odd(window: list[str], known: Container[str]) -> bool:
    """Whether the pieces look like the rest of a word that was not recognised: one is unknown, none means something."""
    return any(piece not in known for piece in window) and not any(
        is_stop_word(piece) or (len(piece) > 1 and piece in known) for piece in window
    )


def _is_near(typed: str, word: str) -> bool:
    """Whether a character is the same: of two wrong ones nobody knows what they were meant to be."""
    return len(typed) == len(word) and any(one == other for one, other in zip(typed, word, strict=True))


@cache
def _by_sound() -> dict[str, list[str]]:
    words: dict[str, list[str]] = defaultdict(list)
    for word in subject_words():
        if _HAN.fullmatch(word):
            words[sound(word)].append(word)
    return words


def _syllable(character: str) -> str:
    return _syllables().get(character, character)


@cache
def _syllables() -> dict[str, str]:
    """Character -> how it sounds here, for all that pypinyin knows of the common block."""
    syllables: dict[str, str] = keep.kept("sounds", [Path(__file__).read_bytes()], _read_syllables)
    return syllables


def _read_syllables() -> dict[str, str]:
    # Readings of single characters are enough; the phrases would take 40 MB and a tenth of a second.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    from pypinyin import lazy_pinyin

    characters = map(chr, range(ord("一"), ord("龥") + 1))
    return {character: _folded(lazy_pinyin(character)[0]) for character in characters}


def _folded(syllable: str) -> str:
    for pattern, same in _ALIKE:
        syllable = pattern.sub(same, syllable)
    return syllable
