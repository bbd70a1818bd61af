"""Search: from a villager's question to the articles that answer it, and the honesty to say that none does.

Each word of an article weighs what its field is worth; rare words of the question count more. A score is the share
of the question (0 to 1) that the article covers, so a question about something else scores low whatever its length.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.library import Article, Library
from knowledge.words import LIMIT, tokens

FIELDS = {"title": 1.0, "keywords": 1.0, "questions": 0.9, "tip": 0.55, "body": 0.45}
PAIR_WEIGHT = 0.35  # pairs of characters bridge words that were cut differently
UNKNOWN_RARITY = 1.0  # a word that no article knows counts against the question like a once-seen one
CONFIDENT = 0.28
OFF_TOPIC = 0.6  # what is left of a score when no word of the question is in the title or the keywords
SAME_QUESTION = 0.25
_HAN = re.compile(r"[一-龥]+")


@dataclass(frozen=True)
class Hit:
    """An article and how much of the question it covers, 0 to 1."""

    article: Article
    score: float


class Searcher:
    """An index over a library; safe to share between threads once built."""

    def __init__(self, library: Library) -> None:
        self._articles = library.articles
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        self._asked: list[list[frozenset[str]]] = []
        self._about: list[frozenset[str]] = []
        for number, article in enumerate(library.articles):
            for term, weight in _weights(article).items():
                self._postings[term].append((number, weight))
            self._asked.append([frozenset(_terms(question)) for question in article.questions])
            self._about.append(frozenset(tokens(article.title + " " + " ".join(article.keywords))))

    def search(self, text: str, limit: int = 3) -> list[Hit]:
        """The best articles for `text`, best first, at most `limit`; empty when nothing matches at all."""
        terms = _terms(text)
        worth = {term: self._rarity(term) * weight for term, weight in terms.items()}
        total = sum(worth.values())
        scores: dict[int, float] = defaultdict(float)
        for term, value in worth.items():
            for number, weight in self._postings.get(term, ()):
                scores[number] += value * weight
        best = sorted(scores, key=lambda number: -scores[number])[: limit * 4]
        hits = [Hit(self._articles[number], self._final(scores[number] / total, number, terms)) for number in best]
        return sorted(hits, key=lambda hit: -hit.score)[:limit]

    def _rarity(self, term: str) -> float:
        known = len(self._postings.get(term, ()))
        if not known:
            return UNKNOWN_RARITY * math.log(1 + len(self._articles))
        return math.log(1 + len(self._articles) / known)

    def _final(self, covered: float, number: int, terms: Iterable[str]) -> float:
        """Coverage, raised when an own question is nearly the same, lowered when the topic is not even named."""
        wanted = frozenset(terms)
        topical = 1.0 if any(len(term) > 1 for term in wanted & self._about[number]) else OFF_TOPIC
        alike = max((_overlap(wanted, asked) for asked in self._asked[number]), default=0.0)
        return round(topical * ((1 - SAME_QUESTION) * covered + SAME_QUESTION * alike), 4)


def is_confident(hits: Sequence[Hit]) -> bool:
    """Whether the first hit is good enough to be given as the answer; otherwise say 没把握."""
    return bool(hits) and hits[0].score >= CONFIDENT


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(1, len(one | other))


def _terms(text: str) -> dict[str, float]:
    """Words with weight 1 and pairs of neighbouring characters with less."""
    words = tokens(text)
    return {f"2{pair}": PAIR_WEIGHT for pair in _pairs("".join(words))} | dict.fromkeys(words, 1.0)


def _pairs(text: str) -> Iterable[str]:
    for run in _HAN.findall(text):
        yield from (run[at : at + 2] for at in range(len(run) - 1))


def _weights(article: Article) -> dict[str, float]:
    """Every term of the article with the weight of the best field it stands in."""
    weights: dict[str, float] = {}
    for field, value in FIELDS.items():
        text = getattr(article, field)
        for part in (text,) if isinstance(text, str) else text:
            for chunk in _chunks(part):
                for term in _terms(chunk):
                    weights[term] = max(weights.get(term, 0.0), value)
    return weights


def _chunks(text: str) -> list[str]:
    """Pieces short enough for `tokens`, which cuts long text off."""
    return [text[start : start + LIMIT] for start in range(0, len(text), LIMIT)]
