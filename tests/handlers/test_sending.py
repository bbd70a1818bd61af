"""A broadcast on its way: when it leaves, to whom, how it is stopped, and what came of it."""

from sqlmodel import select

from models import outbox
from models.broadcasts import Broadcast
from models.outbox import Outgoing
from models.people import Person
from tests.handlers.pushing import (
    APPROVE,
    NEXT,
    SUBMIT,
    at,
    broadcast,
    draft,
    fill,
    opened,
    publish,
    tips_of,
    warn,
    warnings_of,
)


async def test_a_warning_comes_with_words_ready_made_and_without_a_mute_button(town):
    post, leader, granny = await opened(town, "李干事", "孙镇长", "王婆婆")
    await warn(post)
    assert "⚠️【火险预警】大风橙色预警\n大风天不在室外用火" in post.last
    await post.presses(NEXT)
    assert "，有效到 11月24日 10:00" in post.last
    await post.presses(SUBMIT)
    await leader.presses(APPROVE)
    await town.chores()
    assert warnings_of(granny)[0].startswith("⚠️【火险预警】大风橙色预警\n大风天不在室外用火")
    assert warnings_of(granny)[0].endswith("（11月24日 10:00 前有效）")
    assert granny.phone.last.buttons == []


async def test_a_changed_warning_keeps_its_kind_and_asks_again_how_long_it_holds(town):
    (post,) = await opened(town, "李干事")
    await warn(post)
    await post.presses(NEXT)
    await post.presses("改一改")
    assert "有效多长时间" in post.last
    await post.presses("6 小时")
    await post.presses(NEXT)
    assert "【火险预警】大风橙色预警" in post.last
    assert "有效到 11月23日 16:00" in post.last


async def test_at_night_a_tip_waits_and_a_warning_comes_without_a_sound(town):
    post, leader, granny = await opened(town, "李干事", "孙镇长", "王婆婆")
    await town.until(at(23, 22))
    await publish(post, leader)
    assert leader.sees("发送：11月24日 07:00")
    await warn(post)
    await post.presses(NEXT)
    await post.presses(SUBMIT)
    await leader.presses(APPROVE)
    await town.chores()
    assert tips_of(granny) == []
    assert len(warnings_of(granny)) == 1
    assert quiet_calls(town, granny) == [True]
    await town.until(at(24, 7))
    assert len(tips_of(granny)) == 1


def quiet_calls(town, who) -> list[bool]:
    """Whether each broadcast to somebody came without a sound."""
    calls = [c for c in town.telegram.calls("sendMessage") if c.params["chat_id"] == who.phone.id]
    return [bool(c.params.get("disable_notification")) for c in calls if "【" in c.params["text"][:4]]


async def test_a_warning_that_has_run_out_is_not_sent_any_more(town):
    post, leader, granny = await opened(town, "李干事", "孙镇长", "王婆婆")
    await warn(post)
    await post.presses(NEXT)
    await post.presses(SUBMIT)
    await leader.presses(APPROVE)
    await town.passes(hours=25)
    assert warnings_of(granny) == []
    assert post.sees("「大风橙色预警」已经停发。过了有效时间，没有发")


async def test_a_time_is_named_as_people_name_it_and_one_that_has_passed_is_refused(town):
    post, leader, granny = await opened(town, "李干事", "孙镇长", "王婆婆")
    await fill(post)
    await post.presses("改什么时候")
    await post.says("今天八点半")
    await post.presses(NEXT)
    assert "定的时间已经过了" in post.last
    await post.presses("改什么时候")
    await post.says("明天 8:30")
    await post.presses(NEXT)
    assert "发送：11月24日 08:30" in post.last
    await post.presses(SUBMIT)
    await leader.presses(APPROVE)
    await town.until(at(24, 8, 29))
    assert not any("大风天" in tip for tip in tips_of(granny))
    await town.until(at(24, 8, 30))
    assert any("大风天" in tip for tip in tips_of(granny))


async def test_the_third_tip_of_a_day_is_refused_and_its_text_kept(town):
    post, leader = await opened(town, "李干事", "孙镇长")
    for title in ("第一条提示", "第二条提示"):
        await publish(post, leader, title)
    await draft(post, "第三条提示")
    await post.presses(SUBMIT)
    assert post.sees("那一天的提示已经排满 2 条")
    kept = broadcast(town)
    assert (kept.title, kept.stage) == ("第三条提示", "draft")
    await post.says("/push")
    await post.presses("草稿：第三条提示")
    await post.presses("改一改")
    await post.presses("跳过")
    await post.presses("改什么时候")
    await post.presses("明天 18:00")
    await post.presses(NEXT)
    await post.presses(SUBMIT)
    assert broadcast(town).stage == "waiting"


async def test_a_village_officer_writes_for_the_own_village_only(town):
    village, leader, chen = await opened(town, "周主任", "孙镇长", "陈大哥")
    await fill(village)
    assert "范围  场镇社区" in village.last
    await village.presses("改范围")
    assert "示范镇" not in village.buttons
    await village.presses("场镇社区")
    await village.presses(NEXT)
    await village.presses(SUBMIT)
    await leader.presses(APPROVE)
    await town.chores()
    assert len(tips_of(chen)) == 1


