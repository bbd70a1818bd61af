"""Campaigns count doors by village, remind before their end, and close by themselves."""

from datetime import date, timedelta

import pytest

from models import campaigns, patrols
from models.base import Refused
from models.campaigns import NINE_SMALL
from models.coverage import Coverage
from models.places import Place
from tests.models.conftest import notices_to

UNTIL = date(2026, 12, 8)


@pytest.fixture
def places(s, town, now) -> dict[str, Place]:
    """Shops in three grids of two villages, and an inn."""
    made = {}
    for name, area, kind in (("甲", "east-1", "shop"), ("乙", "east-1", "shop"), ("丙", "east-2", "catering"),
                             ("丁", "west-1", "shop"), ("戊", "east-1", "fuel")):  # fmt: skip
        at = town.areas[area]
        made[name] = Place(code=name, name=name, kind=kind, area_id=at.id, area_path=at.path, created_at=now)
        s.add(made[name])
    s.flush()
    return made


@pytest.fixture
def campaign(s, town, places, now):
    """A campaign of the nine small kinds in the whole town."""
    assert len(places) == 5
    return campaigns.start(s, town.post, " 冬春  排查 ", NINE_SMALL, town.id_of("town"), UNTIL, now=now)


def reached(s, campaign) -> dict[str, Coverage]:
    return {area.code: part for area, part in campaigns.reached_by(s, campaign)}


def test_it_is_about_the_places_of_its_kinds_in_its_area(s, town, places, campaign, now):
    assert (campaign.title, campaign.since) == ("冬春 排查", date(2026, 11, 23))
    assert campaigns.count(s, town.post, NINE_SMALL, town.id_of("town")) == 4
    assert campaigns.count(s, town.village, ["shop"], town.id_of("east")) == 2
    assert [name for name, place in places.items() if campaign.is_about(place)] == ["甲", "乙", "丙", "丁"]
    assert campaigns.start(s, town.post, "冬春 排查", ["shop"], town.id_of("town"), UNTIL, now=now) == campaign


def test_coverage_is_by_village_and_what_is_missing_by_those_whom_it_concerns(s, town, places, campaign, now):
    patrols.log(s, town.grid_a, places["甲"].id, outcome="done", now=now)
    patrols.log(s, town.grid_a, places["乙"].id, outcome="locked", now=now)
    assert reached(s, campaign) == {"east": Coverage(1, 1, 1), "west": Coverage(0, 0, 1)}
    missing, total = campaigns.not_entered(s, town.grid_a, campaign.id, limit=5)
    assert ([(place.name, tried) for place, tried in missing], total) == ([("乙", True)], 1)
    rest, total = campaigns.not_entered(s, town.post, campaign.id, limit=2, offset=2)
    assert ([place.name for place, _ in rest], total) == (["丁"], 3)
    before = now - timedelta(days=3)
    patrols.log(s, town.grid_b, places["丙"].id, outcome="done", claimed_at=before, now=before)
    assert reached(s, campaign)["east"] == Coverage(1, 1, 1), "what was before it does not count"


def test_it_closes_after_its_last_day_and_keeps_what_it_had_reached(s, town, places, campaign, now):
    patrols.log(s, town.grid_a, places["甲"].id, outcome="done", now=now)
    last = now.replace(month=12, day=8, hour=23)
    campaigns.close_over(s, now=last)
    assert campaign.ended_at is None
    after = last + timedelta(hours=2)
    for _ in range(2):
        campaigns.close_over(s, now=after)
    assert (campaign.ended_at, campaign.reason) == (after, "")
    assert notices_to(s, town.post.id).count("campaign.ended") == 1
    patrols.log(s, town.grid_a, places["乙"].id, outcome="done", now=after)
    places["丁"].status = "moved"
    assert reached(s, campaign) == {"east": Coverage(1, 0, 2), "west": Coverage(0, 0, 1)}
    assert campaigns.under_way(s, UNTIL) == []
    with pytest.raises(Refused, match="已经结束"):
        campaigns.not_entered(s, town.post, campaign.id, limit=5)


@pytest.mark.usefixtures("campaign")
def test_some_days_before_the_end_those_who_patrol_hear_once_of_what_is_missing(s, town, places, now):
    patrols.log(s, town.grid_a, places["甲"].id, outcome="done", now=now)
    patrols.log(s, town.grid_a, places["乙"].id, outcome="done", now=now + timedelta(hours=1))
    short = campaigns.start(s, town.village, "两天", ["catering"], town.id_of("east"), date(2026, 11, 25), now=now)
    campaigns.remind(s, now=now)
    campaigns.end(s, town.village, short.id, "够了", now=now)
    for day in (4, 5, 6):
        campaigns.remind(s, now=now.replace(month=12, day=day))
    soon = {who.name: notices_to(s, who.id).count("campaign.soon") for who in (town.grid_a, town.grid_b, town.post)}
    assert soon == {"张网格": 0, "陈网格": 1, "李岗": 1}, "nobody patrols in the west but the post"


def test_it_is_begun_and_ended_by_those_who_plan_there(s, town, campaign, now):
    east, west = town.id_of("east"), town.id_of("west-1")
    for who, area in ((town.grid_a, east), (town.leader, east), (town.resident, east), (town.village, west)):
        with pytest.raises(Refused, match="职责范围"):
            campaigns.start(s, who, "排查", ["shop"], area, UNTIL, now=now)
    with pytest.raises(Refused, match="职责范围"):
        campaigns.end(s, town.village, campaign.id, "不做了", now=now)
    with pytest.raises(Refused, match="没有找到"):
        campaigns.campaign_for(s, town.resident, campaign.id)
    assert [who for who in (town.grid_a, town.village, town.leader) if campaigns.listed(s, who, 5) != [campaign]] == []
    with pytest.raises(Refused, match="为什么"):
        campaigns.end(s, town.post, campaign.id, " ", now=now)
    campaigns.end(s, town.post, campaign.id, "改到下个月", now=now)
    with pytest.raises(Refused, match="已经结束"):
        campaigns.end(s, town.post, campaign.id, "再来", now=now)


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize("until", [date(2026, 11, 22), date(2028, 1, 1)])
def test_a_day_in_the_past_or_too_far_away_is_refused(s, town, now, until):
    with pytest.raises(Refused, match="换一个日子"):
        campaigns.start(s, town.post, "排查", ["shop"], town.id_of("town"), until, now=now)


def test_a_campaign_about_nothing_is_refused(s, town, now):
    with pytest.raises(Refused, match="没有这几类"):
        campaigns.start(s, town.post, "排查", ["express"], town.id_of("town"), UNTIL, now=now)
    with pytest.raises(Refused, match="没有找到"):
        campaigns.count(s, town.post, ["express"], 999)
