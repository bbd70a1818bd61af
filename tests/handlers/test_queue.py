"""The officers' desk: the queue and its filters, looking for a case, cards that follow, and what reporters read."""

import pytest
from sqlmodel import select

from handlers.prepared import warning
from models.hazards import Hazard
from models.outbox import Outgoing
from tests.town import Somebody, Township


async def opened(town: Township, *names: str) -> tuple[Somebody, ...]:
    """People of the town who have opened the bot."""
    people = tuple(town.somebody(name) for name in names)
    for person in people:
        await person.says("/start")
    return people


async def reports(town: Township, words: str, name: str = "王婆婆") -> None:
    """A resident reports something in words."""
    who = town.somebody(name)
    await who.says(words)
    while not any("提交" in label for label in who.buttons):
        await who.presses("跳过")
    await who.presses("提交")


async def three_cases(town: Township) -> None:
    """A blocked exit and an old extinguisher in the market town, bare wires in a village."""
    await reports(town, "菜市场后门被货堵死了")
    await reports(town, "张记面馆的灭火器过期了")
    await reports(town, "青石村木器厂里面乱拉电线")


async def two_late_and_one_new(town: Township) -> None:
    """Two cases of Monday morning that nobody was sent to, and one of Tuesday, an hour before work ends."""
    await reports(town, "菜市场后门被货堵死了")
    await reports(town, "张记面馆的灭火器过期了")
    await town.passes(hours=31)
    await reports(town, "青石村木器厂里面乱拉电线")


def hazard(town: Township, number: int = 1) -> Hazard:
    """Return a case by its number."""
    return town.read(lambda s: s.exec(select(Hazard).where(Hazard.number == f"吹2026-{number:04}")).one())


async def test_the_queue_says_what_is_late_and_by_how_long_and_who_has_it(town: Township) -> None:
    (li,) = await opened(town, "李干事")
    await two_late_and_one_new(town)
    await li.says("待办隐患")
    assert "待办隐患（3）" in li.last
    late, rest = li.last.split("其他（1）")
    assert "逾期（2）" in late
    assert "　菜市场后门\n　派单已逾期 1 天　还没派人" in late
    assert "　青石村\n　派单还剩 19 小时　还没派人" in rest
    await li.presses("吹2026-0001")
    await li.presses("派给 张网格员")
    await li.says("待办")
    assert "待办隐患（2）" in li.last, "what was sent out waits for somebody else"


async def test_filters_combine_are_told_in_words_and_count_what_they_show(town: Township) -> None:
    (li,) = await opened(town, "李干事")
    await two_late_and_one_new(town)
    await li.says("待办隐患")
    await li.presses("筛选")
    await li.presses("全部在办 3")
    await li.presses("只看逾期 2")
    await li.presses("类别")
    await li.presses("疏散通道安全出口 1")
    assert "正在看：全部在办 · 疏散通道安全出口 · 逾期" in li.last
    assert "● 只看逾期 1" in li.buttons
    await li.presses("看这 1 件")
    assert "待办隐患（1）" in li.last
    assert "菜市场后门" in li.last
    await li.presses("筛选")
    await li.presses("村（社区）")
    await li.presses("不限")
    await li.presses("清空筛选")
    assert "正在看：我的" in li.last
    await li.presses("等级")
    await li.presses("一般 2")
    await li.presses("状态")
    await li.presses("◀ 返回")
    await li.presses("看这 2 件")
    assert "菜市场后门" not in li.last


async def test_a_long_queue_is_turned_and_a_case_leads_back_to_its_page(town: Township) -> None:
    (li,) = await opened(town, "李干事")
    for n in range(10):
        await reports(town, f"青石村{n}组房前堆满柴草", "陈大哥" if n % 2 else "王婆婆")
    await li.says("待办隐患")
    assert "第 1/2 页" in li.last
    await li.presses("下一页")
    assert "第 2/2 页" in li.last
    await li.presses(next(label for label in li.buttons if label.startswith("吹")))
    await li.presses("◀ 看列表")
    assert "第 2/2 页" in li.last
    await li.presses("上一页")
    assert "第 1/2 页" in li.last


