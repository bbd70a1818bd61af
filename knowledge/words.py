"""Words: how a villager's sentence becomes standard words (dialect, typos, numerals) and then jieba tokens.

The dictionary is built once from jieba's own list without its rarest words, plus `lexicon.txt`; a ready-made copy
can be kept in a private directory so that the next start takes a tenth of a second.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import re
import sys
import threading
import tomllib
import unicodedata
import warnings
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
LIMIT = 400  # jieba slows down with the length of unknown text; nobody needs more to be understood
LEXICON_FREQUENCY = 20_000

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
    pattern, standard = _dialect()
    lowered = clean(text, limit).lower().translate(_PARTICLES)
    return pattern.sub(lambda found: standard[found[0]], lowered)


def tokens(text: str) -> list[str]:
    """The meaningful words of a sentence, in order, without stop words and punctuation."""
    tokenizer = _tokenizer()
    stop = _stop_words()
    words = tokenizer.lcut(normalise(text), HMM=False)
    return [word for word in words if word not in stop and _WORD.match(word)]


def warm(cache_dir: Path | None = None) -> None:
    """Load the dictionary now; with `cache_dir` from the copy kept there, or leave one there for the next start.

    The directory is made with 0700; one that others may enter is not used. Raises OSError when it cannot be written.
    """
    global _cache_dir
    _cache_dir = cache_dir
    _tokenizer()


@cache
def _stop_words() -> frozenset[str]:
    return frozenset((HERE / "stopwords.txt").read_text(encoding="utf-8").split())


@cache
def _dialect() -> tuple[re.Pattern[str], dict[str, str]]:
    tables = tomllib.loads((HERE / "dialect.toml").read_text(encoding="utf-8"))
    standard = {said: word for table in tables.values() for word, ways in table.items() for said in ways}
    # A standard word stays as it is: 液化气瓶 must not be taken apart by 气瓶.
    standard |= {word: word for table in tables.values() for word in table}
    longest_first = sorted(standard, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))), standard


_cache_dir: Path | None = None
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
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = _frequencies(Path(jieba.__file__).with_name("dict.txt"))
    tokenizer.initialized = True
    return tokenizer


def _frequencies(dictionary: Path) -> Frequencies:
    lexicon = (HERE / "lexicon.txt").read_bytes()
    if _cache_dir is None or not _is_private(_cache_dir):
        return _build(dictionary, lexicon)
    stamp = hashlib.sha256(lexicon + f"{sys.version}{dictionary.stat().st_size}".encode()).hexdigest()[:16]
    kept = _cache_dir / f"words-{stamp}.bin"
    return _read(kept) or _keep(kept, _build(dictionary, lexicon))


def _is_private(folder: Path) -> bool:
    """Made with 0700, or found so: marshal is not safe to read from where others could have written."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner = folder.stat()
    return owner.st_uid == os.getuid() and not owner.st_mode & 0o077


def _build(dictionary: Path, lexicon: bytes) -> Frequencies:
    counts: dict[str, int] = {}
    for line in dictionary.read_text(encoding="utf-8").splitlines():
        word, frequency, *_ = line.split(" ")
        # Half of jieba's list are rare long words; without them it loads faster and takes half the memory.
        if int(frequency) >= (3 if len(word) <= 2 else 5):
            counts[word] = int(frequency)
    for line in lexicon.decode().splitlines():
        if line and not line.startswith("#"):
            counts[line.strip()] = LEXICON_FREQUENCY
    total = sum(counts.values())
    for word in list(counts):
        for end in range(1, len(word)):
            counts.setdefault(word[:end], 0)
    return counts, total


def _read(kept: Path) -> Frequencies | None:
    """The kept copy, or none when it is missing or damaged."""
    try:
        counts, total = marshal.loads(kept.read_bytes())
    except (OSError, ValueError, EOFError, TypeError):
        return None
    return counts, total


def _keep(kept: Path, frequencies: Frequencies) -> Frequencies:
    draft = kept.with_suffix(f".{os.getpid()}")
    draft.write_bytes(marshal.dumps(frequencies))
    draft.replace(kept)
    return frequencies
