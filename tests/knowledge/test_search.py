"""A villager's question finds its article, and a question about something else is not answered."""

import pytest

from knowledge.answers import ask, library, searcher
from knowledge.search import is_confident
from tests.knowledge.cases import CHECK_QUESTIONS, OUT_OF_SCOPE, TUNE_QUESTIONS


@pytest.mark.parametrize(("question", "article"), TUNE_QUESTIONS)
def test_a_known_way_of_asking_finds_the_article_first(question, article):
    assert searcher().search(question)[0].article.id == article


@pytest.mark.parametrize(("question", "article"), CHECK_QUESTIONS)
def test_an_unseen_way_of_asking_finds_the_article_first(question, article):
    assert searcher().search(question)[0].article.id == article


def test_most_questions_are_answered_with_confidence():
    asked = [question for question, _ in TUNE_QUESTIONS + CHECK_QUESTIONS]
    answered = [question for question in asked if is_confident(searcher().search(question))]
    assert len(answered) >= 0.92 * len(asked)


def test_every_article_is_found_by_the_questions_written_in_it():
    for article in library().articles:
        for question in article.questions:
            found = [hit.article.topic for hit in searcher().search(question)]
            assert article.topic in found, question


@pytest.mark.parametrize("question", OUT_OF_SCOPE)
def test_a_question_about_something_else_is_not_answered(question):
    assert ask(question)["answered"] is False


def test_nothing_is_found_for_words_without_meaning():
    assert searcher().search("!!!") == []
    assert searcher().search("的了吗") == []
    assert not is_confident([])


def test_no_more_hits_than_asked_for():
    assert len(searcher().search("灭火器", limit=1)) == 1
