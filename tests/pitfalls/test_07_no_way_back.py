"""Pitfall 7: no way back to the reporter - a receipt, a date and a reason at each change, and a dead mailbox shows."""

import re

import pytest

from tests.handlers.test_hazards import staff
from tests.handlers.test_privacy import report
from tests.town import Township


@pytest.mark.parametrize("level", ["", "匿名", "只凭回执"])
async def test_the_receipt_holds_a_number_a_date_and_what_to_do_next(town: Township, level: str) -> None:
    wang = town.somebody("王婆婆")
    receipt = await report(wang, level)
    assert "吹2026-0001" in wang.last
    assert re.search(r"最迟 11月24日 \d\d:[03]0", wang.last)
    assert "补充" in wang.buttons
    assert bool(receipt) is bool(level)


async def test_each_change_comes_with_its_reason_also_by_receipt(town: Township) -> None:
    wang = town.somebody("王婆婆")
    li, zhang, _ = await staff(town)
    receipt = await report(wang, "只凭回执")
    await town.passes(minutes=45)
    await li.presses("派给 张网格员")
    await wang.says(receipt)
    assert "已派员核查" in wang.last
    await zhang.presses("不属实")
    await zhang.says("看过，后门是通的")
    await zhang.presses("跳过")
    await zhang.presses("提交")
    await wang.says(receipt)
    assert "不属实" in wang.last
    assert "看过，后门是通的" in wang.last
    await wang.presses("2★")
    assert "🔔 重新上报" in wang.buttons


async def test_who_cannot_be_told_is_told_so_before_and_where_to_look(town: Township) -> None:
    wang = town.somebody("王婆婆")
    await report(wang, "只凭回执")
    for word in ("我没法通知您", "凭回执查", "丢了谁也补不了"):
        assert word in wang.last
    await wang.says("/help")
    assert wang.sees("凭回执查")


async def test_officers_see_that_nobody_can_be_told(town: Township) -> None:
    wang = town.somebody("王婆婆")
    li, _, _ = await staff(town)
    await report(wang, "只凭回执")
    await town.passes(minutes=45)
    assert "上报人只凭回执来看，通知不到。" in li.last


async def test_a_reporter_who_blocked_the_bot_is_seen_by_those_who_assign(town: Township) -> None:
    wang = town.somebody("王婆婆")
    li, zhang, _ = await staff(town)
    await report(wang)
    wang.phone.blocks()
    await li.presses("派给 张网格员")
    await zhang.presses("属实，限期整改")
    await zhang.presses("跳过")
    await zhang.presses("3 天")
    told = [seen for seen in li.texts if "上报人收不到" in seen]
    assert len(told) == 1
    assert "吹2026-0001" in told[0]


async def test_whoever_changed_the_account_finds_the_anonymous_report_by_its_receipt(town: Township) -> None:
    wang, again = town.somebody("王婆婆"), town.somebody("换了手机的人")
    receipt = await report(wang, "匿名")
    await again.says(receipt)
    assert "吹2026-0001" in again.last
    await again.presses("补充")
    await again.says("今天又堆了柴")
    await again.presses("跳过")
    assert "办件人员会看到" in again.last
