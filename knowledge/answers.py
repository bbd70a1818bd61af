"""Answers: what the bot would say to a sentence, as plain data for the chat and for the command line."""

from __future__ import annotations

from typing import TypedDict

from knowledge import shelf
from knowledge.emergency import GENERAL_CARD, card_for
from knowledge.grading import kind_of
from knowledge.intents import intent_of
from knowledge.kinds import KINDS, SEVERITIES
from knowledge.library import Article, Library
from knowledge.search import Hit, Searcher, is_confident
from knowledge.understand import understand
from knowledge.words import normalise

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


def library() -> Library:
    """The articles in use."""
    return shelf.current().library


def searcher() -> Searcher:
    """The index over `library()`; warm the words first to build it faster."""
    return shelf.current().searcher


def ask(text: str) -> Answer:
    """What the library knows about `text`: the best three articles, and the card of an emergency among them.

    The card comes first. Only the general one gives way to an article that surely answers: those words were a question.
    """
    understood = understand(text)
    hits = searcher().search(text, AT_MOST)
    if not understood.emergency:
        return _answer(text, understood.intent, is_confident(hits), hits)
    card = library().by_id(card_for(text))
    others = [hit for hit in hits if hit.article != card][: AT_MOST - 1]
    gives_way = card.id == GENERAL_CARD and is_confident(hits) and hits[0].article != card and _asks(text)
    first, rest = (others[:1], others[1:]) if gives_way else ([], others)
    return _answer(text, understood.intent, True, [*first, Hit(card, 1.0), *rest])


def _asks(text: str) -> bool:
    said = normalise(text)
    return intent_of(said, kind_of(said), None)[0] == "question"


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