async def test_what_is_done_is_found_for_thirty_days_and_nobody_in_the_list_has_nothing(town: Township) -> None:
    li, zhang = await opened(town, "李干事", "张网格员")
    await zhang.says("待办隐患")
    assert "没有等您办的" in zhang.last
    await reports(town, "菜市场后门被货堵死了")
    await li.presses("派给 张网格员")
    await zhang.presses("不属实")
    await zhang.presses("2. ")
    await zhang.presses("跳过")
    await zhang.presses("提交")
    await zhang.says("待办")
    await zhang.presses("筛选")
    await zhang.presses("近 30 天办结 1")
    await zhang.presses("看这 1 件")
    assert "不属实" in zhang.last
    assert "☑ 多选" not in zhang.buttons


async def test_a_case_is_found_by_number_place_and_word_and_one_hit_opens_at_once(town: Township) -> None:
    (li,) = await opened(town, "李干事")
    await three_cases(town)
    for words in ("1", "2026-1", "吹2026-0001", "后门", "安全出口"):
        await li.says("查隐患")
        await li.says(words)
        assert "地点：菜市场后门" in li.last, words
    await li.says("/hazard 青石村")
    assert "地点：青石村" in li.last
    await reports(town, "菜市场二楼灭火器没有压力")
    await li.says("/hazard 灭火器")
    assert "查到 2 件：灭火器" in li.last
    await li.presses("吹2026-0004")
    assert "派给 张网格员" in li.buttons


async def test_what_is_not_theirs_and_what_is_not_there_read_the_same(town: Township) -> None:
    li, zhang, liu = await opened(town, "李干事", "张网格员", "刘网格员")
    await three_cases(town)
    told = set()
    for words in ("吹2026-0003", "3", "青石村", "电线", "吹2026-9999", "没有这个地方"):
        await zhang.says(f"/hazard {words}")
        told.add(zhang.last)
    assert len(told) == 1
    assert "没有找到，或者不归您办" in told.pop()
    await liu.says("/hazard 3")
    assert "青石村" in liu.last
    await li.says("/hazard 3")
    assert "青石村" in li.last


async def test_an_officer_s_own_report_is_found_by_its_number_as_a_resident_sees_it(town: Township) -> None:
    await opened(town, "张网格员")
    await reports(town, "青石村木器厂里面乱拉电线", "张网格员")
    zhang = town.somebody("张网格员")
    await zhang.says("/hazard 吹2026-0001")
    assert "已收到，等待派人" in zhang.last
    assert zhang.buttons == ["补充", "看进度", "撤回", "经过", "谁能看到我", "有人为难我"]
    await zhang.presses("经过")
    assert "您上报" in zhang.last


async def test_who_claims_has_it_at_once_and_the_cards_of_the_others_follow(town: Township) -> None:
    li, zhou = await opened(town, "李干事", "周主任")
    await reports(town, "菜市场后门被货堵死了")
    assert "我去看" in li.buttons
    await zhou.presses("我去看")
    assert "您已认领" in zhou.last
    assert "承办：周主任" in zhou.last
    assert "属实，限期整改" in zhou.buttons
    assert li.last.startswith("已由 周主任 认领核查"), "the card of a colleague is edited in place"
    assert "我去看" not in li.buttons
    assert sum("吹2026-0001" in text for text in li.texts) == 1
    assert town.somebody("王婆婆").sees("已派员核查")


async def test_of_two_who_tap_at_the_same_moment_one_wins_and_the_other_reads_who(town: Township) -> None:
    li, zhou = await opened(town, "李干事", "周主任")
    await reports(town, "菜市场后门被货堵死了")
    zhou.phone.presses("我去看")
    li.phone.presses("我去看")
    await town.settle()
    held = hazard(town).assignee_id
    winner, other = (zhou, li) if held == zhou.actor.id else (li, zhou)
    name = "周主任" if winner is zhou else "李干事"
    assert "您已认领" in winner.last
    assert any(f"已由 {name} 认领核查" in toast for toast in other.toasts)
    assert f"已由 {name} 认领核查" in other.last
    assert "没有找到" not in other.last


