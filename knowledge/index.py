"""Index: which article holds which term and how strongly, what each term is worth; compact and quick to load.

Every term of the library has a number. Its postings are the numbers of the articles (4 bytes each) beside weights (1
byte each), in the order of the articles. A term that very many articles hold has its heaviest postings apart, so that
a search touches a bounded number of them however large the library grows.
"""

from __future__ import annotations

import math
import sys
from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from knowledge import keep
from knowledge.library import Article
from knowledge.terms import ASKED_MARK, is_word, terms_of
from knowledge.words import LIMIT, general_uses, normalise, sources
from knowledge.words import telling as telling_words

# Found like the strengths in `terms`: on the tuning questions and on own questions held out.
FIELDS = {"title": 1.6, "keywords": 1.4, "questions": 0.9, "tip": 0.7, "body": 0.75}
REPEATED = 0.5  # gained in the limit by a term that several questions of the article have
ASKED = ("title", "questions")
SCALE = 100  # a weight is kept as whole hundredths in one byte
MOST = 250  # postings of one term that may propose articles: the library of a town is never cut
RARITY = 0.75  # below 1, so that a word which stands in one article by chance does not outweigh the topic
COMMON = 1_000  # uses in general writing, by jieba's counts, above which a word tells less
COMMON_LOSS = 0.25  # for every power of ten above
LEAST_TELLING = 0.3
IN_PASSING = 0.5  # what a word in the tip or the body counts when the library's words are counted
GENERAL_WORDS = 60_000_000  # words that jieba's counts were made from
UNSEEN, UNSEEN_GENERAL = 0.1, 20.0  # counts added, so that a word nobody has used yet is not impossible
VOCABULARY = 5_000  # different words that could have been said in the library
MOST_EVIDENCE = 5.0

Postings = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Index:
    """Plain data, so that it can be kept.

    `said` is how many words the library has. `rarity[n]` is how much term number `n` tells, `evidence[n]` how much more
    the library uses it than everybody does, `postings[n]` its articles and weights and `heaviest[n]` the MOST
    heaviest of them when there are more. `asked[a]` holds, for the title and each question of article `a`, the
    numbers of its terms and their length as a vector.
    """

    size: int
    said: float
    numbers: dict[str, int]
    rarity: list[float]
    evidence: list[float]
    postings: list[Postings]
    heaviest: dict[int, Postings]
    asked: list[list[tuple[bytes, float]]]

    def rarity_of(self, term: str) -> float:
        """How much the term tells; one that no article holds as much as one that a single article holds."""
        number = self.numbers.get(term)
        return _rarity(term, self.size) if number is None else self.rarity[number]

    def evidence_of(self, word: str) -> float:
        """How much a word speaks for our subject (above 0) or for another (below), as a logarithm, clipped."""
        number = self.numbers.get(word)
        return _evidence(word, 0.0, self.said) if number is None else self.evidence[number]

    def proposed(self, term: int) -> Iterator[tuple[int, int]]:
        """Numbers and weights (hundredths) of the articles that hold the term, at most MOST, the heaviest."""
        articles, weights = self.heaviest.get(term) or self.postings[term]
        return zip(memoryview(articles).cast("I"), weights, strict=True)

    def is_cut(self, term: int) -> bool:
        """Whether more articles hold the term than are proposed for it."""
        return term in self.heaviest

    def weight(self, term: int, article: int) -> int:
        """How strongly (hundredths) that article holds the term; 0 when it does not."""
        articles, weights = self.postings[term]
        holding = memoryview(articles).cast("I")
        at = bisect_left(holding, article)
        return weights[at] if at < len(holding) and holding[at] == article else 0

    def resemblance(self, article: int, squares: Mapping[int, float]) -> float:
        """Cosine (0 to 1) of a question, given by the squared worth of its terms, with the nearest of the article."""
        length = math.sqrt(sum(squares.values())) or 1.0
        shared = ((squares.keys() & memoryview(ids).cast("I"), own) for ids, own in self.asked[article])
        return max((sum(map(squares.__getitem__, common)) / own for common, own in shared if own), default=0.0) / length


def index_of(articles: Sequence[Article]) -> Index:
    """The index over `articles`, from the kept copy when it was built of the very same articles, words and rules."""
    code = (Path(__file__).with_name(name).read_bytes() for name in ("index.py", "terms.py"))
    texts = ("\0".join((a.title, *a.keywords, *a.questions, a.tip, a.body)).encode() for a in articles)
    return Index(*keep.kept("index", [*sources(), *code, *texts], lambda: _build(articles)))


