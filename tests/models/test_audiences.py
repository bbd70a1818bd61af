"""An audience is counted and reached by the same question: area, roles, owners of a kind of place, what is wanted."""

import pytest

from models import audiences, chats
from models.audiences import Segment
from models.base import Refused
from models.people import Grant, Person, Role
from models.places import Place

EAST, WEST = "/county/town/east/", "/county/town/west/"


def reached(s, to: Segment, topic: str = "") -> set[int]:
    """Everybody of a segment, asked for two at a time."""
    s.flush()
    found: list[int] = []
    while part := audiences.people_after(s, to, topic, found[-1] if found else 0, 2):
        found += part
    assert len(found) == len(set(found)) == audiences.count(s, to, topic)[0]
    return set(found)


def lives(s, who, area_id: int) -> None:
    """Note where somebody lives."""
    s.get_one(Person, who.id).area_id = area_id


def test_everybody_reachable(s, town):
    s.get_one(Person, town.grid_b.id).reachable = False
    everybody = {who.id for who in (town.post, town.grid_a, town.village, town.leader, town.resident)}
    assert reached(s, Segment()) == everybody


def test_who_muted_the_topic_or_all_tips_is_left_alone_until_they_come_back(s, town):
    audiences.mute(s, town.resident, "ebike")
    audiences.mute(s, town.resident, "forest")
    audiences.mute(s, town.leader, "tips")
    assert {town.resident.id, town.leader.id}.isdisjoint(reached(s, Segment(), "ebike"))
    assert town.resident.id in reached(s, Segment(), "kitchen")
    assert town.resident.id in reached(s, Segment(), "bike"), "a part of a topic's name is another topic"
    assert town.leader.id not in reached(s, Segment(), "kitchen")
    audiences.unmute(s, town.resident, "ebike")
    assert audiences.topics_muted(s.get_one(Person, town.resident.id)) == {"forest"}
    assert town.resident.id in reached(s, Segment(), "ebike")


@pytest.mark.parametrize("topic", ["", "a,b"])
def test_a_topic_that_cannot_be_is_refused(s, town, topic):
    with pytest.raises(Refused, match="没有这个主题"):
        audiences.mute(s, town.resident, topic)


def test_all_topics_together_fit_into_what_is_kept_of_a_person(s, town):
    from knowledge.library import TOPICS

    for topic in (*TOPICS, "tips"):
        audiences.mute(s, town.resident, topic)
    s.flush()
    assert audiences.topics_muted(s.get_one(Person, town.resident.id)) == {*TOPICS, "tips"}


def test_a_tip_of_one_village_spares_those_who_live_and_work_elsewhere(s, town):
    lives(s, town.resident, town.id_of("east-1"))
    lives(s, town.grid_a, town.id_of("west"))
    lives(s, town.leader, town.id_of("west"))
    to = reached(s, Segment(EAST))
    assert town.resident.id in to
    assert town.grid_a.id in to, "works there"
    assert town.leader.id not in to
    assert town.village.id in to, "works there"


def test_of_whom_nobody_knows_where_they_live_gets_the_tips_of_the_town_and_not_of_a_village(s, town):
    assert town.resident.id not in reached(s, Segment(EAST))
    assert town.resident.id in reached(s, Segment("/county/town/"))
    audiences.live_in(s, town.resident, town.id_of("east"))
    assert town.resident.id in reached(s, Segment(EAST))
    audiences.live_in(s, town.resident, None)
    assert town.resident.id not in reached(s, Segment(EAST))


def test_only_a_village_can_be_a_home(s, town):
    for area in (town.id_of("east-1"), 4711):
        with pytest.raises(Refused):
            audiences.live_in(s, town.resident, area)


def test_roles_count_where_they_are_held_and_only_as_long_as_they_are(s, town):
    workers = Segment(EAST, roles=("grid", "village"))
    lives(s, town.grid_a, town.id_of("west"))
    assert reached(s, workers) == {town.grid_a.id, town.grid_b.id, town.village.id}
    assert reached(s, Segment(WEST, roles=("grid", "village"))) == set()
    grant = next(g for g in s.exec(Grant.__table__.select()).all() if g.person_id == town.grid_b.id)
    s.get_one(Grant, grant.id).ended_at = grant.since
    assert reached(s, workers) == {town.grid_a.id, town.village.id}


def test_owners_of_a_kind_of_place_are_meant_wherever_they_live(s, town, now):
    owner = town.newcomer(s, "张老板", Role.OWNER, "east-1")
    lives(s, owner, town.id_of("west"))
    for code, kind, status in (("a", "catering", "open"), ("b", "shop", "open"), ("c", "netbar", "closed")):
        s.add(Place(code=code, name=code, kind=kind, area_id=town.id_of("east-1"), area_path=EAST + "east-1/",
                    owner_id=owner.id, status=status, created_at=now))  # fmt: skip
    assert reached(s, Segment(EAST, sites=("catering",))) == {owner.id}
    assert reached(s, Segment(EAST, sites=("inn", "shop"))) == {owner.id}
    assert reached(s, Segment(WEST, sites=("catering",))) == set()
    assert reached(s, Segment(EAST, sites=("netbar",))) == set(), "closed down"


def test_groups_get_what_is_for_all_of_their_area_and_nobody_else_s(s, town, now):
    group = {code: chats.met(s, -n, code, is_channel=False, may_write=True, now=now)
             for n, code in enumerate(("town", "east", "east-1", "west"), 1)}  # fmt: skip
    for code, chat in group.items():
        chats.switch(s, town.post, chat.id, town.id_of(code), now=now)
    to = Segment(EAST, people=False, chats=True)
    assert [chat.title for chat in audiences.chats_of(s, to)] == ["east", "east-1"]
    assert audiences.count(s, to, "") == (0, 2)
    assert audiences.people_after(s, to, "", 0, 10) == []
    assert audiences.count(s, Segment(EAST), "")[1] == 0
    assert len(audiences.chats_of(s, Segment("/county/", chats=True))) == 4


@pytest.mark.usefixtures("town")
def test_everywhere_is_the_area_that_holds_all_others(s):
    assert audiences.everywhere(s) == "/county/"


def test_everywhere_without_areas(s):
    assert audiences.everywhere(s) == "/"


def test_a_segment_is_kept_whole():
    to = Segment(EAST, ("grid",), ("shop",), people=False, chats=True)
    assert Segment.from_json(to.to_json()) == to
    assert Segment.from_json({}) == Segment()
