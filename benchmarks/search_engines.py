"""`python -m benchmarks.search_engines`: our search beside engines one could have taken, on the same questions.

None of the others is in the lock files; what is not installed is named and left out. All get the same standard words
(dialect, jieba with our dictionary). Fields are weighted by repeating them where an engine knows no fields.
"""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from knowledge import words
from knowledge.library import Article, load
from knowledge.search import Searcher
from knowledge.terms import terms
from knowledge.words import LIMIT, normalise, telling

SETS = Path(__file__).parent.parent / "tests" / "knowledge" / "sets"
REPEATED = {"title": 3, "keywords": 3, "questions": 2, "tip": 1, "body": 1}

Ask = Callable[[str], list[tuple[str, float]]]  # a question -> ids with scores, best first, at most three


def own(articles: Sequence[Article]) -> Ask:
    """The search of this repository."""
    from knowledge.library import Library

    searcher = Searcher(Library(tuple(articles)))
    return lambda question: [(hit.article.id, hit.score) for hit in searcher.search(question)]


def bm25s_words(articles: Sequence[Article]) -> Ask:
    """bm25s over words."""
    return _bm25s(articles, _words)


def bm25s_terms(articles: Sequence[Article]) -> Ask:
    """bm25s over our terms (words, ideas, pairs of characters)."""
    return _bm25s(articles, lambda text: list(terms(normalise(text))))


def rank_bm25(articles: Sequence[Article]) -> Ask:
    """rank_bm25's Okapi over words."""
    engine = import_module("rank_bm25").BM25Okapi([_document(article, _words) for article in articles])

    def ask(question: str) -> list[tuple[str, float]]:
        scores = engine.get_scores(_words(question))
        best = scores.argsort()[::-1][:3]
        return [(articles[at].id, float(scores[at])) for at in best]

    return ask


def tantivy(articles: Sequence[Article]) -> Ask:
    """tantivy over words, with field boosts."""
    engine = import_module("tantivy")
    builder = engine.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    for field in REPEATED:
        builder.add_text_field(field, tokenizer_name="whitespace")
    index = engine.Index(builder.build())
    writer = index.writer(15_000_000)
    for article in articles:
        fields = {
            field: " ".join(word for part in _parts(article, field) for word in _words(part)) for field in REPEATED
        }
        writer.add_document(engine.Document(id=article.id, **fields))
    writer.commit()
    index.reload()
    searcher = index.searcher()
    boosts = {field: float(times) for field, times in REPEATED.items()}

    def ask(question: str) -> list[tuple[str, float]]:
        said = " ".join(f'"{word}"' for word in _words(question))
        query = index.parse_query(said, list(REPEATED), boosts)
        return [(searcher.doc(where)["id"][0], score) for score, where in searcher.search(query, 3).hits]

    return ask


def fts5_words(articles: Sequence[Article]) -> Ask:
    """SQLite FTS5 over words cut beforehand."""
    return _fts5(articles, "unicode61", lambda text: " ".join(_words(text)), _words)


def fts5_trigram(articles: Sequence[Article]) -> Ask:
    """SQLite FTS5 with its trigram tokenizer."""

    def trigrams(question: str) -> list[str]:
        said = normalise(question)
        return [said[at : at + 3] for at in range(len(said) - 2)]

    return _fts5(articles, "trigram", normalise, trigrams)


ENGINES: dict[str, tuple[Callable[[Sequence[Article]], Ask], str]] = {
    "own": (own, "knowledge"),
    "bm25s, our terms": (bm25s_terms, "bm25s"),
    "bm25s, words": (bm25s_words, "bm25s"),
    "tantivy, words": (tantivy, "tantivy"),
    "FTS5, words": (fts5_words, "sqlite3"),
    "FTS5, trigram": (fts5_trigram, "sqlite3"),
    "rank_bm25, words": (rank_bm25, "rank_bm25"),
}


