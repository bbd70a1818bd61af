"""A resident is asked before the same danger is filed twice; officers compare, merge and take apart."""

from sqlmodel import Session, select

from bot.render.qr import code_png
from models import deadlines, hazards
from models.hazards import Evidence, Hazard
from models.pictures import CLEAN, Picture
from tests.town import MONDAY, Somebody, Township

DOOR = "菜市场后门被货堵死了"
AGAIN = "农贸市场的后门被货物堵死了"
SAME, ANOTHER = "就是这个，我也关注", "不是，照常上报"


async def report(who: Somebody, words: str = DOOR) -> None:
    """Somebody reports in words, without a photo."""
    await who.says(words)
    await who.presses("跳过")
    await who.presses("提交")


async def opened(town: Township, *names: str) -> list[Somebody]:
    """Return people who have the bot open."""
    found = [town.somebody(name) for name in names]
    for person in found:
        await person.says("/start")
    return found


def files(s: Session) -> list[str]:
    """Return the numbers of all cases."""
    return list(s.exec(select(Hazard.number).order_by(Hazard.id)))


def words(s: Session) -> list[str]:
    """Return all that was added to cases."""
    rows = [step for hazard in s.exec(select(Hazard)) for step in hazards.history(s, hazard)]
    return [step.note for step in rows if step.act == "added"]


async def test_the_second_resident_joins_the_case_with_all_that_was_written_and_sent(town: Township) -> None:
    wang, chen, li = await opened(town, "王婆婆", "陈大哥", "李干事")
    await report(wang)
    await town.passes(days=3)
    await chen.sends("photo", AGAIN)
    await chen.presses("提交")
    assert "还没有提交" in chen.last
    assert "3 天前报的，待核查" in chen.last
    assert "示范镇农贸市场" in chen.last
    assert "菜市场后门" not in chen.last  # the other one's words stay their own
    await chen.presses(SAME)
    assert "已经加到那一件里" in chen.last
    assert not chen.sees("吹2026-0001")
    assert town.read(files) == ["吹2026-0001"]
    assert town.read(words) == [AGAIN]
    assert li.sees("另有 1 人关注")
    assert "照片等 1 份" in li.last
    await li.presses("派给 张网格员")
    assert wang.sees("已派员核查")
    assert "您关注的隐患有新进展" in chen.last
    assert "已派员核查" in chen.last


async def test_whoever_says_that_it_is_another_one_reports_as_usual(town: Township) -> None:
    wang, chen = await opened(town, "王婆婆", "陈大哥")
    await report(wang)
    await report(chen, AGAIN)
    await chen.says("不是")
    assert chen.sees("吹2026-0002")
    assert town.read(files) == ["吹2026-0001", "吹2026-0002"]
    assert AGAIN in town.read(lambda s: [hazard.detail for hazard in s.exec(select(Hazard))])


async def test_an_answer_that_never_comes_loses_nothing_and_the_place_can_still_be_changed(town: Township) -> None:
    wang, chen = await opened(town, "王婆婆", "陈大哥")
    await report(wang)
    await report(chen, AGAIN)
    await town.passes(minutes=11)
    assert chen.sees("还没有提交") or chen.sees("填到一半")
    await chen.says("继续")
    assert "是同一处吗" in chen.last
    await chen.says("返回")
    assert "照片" in chen.last
    await chen.presses("跳过")
    assert "是同一处吗" in chen.last
    await chen.says("1")
    assert chen.sees("已经加到那一件里")


async def test_another_place_is_asked_about_anew(town: Township) -> None:
    wang, chen = await opened(town, "王婆婆", "陈大哥")
    await report(wang)
    await report(chen, AGAIN)
    await chen.presses(ANOTHER)
    await chen.says("我的上报")
    await report(chen, "悦来旅馆的后门被货物堵死了")
    assert town.read(files) == ["吹2026-0001", "吹2026-0002", "吹2026-0003"]


async def test_a_report_of_ones_own_is_added_to_not_followed(town: Township) -> None:
    (wang,) = await opened(town, "王婆婆")
    await report(wang)
    await report(wang, AGAIN)
    assert "您自己报的" in wang.last
    await wang.presses("就是我报的那件，补充进去")
    assert "已经补充到您报过的那一件里" in wang.last
    assert wang.sees("吹2026-0001")
    await wang.says("我的上报")
    assert "我关注的（1）" not in wang.buttons


async def test_what_one_follows_is_listed_and_can_be_left(town: Township) -> None:
    wang, chen, li = await opened(town, "王婆婆", "陈大哥", "李干事")
    await report(wang)
    await report(chen, AGAIN)
    await chen.presses(SAME)
    await chen.says("我的上报")
    await chen.presses("我关注的（1）")
    await chen.presses("疏散通道安全出口　示范镇农贸市场")
    assert "已收到，等待派人" in chen.last
    await chen.presses("不再关注")
    before = len(chen.texts)
    await li.presses("派给 张网格员")
    assert len(chen.texts) == before
    await chen.says("我的上报")
    assert "我关注的（1）" not in chen.buttons


