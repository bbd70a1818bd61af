"""A broadcast is written by one and let go by another; the calendar's tips go out once per slot, two a day at most."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from models import audiences, broadcasts, deliveries
from models.audiences import Segment
from models.base import Refused
from models.broadcasts import Broadcast, Kind, Stage
from models.calendar import local
from models.people import Role
from models.rules import Rules
from tests.models.conftest import Town, notices_to

pytestmark = pytest.mark.usefixtures("town")

TIP = {"article_id": "ebike", "title": "电动车不上楼", "text": "请在楼外充电。", "topic": "ebike"}
EAST = "/county/town/east/"
TOWN = "/county/town/"


def launch(s: Session, now: datetime, slot: str = "tip|2026-11-23|08:30") -> Broadcast | None:
    """Begin a tip of the calendar."""
    return broadcasts.launch(s, slot_key=slot, **TIP, now=now)


def words(path: str = TOWN, slot: str = "form-1", **more: Any) -> Broadcast:
    """What an officer has written."""
    given = {"title": "今晚有大风", "text": "不烧灰、不烧秸秆。", "segment": Segment(path).to_json()} | more
    return Broadcast(slot_key=slot, **given)


def submitted(s: Session, town: Town, now: datetime, **more: Any) -> Broadcast:
    """A broadcast of the fire post that waits for the leader."""
    made = broadcasts.draft(s, town.post, words(**more), now=now)
    return broadcasts.submit(s, town.post, made.id or 0, now=now)


def released(s: Session, town: Town, now: datetime, **more: Any) -> Broadcast:
    """A broadcast that the leader has approved."""
    made = submitted(s, town, now, **more)
    return broadcasts.approve(s, town.leader, made.id or 0, made.edition, now=now)


def test_a_tip_of_the_calendar_is_for_everybody_and_waits_only_for_its_moment(s, now):
    tip = launch(s, now)
    assert (tip.stage, tip.to.path, tip.to.chats, tip.author_id) == (Stage.SCHEDULED, "/county/", True, None)
    assert tip.send_at == now


def test_the_same_slot_twice_is_one_tip(s, now):
    assert launch(s, now) is not None
    assert launch(s, now + timedelta(minutes=1)) is None
    assert len(s.exec(select(Broadcast)).all()) == 1


def test_at_most_two_tips_a_day(s, now):
    assert launch(s, now, "a")
    assert launch(s, now, "b")
    assert launch(s, now, "c") is None
    assert launch(s, now + timedelta(days=1), "c")


def test_the_town_may_want_fewer(s, now):
    s.info["rules"] = Rules(tips_a_day=0)
    assert launch(s, now) is None


def test_a_tip_of_the_night_belongs_to_the_next_day(s, now):
    late = local(now).replace(hour=22)
    assert local(launch(s, late, "late").send_at).strftime("%d %H:%M") == "24 07:00"
    assert launch(s, now + timedelta(days=1), "a")
    assert launch(s, now + timedelta(days=1), "b") is None


def test_one_writes_and_another_lets_it_go(s, town, now):
    made = submitted(s, town, now)
    assert made.stage == Stage.WAITING
    assert notices_to(s, town.leader.id) == ["broadcast.waiting"]
    assert notices_to(s, town.post.id) == []
    broadcasts.approve(s, town.leader, made.id, made.edition, now=now)
    assert (made.stage, made.approver_id, made.send_at) == (Stage.SCHEDULED, town.leader.id, now)
    assert notices_to(s, town.post.id) == ["broadcast.approved"]


def test_the_author_cannot_approve_also_when_a_colleague_has_submitted(s, town, now):
    colleague = town.newcomer(s, "赵岗", Role.POST)
    made = broadcasts.draft(s, town.post, words(), now=now)
    broadcasts.submit(s, colleague, made.id, now=now)
    with pytest.raises(Refused, match="自己写的不能自己批准"):
        broadcasts.approve(s, town.post, made.id, made.edition, now=now)
    assert made.stage == Stage.WAITING
    assert broadcasts.to_approve(s, town.post) == []
    assert broadcasts.to_approve(s, colleague) == broadcasts.to_approve(s, town.leader) == [made]


def test_who_changes_the_words_is_their_author_and_cannot_approve_them(s, town, now):
    colleague = town.newcomer(s, "赵岗", Role.POST)
    made = submitted(s, town, now)
    broadcasts.revise(s, colleague, made.id, words(text="另外的话。"), now=now)
    broadcasts.submit(s, colleague, made.id, now=now)
    with pytest.raises(Refused, match="自己写的不能自己批准"):
        broadcasts.approve(s, colleague, made.id, made.edition, now=now)
    assert broadcasts.approve(s, town.post, made.id, made.edition, now=now).text == "另外的话。"


def test_nobody_approves_words_that_were_changed_after_they_had_read_them(s, town, now):
    made = submitted(s, town, now)
    read = made.edition
    broadcasts.revise(s, town.post, made.id, words(text="另外的话。"), now=now)
    broadcasts.submit(s, town.post, made.id, now=now)
    with pytest.raises(Refused, match="后来改过"):
        broadcasts.approve(s, town.leader, made.id, read, now=now)


def test_without_a_second_person_it_says_what_to_do(s, town, now):
    town.leader = town.newcomer(s, "另一位", Role.GRID)
    made = broadcasts.draft(s, town.village, words(EAST), now=now)
    broadcasts.submit(s, town.village, made.id, now=now)
    assert made.stage == Stage.WAITING, "the post and the leader of the town may approve a village's"
    s.info["rules"] = Rules(broadcasts_need_two=False)
    alone = broadcasts.draft(s, town.post, words(slot="form-2"), now=now)
    assert broadcasts.submit(s, town.post, alone.id, now=now).stage == Stage.SCHEDULED


def test_who_is_alone_with_the_right_is_told_to_ask_for_somebody(s, town, now):
    county = town.newcomer(s, "县里", Role.POST, "county")
    made = broadcasts.draft(s, county, words("/county/"), now=now)
    with pytest.raises(Refused, match="请管理员再请一位"):
        broadcasts.submit(s, county, made.id, now=now)


def test_what_is_returned_is_changed_and_submitted_again(s, town, now):
    made = submitted(s, town, now)
    broadcasts.give_back(s, town.leader, made.id, "太长", now=now)
    assert (made.stage, made.reason) == (Stage.RETURNED, "太长")
    assert notices_to(s, town.post.id) == ["broadcast.returned"]
    broadcasts.revise(s, town.post, made.id, words(text="短一点。", path=EAST), now=now)
    assert (made.stage, made.text, made.to.path) == (Stage.DRAFT, "短一点。", EAST)
    broadcasts.submit(s, town.post, made.id, now=now)
    assert (made.stage, made.reason) == (Stage.WAITING, "")


@pytest.mark.parametrize("act", [
    lambda s, t, i, now: broadcasts.submit(s, t.post, i, now=now),
    lambda s, t, i, now: broadcasts.approve(s, t.leader, i, 1, now=now),
    lambda s, t, i, now: broadcasts.give_back(s, t.leader, i, "不行", now=now),
    lambda s, t, i, now: broadcasts.revise(s, t.post, i, words(), now=now),
])  # fmt: skip
@pytest.mark.parametrize("stage", [Stage.SCHEDULED, Stage.SENDING, Stage.DONE, Stage.CANCELLED])
def test_what_is_decided_stays_decided(s, town, now, act, stage):
    made = submitted(s, town, now)
    made.stage = stage
    with pytest.raises(Refused, match="这一步办不了"):
        act(s, town, made.id, now)


def test_the_same_form_handed_in_twice_is_one_draft(s, town, now):
    one, two = (broadcasts.draft(s, town.post, words(), now=now) for _ in range(2))
    assert one.id == two.id


def test_nobody_writes_beyond_their_own_area(s, town, now):
    with pytest.raises(Refused, match="职责范围"):
        broadcasts.draft(s, town.village, words(TOWN), now=now)
    made = broadcasts.draft(s, town.village, words(EAST), now=now)
    with pytest.raises(Refused, match="职责范围"):
        broadcasts.revise(s, town.village, made.id, words(TOWN), now=now)


def test_a_third_tip_of_the_day_is_refused_and_one_for_another_day_or_a_warning_is_not(s, town, now):
    released(s, town, now, slot="a")
    released(s, town, now, slot="b", send_at=now + timedelta(hours=5))
    with pytest.raises(Refused, match="排满 2 条"):
        submitted(s, town, now, slot="c")
    assert released(s, town, now, slot="d", kind=Kind.WARNING)
    tomorrow = now + timedelta(days=1)
    assert released(s, town, now, slot="e", send_at=tomorrow)
    assert released(s, town, now, slot="f", send_at=tomorrow)
    with pytest.raises(Refused, match="排满"):
        submitted(s, town, now, slot="g", send_at=tomorrow + timedelta(hours=1))


def test_the_approver_hears_that_the_day_filled_up_meanwhile(s, town, now):
    made = submitted(s, town, now)
    launch(s, now, "a")
    launch(s, now, "b")
    with pytest.raises(Refused, match="排满"):
        broadcasts.approve(s, town.leader, made.id, made.edition, now=now)
    assert made.stage == Stage.WAITING


def test_tips_of_one_village_do_not_use_up_the_day_of_another(s, town, now):
    audiences.live_in(s, town.resident, town.id_of("west"))
    for slot in ("a", "b"):
        released(s, town, now, slot=slot, path=EAST)
    assert released(s, town, now, slot="c", path="/county/town/west/")
    with pytest.raises(Refused, match="排满"):
        submitted(s, town, now, slot="d", path="/county/town/east/east-1/")


def test_a_tip_of_the_night_is_scheduled_for_the_morning_and_a_warning_for_now(s, town, now):
    late = local(now).replace(hour=22)
    assert local(released(s, town, late, slot="a").send_at).strftime("%d %H:%M") == "24 07:00"
    assert released(s, town, late, slot="b", kind=Kind.WARNING).send_at == late


def test_times_that_cannot_be_are_refused(s, town, now):
    with pytest.raises(Refused, match="已经过了"):
        broadcasts.draft(s, town.post, words(send_at=now - timedelta(hours=1)), now=now)
    with pytest.raises(Refused, match="最多提前 31 天"):
        submitted(s, town, now, slot="a", send_at=now + timedelta(days=32))
    with pytest.raises(Refused, match="有效时间已经过了"):
        submitted(s, town, now, slot="b", kind=Kind.WARNING, until=now - timedelta(minutes=1))
    made = broadcasts.draft(s, town.post, words(slot="c", send_at=now + timedelta(minutes=1)), now=now)
    with pytest.raises(Refused, match="已经过了"):
        broadcasts.submit(s, town.post, made.id, now=now + timedelta(hours=1))


def test_what_would_reach_nobody_is_refused(s, town, now):
    with pytest.raises(Refused, match="一个人也收不到"):
        submitted(s, town, now, segment=Segment(TOWN, sites=("netbar",)).to_json())


def test_the_list_shows_what_is_under_way_first_then_what_is_unfinished_and_only_ones_own_areas(s, town, now):
    done = released(s, town, now, slot="a", path=EAST)
    done.stage = Stage.DONE
    waits, west = submitted(s, town, now, slot="b", path=EAST), submitted(s, town, now, slot="c", path=TOWN)
    begun = broadcasts.draft(s, town.post, words(EAST, slot="d"), now=now)
    newest = released(s, town, now, slot="e", path=EAST)
    newest.stage = Stage.CANCELLED
    assert broadcasts.recent(s, town.village) == [waits, begun, newest, done]
    assert west in broadcasts.recent(s, town.leader)
    assert broadcasts.recent(s, town.grid_a) == []
    with pytest.raises(Refused):
        deliveries.cancel(s, town.village, west.id, now=now)
