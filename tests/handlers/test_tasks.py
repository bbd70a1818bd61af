"""Scenes of the task list: handing in, checking by somebody else, sending back, and progress without names."""

import pytest
from sqlmodel import select

from models import tasks
from models.tasks import Duty, DutyInstance
from tests.town import Somebody, Township

TITLE = "邀请县消防救援机构到镇实地指导"


@pytest.fixture
async def li(town: Township) -> Somebody:
    """李干事 of the fire post, with this year's turns made."""
    town.read(tasks.make_instances, 2026, now=town.clock.now())
    return town.somebody("李干事")


def turn(town: Township, title: str = TITLE) -> DutyInstance:
    rows = select(DutyInstance).join(Duty, Duty.id == DutyInstance.duty_id).where(Duty.title == title)
    return town.read(lambda s: s.exec(rows.order_by(DutyInstance.due_on)).first())


async def hands_in(who: Somebody) -> None:
    await who.says("/tasks")
    await who.presses(TITLE)
    await who.presses("提交完成情况")
    await who.says("11月20日县大队来镇指导")
    await who.sends("photo")
    await who.presses("发完了")
    await who.presses("提交", message=who.phone.last)


async def test_my_tasks_come_with_their_day_and_what_to_show(li):
    await li.says("我的任务")
    assert "我的任务 2 项" in li.last
    await li.presses(TITLE)
    assert "期限：11月28日（周六），还有 5 天" in li.last
    assert "要交：指导记录和现场照片" in li.last


async def test_what_was_handed_in_is_checked_by_somebody_else(town, li):
    await hands_in(li)
    assert li.sees("已报送")
    assert turn(town).state == tasks.SUBMITTED
    await li.says("/board")
    assert TITLE not in li.buttons[-1], "nobody checks their own"
    zhao = town.somebody("赵干事")
    await zhao.says("/board")
    await zhao.presses(TITLE)
    assert "11月20日县大队来镇指导" in zhao.last
    await zhao.presses("看照片")
    assert zhao.phone.last.kind == "photo"
    await zhao.presses("核验通过")
    assert turn(town).state == tasks.DONE


async def test_what_is_not_enough_goes_back_with_a_reason(town, li):
    await hands_in(li)
    zhao = town.somebody("赵干事")
    await zhao.says("/board")
    await zhao.presses(TITLE)
    await zhao.presses("退回")
    await zhao.says("请补会议签到表")
    await zhao.presses("✔ 退回")
    assert turn(town).state == tasks.OPEN
    await li.says("/tasks")
    await li.presses(TITLE)
    assert "退回理由：请补会议签到表" in li.last


@pytest.mark.usefixtures("li")
async def test_progress_is_counted_per_post_and_names_nobody(town):
    await town.passes(days=6)
    leader = town.somebody("孙镇长")
    await leader.says("/board")
    assert "消防管理岗\n　共 2 项，完成 0，待核 0，逾期 1" in leader.last
    assert "李干事" not in leader.last


@pytest.mark.usefixtures("li")
async def test_a_village_sees_its_own_turns_only(town):
    zhou = town.somebody("周主任")
    await zhou.says("/tasks")
    assert all("场镇社区" in label for label in zhou.buttons)
    await zhou.says("/board")
    assert "共 2 项" in zhou.last
    assert "消防管理岗" not in zhou.last


async def test_an_old_card_hands_in_nothing_twice(li):
    await li.says("/tasks")
    await li.presses(TITLE)
    old = li.phone.last
    await hands_in(li)
    await li.presses("提交完成情况", message=old)
    assert li.sees("已报送，等核验")
    assert "提交完成情况" not in li.buttons


async def test_residents_have_no_tasks(town):
    resident = town.somebody("陈大哥")
    await resident.says("/tasks")
    assert "不在您的职责范围内" in resident.last
