"""How well the search finds: `python -m tests.knowledge.measure [--doc docs/search.md]`.

Prints totals for the tuning and the check half; of the check half nothing but totals ever leaves this module. The
document it writes quotes no question: figures, method, and which topics are taken for which.
"""

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from unittest.mock import patch

from knowledge.answers import Answer, ask, library, searcher
from knowledge.library import TOPICS
from knowledge.scope import scope_of
from knowledge.search import CONFIDENT

SETS = Path(__file__).with_name("sets")
HALVES = ("tune", "check")


@dataclass(frozen=True)
class Asked:
    """A question with the ids that answer it (none: outside our subject), what the search found, what the bot said."""

    right: tuple[str, ...]
    searched: tuple[str, ...]
    answer: Answer

    @property
    def found(self) -> list[str]:
        return [hit["id"] for hit in self.answer["hits"]]

    @property
    def is_first(self) -> bool:
        return self.found[:1] != [] and self.found[0] in self.right

    @property
    def is_in_three(self) -> bool:
        return bool(set(self.found[:3]) & set(self.right))


@dataclass(frozen=True)
class Figures:
    """Shares (0 to 1) over one half of the sets, and how many questions they are of."""

    questions: int
    searched_first: float
    searched_three: float
    first: float
    in_three: float
    answered: float
    right_and_sure: float
    outside: int
    outside_answered: float

    def __str__(self) -> str:
        return (
            f"{self.questions} questions: searched right first {self.searched_first:.1%}, in three "
            f"{self.searched_three:.1%}; said right first {self.first:.1%}, in three {self.in_three:.1%}, answered "
            f"{self.answered:.1%}, right and sure {self.right_and_sure:.1%}; "
            f"{self.outside} outside: answered {self.outside_answered:.1%}"
        )


@cache
def asked(name: str, half: str) -> tuple[Asked, ...]:
    """Every line of `sets/<name>.<half>.tsv` with the bot's answer."""
    lines = (SETS / f"{name}.{half}.tsv").read_text(encoding="utf-8").splitlines()
    parted = (line.partition("\t") for line in lines)
    return tuple(_asked(question, tuple(filter(None, ids.split("|")))) for question, _, ids in parted)


def _asked(question: str, right: tuple[str, ...]) -> Asked:
    return Asked(right, tuple(hit.article.id for hit in searcher().search(question)), ask(question))


def figures(half: str) -> Figures:
    """The figures of one half."""
    inside, outside = asked("questions", half), asked("outside", half)
    return Figures(
        questions=len(inside),
        searched_first=_share(set(one.searched[:1]) & set(one.right) for one in inside),
        searched_three=_share(set(one.searched) & set(one.right) for one in inside),
        first=_share(one.is_first for one in inside),
        in_three=_share(one.is_in_three for one in inside),
        answered=_share(one.answer["answered"] for one in inside),
        right_and_sure=_share(one.is_first and one.answer["answered"] for one in inside),
        outside=len(outside),
        outside_answered=_share(one.answer["answered"] for one in outside),
    )


def threshold() -> float:
    """The lowest hundredth at which 5 % of the outside tuning questions would be answered.

    Half of them are counted as if the list of other people's matters had none of their words: it was written with
    these questions in sight and knows them better than what will be asked.
    """
    questions = [one.answer["question"] for one in asked("outside", "tune")]
    listed = [_score(question) for question in questions]
    with patch("knowledge.search.scope_of", lambda said: replace(scope_of(said), elsewhere=0)):
        unlisted = [_score(question) for question in questions]
    hundredths = (hundredth / 100 for hundredth in range(101))
    return next(at for at in hundredths if 0.5 * _above(at, listed) + 0.5 * _above(at, unlisted) <= 0.05)


def _score(question: str) -> float:
    hits = searcher().search(question)
    return hits[0].score if hits else 0.0


def _above(limit: float, scores: Sequence[float]) -> float:
    return _share(score >= limit for score in scores)


