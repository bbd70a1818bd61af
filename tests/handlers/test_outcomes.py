"""Outcomes in the chat: fixed on the spot and sampled, referred and chased, graded anew, and eight buttons at most."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlmodel import Session, select

import handlers
from models import deadlines
from models.hazards import Hazard
from models.outbox import Outgoing
from models.rules import ZONE
from tests.town import Somebody, Township

NUMBER = "吹2026-0001"
BACK_DOOR = (29.9018, 107.7028)


def the_case(s: Session) -> Hazard:
    return s.exec(select(Hazard).order_by(Hazard.id)).first()


def clocks(town: Township) -> set[str]:
    return town.read(lambda s: {found.clock for found in deadlines.open_of(s, "hazard", the_case(s).id or 0)})


async def staff(town: Township) -> list[Somebody]:
    """The officer, the grid worker, the village's own and the leader, who have opened the bot."""
    found = [town.somebody(name) for name in ("李干事", "张网格员", "周主任", "孙镇长")]
    for person in found:
        await person.says("/start")
    return found


async def reported(town: Township, *, photo: bool = False) -> tuple[Somebody, list[Somebody]]:
    """Wang's report of the blocked back door, given to the grid worker."""
    wang, people = town.somebody("王婆婆"), await staff(town)
    if photo:
        await wang.sends("photo", "菜市场后门被货堵死了")
    else:
        await wang.says("菜市场后门被货堵死了")
        await wang.presses("跳过")
    await wang.presses("提交")
    await people[0].presses("派给 张网格员")
    return wang, people


async def test_fixed_on_the_spot_needs_both_photos_and_closes_at_once(town: Township) -> None:
    wang, (_, zhang, *_) = await reported(town)
    await zhang.presses("当场整改好了")
    assert "整改前" in zhang.last
    await zhang.sends("photo")
    await zhang.presses("发完了")
    assert "整改后" in zhang.last
    await zhang.sends("photo", "货都搬走了")
    await zhang.presses("发完了")
    assert "已销号" in zhang.last
    assert wang.sees("当场整改完毕，已销号")
    assert "5★" in wang.buttons
    assert clocks(town) <= {"sample"}, "the end has reached the reporter"


async def test_with_the_reporter_s_photo_only_the_one_of_after_is_asked(town: Township) -> None:
    wang, (_, zhang, *_) = await reported(town, photo=True)
    await zhang.presses("当场整改好了")
    assert "整改后" in zhang.last
    await zhang.says("改好了")
    assert "照片" in zhang.last
    await zhang.sends("photo")
    await zhang.presses("发完了")
    assert wang.sees("当场整改完毕")


async def test_a_sample_is_done_by_somebody_else_and_the_reporter_hears_when_it_failed(town: Township) -> None:
    town.database.rules = replace(town.database.rules, sample_percent=100)
    wang, (_, zhang, zhou, _) = await reported(town, photo=True)
    await zhang.presses("当场整改好了")
    await zhang.sends("photo")
    await zhang.presses("发完了")
    assert "抽查合格" not in zhang.buttons
    await zhou.says("待办隐患")
    await zhou.presses(f"{NUMBER} 菜市场后门")
    assert "抽查期限" in zhou.last
    assert {"抽查合格", "抽查不合格"} <= set(zhou.buttons)
    await zhou.presses("抽查不合格")
    await zhou.says("又堆了两箱")
    await zhou.presses("跳过")
    assert wang.sees("回头抽查，发现没有改好")
    assert zhang.sees("抽查不合格，请重新整改")
    assert clocks(town) == {"rectify", "notice"}


async def test_a_referral_is_chased_answered_and_the_reporter_reads_the_answer_and_no_internal_note(
    town: Township,
) -> None:
    wang, (li, *_) = await reported(town)
    await li.says(f"/hazard {NUMBER}")
    await li.presses("移送")
    await li.presses("县消防救援机构")
    await li.says("需要行政处罚")
    await li.presses("提交")
    assert "移送单位：县消防救援机构" in li.last
    assert "还没有回执" in li.last
    assert wang.sees("已移送有关单位")
    await li.presses("催过了")
    await li.says("内部：打给王科长，没人接")
    assert "催办 1 次" in li.last
    await li.presses("收到回执")
    await li.says("王科长 11月23日 收")
    await li.presses("跳过")
    assert "11月23日 收到回执" in li.last
    assert "收到回执" not in li.buttons
    await wang.says("我的上报")
    await wang.presses(f"{NUMBER} 菜市场后门")
    assert "需要行政处罚" in wang.last
    assert not wang.sees("王科长")
    await li.presses("对方已办结")
    await li.says("已责令清理，现场查看通畅")
    await li.presses("跳过")
    assert wang.sees("有关单位已经处理完毕，已销号")
    assert wang.sees("现场查看通畅")
    assert clocks(town) == set()


