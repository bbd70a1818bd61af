"""Staff groups: what a group reads of a case, who may act there, and the card that follows."""

import pytest
from sqlmodel import select

from models.chats import Chat
from models.hazards import Hazard
from tests.handlers.test_queue import hazard, opened, reports
from tests.town import Somebody, Township

AREA = "示范镇"


async def desk(town: Township, officer: Somebody, *members: Somebody, area: str = AREA):
    """A group of colleagues that an officer has made the desk of an area."""
    group = town.telegram.group("示范镇工作群", [person.phone for person in (officer, *members)])
    await town.settle()
    await officer.says("办件群")
    await officer.presses("设为办件群「示范镇工作群」")
    assert "请先确认群里都是工作人员" in officer.last
    await officer.presses(area)
    assert f"已是办件群，管{area}" in officer.last
    return group


def shown(group) -> list[dict]:
    """What the bot wrote into the group, as it stands now."""
    return [m.data for m in group.chat.messages.values() if m.data.get("from", {}).get("is_bot") and "text" in m.data]


def labels(message: dict) -> list[str]:
    """The buttons under a message."""
    return [b["text"] for row in message.get("reply_markup", {}).get("inline_keyboard", []) for b in row]


def toast(group, who: Somebody) -> str:
    """What somebody's last tap in the group was answered with."""
    return group.chat.toasts[who.phone.id][-1].text


async def later(town: Township) -> None:
    """Telegram takes a message in three seconds per group; the card there follows as fast."""
    await town.passes(seconds=4)


async def test_a_new_case_arrives_without_words_place_or_hour(town: Township) -> None:
    li, zhou = await opened(town, "李干事", "周主任")
    group = await desk(town, li, zhou)
    await town.somebody("王婆婆").sends("photo", "菜市场后门被货堵死了，我姓王，住对面")
    await town.somebody("王婆婆").presses("提交")
    (card,) = shown(group)
    assert card["text"] == (
        "🔔 新隐患\n吹2026-0001  疏散通道安全出口·较大  待核查\n片区：场镇社区一网格\n还没人承办\n核查期限：11月24日"
    )
    assert labels(card) == ["我去看", "打开办理"]
    assert "photo" not in card


async def test_who_may_takes_it_in_the_group_and_goes_on_in_private(town: Township) -> None:
    li, zhou = await opened(town, "李干事", "周主任")
    group = await desk(town, li, zhou)
    await reports(town, "菜市场后门被货堵死了")
    await zhou.presses("我去看", chat=group)
    assert "已认领 吹2026-0001" in toast(group, zhou)
    assert zhou.last.startswith("您在群里认领的：")
    assert "属实，限期整改" in zhou.buttons
    assert "菜市场后门" in zhou.last
    await later(town)
    (card,) = shown(group)
    assert card["text"].startswith("已由 周主任 认领核查")
    assert "承办：周主任" in card["text"]
    assert "菜市场" not in card["text"]
    assert labels(card) == ["打开办理"]


@pytest.mark.parametrize("name", ["王婆婆", "孙镇长", "钱干事", "路过的人"])
async def test_who_may_not_gets_a_kind_word_that_only_they_see(town: Township, name: str) -> None:
    li, other = town.somebody("李干事"), town.somebody(name)
    if name == "路过的人":
        other = Somebody(town, town.telegram.person(name, id=8_000_000_001))
    for person in (li, other):
        await person.says("/start")
    group = await desk(town, li, other)
    await reports(town, "菜市场后门被货堵死了", "陈大哥")
    await other.presses("我去看", chat=group)
    assert "不在您的职责范围" in toast(group, other)
    assert len(shown(group)) == 1, "nothing is said in the group about it"
    assert hazard(town).step == "reported"
    await li.presses("我去看", chat=group)
    assert hazard(town).assignee_id == li.actor.id, "the button still works for who may"


async def test_a_colleague_of_another_village_reads_what_a_stranger_to_the_case_reads(town: Township) -> None:
    li, liu = await opened(town, "李干事", "刘网格员")
    group = await desk(town, li, liu)
    await reports(town, "菜市场后门被货堵死了")
    await liu.presses("我去看", chat=group)
    assert "没有找到，或者不归您办" in toast(group, liu)
    assert len(shown(group)) == 1


async def test_of_two_who_tap_in_the_group_one_gets_it(town: Township) -> None:
    li, zhou = await opened(town, "李干事", "周主任")
    group = await desk(town, li, zhou)
    await reports(town, "菜市场后门被货堵死了")
    li.phone.presses("我去看", chat=group)
    zhou.phone.presses("我去看", chat=group)
    await town.settle()
    toasts = {toast(group, li), toast(group, zhou)}
    assert sum("已认领" in toast for toast in toasts) == 1
    assert sum("不用再认领" in toast for toast in toasts) == 1