def of_topic(half: str) -> dict[str, list[Asked]]:
    """The questions of one half by the topic of their first right article."""
    topics: dict[str, list[Asked]] = {}
    for one in asked("questions", half):
        topics.setdefault(_topics()[one.right[0]], []).append(one)
    return dict(sorted(topics.items()))


def confusion(half: str) -> Counter[tuple[str, str]]:
    """(topic of the first right article, topic of the first hit) -> questions; an own card counts as right."""
    return Counter(
        (_topics()[one.right[0]], _topics()[one.right[0] if one.is_first else one.found[0]])
        for one in asked("questions", half)
        if one.found
    )


def _share(yes: Iterable[object]) -> float:
    said = [bool(one) for one in yes]
    return sum(said) / max(1, len(said))


@cache
def _topics() -> dict[str, str]:
    return {article.id: article.topic for article in library().articles}


def _document() -> str:
    totals = "\n".join(_row(half, figures(half)) for half in HALVES)
    by_topic = "\n".join(
        f"| {TOPICS[topic]} | {len(some)} | {_share(one.is_first for one in some):.0%} "
        f"| {_share(one.is_in_three for one in some):.0%} | {_share(one.answer['answered'] for one in some):.0%} |"
        for topic, some in of_topic("check").items()
    )
    return PAGE.format(
        totals=totals, by_topic=by_topic, table=_table(), threshold=CONFIDENT, articles=len(library().articles)
    )


def _row(half: str, it: Figures) -> str:
    shares = (
        it.searched_first,
        it.searched_three,
        it.first,
        it.in_three,
        it.answered,
        it.right_and_sure,
        it.outside_answered,
    )
    return f"| {half} | {it.questions} | {it.outside} | " + " | ".join(f"{share:.1%}" for share in shares) + " |"


def _table() -> str:
    counted = confusion("check")
    topics = sorted({topic for pair in counted for topic in pair})
    head = "| asked \\ answered | " + " | ".join(TOPICS[topic] for topic in topics) + " |"
    rows = [
        f"| {TOPICS[meant]} | " + " | ".join(str(counted[meant, found] or "") for found in topics) + " |"
        for meant in topics
    ]
    return "\n".join([head, "|---" * (len(topics) + 1) + "|", *rows])


PAGE = """# How well the search finds

Written by `python -m tests.knowledge.measure --doc docs/search.md`; {articles} articles. The questions were written
from a list of the articles' ids, without their texts. The tuning half was looked at while the search was built and
while the articles' own questions were written, so its figures flatter. Of the check half nothing but these totals was
ever looked at, some twenty times; its labels were reviewed once by somebody who had read all articles and nothing of
the search. What is measured is what `chuishao ask` says, so a sentence that sounds like a fire gets its card first.

| half | questions | outside | search: first | in three | said: first | in three | answered | right and sure | wrongly |
|---|---|---|---|---|---|---|---|---|---|
{totals}

An answer is given from a score of {threshold} on: not below the lowest hundredth at which at most 5 % of the outside
questions of the tuning half are answered, half of them counted as if the list of other people's matters did not know
their words.
A question that an article has word for word is always answered by it.

## By topic (check half)

| topic | questions | right first | in three | answered |
|---|---|---|---|---|
{by_topic}

## What is taken for what (check half, topic of the first hit)

{table}
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures; with `--doc FILE` write them down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--doc", type=Path)
    parser.add_argument("--topics", action="store_true", help="also by topic")
    chosen = parser.parse_args(arguments)
    for half in HALVES:
        print(f"{half}: {figures(half)}")  # noqa: T201
    print(f"threshold by the rule: {threshold():.2f}, in use: {CONFIDENT}")  # noqa: T201
    if chosen.topics:
        for topic, some in of_topic("check").items():
            first = _share(one.is_first for one in some)
            print(f"  {topic}: {len(some)}, right first {first:.0%}")  # noqa: T201
    if chosen.doc:
        chosen.doc.write_text(_document(), encoding="utf-8")


if __name__ == "__main__":
    main()