def measure(name: str) -> str:
    """A row of the table: quality on the tuning half, separation, speed, load, memory."""
    words.warm()
    telling("灭火器")
    articles = load().articles
    before = _mebibytes()
    start = time.perf_counter()
    ask = ENGINES[name][0](articles)
    loading, grown = time.perf_counter() - start, _mebibytes() - before
    inside = [line.split("\t") for line in _lines("questions.tune.tsv")]
    found: list[tuple[set[str], list[tuple[str, float]]]] = []
    times = []
    for question, ids in inside:
        start = time.thread_time()
        hits = ask(question)
        times.append((time.thread_time() - start) * 1000)
        found.append((set(ids.split("|")), hits))
    outside = [ask(line.strip()) for line in _lines("outside.tune.tsv")]
    first = sum(bool(hits) and hits[0][0] in right for right, hits in found) / len(found)
    three = sum(any(hit in right for hit, _ in hits) for right, hits in found) / len(found)
    apart = _apart([_top(hits) for _, hits in found], [_top(hits) for hits in outside])
    times.sort()
    speed = f"{times[len(times) // 2]:.2f} | {times[len(times) * 99 // 100]:.2f}"
    return f"| {name} | {first:.1%} | {three:.1%} | {apart:.2f} | {speed} | {loading:.2f} | {grown:.0f} |"


def main() -> None:
    """Print the table; every engine is measured in a process of its own."""
    if sys.argv[1:]:
        sys.stdout.write(measure(sys.argv[1]) + "\n")
        return
    sys.stdout.write(
        "| engine | first | in three | in/out apart | p50 ms | p99 ms | load s | MiB |\n" + "|---" * 8 + "|\n"
    )
    for name, (_, package) in ENGINES.items():
        sys.stdout.flush()
        if find_spec(package) is None:
            sys.stdout.write(f"| {name} | {package} is not installed |\n")
        else:
            subprocess.run([sys.executable, "-m", "benchmarks.search_engines", name], check=True)


def _bm25s(articles: Sequence[Article], cut: Callable[[str], list[str]]) -> Ask:
    retriever = import_module("bm25s").BM25()
    retriever.index([_document(article, cut) for article in articles], show_progress=False)

    def ask(question: str) -> list[tuple[str, float]]:
        numbers, scores = retriever.retrieve([cut(question)], k=3, show_progress=False)
        return [(articles[at].id, float(score)) for at, score in zip(numbers[0], scores[0], strict=True)]

    return ask


def _fts5(
    articles: Sequence[Article], tokenizer: str, text: Callable[[str], str], ask_for: Callable[[str], list[str]]
) -> Ask:
    database = sqlite3.connect(":memory:")
    columns = ", ".join(REPEATED)
    database.execute(f"create virtual table library using fts5(id unindexed, {columns}, tokenize='{tokenizer}')")
    rows = [(article.id, *(" ".join(map(text, _parts(article, field))) for field in REPEATED)) for article in articles]
    database.executemany(f"insert into library values (?{', ?' * len(REPEATED)})", rows)
    weights = ", ".join(str(times) for times in (0, *REPEATED.values()))
    query = f"select id, -bm25(library, {weights}) from library where library match ? order by 2 desc limit 3"

    def ask(question: str) -> list[tuple[str, float]]:
        wanted = " OR ".join('"' + part.replace('"', "") + '"' for part in ask_for(question))
        return database.execute(query, (wanted,)).fetchall() if wanted else []

    return ask


def _words(text: str) -> list[str]:
    return telling(normalise(text))


def _parts(article: Article, field: str) -> list[str]:
    """The field in pieces short enough to be cut into words whole."""
    value: Any = getattr(article, field)
    texts = (value,) if isinstance(value, str) else value
    return [text[at : at + LIMIT] for text in texts for at in range(0, len(text), LIMIT)]


def _document(article: Article, cut: Callable[[str], list[str]]) -> list[str]:
    return [word for field, times in REPEATED.items() for part in _parts(article, field) for word in cut(part) * times]


def _mebibytes() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def _lines(name: str) -> list[str]:
    return (SETS / name).read_text(encoding="utf-8").splitlines()


def _top(hits: Sequence[tuple[str, float]]) -> float:
    return hits[0][1] if hits else 0.0


def _apart(inside: Sequence[float], outside: Sequence[float]) -> float:
    """How often a question of ours scores above one of somebody else's: 1 is always, 0.5 is chance."""
    return sum((one > other) + (one == other) / 2 for one in inside for other in outside) / (len(inside) * len(outside))


if __name__ == "__main__":
    main()
