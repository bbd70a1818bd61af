"""The calendar of topics: months, long seasons, lunar feasts and solar terms, market days, local hazards."""

from datetime import date

import pytest

from knowledge import season
from knowledge.kinds import KINDS
from knowledge.library import TOPICS
from knowledge.season import feasts, season_topics


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_has_topics_that_exist(month):
    topics = season_topics(date(2026, month, 15))
    assert topics
    assert set(topics) <= set(TOPICS)


def test_the_forest_leads_in_its_season_and_the_township_on_the_119_day():
    assert season_topics(date(2027, 4, 4))[0] == "forest"
    assert season_topics(date(2026, 11, 9))[0] == "township"
    assert season_topics(date(2026, 12, 20))[0] == "heating"


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("春节", date(2026, 2, 17)), ("春节", date(2027, 2, 6)), ("元宵节", date(2026, 3, 3)),
        ("腊八", date(2026, 1, 26)), ("过小年", date(2026, 2, 10)), ("清明", date(2026, 4, 5)),
        ("端午节", date(2026, 6, 19)), ("七月半", date(2026, 8, 27)), ("中秋节", date(2026, 9, 25)),
        ("冬至", date(2026, 12, 22)), ("国庆节", date(2026, 10, 1)), ("119消防日", date(2026, 11, 9)),
    ],
)  # fmt: skip
def test_feasts_fall_on_their_days(name, day):
    found = {feast.name: feast for feast in feasts(day)}
    assert (found[name].day, found[name].days_left) == (day, 0)
    assert set(found[name].topics) <= set(TOPICS)


def test_a_feast_is_near_some_days_before_and_after_also_across_the_new_year():
    assert [feast.name for feast in feasts(date(2026, 12, 22))] == ["冬至"]
    assert [feast.name for feast in feasts(date(2026, 12, 29))] == ["冬至"]
    assert feasts(date(2026, 12, 30)) == []
    assert [feast.name for feast in feasts(date(2027, 1, 13))] == ["腊八"]
    near = feasts(date(2026, 2, 11))
    assert [feast.name for feast in near] == ["过小年", "春节"], "the nearest first"
    assert [season.until(feast) for feast in near] == ["过小年刚过 1 天", "春节（2月17日）还有 6 天"]
    assert season.until(feasts(date(2026, 2, 17))[0]) == "今天是春节"


def test_long_seasons_have_names():
    assert season.spans(date(2026, 8, 1)) == ["森林防火期"]
    assert season.spans(date(2026, 6, 1)) == []


def test_market_days_have_topics():
    assert set(season.market_topics()) <= set(TOPICS)


def test_every_hazard_that_words_can_prevent_has_its_topic():
    topics = {kind: season.topic_of_hazard(kind) for kind in KINDS}
    assert {kind for kind, topic in topics.items() if not topic} == {"A18", "A19"}
    assert set(topics.values()) - {""} <= set(TOPICS)
    assert season.topic_of_hazard("no such kind") == ""
