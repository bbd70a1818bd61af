"""Every article is fit to be published, and the check sees what is not."""

from dataclasses import replace
from datetime import date

import pytest

from knowledge.answers import library
from knowledge.library import TOPICS, Library, load

ARTICLES = library().articles


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.id)
def test_an_article_is_fit_to_be_published(article):
    assert Library((article,)).problems() == []
    assert article.reviewed == date(2026, 11, 20)
    assert article.audience
    assert len(article.keywords) >= 3


def test_there_are_enough_articles_for_every_topic():
    assert len([article for article in ARTICLES if not article.emergency]) >= 30
    assert {article.topic for article in ARTICLES} == set(TOPICS)


def test_files_are_named_after_their_ids():
    assert [article.id for article in ARTICLES] == sorted({article.id for article in ARTICLES})


@pytest.mark.parametrize(
    "change",
    [
        {"body": "字" * 901},
        {"tip": "字" * 141},
        {"tip": ""},
        {"source": " "},
        {"topic": "astrology"},
        {"questions": ("只有一个问法",)},
        {"season": (13,)},
        {"body": "举报一次奖200元"},
        {"tip": "堵了通道镇政府罚你"},
        {"body": "违者可依法处罚"},
    ],
)
def test_the_check_sees_what_is_wrong(change):
    assert Library((replace(ARTICLES[0], **change),)).problems()


def test_the_same_id_twice_is_a_problem():
    assert Library((ARTICLES[0], ARTICLES[0])).problems() == [f"{ARTICLES[0].id}: 编号重复"]


def test_tips_of_the_season_come_first_and_cards_are_no_tips():
    january = library().tips_for(1)
    assert 1 in january[0].season
    assert not any(article.emergency for article in january)
    assert library().by_id("ebike-flooded") not in january
    assert library().by_id("ebike-flooded") in library().tips_for(7)


def test_an_unknown_id_is_refused():
    with pytest.raises(KeyError):
        library().by_id("nothing")


def test_a_file_without_a_head_is_named_in_the_error(tmp_path):
    (tmp_path / "broken.md").write_text("没有文件头", encoding="utf-8")
    with pytest.raises(ValueError, match=r"broken\.md"):
        load(tmp_path)
