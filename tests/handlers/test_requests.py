"""More time, back to the start, onto the shelf: asked in a few taps, decided with one, and everybody reads why."""

import pytest

from tests.handlers.test_questions import report
from tests.town import Somebody, Township


@pytest.fixture
async def staff(town: Township) -> dict[str, Somebody]:
    """Grandmother Wang's report was confirmed by grid worker Zhang; the others have opened the bot."""
    names = {"wang": "王婆婆", "li": "李干事", "zhao": "赵干事", "zhang": "张网格员", "zhou": "周主任", "sun": "孙镇长"}
    found = {key: town.somebody(name) for key, name in names.items()}
    for key in ("li", "zhao", "zhang", "zhou", "sun"):
        await found[key].says("/start")
    await report(found["wang"])
    await found["li"].presses("派给 张网格员")
    return found


async def confirm(staff: dict[str, Somebody]) -> None:
    """The grid worker confirms it with seven days."""
    await staff["zhang"].presses("属实，限期整改")
    await staff["zhang"].presses("跳过")
    await staff["zhang"].presses("7 天")


async def test_more_time_is_asked_for_granted_with_one_tap_and_told(staff: dict[str, Somebody]) -> None:
    wang, zhang, zhou = staff["wang"], staff["zhang"], staff["zhou"]
    await confirm(staff)
    await zhang.presses("申请延期、退回…")
    await zhang.presses("要更多时间（延期）")
    assert "最晚 12月15日" in zhang.last
    await zhang.says("12月20日")
    assert "12月15日 之前" in zhang.last
    await zhang.presses("12月7日")
    assert "上报人会看到" in zhang.last
    await zhang.says("防火门要定做")
    await zhang.presses("提交申请")
    assert zhang.sees("没批之前，原来的期限不变")
    assert "申请延期、退回…" not in zhang.buttons
    assert zhang.sees("有一个延期申请在等批复")
    assert "申请延期" in zhou.last
    assert "12月7日（原定 11月30日）" in zhou.last
    assert "防火门要定做" in zhou.last
    assert zhou.buttons == ["✔ 批准", "不批准…", "看隐患"]
    await zhou.presses("批准")
    assert zhou.sees("已批准延期")
    assert "延期批准了，改到 12月7日" in zhang.last
    assert "整改时间延到 12月7日" in wang.last
    assert "防火门要定做" in wang.last
    await staff["li"].presses("批准")
    assert staff["li"].sees("已经有结果")
    await wang.presses("经过")
    assert "村（社区）消防管理干部批准延期" in wang.last


async def test_a_no_needs_a_reason_which_only_the_requester_reads(staff: dict[str, Somebody]) -> None:
    wang, zhang, zhou = staff["wang"], staff["zhang"], staff["zhou"]
    await confirm(staff)
    await zhang.presses("申请延期、退回…")
    await zhang.presses("要更多时间（延期）")
    await zhang.presses("12月7日")
    await zhang.says("防火门要定做")
    await zhang.presses("提交申请")
    before = len(wang.texts)
    await zhou.presses("不批准…")
    await zhou.says("先把货搬开，不用等门")
    assert zhou.sees("已告诉申请人")
    assert "延期没有批准" in zhang.last
    assert "先把货搬开" in zhang.last
    assert len(wang.texts) == before


async def test_a_case_goes_back_and_the_third_time_to_the_leader_who_sends_somebody(staff: dict[str, Somebody]) -> None:
    zhang, zhao, li, sun = staff["zhang"], staff["zhao"], staff["li"], staff["sun"]
    for nth in (1, 2, 3):
        await zhang.presses("不归我管（退回）")
        await zhang.presses("不在我的片区")
        await zhang.presses("提交申请")
        await zhao.presses("批准")
        assert "这件不用您办了" in zhang.last
        if nth < 3:
            assert "有人退回，请另派人" in li.last
            await li.presses("派给 张网格员")
    assert "多次退回，请镇领导决定" in sun.last
    assert "已经第 3 次退回" in sun.last
    await sun.presses("派给 张网格员")
    assert "派给您核查" in zhang.last


async def test_shelving_is_for_those_who_decide_and_ends_on_its_day(town: Township, staff: dict[str, Somebody]) -> None:
    wang, zhang, zhou, sun = staff["wang"], staff["zhang"], staff["zhou"], staff["sun"]
    await confirm(staff)
    await zhang.presses("申请延期、退回…")
    await zhang.presses("一时改不了（挂账）")
    await zhang.presses("11月30日")
    await zhang.says("整栋楼年底搬迁")
    await zhang.says("每天巡查，后门不锁")
    await zhang.presses("提交申请")
    assert not zhou.sees("申请挂账")
    await sun.presses("批准")
    assert "先挂账到 11月30日" in wang.last
    assert "整栋楼年底搬迁" in wang.last
    await sun.presses("看隐患")
    assert "恢复整改" in sun.buttons
    await town.passes(days=8)
    assert zhang.sees("挂账结束，请接着整改")


async def test_what_nobody_decided_stands_in_the_next_days_digest(town: Township, staff: dict[str, Somebody]) -> None:
    zhang, zhou = staff["zhang"], staff["zhou"]
    assert "申请延期、退回…" not in zhang.buttons
    await zhang.presses("不归我管（退回）")
    await zhang.says("是隔壁片区的")
    await zhang.presses("提交申请")
    await town.passes(hours=23)
    assert zhou.sees("吹2026-0001 退回申请")
    await zhou.presses("批 吹2026-0001 退回申请")
    await zhou.presses("批准")
    assert zhou.sees("重新等派人")