async def test_a_tip_for_grid_workers_or_for_owners_reaches_nobody_else(town):
    post, leader, granny, grid, owner = await opened(town, "李干事", "孙镇长", "王婆婆", "张网格员", "张老板")
    await publish(post, leader, 发给谁="网格员和村干部")
    await fill(post, "后厨断电断气", "收摊前关好气阀。")
    await post.presses("改发给谁")
    await post.presses("某类场所的负责人")
    for _ in range(2):
        await post.presses("2 小餐饮")
    await post.presses("都没有")
    await post.presses(NEXT)
    assert "至少勾一类" in post.last
    await post.presses("改场所类别")
    await post.presses("2 小餐饮")
    await post.presses("选好了（1 项）")
    await post.presses(NEXT)
    assert "能到 1 人" in post.last
    await post.presses(SUBMIT)
    await leader.presses(APPROVE)
    await town.chores()
    assert [len(tips_of(who)) for who in (granny, grid, owner)] == [0, 1, 1]


async def test_stopping_in_the_middle_keeps_the_rest_from_leaving(town):
    post, leader, granny, chen = await opened(town, "李干事", "孙镇长", "王婆婆", "陈大哥")
    await publish(post, leader)
    town.machine.postman.is_stopping = True  # what is queued does not leave while the officer reads
    await town.chores()
    await post.says("/push")
    await post.presses("正在发：今晚有大风")
    assert "等待发送 13" in post.last
    await post.presses("⏹ 停止发送")
    town.machine.postman.is_stopping = False
    await town.chores()
    assert post.sees("状态：已取消")
    assert tips_of(granny) == tips_of(chen) == []
    assert post.sees("停下后没有发 13")


async def test_what_was_on_the_wire_when_it_was_stopped_is_not_tried_again(town):
    post, leader, granny = await opened(town, "李干事", "孙镇长", "王婆婆")
    await publish(post, leader)
    town.machine.postman.is_stopping = True
    await town.chores()
    town.read(_each_row_is, outbox.INFLIGHT)
    await leader.says("/start")
    await leader.presses("刷新")
    await leader.presses("⏹ 停止发送")
    town.read(_each_row_is, outbox.DUE)  # Telegram had asked to come back later
    town.machine.postman.is_stopping = False
    await town.chores()
    assert tips_of(granny) == []


def _each_row_is(s, state: str) -> None:
    for row in s.exec(select(Outgoing).where(Outgoing.broadcast_id != None)):  # noqa: E711
        row.state = state


async def test_what_is_called_off_before_its_time_never_leaves_and_can_be_written_again(town):
    post, leader, granny = await opened(town, "李干事", "孙镇长", "王婆婆")
    await publish(post, leader, 什么时候="今天 18:00")
    await leader.presses("不发了")
    assert post.sees("「今晚有大风」已经停发。")
    await town.until(at(23, 18))
    assert tips_of(granny) == []
    await post.presses("看看")
    await post.presses("照着再写一条")
    await post.presses("跳过")
    await post.presses(NEXT)
    assert broadcast(town).stage == "draft"
    assert "状态：草稿" in post.last


async def test_whose_arrival_is_uncertain_is_listed_and_not_sent_to_again(town):
    post, leader, granny = await opened(town, "李干事", "孙镇长", "王婆婆")
    await publish(post, leader)
    await town.machine.beat()
    await town.machine.do_chores()
    town.read(_lose_track_of, "王婆婆")
    for _ in range(2):
        await town.chores()
    assert post.sees("不确定 1。")
    await post.presses("看看")
    await post.presses("不确定名单")
    assert "王婆婆" in post.last
    assert tips_of(granny) == []


def _lose_track_of(s, name: str) -> None:
    person = s.exec(select(Person.id).where(Person.name == name)).one()
    row = s.exec(select(Outgoing).where(Outgoing.person_id == person, Outgoing.broadcast_id != None)).one()  # noqa: E711
    row.state = outbox.UNKNOWN


async def test_a_long_list_of_doubts_is_counted_and_fits_a_message(town):
    post, leader = await opened(town, "李干事", "孙镇长")
    await publish(post, leader)
    town.read(_many_doubts)
    await post.says("/push")
    await post.presses("已发完：今晚有大风")
    await post.presses("不确定名单")
    assert "还有 10 个没有列出" in post.last
    assert len(post.last) <= 4096


def _many_doubts(s) -> None:
    found = s.exec(select(Broadcast)).one()
    found.stage, found.uncertain, found.audience, found.is_queued = "done", 40, 40, True
    for n in range(40):
        person = Person(telegram_id=900 + n, name="长" * 80, seen_at=found.created_at)
        s.add(person)
        s.flush()
        s.add(Outgoing(lane=4, what="tip", person_id=person.id, state=outbox.UNKNOWN, broadcast_id=found.id,
                       not_before=found.created_at, created_at=found.created_at))  # fmt: skip
