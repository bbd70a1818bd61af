"""Words: how a villager's sentence becomes standard words (dialect, typos, numerals) and then jieba tokens.

The dictionary is built once from jieba's own list without its rarest words, plus `lexicon.txt` and the words of
`synonyms.toml`; a ready-made copy can be kept in a private directory.
"""

from __future__ import annotations

import re
import threading
import tomllib
import unicodedata
import warnings
from functools import cache
from pathlib import Path
from typing import Any

from knowledge import keep

HERE = Path(__file__).parent
LIMIT = 400  # jieba slows down with the length of unknown text; nobody needs more to be understood
LEXICON_FREQUENCY = 20_000
SYNONYM_FREQUENCY = 2_000  # keeps a rare word whole without tearing common ones apart

Frequencies = tuple[dict[str, int], int]

_INVISIBLE = dict.fromkeys((*range(0x200B, 0x2010), 0x2060, 0xFEFF, 0xFE0F))
_PARTICLES = dict.fromkeys(map(ord, "噻嘛哟咯喔嘎哒"))
_SPACES = re.compile(r"\s+")
_WORD = re.compile(r"\w")


def clean(text: str, limit: int = LIMIT) -> str:
    """One line of at most `limit` characters, full-width forms folded, invisible characters dropped; wording kept."""
    folded = unicodedata.normalize("NFKC", text[:limit]).translate(_INVISIBLE)
    return _SPACES.sub(" ", folded).strip()[:limit]


def normalise(text: str, limit: int = LIMIT) -> str:
    """The sentence in standard words: dialect, common typos and spoken numerals replaced (`dialect.toml`)."""
    said = clean(text, limit).lower().translate(_PARTICLES)
    for pattern, standard in _dialect():
        said = pattern.sub(lambda found, standard=standard: standard[found[0]], said)  # type: ignore[misc]
    return said


def tokens(text: str) -> list[str]:
    """The meaningful words of a sentence, in order, without stop words and punctuation."""
    return telling(normalise(text))


def telling(normalised: str) -> list[str]:
    """The meaningful words of a sentence that has been normalised already; at most LIMIT characters of it are read."""
    stop = _stop_words()
    return [word for word in cut(normalised) if word not in stop and _WORD.match(word)]


def cut(normalised: str) -> list[str]:
    """All pieces of a sentence, punctuation too; at most LIMIT characters of it are read."""
    return list(_tokenizer().lcut(normalised[:LIMIT], HMM=False))


def is_in_dictionary(word: str) -> bool:
    """Whether the dictionary, jieba's or ours, has the word."""
    return bool(_tokenizer().FREQ.get(word))


def general_uses(word: str) -> int:
    """How often general Chinese writing uses the word, by jieba's counts; 0 for words that we added ourselves."""
    count = int(_tokenizer().FREQ.get(word, 0))
    is_ours = word in _own_words() or (count == SYNONYM_FREQUENCY and word in subject_words())
    return 0 if is_ours else count


def is_stop_word(word: str) -> bool:
    """Whether the word counts for nothing in a search."""
    return word in _stop_words()


@cache
def subject_words() -> frozenset[str]:
    """The words of our subject: those of `lexicon.txt` and of `synonyms.toml`."""
    tables = (synonyms()["same"], synonyms()["kinds"])
    said = (word for table in tables for head, ways in table.items() for word in (head, *ways))
    return _own_words() | frozenset(said)


@cache
def synonyms() -> dict[str, Any]:
    """The tables of `synonyms.toml`."""
    return tomllib.loads((HERE / "synonyms.toml").read_text(encoding="utf-8"))


def sources() -> list[bytes]:
    """Everything that decides how a text is cut into words, to tell whether something built from it is out of date."""
    files = ("dialect.toml", "lexicon.txt", "stopwords.txt", "synonyms.toml", "words.py")
    return [(HERE / name).read_bytes() for name in files]


def warm(cache_dir: Path | None = None) -> None:
    """Load the dictionary now; with `cache_dir` from the copy kept there, or leave one there for the next start.

    The directory is made with 0700; one that others may enter is not used. Raises OSError when it cannot be written.
    """
    keep.use(cache_dir)
    _tokenizer()


@cache
def _stop_words() -> frozenset[str]:
    return frozenset((HERE / "stopwords.txt").read_text(encoding="utf-8").split())


@cache
def _own_words() -> frozenset[str]:
    lines = (HERE / "lexicon.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line and not line.startswith("#"))


@cache
def _dialect() -> tuple[tuple[re.Pattern[str], dict[str, str]], ...]:
    """What is replaced, in two rounds: a word with a typing error is a word of dialect only once it is mended."""
    tables = tomllib.loads((HERE / "dialect.toml").read_text(encoding="utf-8"))
    return _replacing(tables.pop("typos")), _replacing(
        {word: ways for table in tables.values() for word, ways in table.items()}
    )


def _replacing(table: dict[str, list[str]]) -> tuple[re.Pattern[str], dict[str, str]]:
    standard = {said: word for word, ways in table.items() for said in ways}
    # A standard word stays as it is: 液化气瓶 must not be taken apart by 气瓶.
    standard |= {word: word for word in table}
    longest_first = sorted(standard, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))), standard


_lock = threading.Lock()
_loaded: Any = None


def _tokenizer() -> Any:
    global _loaded
    if _loaded is None:
        with _lock:
            if _loaded is None:
                _loaded = _load()
    return _loaded


def _load() -> Any:
    with warnings.catch_warnings():
        # jieba 0.42 has invalid escapes in its source and looks for pkg_resources.
        warnings.simplefilter("ignore")
        import jieba
    jieba.setLogLevel(60)
    dictionary = Path(jieba.__file__).with_name("dict.txt")
    size = str(dictionary.stat().st_size).encode()
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = keep.kept("words", [*sources(), size], lambda: _build(dictionary))
    tokenizer.initialized = True
    return tokenizer


def _build(dictionary: Path) -> Frequencies:
    counts: dict[str, int] = {}
    for line in dictionary.read_text(encoding="utf-8").splitlines():
        word, count, *_ = line.split(" ")
        # Half of jieba's list are rare long words; without them it loads faster and takes half the memory.
        if int(count) >= (3 if len(word) <= 2 else 5):
            counts[word] = int(count)
    for word in subject_words():
        counts.setdefault(word, SYNONYM_FREQUENCY)
    counts |= dict.fromkeys(_own_words(), LEXICON_FREQUENCY)
    total = sum(counts.values())
    for word in list(counts):
        for end in range(1, len(word)):
            counts.setdefault(word[:end], 0)
    return counts, total