async def test_who_blocked_the_bot_is_asked_to_open_it_first(town: Township) -> None:
    li, zhou = await opened(town, "李干事", "周主任")
    group = await desk(town, li, zhou)
    await reports(town, "菜市场后门被货堵死了")
    zhou.phone.blocks()
    await town.settle()
    await zhou.presses("我去看", chat=group)
    assert "请先私聊机器人" in toast(group, zhou)
    assert hazard(town).step == "reported"


async def test_the_link_under_the_card_opens_the_case_for_whom_it_is(town: Township) -> None:
    li, zhou, liu = await opened(town, "李干事", "周主任", "刘网格员")
    group = await desk(town, li, zhou, liu)
    await reports(town, "菜市场后门被货堵死了")
    await zhou.presses("打开办理", chat=group)
    assert "地点：菜市场后门" in zhou.last
    await liu.presses("打开办理", chat=group)
    assert "没有找到，或者不归您办" in liu.last


async def test_the_group_s_card_follows_every_step(town: Township) -> None:
    li, zhang = await opened(town, "李干事", "张网格员")
    group = await desk(town, li, zhang)
    await reports(town, "菜市场后门被货堵死了")
    await li.presses("派给 张网格员")
    await later(town)
    assert "承办：张网格员" in shown(group)[0]["text"]
    await zhang.presses("不属实")
    await zhang.presses("1. ")
    await zhang.presses("跳过")
    await zhang.presses("提交")
    await later(town)
    (card,) = shown(group)
    assert card["text"].startswith("已由 张网格员 核查不属实")
    assert "没有发现" not in card["text"]


async def test_a_group_gets_its_own_area_only_and_nothing_once_it_is_switched_off(town: Township) -> None:
    li, zhou = await opened(town, "李干事", "周主任")
    group = await desk(town, li, zhou, area="青石村")
    await reports(town, "菜市场后门被货堵死了")
    assert shown(group) == []
    await reports(town, "青石村木器厂里面乱拉电线")
    assert len(shown(group)) == 1
    await li.says("办件群")
    await li.presses("停用「示范镇工作群」")
    assert "没开通" in li.last
    await reports(town, "青石村路边乱拉电线", "陈大哥")
    await li.says("/hazard 2")
    await li.presses("派给 刘网格员")
    await later(town)
    (card,) = shown(group)
    assert "待核查" in card["text"], "its old card is left as it was"


async def test_an_urgent_case_that_comes_back_is_new_in_the_group(town: Township) -> None:
    li, zhang, zhou = await opened(town, "李干事", "张网格员", "周主任")
    wang = town.somebody("王婆婆")
    group = await desk(town, li, zhang, zhou)
    await reports(town, "菜市场后门被货堵死了")
    town.read(lambda s: setattr(s.exec(select(Hazard)).one(), "severity", "urgent"))
    await li.presses("派给 张网格员")
    await zhang.presses("属实，限期整改")
    await zhang.presses("跳过")
    await zhang.presses("今天")
    await zhang.presses("已整改，上传照片")
    await zhang.sends("photo")
    await zhang.presses("发完了")
    await zhou.presses("不合格，退回")
    await zhou.says("门还是打不开，找张老板")
    await zhou.presses("跳过")
    for _ in range(4):
        await later(town)
    first, second = shown(group)
    assert second["text"].startswith("⚠ 紧急隐患有变化")
    assert "整改中" in second["text"]
    assert "打不开" not in second["text"] + first["text"]
    assert wang.sees("正在整改")


async def test_a_group_of_residents_and_a_desk_are_never_the_same(town: Township) -> None:
    li, chen = await opened(town, "李干事", "陈大哥")
    await desk(town, li)
    residents = town.telegram.group("村民群", [chen.phone])
    await town.settle()
    await li.says("/push")
    await li.presses("群和频道")
    await li.presses("开通「示范镇工作群」")
    await li.presses(AREA)
    assert "这是办件群" in li.last
    await li.says("/push")
    await li.presses("群和频道")
    await li.presses("开通「村民群」")
    await li.presses(AREA)
    await li.says("办件群")
    assert "村民群" not in li.last
    assert residents.title == "村民群"


async def test_a_village_officer_switches_only_for_the_own_village(town: Township) -> None:
    li, zhou = await opened(town, "李干事", "周主任")
    await desk(town, li, zhou)
    await zhou.says("办件群")
    assert "停用「示范镇工作群」" not in zhou.buttons
    town.telegram.group("社区群", [zhou.phone])
    await town.settle()
    await zhou.says("办件群")
    await zhou.presses("设为办件群「社区群」")
    assert [label for label in zhou.buttons if label != "◀ 返回"] == ["场镇社区"]


async def test_a_desk_stays_one_when_the_group_becomes_a_supergroup(town: Township) -> None:
    li, zhou = await opened(town, "李干事", "周主任")
    group = await desk(town, li, zhou)
    new = group.upgrades()
    await town.settle()
    await reports(town, "菜市场后门被货堵死了")
    assert len(shown(new)) == 1
    desks = town.read(lambda s: s.exec(select(Chat.telegram_id).where(Chat.is_desk)).all())
    assert desks == [new.id]