def telling(term: str) -> float:
    """How much a word tells of the topic, 1 down to LEAST_TELLING for what everybody says all day; other terms 1."""
    uses = general_uses(term)
    return 1.0 if uses <= COMMON else max(LEAST_TELLING, 1 - COMMON_LOSS * math.log10(uses / COMMON))


Read = list[tuple[str, dict[str, float]]]  # the parts of an article: which field, and the terms


def _build(articles: Sequence[Article]) -> tuple[object, ...]:
    holding: dict[str, tuple[array[int], bytearray]] = defaultdict(lambda: (array("I"), bytearray()))
    uses: dict[str, float] = defaultdict(float)
    for number, article in enumerate(articles):
        parts = _read(article)
        _count(uses, parts)
        for term, weight in _weights(parts).items():
            held_by, hundredths = holding[term]
            held_by.append(number)
            hundredths.append(min(255, round(weight * SCALE)))
    said = sum(uses.values())
    numbers = {term: number for number, term in enumerate(holding)}
    rarity = [_rarity(term, len(articles) / len(held_by)) for term, (held_by, _) in holding.items()]
    evidence = [_evidence(term, uses[term], said) if is_word(term) else 0.0 for term in holding]
    postings = [(held_by.tobytes(), bytes(hundredths)) for held_by, hundredths in holding.values()]
    heaviest = {number: _heaviest(*held) for number, held in enumerate(holding.values()) if len(held[0]) > MOST}
    asked = [[_vector(part, numbers, rarity) for _, part in _read(article, ASKED)] for article in articles]
    return len(articles), said, numbers, rarity, evidence, postings, heaviest, asked


def _read(article: Article, fields: Iterable[str] = FIELDS) -> Read:
    # Read twice rather than kept: the terms of a whole library are many times the size of its index.
    return [(field, terms_of(*_cut(part))) for field in fields for part in _parts(article, field)]


@lru_cache(maxsize=20_000)
def _cut(part: str) -> tuple[str, tuple[str, ...]]:
    """Standard words and telling words, remembered: when one article is edited, the others need not be cut again."""
    said = normalise(part)
    return said, tuple(map(sys.intern, telling_words(said)))


def _parts(article: Article, field: str) -> Iterator[str]:
    """The field in pieces short enough to be read whole."""
    value = getattr(article, field)
    for text in (value,) if isinstance(value, str) else value:
        yield from (text[start : start + LIMIT] for start in range(0, len(text), LIMIT))


def _weights(parts: Read) -> dict[str, float]:
    """Every term with the weight of the best field it stands in, more when several questions have it."""
    weights: dict[str, float] = {}
    for field, found in parts:
        for term in found:
            if field != "body" or term[0] != ASKED_MARK:
                weights[term] = max(weights.get(term, 0.0), FIELDS[field])
    times = Counter(term for field, found in parts if field == "questions" for term in found)
    return {term: weight + REPEATED * (1 - 0.5 ** max(0, times[term] - 1)) for term, weight in weights.items()}


def _count(uses: dict[str, float], parts: Read) -> None:
    """Add how often the parts use each word; once a part is enough."""
    for field, found in parts:
        for term in filter(is_word, found):
            uses[term] += IN_PASSING if field in ("tip", "body") else 1.0


def _evidence(word: str, uses: float, said: float) -> float:
    here = math.log((uses + UNSEEN) / (said + UNSEEN * VOCABULARY))
    everywhere = math.log((UNSEEN_GENERAL + general_uses(word)) / GENERAL_WORDS)
    return max(-MOST_EVIDENCE, min(MOST_EVIDENCE, here - everywhere))


def _rarity(term: str, times: float) -> float:
    return float(telling(term) * math.log(1 + times) ** RARITY)


def _heaviest(held_by: array[int], hundredths: bytearray) -> Postings:
    kept = sorted(range(len(hundredths)), key=hundredths.__getitem__, reverse=True)[:MOST]
    return array("I", [held_by[at] for at in kept]).tobytes(), bytes(hundredths[at] for at in kept)


def _vector(question: Mapping[str, float], numbers: Mapping[str, int], rarity: Sequence[float]) -> tuple[bytes, float]:
    worth = {numbers[term]: strength * rarity[numbers[term]] for term, strength in question.items()}
    return array("I", worth).tobytes(), math.sqrt(sum(value * value for value in worth.values()))
