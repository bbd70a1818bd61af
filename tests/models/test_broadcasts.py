"""A tip goes out once per slot, to everybody who wants it, never in the night."""

from datetime import timedelta

import pytest
from sqlalchemy import event, insert
from sqlmodel import select

from models import broadcasts
from models.base import Refused
from models.calendar import local
from models.outbox import Lane, Outgoing
from models.people import Person
from models.rules import Rules

pytestmark = pytest.mark.usefixtures("town")

TIP = {"article_id": "ebike", "title": "电动车不上楼", "text": "请在楼外充电。", "topic": "ebike"}


def launch(s, now, slot="tip|2026-11-23|08:30", **more):
    return broadcasts.launch(s, slot_key=slot, **(TIP | more), now=now)


def rows(s) -> list[Outgoing]:
    return list(s.exec(select(Outgoing).order_by(Outgoing.id)))


def test_everybody_reachable_gets_one_row_each(s, town, now):
    s.get_one(Person, town.grid_b.id).reachable = False
    tip = launch(s, now)
    assert tip.audience == 5
    assert {row.person_id for row in rows(s)} == {
        who.id for who in (town.post, town.grid_a, town.village, town.leader, town.resident)
    }
    first = rows(s)[0]
    assert (first.lane, first.what, first.about) == (Lane.BROADCAST, "tip", {"broadcast": tip.id})
    assert first.key == f"broadcast|{tip.id}|{first.person_id}"


def test_the_same_slot_twice_sends_nothing_more(s, now):
    assert launch(s, now) is not None
    assert launch(s, now + timedelta(minutes=1)) is None
    assert len(rows(s)) == 6


def test_at_most_two_tips_a_day(s, now):
    assert launch(s, now, "a")
    assert launch(s, now, "b")
    assert launch(s, now, "c") is None
    assert launch(s, now + timedelta(days=1), "c")


def test_the_town_may_want_fewer(s, now):
    s.info["rules"] = Rules(tips_a_day=0)
    assert launch(s, now) is None


def test_a_tip_of_the_night_waits_for_the_morning(s, now):
    launch(s, local(now).replace(hour=22))
    assert {local(row.not_before).strftime("%d %H:%M") for row in rows(s)} == {"24 07:00"}


def test_who_muted_the_topic_or_all_tips_is_left_alone_until_they_come_back(s, town):
    broadcasts.mute(s, town.resident, "ebike")
    broadcasts.mute(s, town.resident, "forest")
    broadcasts.mute(s, town.leader, "tips")
    s.flush()
    assert {town.resident.id, town.leader.id}.isdisjoint(broadcasts.subscribers(s, "ebike"))
    assert town.resident.id in broadcasts.subscribers(s, "kitchen")
    assert town.leader.id not in broadcasts.subscribers(s, "kitchen")
    broadcasts.unmute(s, town.resident, "ebike")
    s.flush()
    assert s.get_one(Person, town.resident.id).muted == "forest"
    assert town.resident.id in broadcasts.subscribers(s, "ebike")


def test_a_tip_of_one_village_spares_those_who_live_elsewhere(s, town):
    s.get_one(Person, town.grid_a.id).area_id = town.id_of("east-1")
    s.get_one(Person, town.grid_b.id).area_id = town.id_of("west")
    s.flush()
    reached = broadcasts.subscribers(s, path="/county/town/east/")
    assert town.grid_a.id in reached
    assert town.grid_b.id not in reached
    assert town.resident.id in reached, "nobody knows where they live"


@pytest.mark.parametrize("topic", ["", "a,b"])
def test_a_topic_that_cannot_be_is_refused(s, town, topic):
    with pytest.raises(Refused, match="没有这个主题"):
        broadcasts.mute(s, town.resident, topic)


def test_progress_counts_by_state_and_not_those_of_another_tip(s, now):
    tips = [launch(s, now, f"slot-{n}", article_id=str(n)) for n in range(2)]
    for row in rows(s)[:2]:
        row.state = "sent"
    assert broadcasts.progress(s, tips[0].id) == {"sent": 2, "due": 4}
    assert broadcasts.progress(s, tips[1].id) == {"due": 6}
    assert broadcasts.progress(s, 99) == {}


def test_ten_thousand_people_are_one_statement(s, now):
    people = [{"telegram_id": n, "name": f"居民{n}", "reachable": True, "muted": ""} for n in range(1, 10_001)]
    same = {"large_text": False, "seen_at": now}
    s.connection().execute(insert(Person.__table__), [person | same for person in people])
    statements = []
    event.listen(s.get_bind(), "before_cursor_execute", lambda *call: statements.append(call[2]))
    assert launch(s, now).audience == 10_006
    assert sum("INTO outgoing" in statement for statement in statements) == 1
    assert len(statements) < 12
