"""Job one: a resident whistles, officers deal with it, somebody else looks again, the resident rates the end."""

from tests.town import Somebody, Township


async def test_a_blocked_exit_goes_all_the_way_from_the_whistle_to_the_rating(town: Township) -> None:
    wang, li = town.somebody("王婆婆"), town.somebody("李干事")
    zhang, zhou = town.somebody("张网格员"), town.somebody("周主任")
    for person in (wang, li, zhang, zhou):
        await person.says("/start")

    await wang.sends("photo", "菜市场后门被货堵死了")
    assert wang.sees("请核对")
    assert wang.sees("疏散通道")
    assert wang.sees("菜市场后门")
    await wang.presses("提交")
    assert wang.sees("吹2026-0001")
    assert wang.sees("11月24日 10:00")

    assert li.sees("新隐患")
    await li.presses("派给 张网格员")
    assert wang.sees("已派员核查")

    assert zhang.sees("派给您核查")
    await zhang.presses("属实，限期整改")
    await zhang.presses("跳过")
    await zhang.presses("3 天")
    assert wang.sees("正在整改")

    await zhang.presses("已整改，上传照片")
    await zhang.sends("photo", "货搬走了，门能开")
    await zhang.presses("发完了")
    assert zhou.sees("请复查")
    await zhou.presses("复查合格，销号")
    await zhou.presses("跳过")
    assert wang.sees("已销号")
    await wang.presses("5★")
    assert wang.sees("谢谢您的评价")


async def report(who: Somebody) -> None:
    """Somebody reports the blocked back door, in words."""
    await who.says("菜市场后门被货堵死了")
    await who.presses("跳过")
    await who.presses("提交")


async def staff(town: Township) -> tuple[Somebody, Somebody, Somebody]:
    """The officer, the grid worker and the leader, who have opened the bot."""
    found = town.somebody("李干事"), town.somebody("张网格员"), town.somebody("周主任")
    for person in found:
        await person.says("/start")
    return found


async def test_who_takes_the_report_back_is_not_told_that_it_was_wrong_and_rates_nothing(town: Township) -> None:
    wang = town.somebody("王婆婆")
    await report(wang)
    await wang.presses("撤回")
    await wang.presses("确定撤回")
    await wang.says("我的上报")
    assert "已撤回" in wang.last
    await wang.presses("吹2026-0001 菜市场后门")
    assert "您已撤回" in wang.last
    assert "不属实" not in wang.last
    assert "5★" not in wang.buttons


async def test_who_is_not_content_with_not_true_asks_for_another_look(town: Township) -> None:
    wang = town.somebody("王婆婆")
    li, zhang, _ = await staff(town)
    await report(wang)
    await li.presses("派给 张网格员")
    await zhang.presses("不属实")
    await zhang.says("看过，后门是通的")
    await zhang.presses("跳过")
    await zhang.presses("提交")
    await wang.presses("1★")
    await wang.says("我的上报")
    await wang.presses("吹2026-0001 菜市场后门")
    assert wang.buttons.count("要求重新处理") == 1
    await wang.presses("要求重新处理")
    await wang.says("我又去看了，还堵着")
    await wang.presses("跳过")
    assert wang.sees("会再次派人核查")
    assert zhang.sees("要求重新处理")
    assert li.sees("要求重新处理")


async def test_whose_report_was_merged_reads_how_the_other_one_ended(town: Township) -> None:
    wang, chen = town.somebody("王婆婆"), town.somebody("陈大哥")
    li, zhang, zhou = await staff(town)
    await report(wang)
    await report(chen)
    await chen.presses("不是，照常上报")
    await li.presses("更多…")
    await li.presses("并案")
    await li.says("吹2026-0001")
    assert not chen.sees("并在一起办")
    assert "点「并入」才会并案" in li.last
    assert "要并入的：\n吹2026-0001" in li.last
    await li.presses("并入 吹2026-0001")
    assert chen.sees("并在一起办")
    assert not chen.sees("吹2026-0001")
    await li.says("/hazard 吹2026-0001")
    await li.presses("派给 张网格员")
    await zhang.presses("属实，限期整改")
    await zhang.presses("跳过")
    await zhang.presses("今天")
    await zhang.presses("已整改，上传照片")
    await zhang.sends("photo", "搬走了")
    await zhang.presses("发完了")
    await zhou.presses("复查合格，销号")
    await zhou.presses("跳过")
    assert chen.sees("那一处已经整改")
    assert not chen.sees("吹2026-0001")
    await wang.presses("1★")
    await wang.presses("要求重新处理")
    await wang.sends("photo", "又堵上了")
    assert wang.sees("会再次派人核查")
    await li.says("/hazard 吹2026-0001")
    assert "照片等 2 份" in li.last


async def test_what_is_overdue_is_told_at_once_and_listed(town: Township) -> None:
    wang = town.somebody("王婆婆")
    li, zhang, _ = await staff(town)
    await li.says("/overdue")
    assert "逾期清单" in li.last
    assert "吹2026-0001" not in li.last
    await report(wang)
    await li.presses("派给 张网格员")
    await town.passes(hours=24, minutes=1)
    assert zhang.sees("核查已经超时")
    await li.says("逾期清单")
    assert "隐患 1 件" in li.last
    assert "吹2026-0001　菜市场后门" in li.last
    assert "承办：张网格员" in li.last
    await li.presses("看 吹2026-0001")
    assert "已逾期" in li.last
    await wang.says("/overdue")
    assert "不在您的职责范围" in wang.last


async def test_a_withdrawn_grave_danger_is_looked_at_all_the_same_when_an_officer_says_so(town: Township) -> None:
    wang = town.somebody("王婆婆")
    li, *_ = await staff(town)
    await report(wang)
    await wang.presses("撤回")
    await wang.presses("确定撤回")
    assert "可能很危险，请决定要不要照样去看" in li.last
    await li.presses("仍要核查，另立一件")
    assert "吹2026-0002" in li.last
    assert "已另立一件，请派人" in li.last
    await wang.says("我的上报")
    assert "吹2026-0002" not in wang.last


async def test_who_was_told_that_it_is_not_true_may_ask_for_another_look(town: Township) -> None:
    wang = town.somebody("王婆婆")
    li, zhang, _ = await staff(town)
    await report(wang)
    await li.presses("派给 张网格员")
    await zhang.presses("不属实")
    await zhang.says("看过，后门是通的")
    await zhang.presses("跳过")
    await zhang.presses("提交")
    await wang.presses("要求重新处理")
    await wang.says("今天又堵了")
    await wang.presses("跳过")
    assert wang.sees("会再次派人核查")
    assert li.sees("要求重新处理")
