"""Pitfall 1: closed is not fixed. Every end has its own reason, nothing is taken away, a case comes back to people."""

from collections.abc import Awaitable, Callable

import pytest
from sqlmodel import Session, select

from models import deadlines, hazards
from models.hazards import Hazard
from models.lifecycle import STEP_LABELS, Step
from tests.handlers.test_outcomes import NUMBER, reported
from tests.town import Somebody, Township

Ending = Callable[[Somebody, Somebody, Somebody, Somebody], Awaitable[None]]


async def rejected(_wang: Somebody, _li: Somebody, zhang: Somebody, _zhou: Somebody) -> None:
    await zhang.presses("不属实")
    await zhang.says("后门是通的")
    await zhang.presses("跳过")
    await zhang.presses("提交")


async def fixed(_wang: Somebody, _li: Somebody, zhang: Somebody, _zhou: Somebody) -> None:
    await zhang.presses("当场整改好了")
    await zhang.sends("photo")
    await zhang.presses("发完了")


async def repaired(_wang: Somebody, _li: Somebody, zhang: Somebody, _zhou: Somebody) -> None:
    await zhang.presses("属实，限期整改")
    await zhang.presses("跳过")
    await zhang.presses("3 天")
    await zhang.presses("已整改，上传照片")
    await zhang.sends("photo")
    await zhang.presses("发完了")


async def passed(wang: Somebody, li: Somebody, zhang: Somebody, zhou: Somebody) -> None:
    await repaired(wang, li, zhang, zhou)
    await zhou.presses("复查合格，销号")
    await zhou.presses("跳过")


async def referred(_wang: Somebody, li: Somebody, _zhang: Somebody, _zhou: Somebody) -> None:
    await li.says(f"/hazard {NUMBER}")
    await li.presses("移送")
    await li.presses("县消防救援机构")
    await li.says("需要行政处罚")
    await li.presses("提交")


async def settled(wang: Somebody, li: Somebody, zhang: Somebody, zhou: Somebody) -> None:
    await referred(wang, li, zhang, zhou)
    await li.presses("对方已办结")
    await li.says("已责令清理")
    await li.presses("跳过")


async def withdrawn(wang: Somebody, _li: Somebody, _zhang: Somebody, _zhou: Somebody) -> None:
    await wang.says("我的上报")
    await wang.presses(f"{NUMBER} 菜市场后门")
    await wang.presses("撤回")
    await wang.presses("确定撤回")


ENDINGS: dict[str, tuple[Ending, str]] = {
    "rejected": (rejected, "核查后认定不属实。"),
    "fixed": (fixed, "当场整改完毕，已销号"),
    "passed": (passed, "复查合格，已销号"),
    "referred": (referred, "已移送有关单位"),
    "settled": (settled, "有关单位已经处理完毕，已销号"),
    "withdrawn": (withdrawn, "您已撤回，不再办理。"),
}


def the_case(s: Session) -> Hazard:
    return s.exec(select(Hazard)).one()


async def own_card(wang: Somebody) -> str:
    await wang.says("我的上报")
    await wang.presses(f"{NUMBER} 菜市场后门")
    return wang.last


@pytest.mark.parametrize("end", list(ENDINGS))
async def test_every_end_has_its_own_reason_and_text_and_the_card_says_what_the_row_says(
    town: Township, end: str
) -> None:
    wang, (li, zhang, zhou, _) = await reported(town, photo=True)
    finish, told = ENDINGS[end]
    await finish(wang, li, zhang, zhou)
    hazard = town.read(the_case)
    assert hazard.end_reason == end
    card = await own_card(wang)
    assert told in card
    assert STEP_LABELS[Step(hazard.step)] in card
    assert all(other not in card for name, (_, other) in ENDINGS.items() if name != end)
    await li.says(f"/hazard {NUMBER}")
    assert STEP_LABELS[Step(hazard.step)] in li.last


def test_no_two_ends_read_the_same() -> None:
    assert len({told for _, told in ENDINGS.values()}) == len(ENDINGS)


async def test_after_each_button_the_card_says_what_the_row_says(town: Township) -> None:
    wang, (li, zhang, zhou, _) = await reported(town, photo=True)

    async def agree() -> None:
        step = STEP_LABELS[Step(town.read(the_case).step)]
        for who in (li, zhang, zhou):
            await who.says(f"/hazard {NUMBER}")
            assert step in who.last
        assert step in await own_card(wang)

    await agree()
    await repaired(wang, li, zhang, zhou)
    await agree()
    await zhou.presses("不合格，退回")
    await zhou.says("还有两箱")
    await zhou.presses("跳过")
    await agree()
    assert wang.sees("复查还不合格，正在继续整改")
    assert [row.phase for row in town.read(lambda s: hazards.evidence(s, the_case(s)))] == ["before", "after"]


@pytest.mark.parametrize("end", ["rejected", "fixed", "passed"])
async def test_who_is_unhappy_reaches_the_owner_and_a_clock_starts_again_with_all_evidence(
    town: Township, end: str
) -> None:
    wang, (li, zhang, zhou, _) = await reported(town, photo=True)
    await ENDINGS[end][0](wang, li, zhang, zhou)
    before = len(town.read(lambda s: hazards.evidence(s, the_case(s))))
    await wang.presses("1★")
    await wang.presses("要求重新处理")
    await wang.says("还堵着")
    await wang.presses("跳过")
    for who in (li, zhang, zhou):
        assert who.sees("上报人不满意，要求重新处理")
    hazard = town.read(the_case)
    assert (hazard.step, hazard.end_reason, hazard.closed_at) == ("verifying", "", None)
    clocks = town.read(lambda s: {found.clock for found in deadlines.open_of(s, "hazard", hazard.id or 0)})
    assert clocks == {"dispatch", "verify"}
    assert len(town.read(lambda s: hazards.evidence(s, the_case(s)))) == before
    assert "已按您的要求重新核查" in await own_card(wang)
