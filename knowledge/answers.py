"""Answers: what the bot would say to a sentence, as plain data for the chat and for the command line."""

from __future__ import annotations

from functools import cache
from typing import TypedDict

from knowledge.emergency import card_for
from knowledge.kinds import KINDS, SEVERITIES
from knowledge.library import Article, Library, load
from knowledge.search import Hit, Searcher, is_confident
from knowledge.understand import understand

AT_MOST = 3


class FoundArticle(TypedDict):
    """One article of an answer."""

    id: str
    title: str
    text: str
    score: float


class Answer(TypedDict):
    """`answered` is False when the bot has to say 没把握."""

    question: str
    intent: str
    answered: bool
    hits: list[FoundArticle]


class Triage(TypedDict):
    """`kind` and `severity` are labels, `kind_code` the code; null where the text is no report."""

    text: str
    intent: str
    emergency: bool
    kind: str | None
    kind_code: str | None
    severity: str | None
    place: str | None


@cache
def library() -> Library:
    """The library this package ships with, read once."""
    return load()


@cache
def searcher() -> Searcher:
    """The index over `library()`, built once; warm the words first to build it faster."""
    return Searcher(library())


def ask(text: str) -> Answer:
    """What the library knows about `text`: an emergency gets its card first, the rest the best three articles."""
    understood = understand(text)
    hits = searcher().search(text, AT_MOST)
    if understood.emergency:
        card = library().by_id(card_for(text))
        others = [hit for hit in hits if hit.article != card][: AT_MOST - 1]
        return _answer(text, understood.intent, True, [Hit(card, 1.0), *others])
    return _answer(text, understood.intent, is_confident(hits), hits)


def triage(text: str) -> Triage:
    """How `text` would be registered: intent, kind, severity, place."""
    understood = understand(text)
    return Triage(
        text=text,
        intent=understood.intent,
        emergency=understood.emergency,
        kind=KINDS[understood.kind].name if understood.kind else None,
        kind_code=understood.kind,
        severity=SEVERITIES[understood.severity] if understood.severity else None,
        place=understood.place,
    )


def _answer(question: str, intent: str, is_answered: bool, hits: list[Hit]) -> Answer:
    return Answer(
        question=question, intent=intent, answered=is_answered, hits=[_found(hit.article, hit.score) for hit in hits]
    )


def _found(article: Article, score: float) -> FoundArticle:
    return FoundArticle(id=article.id, title=article.title, text=article.body, score=score)
