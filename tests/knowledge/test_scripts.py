"""The loudspeaker's minute: spoken sentences, never longer, never without what to do in a fire."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.answers import library
from knowledge.scripts import CLOSING, LONGEST_SECONDS, loudspeaker, seconds

ARTICLES = [article for article in library().articles if not article.emergency]


@pytest.mark.parametrize("article", ARTICLES[::7], ids=lambda article: article.id)
def test_every_tip_can_be_read_aloud_in_a_minute(article):
    script = loudspeaker("示范镇", article.title, article.tip, article)
    assert seconds(script) <= LONGEST_SECONDS
    assert script.startswith("示范镇的乡亲们")
    assert script.endswith(CLOSING)
    assert not set(script) & set("（）()《》「」\n")


@given(st.text(max_size=1000), st.text(max_size=60))
def test_whatever_an_officer_writes_it_stays_a_minute(text, title):
    assert seconds(loudspeaker("示范镇", title, text)) <= LONGEST_SECONDS + 1


def test_the_advice_of_the_article_fills_the_rest():
    article = library().by_id("forest-tomb")
    alone, whole = loudspeaker("示范镇", "上坟", "不烧纸。"), loudspeaker("示范镇", "上坟", "不烧纸。", article)
    assert len(alone) < len(whole)


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.id)
def test_what_one_must_not_do_is_never_read_out_as_advice(article):
    script = loudspeaker("示范镇", article.title, "", article)
    *_, dont = article.body.partition("\n不要")
    for line in dont.splitlines():
        if line.startswith("- ") and line[2:] not in article.body.replace(dont, ""):
            assert line[2:].rstrip("。") not in script
