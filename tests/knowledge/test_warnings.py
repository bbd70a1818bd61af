"""Warnings: every kind in every colour has words that say what to do, short enough to be read out."""

import pytest

from knowledge.library import TOPICS
from knowledge.warnings import LEVELS, SORTS, advice, topics

LONGEST = 300


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("level", LEVELS)
def test_the_ready_made_words_are_short_and_plain(sort, level):
    words = advice(sort, level)
    assert 20 < len(words) <= LONGEST
    assert words.endswith("。")


@pytest.mark.parametrize("sort", SORTS)
def test_grave_levels_say_more(sort):
    assert advice(sort, "blue") == advice(sort, "yellow")
    assert advice(sort, "orange") == advice(sort, "red") > advice(sort, "blue")
    assert len(advice(sort, "red")) > len(advice(sort, "blue"))


@pytest.mark.parametrize("sort", SORTS)
def test_a_warning_is_about_topics_that_exist(sort):
    assert topics(sort)
    assert set(topics(sort)) <= set(TOPICS)


def test_the_names_tell_the_levels_apart():
    assert len(set(LEVELS.values())) == len(LEVELS) == 4
    assert not any(colour in name for colour in LEVELS.values() for name in SORTS.values())


def test_an_unknown_kind_is_refused():
    with pytest.raises(KeyError):
        advice("meteor", "red")