async def test_what_comes_back_from_the_authority_is_sent_to_somebody_again(town: Township) -> None:
    wang, (li, _, zhou, _) = await reported(town)
    await li.says(f"/hazard {NUMBER}")
    await li.presses("移送")
    await li.presses("供电所")
    await li.says("线路归供电所")
    await li.presses("提交")
    await li.presses("对方退回")
    await li.says("产权在村里")
    assert wang.sees("有关单位退回，镇里接着办")
    assert zhou.sees("移送退回，请重新派人")
    assert clocks(town) == {"dispatch", "verify"}
    await li.presses("派给 张网格员")
    assert clocks(town) == {"verify"}


async def test_a_grade_is_corrected_and_the_card_shows_the_new_clock_with_its_rule(town: Township) -> None:
    _, (li, zhang, zhou, _) = await reported(town)
    await zhang.presses("更正类别等级")
    await zhang.presses("不改，疏散通道安全出口")
    await zhang.presses("紧急")
    await zhang.says("里面住了人，门焊死了")
    assert "疏散通道安全出口·紧急" in zhang.last
    assert "核查期限：11月23日 12:00 前" in zhang.last
    assert "紧急隐患，2 小时内到场" in zhang.last
    assert li.sees("类别或等级已更正")
    assert zhou.sees("类别或等级已更正")


async def test_the_notice_is_noted_as_served_and_is_asked_for_no_more(town: Township) -> None:
    _, (_, zhang, *_) = await reported(town)
    await zhang.presses("属实，限期整改")
    await zhang.presses("跳过")
    await zhang.presses("7 天")
    assert "送达告知书期限：11月26日 18:00 前" in zhang.last
    await zhang.presses("告知书已送达")
    await zhang.says("店主本人签收")
    await zhang.presses("跳过")
    assert "整改期限：11月30日 23:59 前" in zhang.last
    assert "告知书已送达" not in zhang.buttons
    assert clocks(town) == {"rectify"}


async def test_who_cannot_be_told_is_noted_with_the_reason(town: Township) -> None:
    wang, (_, zhang, *_) = await reported(town)
    wang.phone.blocks()
    await zhang.presses("不属实")
    await zhang.says("后门是通的")
    await zhang.presses("跳过")
    await zhang.presses("提交")
    assert clocks(town) == {"feedback"}
    await zhang.says(f"/hazard {NUMBER}")
    await zhang.presses("告知不到上报人")
    await zhang.says("停用了机器人，没有留电话")
    assert "告知不到上报人" not in zhang.buttons
    assert clocks(town) == set()


async def test_what_has_come_back_says_so_and_gets_half_the_days(town: Township) -> None:
    wang, (_, zhang, _, sun) = await reported(town, photo=True)
    await zhang.presses("当场整改好了")
    await zhang.sends("photo")
    await zhang.presses("发完了")
    town.read(_same_position)
    await town.passes(days=10)
    await wang.sends("location", *BACK_DOOR)
    await wang.says("后门又被货堵死了")
    await wang.presses("跳过")
    await wang.presses("提交")
    li = town.somebody("李干事")
    await li.says("/hazard 吹2026-0002")
    assert f"反弹：上次 {NUMBER} 于 11月23日 销号" in li.last
    await li.presses("派给 张网格员")
    await zhang.says("/hazard 吹2026-0002")
    await zhang.presses("属实，限期整改")
    await zhang.presses("跳过")
    assert "3 天" in zhang.buttons
    assert "7 天" not in zhang.buttons
    await zhang.presses("3 天")
    assert sun.sees("反弹隐患，请关注")


def _same_position(s: Session) -> None:
    hazard = the_case(s)
    hazard.latitude, hazard.longitude = BACK_DOOR


@pytest.mark.parametrize("name", ["李干事", "周主任", "张网格员"])
async def test_a_card_has_eight_buttons_at_most_and_the_rest_is_one_tap_away(town: Township, name: str) -> None:
    await reported(town, photo=True)
    who = town.somebody(name)
    await who.says(f"/hazard {NUMBER}")
    assert len(who.buttons) <= 8
    if name == "李干事":
        assert who.buttons[:4] == ["换人核查", "属实，限期整改", "当场整改好了", "不属实"]
        await who.presses("更多…")
        assert "更正类别等级" in who.buttons
        assert not {"属实，限期整改", "更多…"} & set(who.buttons)
        await who.presses("◀ 返回")
        assert "属实，限期整改" in who.buttons


async def test_who_runs_the_bot_hears_once_that_a_year_s_holidays_are_missing(town: Township) -> None:
    he = town.somebody("管理员小何")
    await he.says("/start")
    for day in (1, 2):
        town.read(handlers.outcomes.warn_of_calendar, now=datetime(2030, 12, day + 9, 9, tzinfo=ZONE))
    rows = town.read(lambda s: s.exec(select(Outgoing).where(Outgoing.what == "system.calendar")).all())
    assert [(row.person_id, row.about["year"]) for row in rows] == [(he.actor.id, 2030), (he.actor.id, 2031)]
    shown = handlers.outcomes.calendar_card(None, rows[0], None, datetime(2030, 12, 1, tzinfo=ZONE))
    assert "2030 年的放假和调休安排还没有装进系统" in shown.text.plain
    assert handlers.outcomes.calendar_card(None, rows[0], None, town.clock.now()) is None, "it has been put in since"