async def test_an_older_card_in_the_queue_is_told_to_be_old_and_becomes_the_new_state(town: Township) -> None:
    li, zhao, zhang = await opened(town, "李干事", "赵干事", "张网格员")
    await reports(town, "菜市场后门被货堵死了")
    await zhao.says("待办")
    await zhao.presses("吹2026-0001")  # a card that nobody redraws
    await li.presses("派给 张网格员")
    await zhao.presses("派给 周主任")
    assert any("已由 李干事 派员核查" in toast for toast in zhao.toasts)
    assert "承办：张网格员" in zhao.last
    assert hazard(town).assignee_id == zhang.actor.id, "a colleague's decision is not undone by an old card"
    await zhao.says("待办")
    await zhang.presses("属实，限期整改")
    await zhang.presses("跳过")
    await zhang.presses("3 天")
    assert any("核查属实" in text for text in zhang.texts)


async def test_a_used_card_becomes_the_case_as_it_stands(town: Township) -> None:
    li, zhang = await opened(town, "李干事", "张网格员")
    await reports(town, "菜市场后门被货堵死了")
    await li.presses("派给 张网格员")
    card = zhang.phone.screen[-1].id
    await zhang.presses("不属实")
    await zhang.presses("取消")
    await zhang.presses("不属实", message=card)
    assert zhang.toasts[-1] == "卡片已换成最新的。"
    await zhang.presses("属实，限期整改", message=card)
    assert "现场照片" in zhang.last


async def test_the_card_that_a_form_was_begun_from_follows_as_well(town: Township) -> None:
    li, zhang = await opened(town, "李干事", "张网格员")
    await reports(town, "菜市场后门被货堵死了")
    await li.presses("派给 张网格员")
    await zhang.presses("属实，限期整改")
    await zhang.presses("跳过")
    await zhang.presses("3 天")
    cards = [text for text in zhang.texts if "吹2026-0001" in text]
    assert all("整改中" in text for text in cards), cards
    assert "整改中" in li.last


async def test_words_for_colleagues_are_read_by_colleagues_only(town: Township) -> None:
    li, zhang = await opened(town, "李干事", "张网格员")
    wang = town.somebody("王婆婆")
    await reports(town, "菜市场后门被货堵死了")
    await li.presses("派给 张网格员")
    await li.presses("更多…")
    await li.presses("内部备注")
    await li.says("老板周三在店里")
    assert "只有办件的同事看得到" in li.last
    assert zhang.sees("同事写了内部备注")
    await zhang.presses("更多…")
    await zhang.presses("经过")
    assert "李干事 内部备注：老板周三在店里" in zhang.last
    await zhang.presses("◀ 返回")
    await zhang.presses("不属实")
    await zhang.presses("1. ")
    await zhang.presses("跳过")
    await zhang.presses("提交")
    await zhang.presses("内部备注")
    await zhang.says("还是要再盯着")
    await wang.says("我的上报")
    await wang.presses("吹2026-0001 菜市场后门")
    assert "没有发现您说的情况" in wang.last
    assert not wang.sees("老板周三在店里")
    assert not wang.sees("还是要再盯着")


async def test_the_reporter_reads_exactly_what_was_shown_before(town: Township) -> None:
    li, zhang = await opened(town, "李干事", "张网格员")
    wang = town.somebody("王婆婆")
    await reports(town, "菜市场后门被货堵死了")
    await li.presses("派给 张网格员")
    await zhang.presses("不属实")
    assert "1. 到现场看过，没有发现" in zhang.last
    await zhang.says("3")
    await zhang.presses("跳过")
    await zhang.presses("改理由")
    await zhang.says("张老板的店里看过，后门是通的")
    shown = zhang.last.split("上报人会看到：\n")[1]
    assert "⚠ 这句话里好像有人的姓名或称呼" in shown
    assert "没有找到" not in shown
    await zhang.presses("改理由")
    await zhang.says("看过，后门是通的")
    shown = zhang.last.split("上报人会看到：\n")[1]
    assert "⚠" not in shown
    assert not wang.sees("后门是通的")
    await zhang.presses("提交")
    assert wang.last == shown


