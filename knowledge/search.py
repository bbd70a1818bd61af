"""Search: from a villager's question to the articles that answer it, and the honesty to say that none does.

An article matches by the share of the question that it covers, rare words and strong fields counting more, and by
how near the question comes to one that the article was written for. The score of a hit is how sure it is the answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge import spelling
from knowledge.index import FIELDS, REPEATED, SCALE, Index, index_of
from knowledge.library import Article, Library
from knowledge.scope import confidence, scope_of
from knowledge.terms import is_word, terms
from knowledge.words import normalise

CONFIDENT = 0.6  # not below the rule of `tests.knowledge.measure.threshold`
NEAR_QUESTION = 0.25  # what a question the article was written for adds to the match
NEAR_ENOUGH = 0.5  # resemblance below which two questions have only everyday words in common
WORD_FOR_WORD = 0.92  # resemblance, all words known, from which the question is one that the article was written for
CANDIDATES = 12  # articles looked at closely
FULL_MARKS = (FIELDS["title"] + REPEATED) * SCALE


@dataclass(frozen=True)
class Hit:
    """An article and how sure it is the answer, 0 to 1."""

    article: Article
    score: float


class Searcher:
    """An index over a library; safe to share between threads once built."""

    def __init__(self, library: Library) -> None:
        self._articles = library.articles
        self._index = index_of(library.articles)
        spelling.prepare()

    def search(self, text: str, limit: int = 3) -> list[Hit]:
        """The best articles for `text`, best first, at most `limit`; empty when nothing matches at all."""
        said = normalise(text)
        hits = self._found(said, limit)
        if is_confident(hits):
            return hits
        mended = spelling.mend(said, self._index.numbers)
        return hits if mended == said else max(hits, self._found(mended, limit), key=_best)

    def _found(self, said: str, limit: int) -> list[Hit]:
        question, scope = _heard(self._index, said), scope_of(said)
        best = sorted(_matches(self._index, question), key=lambda found: (-found.is_asked, -found.match, found.article))
        return [
            Hit(
                self._articles[one.article],
                1.0 if one.is_asked else round(confidence(one.match, question.evidence, scope), 4),
            )
            for one in best[:limit]
        ]


def is_confident(hits: Sequence[Hit]) -> bool:
    """Whether the first hit is good enough to be given as the answer; otherwise say 没把握."""
    return _best(hits) >= CONFIDENT


def _best(hits: Sequence[Hit]) -> float:
    return hits[0].score if hits else 0.0


@dataclass(frozen=True)
class _Question:
    """The worth of each term the library knows, of all terms together, and how much the words speak for our subject."""

    worth: Mapping[int, float]
    total: float
    evidence: float


@dataclass(frozen=True)
class _Match:
    """Number of an article, how well it matches (0 to about 1), whether it was written for this very question."""

    article: int
    match: float
    is_asked: bool


def _heard(index: Index, said: str) -> _Question:
    worth = {term: strength * index.rarity_of(term) for term, strength in terms(said).items()}
    numbered = {index.numbers[term]: value for term, value in worth.items() if term in index.numbers}
    return _Question(numbered, sum(worth.values()), sum(index.evidence_of(term) for term in worth if is_word(term)))


def _matches(index: Index, question: _Question) -> list[_Match]:
    """The most likely articles, in no order."""
    proposed: dict[int, float] = defaultdict(float)
    for term, value in question.worth.items():
        for article, weight in index.proposed(term):
            proposed[article] += value * weight
    likely = sorted(proposed, key=proposed.__getitem__, reverse=True)[:CANDIDATES]
    if any(index.is_cut(term) for term in question.worth):
        proposed |= {article: _covered(index, question, article) for article in likely}
    squares = {term: value * value for term, value in question.worth.items()}
    return [_match(index, question, article, proposed[article], squares) for article in likely]


def _match(index: Index, question: _Question, article: int, covered: float, squares: Mapping[int, float]) -> _Match:
    resemblance = index.resemblance(article, squares)
    nearness = NEAR_QUESTION * max(0.0, resemblance - NEAR_ENOUGH)
    known = sum(question.worth.values()) / question.total
    return _Match(article, covered / (FULL_MARKS * question.total) + nearness, resemblance * known >= WORD_FOR_WORD)


def _covered(index: Index, question: _Question, article: int) -> float:
    return sum(value * index.weight(term, article) for term, value in question.worth.items())
