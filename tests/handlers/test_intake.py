"""Other ways to a report: for a caller, by the code at a place, several findings in one walk; questions beside it."""

from typing import Any

import pytest
from sqlmodel import Session, col, select

from models import place_links
from models.hazards import Hazard
from models.places import Place
from tests.town import MONDAY, Somebody, Township


def cases(town: Township) -> list[Hazard]:
    """Return all cases, oldest first."""
    return list(town.read(lambda s: s.exec(select(Hazard).order_by(col(Hazard.id))).all()))


async def report(who: Somebody, words: str = "菜市场后门被货堵死了") -> None:
    """Report in words, without pictures."""
    await who.says(words)
    await who.presses("跳过")
    await who.presses("提交")


async def test_staff_enter_what_a_caller_says_and_read_the_number_out(town: Township) -> None:
    li, zhang = town.somebody("李干事"), town.somebody("张网格员")
    await zhang.says("/start")
    await zhang.says("/caller 菜市场后门被货堵死了")
    await zhang.presses("电话")
    await zhang.presses("不愿意：不留称呼和电话")
    assert "来电人保密" in zhang.last
    await li.says("/start")
    await zhang.presses("提交")
    assert "请念给来电人听" in zhang.last
    assert "编号 吹2026-0001" in zhang.last
    assert li.sees("来源：电话")
    assert not li.sees("冉大娘")
    assert not li.sees("13900001234")
    [hazard] = cases(town)
    assert hazard.source == "caller"
    await zhang.presses("看 吹2026-0001")
    assert "冉大娘" not in zhang.last


async def test_a_caller_who_agrees_is_named_to_those_on_the_case(town: Township) -> None:
    li, zhang = town.somebody("李干事"), town.somebody("张网格员")
    await li.says("/start")
    await zhang.says("代群众登记")
    for words in ("楼道堆东西", "青石村二组", "楼道里堆满了纸箱子", "当面", "愿意：留称呼和电话", "冉大娘 13900001234"):
        await zhang.says(words)
    await zhang.presses("提交")
    assert li.sees("来电人：冉大娘 13900001234（同意联系）")


async def test_a_resident_cannot_enter_for_others(town: Township) -> None:
    wang = town.somebody("王婆婆")
    await wang.says("代群众登记")
    assert "不在您的职责范围" in wang.last


def link_of(town: Township, code: str = "zhangji", *, renew: bool = False) -> str:
    """Return what the poster of a place carries."""
    li = town.somebody("李干事").actor

    def make(s: Session) -> str:
        number = s.exec(select(Place.id).where(Place.code == code)).one() or 0
        return (place_links.renew if renew else place_links.make)(s, li, number, now=MONDAY)

    return town.database.transaction(make)


async def test_a_resident_who_scans_is_asked_what_is_wrong_and_not_where(town: Township) -> None:
    wang = town.somebody("王婆婆")
    await wang.opens(link_of(town))
    assert "张记面馆" in wang.last
    await wang.says("灭火器过期了没人换")
    await wang.presses("跳过")
    assert "张记面馆" in wang.last
    await wang.presses("提交")
    [hazard] = cases(town)
    assert hazard.place_id is not None
    assert hazard.place_id == town.read(lambda s: s.exec(select(Place.id).where(Place.code == "zhangji")).one())


async def test_who_patrols_there_chooses(town: Township) -> None:
    zhang = town.somebody("张网格员")
    await zhang.opens(link_of(town))
    await zhang.presses("📋 巡查这里")
    assert "全部合格" in "".join(zhang.buttons)
    await zhang.opens(link_of(town))
    await zhang.presses("🔔 上报这里的隐患")
    assert "是哪一类" in zhang.last


async def test_who_works_elsewhere_reports_like_everybody(town: Township) -> None:
    liu = town.somebody("刘网格员")
    await liu.opens(link_of(town))
    assert "是哪一类" in liu.last


@pytest.mark.parametrize("payload", ["p_1_000000000000000000000000", "p_", "p_abc", "renewed"])
async def test_a_code_that_is_no_good_says_what_to_do(town: Township, payload: str) -> None:
    wang = town.somebody("王婆婆")
    old = link_of(town)
    if payload == "renewed":
        link_of(town, renew=True)
        payload = old
    await wang.opens(payload)
    assert "直接发一句话或一张照片" in wang.last


async def test_another_danger_at_the_same_place_is_not_asked_where(town: Township) -> None:
    wang = town.somebody("王婆婆")
    await report(wang)
    await wang.presses("🔔 同一处还有一个")
    assert "地点照上一件" in wang.last
    await wang.says("灭火器过期了没人换")
    await wang.presses("跳过")
    await wang.presses("提交")
    assert [h.place_text for h in cases(town)] == ["菜市场后门"] * 2


