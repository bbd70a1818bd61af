"""The custodian's desk: original words, looks with a second person, complaints past everybody on the case."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from handlers.complaints import is_trouble
from models.audit import AuditEntry
from models.rules import ZONE
from tests.handlers.test_hazards import report
from tests.town import Somebody, Township

SAID = "菜市场后门被货堵死了"
WHY = "有人说门里锁着人，要当面核实"


async def opened(town: Township, *names: str) -> list[Somebody]:
    """Return people who have opened the bot."""
    found = [town.somebody(name) for name in names]
    for who in found:
        await who.says("/start")
    return found


async def test_the_original_is_read_and_restated_and_only_the_new_words_reach_the_case(town: Township) -> None:
    wang, wu, li = await opened(town, "王婆婆", "吴保密员", "李干事")
    await report(wang)
    await wu.says("保密台")
    assert "在办的保密上报：1 件" in wu.last
    await wu.presses("保密上报")
    await wu.presses("吹2026-0001 菜市场后门")
    assert SAID not in wu.last
    await wu.presses("看原话（会记录）")
    assert "原话（只给您看，已记录您看过）" in wu.last
    assert SAID in wu.last
    assert "王婆婆" not in wu.last
    await wu.presses("改写")
    await wu.says("后门堵住了，打 13800001111 问")
    await wu.presses("✔ 提交")
    assert wu.sees("可能是电话")
    await wu.presses("改转述")
    await wu.says("市场一处疏散门打不开，请带钥匙去看")
    assert wu.sees("转述  市场一处疏散门打不开，请带钥匙去看\n👆 办件人员会看到的就是这段话")
    await wu.presses("✔ 提交")
    assert wu.sees("已换成您写的话")
    assert wu.sees("办件人员看到的：\n市场一处疏散门打不开，请带钥匙去看")
    assert not li.sees("看原话")


async def test_what_the_case_does_not_get_is_heard_and_seen_by_the_custodian(town: Township) -> None:
    wang, wu = await opened(town, "王婆婆", "吴保密员")
    await wang.sends("photo", SAID)
    await wang.sends("voice")
    await wang.presses("提交")
    await wu.says("保密台")
    await wu.presses("保密上报")
    await wu.presses("吹2026-0001 菜市场后门")
    assert not {"voice", "photo"} & {message.kind for message in wu.phone.screen}
    await wu.presses("看原件（会记录）")
    assert {"voice", "photo"} <= {message.kind for message in wu.phone.screen}
    assert "只给您看，已记录您看过" in wu.last
    assert wu.buttons == ["改写", "◀ 返回"]
    entries = town.read(lambda s: [entry.op for entry in s.exec(select(AuditEntry))])
    assert entries.count("picture.original") == 2


async def test_nobody_else_gets_to_the_desk(town: Township) -> None:
    for who in await opened(town, "李干事", "周主任", "张网格员", "孙镇长", "王婆婆", "管理员小何"):
        await who.says("/custody")
        assert "不在您的职责范围" in who.last


async def test_a_look_needs_a_reason_a_second_person_and_the_reporter_knows(town: Township) -> None:
    wang, li, sun, wu = await opened(town, "王婆婆", "李干事", "孙镇长", "吴保密员")
    await report(wang)
    await li.presses("更多…")
    await li.presses("经过")
    assert "申请查看身份" not in li.buttons
    await wu.says("保密台")
    await wu.presses("保密上报")
    await wu.presses("吹2026-0001 菜市场后门")
    await wu.presses("申请查看身份")
    await wu.says("想知道")
    await wu.presses("✔ 提交")
    assert wu.sees("至少 10 个字")
    await wu.presses("改理由")
    await wu.says(WHY)
    assert wu.sees("上报人会知道是谁、什么时候、为什么看的")
    await wu.presses("✔ 提交")
    assert not wu.sees("王婆婆")
    assert not li.sees("有人申请查看上报人身份")
    assert SAID not in sun.last
    assert "申请人：吴保密员（保密专员）" in sun.last
    await sun.presses("同意…")
    assert "15 分钟内可以看一次" in sun.last
    await sun.presses("确定同意")
    assert "已同意" in sun.last

    assert "已批准查看 吹2026-0001" in wu.last
    await wu.presses("现在看（只能一次）")
    assert "吹2026-0001 的上报人：王婆婆" in wu.toasts[-1]
    assert "已经看过" in wu.last
    assert not any("王婆婆" in text for text in (*wu.texts, *li.texts))

    assert "有人查看了您的身份" in wang.last
    assert "11月23日 10:00 吴保密员（保密专员）看到了您的账号名" in wang.last
    assert "批准人：孙镇长（镇领导）" in wang.last
    assert WHY in wang.last
    await wang.says("我的上报")
    await wang.presses("吹2026-0001 菜市场后门")
    assert "吴保密员（保密专员）看过您是谁，孙镇长批准。理由：" + WHY in wang.last


async def test_a_refusal_and_a_window_that_has_passed_show_nobody(town: Township) -> None:
    wang, wu, sun = await opened(town, "王婆婆", "吴保密员", "孙镇长")
    await report(wang)
    for decision in ("不同意", "同意…"):
        await wu.says("保密台")
        await wu.presses("保密上报")
        await wu.presses("吹2026-0001 菜市场后门")
        await wu.presses("申请查看身份")
        await wu.says(WHY)
        await wu.presses("✔ 提交")
        assert not wu.sees("有人申请查看上报人身份")
        await sun.says("/reveals")
        await sun.presses("吹2026-0001　吴保密员　11月23日 申请")
        await sun.presses(decision)
    assert wu.sees("没有批准查看")
    await sun.presses("确定同意")
    await town.passes(minutes=16)
    await wu.presses("现在看（只能一次）")
    assert wu.sees("15 分钟内没有查看，已经作废")
    assert not any("王婆婆" in text for text in (*wu.texts, *wu.toasts))
    assert not wang.sees("有人查看了您的身份")
    await sun.says("/reveals")
    assert "没有等您审批的申请" in sun.last


async def test_trouble_goes_past_everybody_on_the_case_and_is_answered(town: Township) -> None:
    wang, wu, li, sun, zhang = await opened(town, "王婆婆", "吴保密员", "李干事", "孙镇长", "张网格员")
    await report(wang)
    await li.presses("派给 张网格员")
    await wang.says("我的上报")
    await wang.presses("吹2026-0001 菜市场后门")
    await wang.presses("有人为难我")
    await wang.says("张老板到我家门口骂我")
    assert wang.sees("只有保密专员能看到")
    seen = [list(who.texts) for who in (li, sun, zhang)]
    await wang.presses("✔ 告诉保密专员")
    assert wang.sees("最迟 11月24日 18:00 在这里答复您")
    assert [list(who.texts) for who in (li, sun, zhang)] == seen
    await li.says("/hazard 吹2026-0001")
    await li.presses("更多…")
    await li.presses("经过")
    assert not li.sees("骂我")
    assert not li.sees("为难")

    assert "请在 11月24日 18:00 前" in wu.last
    assert not wu.sees("张老板")
    await wu.presses("打开")
    assert "张老板到我家门口骂我" in wu.last
    assert not wu.sees("王婆婆")
    await wu.presses("答复")
    await wu.says("下午我去找他谈，您先不要出面")
    await wu.presses("✔ 提交")
    assert wu.sees("答复已交给机器人转达")
    assert "保密专员答复您" in wang.last
    assert "下午我去找他谈" in wang.last
    await wang.presses("还有情况要说")
    assert "发生了什么" in wang.last


async def test_in_plain_words_it_is_asked_once(town: Township) -> None:
    wang, wu = await opened(town, "王婆婆", "吴保密员")
    await report(wang)
    await report(wang)
    await wang.presses("不是，照常上报")
    await wang.says("老板威胁我，说再举报就不客气")
    assert "要直接告诉保密专员吗" in wang.last
    await wang.presses("告诉保密专员")
    assert "哪一件" in wang.last
    await wang.presses("吹2026-0002 菜市场后门")
    await wang.presses("✔ 告诉保密专员")
    await wu.presses("打开")
    assert "关于：吹2026-0002" in wu.last
    await wang.says("怕遭报复，举报要不要写名字")
    assert "要直接告诉保密专员吗" not in wang.last


async def test_a_danger_wins_over_a_quarrel_and_the_way_to_the_custodian_stands_beside_it(town: Township) -> None:
    wang, wu = await opened(town, "王婆婆", "吴保密员")
    await wang.says("隔壁老李把柴堆在我家门口，说他还骂我")
    assert wang.sees("点这里直接告诉保密专员")
    assert "上报隐患" in wang.last
    assert "在哪里" in wang.last
    await wang.presses("有人为难我")
    await wang.presses("✔ 告诉保密专员")
    assert wu.sees("有人因为上报被为难") or wu.sees("投诉")


async def test_trouble_for_a_report_is_asked_first_and_the_button_takes_the_danger_along(town: Township) -> None:
    (wang,) = await opened(town, "王婆婆")
    words = "青石村一组楼道堆满了货，我举报了，张老板天天来骂我"
    await wang.says(words)
    assert "要直接告诉保密专员吗" in wang.last
    await wang.presses("🔔 上报隐患")
    await wang.presses("跳过")
    assert "青石村一组" in wang.last
    assert words in wang.last


async def test_who_has_not_reported_here_is_heard_as_well(town: Township) -> None:
    chen, wu = await opened(town, "陈大哥", "吴保密员")
    await chen.says("厂里说我举报了，要开除我，老板天天找我麻烦")
    await chen.presses("告诉保密专员")
    await chen.presses("✔ 告诉保密专员")
    await wu.says("保密台")
    assert "没有答复的投诉：1 件" in wu.last
    await wu.presses("看投诉")
    await wu.presses("投诉 1 号，11月23日 收到")
    assert "没有说是哪一件" in wu.last


async def test_a_late_answer_reaches_the_leader_without_what_it_is_about(town: Township) -> None:
    wang, sun = await opened(town, "王婆婆", "孙镇长")
    await report(wang)
    await wang.says("张老板威胁我")
    await wang.presses("告诉保密专员")
    await wang.presses("吹2026-0001 菜市场后门")
    await wang.presses("✔ 告诉保密专员")
    await town.passes(hours=32, minutes=5)
    assert sun.sees("投诉 1 号，11月24日 18:00 前该有第一次答复")
    assert not sun.sees("张老板")
    await town.chores()
    assert sum("投诉 1 号" in text for text in sun.texts) == 1


async def test_the_leader_reads_the_month_in_numbers(town: Township) -> None:
    wang, wu, sun = await opened(town, "王婆婆", "吴保密员", "孙镇长")
    await report(wang)
    await wang.says("张老板威胁我")
    await wang.presses("告诉保密专员")
    await wang.presses("吹2026-0001 菜市场后门")
    await wang.presses("✔ 告诉保密专员")
    await town.until(datetime(2026, 12, 1, 8, 31, tzinfo=ZONE).astimezone(UTC))
    assert sun.sees("11月保密情况")
    assert sun.sees("申请 0 次，批准 0 次，实际查看 0 次")
    assert sun.sees("投诉：1 件，还没有答复 1 件")
    assert not wu.sees("11月保密情况")


@pytest.mark.parametrize("words", [
    "有人报复我", "昨天遭报复了", "被打击报复咋个办", "村干部给我穿小鞋", "张老板找上门找我算账", "天天有人跟踪我",
    "他晓得是我报的，天天来骂我", "房东要撵我走，因为我上报了", "举报了以后厂里扣我工资", "他们在整我",
    "他儿子说要砸我屋头窗子",
])  # fmt: skip
def test_trouble_is_heard_in_many_words(words: str) -> None:
    assert is_trouble(words)


@pytest.mark.parametrize("words", [
    "举报别个会不会遭报复", "怕遭报复", "如果他来报复我怎么办", "报复举报人违法吗", "堆的柴火严重威胁我们的生命安全",
    "线路老化威胁我家安全", 
    "莫说是我说的，他晓得了要骂我", "我怕他晓得了骂我",
    "找不到灭火器", "我家门口堵了", "菜市场后门被货堵死了", "整改好了没有", "谢谢你们",
])  # fmt: skip
def test_a_worry_a_danger_and_a_question_are_no_complaint(words: str) -> None:
    assert not is_trouble(words)