async def test_a_referral_is_shown_to_the_officer_as_the_reporter_will_read_it(town: Township) -> None:
    (li,) = await opened(town, "李干事")
    await reports(town, "菜市场后门被货堵死了")
    await li.presses("移送")
    await li.presses("供电所")
    await li.presses("1. ")
    shown = li.last.split("上报人会看到：\n")[1]
    assert "移送供电所：这件事超出镇里的权限" in shown
    await li.presses("提交")
    assert town.somebody("王婆婆").last == shown


async def to_recheck(town: Township) -> Somebody:
    """Return the village officer, to whom a repaired case was given to look at again."""
    li, zhang, zhou = await opened(town, "李干事", "张网格员", "周主任")
    await reports(town, "菜市场后门被货堵死了")
    await li.presses("派给 张网格员")
    await zhang.presses("属实，限期整改")
    await zhang.presses("跳过")
    await zhang.presses("7 天")
    await zhang.presses("已整改，上传照片")
    await zhang.sends("photo", "货搬走了")
    await zhang.presses("发完了")
    await zhou.presses("复查合格，销号")
    return zhou


async def test_who_closes_a_case_may_add_a_word_and_sees_it_before_it_goes_out(town: Township) -> None:
    zhou = await to_recheck(town)
    await zhou.presses("1. 已经整改到位")
    assert "这句话记下了" in zhou.last
    await zhou.sends("photo")
    await zhou.presses("发完了")
    shown = zhou.last.split("上报人会看到：\n")[1]
    assert "已经整改到位，谢谢您帮大家消除了隐患。" in shown
    await zhou.presses("改说明")
    await zhou.says("门口以后不能再堆货")
    shown = zhou.last.split("上报人会看到：\n")[1]
    assert "不能再堆货" in shown
    assert "整改到位" not in shown
    await zhou.presses("提交")
    assert town.somebody("王婆婆").last == shown
    assert hazard(town).step == "closed"


async def test_typed_words_do_as_well_and_without_words_it_closes_with_one_tap(town: Township) -> None:
    zhou = await to_recheck(town)
    await zhou.says("辛苦您一直盯着")
    await zhou.presses("发完了")
    assert "辛苦您一直盯着" in zhou.last.split("上报人会看到：\n")[1]
    await zhou.presses("取消")
    await zhou.says("待办")
    await zhou.presses("吹2026-0001")
    await zhou.presses("复查合格，销号")
    await zhou.presses("跳过")
    assert hazard(town).step == "closed"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("张老板说已经搬走", "称呼"),
        ("请找王某核实", "称呼"),
        ("老李家门口已清理", "称呼"),
        ("姓名：略", "称呼"),
        ("请打 13812345678", "电话"),
        ("值班电话 023-58123456", "电话"),
        ("到现场看过，没有发现您说的情况。", ""),
        ("老街门口已清理，3 天内再看一次。", ""),
        ("编号吹2026-0001，11月24日 10:00 前办好。", ""),
        ("高压线、金属架、方便店都看过", ""),
    ],
)
def test_words_that_name_somebody_are_noticed_and_others_are_not(words: str, found: str) -> None:
    assert (found in warning(words)) if found else warning(words) == ""


async def test_a_redrawn_card_makes_no_new_message_and_no_sound(town: Township) -> None:
    li, zhou = await opened(town, "李干事", "周主任")
    await reports(town, "菜市场后门被货堵死了")
    before = len(li.texts)
    await zhou.presses("我去看")
    assert len(li.texts) == before
    rows = town.read(lambda s: s.exec(select(Outgoing).where(Outgoing.what == "case.redraw")).all())
    assert {row.state for row in rows} == {"sent"}
    assert all(row.about == {} for row in rows)