async def test_several_findings_of_staff_become_several_cases_in_one_go(town: Township) -> None:
    zhang, li = town.somebody("张网格员"), town.somebody("李干事")
    await li.says("/start")
    await zhang.says("张记面馆灭火器过期，后门锁了")
    assert "听到 2 处隐患" in zhang.last
    await zhang.presses("分成 2 件登记")
    await zhang.presses("跳过")
    assert "登记成 2 件" in zhang.last
    await zhang.presses("提交")
    found = cases(town)
    assert [(h.kind, h.detail, h.source) for h in found] == [
        ("A01", "后门锁了", "staff"), ("A09", "张记面馆灭火器过期", "staff"),
    ]  # fmt: skip
    assert found[0].place_id == found[1].place_id is not None
    assert sum("新隐患" in text for text in li.texts) == 2


async def test_or_one_case_of_the_gravest_kind_with_the_others_as_tags(town: Township) -> None:
    zhang, li = town.somebody("张网格员"), town.somebody("李干事")
    await li.says("/start")
    await zhang.sends("photo", "张记面馆灭火器过期，后门锁了")
    await zhang.presses("合成一件")
    assert "1 张照片" in zhang.last
    await zhang.presses("提交")
    [hazard] = cases(town)
    assert (hazard.kind, hazard.tags) == ("A01", "A09")
    assert li.sees("还涉及：消防设施器材")


async def test_a_resident_is_not_asked_to_divide(town: Township) -> None:
    wang = town.somebody("王婆婆")
    await wang.says("张记面馆灭火器过期，后门锁了")
    assert "听到" not in wang.last


QUESTION = "电瓶车可以推到屋头充电不"


@pytest.mark.parametrize("steps", [["上报隐患"], ["楼道里堆满了纸箱子"], ["楼道里堆满了纸箱子", "青石村二组"],
                                   ["楼道里堆满了纸箱子", "青石村二组", "跳过"]])  # fmt: skip
async def test_a_question_beside_a_report_is_answered_and_changes_nothing(town: Township, steps: list[str]) -> None:
    wang = town.somebody("王婆婆")
    for words in steps:
        await wang.says(words)
    asked = wang.last
    await wang.says(QUESTION)
    assert wang.sees("电动车在哪里充电才安全")
    assert "您问的在上面回答了" in wang.last
    assert wang.last.splitlines()[-1] == asked.splitlines()[-1]
    assert QUESTION not in wang.last


@pytest.mark.parametrize(
    "place", ["幸福小区几号楼不晓得，靠河那栋", "老街哪家面馆旁边", "青石村二组", "是菜市场不是粮站"]
)
async def test_what_could_be_a_place_is_taken_as_one(town: Township, place: str) -> None:
    wang = town.somebody("王婆婆")
    for words in ("楼道里堆满了纸箱子", place, "跳过"):
        await wang.says(words)
    assert place in wang.last


async def test_a_flood_of_one_person_is_told_to_colleagues_once_and_to_that_person_once(town: Township) -> None:
    wang, li = town.somebody("王婆婆"), town.somebody("李干事")
    await li.says("/start")
    for n in range(13):
        await report(wang, f"青石村{n}组房前堆满柴草")
    assert len(cases(town)) == 13
    assert sum("新隐患" in text for text in li.texts) == 10
    assert sum("不再逐件提醒" in text for text in li.texts) == 1
    assert sum("每一件都登记了" in text for text in wang.texts) == 1
    await li.presses("看待办隐患")
    assert "待办隐患（13）" in li.last


def kept(town: Township) -> list[Any]:
    """Return the kinds of evidence of all cases."""
    from models.hazards import Evidence

    return list(town.read(lambda s: s.exec(select(Evidence.kind)).all()))


async def test_a_round_video_is_kept_and_shown(town: Township) -> None:
    wang, li = town.somebody("王婆婆"), town.somebody("李干事")
    await li.says("/start")
    await wang.says("菜市场后门被货堵死了")
    await wang.sends("video_note")
    await wang.presses("发完了")
    assert "1 段圆形视频" in wang.last
    await wang.presses("改保密")
    await wang.presses("实名")
    await wang.presses("提交")
    assert kept(town) == ["video_note"]
    await li.presses("看照片")
    assert any(call.method == "sendVideoNote" for call in town.telegram.calls())


async def test_the_office_prints_the_code_of_a_place_and_can_make_the_old_one_useless(town: Township) -> None:
    li, wang = town.somebody("李干事"), town.somebody("王婆婆")
    await li.says("/place 张记面馆")
    await li.presses("更多…")
    await li.presses("场所码")
    assert "张记面馆 的场所码" in li.last
    assert li.phone.last.data.get("photo")
    old = link_of(town)
    await li.presses("旧码作废，换新码")
    await wang.opens(old)
    assert "张记面馆" not in wang.last
    await wang.opens(link_of(town))
    assert "张记面馆" in wang.last
