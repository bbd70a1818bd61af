"""`python -m benchmarks.search [--articles N]`: how fast the search is when the library is large, and with garbage.

The library of N articles is made of the sentences of the real one, dealt out anew, so that no two articles are alike
and every word is about as common as it is in the real one. Each stage runs in a process of its own.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from knowledge import words
from knowledge.library import Article, Library, load
from knowledge.search import Searcher

ROUNDS = 2_000
CLOCKS = {"by the clock": time.perf_counter, "processor": time.thread_time}
GARBAGE = {"rare characters": "龘" * 200_000, "one word": "灭火器" * 66_667, "letters": "x" * 200_000}


def enlarged(articles: tuple[Article, ...], size: int) -> Library:
    """A library of `size` articles, the same at every call."""
    chance = random.Random(1)
    bodies = [line for article in articles for line in article.body.splitlines()]
    questions = [question for article in articles for question in article.questions]
    keywords = [keyword for article in articles for keyword in article.keywords]
    return Library(
        tuple(
            replace(
                chance.choice(articles),
                id=f"made-{number:05}",
                title=chance.choice(questions)[:30],
                questions=tuple(chance.sample(questions, 10)),
                keywords=tuple(chance.sample(keywords, 7)),
                body="\n".join(chance.sample(bodies, 9))[:900],
            )
            for number in range(size)
        )
    )


def milliseconds(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """How long `work` takes by the clock; `time.thread_time` leaves out what a busy machine does in between."""
    start = clock()
    work()
    return (clock() - start) * 1000


def stage(name: str, size: int, cache: Path) -> None:
    """Build the index (or read it back) and search in it; prints one line."""
    words.warm(cache)
    library = load()
    asked = [question for article in library.articles for question in article.questions]
    large = enlarged(library.articles, size) if size else library
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    made: list[Searcher] = []
    building = milliseconds(lambda: made.append(Searcher(large)))
    (searcher,) = made
    chance = random.Random(2)
    questions = [chance.choice(asked) for _ in range(ROUNDS)]
    searches = [partial(searcher.search, question) for question in questions]
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    told = [f"{len(large.articles)} articles, {name}: index in {building / 1000:.2f} s, +{grown:.0f} MiB"]
    for what, clock in CLOCKS.items():
        times = sorted(milliseconds(search, clock) for search in searches)
        told.append(f"search ({what}) p50 {times[ROUNDS // 2]:.2f} ms, p99 {times[ROUNDS * 99 // 100]:.2f} ms")
    for what, text in GARBAGE.items():
        told.append(f"{what} refused in {milliseconds(partial(searcher.search, text)):.1f} ms")
    sys.stdout.write("; ".join(told) + "\n")


def main() -> None:
    """Measure the real library and a large one, each with a new index and with a kept one."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search", description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--stage", nargs=3, metavar=("NAME", "SIZE", "CACHE"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.stage:
        name, size, cache = chosen.stage
        stage(name, int(size), Path(cache))
        return
    with tempfile.TemporaryDirectory() as scratch:
        for size in (0, chosen.articles):
            for name in ("new", "kept"):
                arguments = ["--stage", name, str(size), f"{scratch}/cache"]
                subprocess.run([sys.executable, "-m", "benchmarks.search", *arguments], check=True)


if __name__ == "__main__":
    main()
