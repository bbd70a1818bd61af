"""What reaches people without being asked for: tips of the calendar - once, in time, and only what they want."""

import itertools
from dataclasses import replace
from datetime import time

from sqlmodel import select

from handlers.tips import choose
from knowledge.library import TOPICS
from models import audiences
from models.audiences import Segment
from models.broadcasts import Broadcast
from models.rules import TipSlot
from tests.handlers.pushing import APPROVE, NEXT, SUBMIT, actor, at, opened, publish, tips_of, warn, warnings_of

TUESDAY = at(24, 8, 30)


async def test_the_tip_comes_on_tuesday_at_half_past_eight_and_once(town):
    granny, chen = await opened(town, "王婆婆", "陈大哥")
    await town.until(at(24, 8, 29))
    assert tips_of(granny) == []
    await town.until(TUESDAY)
    assert len(tips_of(granny)) == 1
    await town.passes(seconds=2)
    await town.passes(minutes=30)
    assert len(tips_of(granny)) == len(tips_of(chen)) == 1


async def test_a_bot_that_was_away_over_breakfast_makes_up_for_the_tip_but_not_in_the_evening(town):
    (granny,) = await opened(town, "王婆婆")
    await town.until(at(24, 10, 29))
    assert len(tips_of(granny)) == 1
    await town.until(at(27, 10, 30))
    assert len(tips_of(granny)) == 1


async def test_the_next_tip_is_another_one_about_something_else(town):
    (granny,) = await opened(town, "王婆婆")
    for day in (24, 27):
        await town.until(at(day, 8, 30))
    await town.until(at(1, 8, 30, month=12))
    sent = town.read(lambda s: [(tip.article_id, tip.topic) for tip in s.exec(select(Broadcast))])
    assert len(tips_of(granny)) == len(set(sent)) == len({topic for _, topic in sent}) == 3


async def test_nobody_is_woken_by_a_tip(town):
    town.database.rules = replace(town.database.rules, tip_slots=(TipSlot(time(5, 30)),))
    (granny,) = await opened(town, "王婆婆")
    await town.until(at(24, 6, 59))
    assert tips_of(granny) == []
    await town.until(at(24, 7, 0))
    assert len(tips_of(granny)) == 1


async def test_who_unsubscribed_gets_no_tip_until_they_come_back(town):
    granny, chen = await opened(town, "王婆婆", "陈大哥")
    await granny.says("别再发了")
    await town.until(TUESDAY)
    assert tips_of(granny) == []
    assert len(tips_of(chen)) == 1
    await granny.says("恢复推送")
    await town.until(at(27, 8, 30))
    assert len(tips_of(granny)) == 1


async def test_the_tip_itself_turns_its_topic_off_and_opens_its_article(town):
    (granny,) = await opened(town, "王婆婆")
    await town.until(TUESDAY)
    (tip,) = tips_of(granny)
    await granny.presses("听更多")
    assert "依据：" in granny.last
    assert tip in granny.texts
    await granny.presses("不再收这类")
    topic = town.read(lambda s: s.exec(select(Broadcast)).one().topic)
    assert granny.actor.id not in town.read(audiences.people_after, Segment(), topic, 0, 999)
    assert granny.actor.id in town.read(audiences.people_after, Segment(), "whatever else", 0, 999)


async def test_a_topic_muted_while_its_tip_waits_is_respected(town):
    granny, chen = await opened(town, "王婆婆", "陈大哥")
    town.clock.advance(TUESDAY - town.clock.now())
    await town.machine.beat()
    await town.machine.do_chores()
    topic = town.read(lambda s: s.exec(select(Broadcast)).one().topic)
    town.read(lambda s: audiences.mute(s, actor(s, "王婆婆"), topic))
    await town.settle()
    assert tips_of(granny) == []
    assert len(tips_of(chen)) == 1


async def test_settings_show_each_topic_and_switch_it(town):
    (granny,) = await opened(town, "王婆婆")
    await granny.says("推送设置")
    await granny.presses("✅ 电动自行车")
    assert "⭕ 电动自行车（已关）" in granny.buttons
    await granny.presses("⭕ 电动自行车（已关）")
    assert "✅ 电动自行车" in granny.buttons
    await granny.presses("全部关掉")
    assert granny.buttons == ["恢复推送"]
    await granny.presses("恢复推送")
    assert "✅ 用电" in granny.buttons


def test_a_slot_with_a_topic_keeps_to_it_and_rotates():
    before: list[Broadcast] = []
    for _ in range(6):
        article = choose("gas", before, TUESDAY)
        before.insert(0, Broadcast(slot_key="", article_id=article.id, topic="gas", title="", text="",
                                   created_at=TUESDAY))  # fmt: skip
    ids = [tip.article_id for tip in before]
    assert {tip.topic for tip in before} == {"gas"}
    assert all(one != other for one, other in itertools.pairwise(ids))
    assert choose("no such topic", [], TUESDAY) is None


def test_the_tip_of_a_day_belongs_to_its_season_and_its_feasts():
    def topic(day: int, month: int, after: str = "") -> str:
        sent = Broadcast(slot_key="", article_id="x", topic=after, title="", created_at=TUESDAY)
        return choose("", [sent], at(day, 8, 30, month=month)).topic

    assert topic(9, 11) == "township", "the day of 119"
    assert topic(30, 3) == topic(16, 2) == "forest", "the season of forest fires"
    assert topic(16, 2, after="forest") == "fireworks", "the eve of 春节"
    assert topic(22, 12) == "heating", "冬至"


async def test_the_calendar_s_tip_stays_away_when_the_office_has_filled_the_day(town):
    post, leader, granny = await opened(town, "李干事", "孙镇长", "王婆婆")
    for title in ("第一条提示", "第二条提示"):
        await publish(post, leader, title, 什么时候="明天 08:30")
    await town.until(TUESDAY)
    assert [tip.splitlines()[0][6:] for tip in tips_of(granny)] == ["第一条提示", "第二条提示"]


async def test_a_tip_of_the_calendar_can_be_stopped_too(town):
    post, granny = await opened(town, "李干事", "王婆婆")
    town.machine.postman.is_stopping = True
    await town.until(TUESDAY)
    await post.says("/push")
    await post.presses(next(label for label in post.buttons if label.startswith("正在发：")))
    await post.presses("⏹ 停止发送")
    town.machine.postman.is_stopping = False
    await town.chores()
    assert tips_of(granny) == []


async def test_who_unsubscribes_gets_neither_tip_nor_warning_that_is_on_its_way(town):
    post, leader, granny, chen = await opened(town, "李干事", "孙镇长", "王婆婆", "陈大哥")
    await publish(post, leader)
    await warn(post)
    for way in (NEXT, SUBMIT):
        await post.presses(way)
    await leader.presses(APPROVE)
    town.machine.postman.is_stopping = True
    await town.chores()
    await granny.says("退订")
    town.machine.postman.is_stopping = False
    await town.chores()
    assert tips_of(granny) == warnings_of(granny) == []
    assert len(tips_of(chen)) == len(warnings_of(chen)) == 1


async def test_every_topic_can_be_switched_and_the_card_fits(town):
    (granny,) = await opened(town, "王婆婆")
    await granny.says("推送设置")
    for name in TOPICS.values():
        await granny.presses(f"✅ {name}")
    assert all(f"⭕ {name}（已关）" in granny.buttons for name in TOPICS.values())
