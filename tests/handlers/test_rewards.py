"""Rewards in the chat: nothing is promised while they are off; two people agree, the reporter fetches a code."""

import re
from dataclasses import replace
from types import MappingProxyType

from models.rules import Reward
from tests.handlers.test_outcomes import NUMBER, reported
from tests.town import Somebody, Township

AMOUNTS = MappingProxyType({"urgent": 200, "serious": 50, "ordinary": 20})


def rewarding(town: Township) -> None:
    """Let the town reward."""
    rule = Reward(enabled=True, amounts=AMOUNTS, claim_days=10, where="镇便民服务中心")
    town.database.rules = replace(town.database.rules, reward=rule, sample_percent=0)


async def closed(town: Township) -> tuple[Somebody, Somebody, Somebody]:
    """Return reporter, officer and leader of a case that was mended on the spot."""
    wang, (li, zhang, _, sun) = await reported(town, photo=True)
    await zhang.presses("当场整改好了")
    await zhang.sends("photo")
    await zhang.presses("发完了")
    return wang, li, sun


async def test_while_rewards_are_off_nobody_reads_of_money(town: Township) -> None:
    wang, li, _ = await closed(town)
    await li.says("举报奖励")
    assert "还没有开通" in li.last
    await wang.says("举报有奖励吗")
    assert "没有开通举报奖励" in wang.last
    assert not re.search(r"\d+\s*元", "\n".join(wang.texts))
    assert "取领奖凭码" not in wang.buttons


async def test_from_the_proposal_to_the_counter_without_a_name(town: Township) -> None:
    rewarding(town)
    wang, li, sun = await closed(town)
    await li.says("举报奖励")
    await li.presses("可以提的 1 条")
    await li.presses(f"提 {NUMBER}")
    assert "50 元" in li.last
    assert "等另一位同事审" in li.last
    assert "提名：李干事" in sun.last
    await sun.presses(f"同意 {NUMBER}")
    assert wang.sees("您的上报可以领奖")
    assert "镇便民服务中心" in wang.last
    await wang.presses("取领奖凭码")
    shown = re.search(r"\d{4} \d{4} \d{4}", wang.last)
    assert shown is not None
    await wang.says("我的上报")
    await wang.presses(NUMBER)
    assert "取领奖凭码" not in wang.buttons
    for told in ("请发 50 元", "已经用过"):
        await li.says("举报奖励")
        await li.presses("凭码发放")
        await li.says(shown.group())
        await li.presses("核对凭码")
        assert told in li.last
    assert not li.sees("王婆婆")


async def test_a_colleague_can_say_no_and_the_reporter_hears_nothing(town: Township) -> None:
    rewarding(town)
    wang, li, sun = await closed(town)
    before = wang.texts
    await li.says("/rewards")
    await li.presses("可以提的 1 条")
    await li.presses(f"提 {NUMBER}")
    await sun.presses(f"不同意 {NUMBER}")
    assert "不发奖励" in sun.last
    assert wang.texts == before
    await li.presses("等您审的 0 条")
    assert "现在没有" in li.last


async def test_a_notice_and_its_button_that_are_too_late_say_so(town: Township) -> None:
    rewarding(town)
    wang, li, sun = await closed(town)
    await li.says("/rewards")
    await li.presses("可以提的 1 条")
    await li.presses(f"提 {NUMBER}")
    await sun.presses(f"同意 {NUMBER}")
    await town.passes(days=11)
    await wang.presses("取领奖凭码")
    assert "过了期" in wang.last