async def test_the_owner_of_the_place_reads_nothing_of_what_others_reported(town: Township) -> None:
    wang, zhang = await opened(town, "王婆婆", "张老板")
    await report(wang, "张记面馆的后门被货物堵死了")
    await report(zhang, "张记面馆的后门被货物堵死了")
    assert zhang.sees("吹2026-0002")
    assert not zhang.sees("是同一处吗")


async def test_a_relapse_is_filed_without_a_question_and_the_officer_reads_of_it(town: Township) -> None:
    wang, chen, li, zhang = await opened(town, "王婆婆", "陈大哥", "李干事", "张网格员")
    await report(wang)
    await li.presses("派给 张网格员")
    await zhang.presses("当场整改好了")
    await zhang.sends("photo")
    await zhang.presses("发完了")
    await zhang.sends("photo", "搬走了")
    await zhang.presses("发完了")
    await town.passes(days=1)
    await report(chen, AGAIN)
    assert chen.sees("吹2026-0002")
    await li.says("/hazard 吹2026-0002")
    await li.presses("可能反弹 1 件")
    assert "11月23日 已销号：可能是反弹，不能并案" in li.last
    assert li.buttons == ["看 吹2026-0001", "◀ 返回"]


async def test_officers_compare_merge_and_take_apart_and_both_reporters_know(town: Township) -> None:
    wang, chen, li = await opened(town, "王婆婆", "陈大哥", "李干事")
    await report(wang)
    await report(chen, AGAIN)
    await chen.presses(ANOTHER)
    await li.presses("可能重复 1 件")
    assert "同一个场所，今天报的" in li.last
    await li.presses("并入 吹2026-0001")
    assert "已并入 吹2026-0001" in li.last
    assert chen.sees("并在一起办")
    await li.says("/hazard 吹2026-0001")
    assert "并入这一件的：吹2026-0002" in li.last
    await li.presses("派给 张网格员")
    assert "那一件：已派员核查" in chen.last
    await li.says("/hazard 吹2026-0002")
    await li.presses("取消并案")
    assert "已取消并案" in li.last
    assert "单独办理" in chen.last
    assert "等待派人" in chen.last
    await wang.says("我的上报")
    assert "核查中" in wang.last


async def test_who_was_told_that_their_report_was_merged_is_owed_nothing_more(town: Township) -> None:
    wang, chen, li = await opened(town, "王婆婆", "陈大哥", "李干事")
    await report(wang)
    await report(chen, AGAIN)
    await chen.presses(ANOTHER)
    await li.presses("可能重复 1 件")
    await li.presses("并入 吹2026-0001")
    assert chen.sees("并在一起办")
    assert town.read(lambda s: [clock.met_at is not None for clock in deadlines.deadlines_of(s, "hazard", 2)
                                if clock.clock == "feedback"]) == [True]  # fmt: skip


async def test_what_others_reported_too_goes_on_when_one_takes_it_back(town: Township) -> None:
    wang, chen, li = await opened(town, "王婆婆", "陈大哥", "李干事")
    await report(wang)
    await report(chen, AGAIN)
    await chen.presses(ANOTHER)
    await li.presses("可能重复 1 件")
    await li.presses("并入 吹2026-0001")
    await wang.says("我的上报")
    await wang.presses("撤回")
    await wang.presses("确定撤回")
    await town.passes(hours=1)
    assert li.sees("吹2026-0003")
    assert not li.sees("请决定要不要照样去看")
    await li.says("/hazard 吹2026-0003")
    assert "还有人反映同一处" in li.last
    await li.presses("派给 张网格员")
    assert "那一件：已派员核查" in chen.last
    assert "已派员核查" not in wang.last


async def test_the_cleaned_photo_is_shown_with_the_question_and_never_the_original(town: Township) -> None:
    wang, chen = await opened(town, "王婆婆", "陈大哥")
    await wang.sends("photo", DOOR)
    await wang.presses("提交")
    town.database.transaction(cleaned)
    await report(chen, AGAIN)
    assert chen.sees("那一件的现场照片")
    assert len([message for message in chen.phone.screen if message.data.get("photo")]) == 1
    await chen.presses(SAME)
    assert chen.sees("已经加到那一件里")


def cleaned(s: Session) -> None:
    """Let the photo of the first report have its cleaned copy."""
    evidence = s.exec(select(Evidence)).one()
    picture = s.get(Picture, evidence.id) or Picture(evidence_id=evidence.id or 0, not_before=MONDAY)
    picture.state, picture.clean, picture.file_id = CLEAN, code_png("cleaned"), None
    s.add(picture)
