"""Scenes of 一企一策: a plan from the first file to closing, by officers, by the owner, and who may only look."""

import io
from datetime import datetime

import pytest
from openpyxl import load_workbook
from sqlmodel import Session, select

from models.areas import area_by_code
from models.enterprises import Enterprise, Problem
from models.people import Grant, Person
from models.places import Place
from models.rules import ZONE
from tests.town import MONDAY, Somebody, Township

CODE, PHONE = "91350100M000100Y43", "13800000000"
PLANT = "青石木器厂"


def place(s: Session) -> Place:
    return s.exec(select(Place).where(Place.name == PLANT)).one()


def problem(town: Township, number: int = 1) -> Problem:
    return town.read(lambda s: s.exec(select(Problem).where(Problem.number == number)).one())


@pytest.fixture
async def huang(town: Township) -> Somebody:
    """黄厂长, who answers for the furniture factory in 青石村."""
    who = town.somebody("黄厂长")
    await who.says("/start")

    def employ(s: Session) -> None:
        person = s.exec(select(Person).where(Person.telegram_id == who.phone.id)).one()
        plant, area = place(s), area_by_code(s, "qingshi-1")
        plant.owner_id, plant.floors, plant.square_metres = person.id, 2, 620
        s.add(Grant(person_id=person.id or 0, role="owner", area_id=area.id or 0, since=MONDAY))

    town.database.transaction(employ)
    return who


async def opened(li: Somebody) -> None:
    """Open the file of the factory from the list of those without one."""
    await li.says("一企一策")
    await li.presses("更多…")
    await li.presses("还没建档的厂房库房（1 家）")
    await li.presses(PLANT)


async def lists(li: Somebody, words: str = "喷漆间和库房没有隔开") -> None:
    await li.presses("➕ 列问题")
    for said in (words, "较大", "砌防火墙", "硬件"):
        await li.says(said)
    await li.presses("7 天后")
    await li.says(f"黄厂长 {PHONE}")
    await li.says("自筹 2 万元")
    await li.presses("提交")


@pytest.mark.usefixtures("huang")
async def test_the_file_is_filled_in_short_forms_and_asks_for_nothing_that_is_known(town: Township) -> None:
    li = town.somebody("李干事")
    await opened(li)
    assert "建好了" in li.last
    assert "挂点干部：李干事" in li.last
    assert len(li.buttons) <= 8
    await li.presses("企业情况")
    await li.presses("填主体（差 7）")
    await li.says("91350100M000100Y44")
    assert "对不上" in li.last
    await li.says(CODE.lower())
    await li.presses("跳过")
    await li.says(f"张三 {PHONE}")
    for _ in range(4):
        await li.presses("跳过")
    await li.presses("存档")
    assert f"法定代表人：张三 {PHONE}" in li.last
    await li.presses("填建筑（差 3）")
    assert "耐火等级" in li.last, "area and floors stand in the ledger and are not asked"
    await li.says("取消")


async def mends(huang: Somebody) -> None:
    """The responsible person reports half of it and then all, each time with a picture."""
    assert "一企一策新列了一项" in huang.last
    await huang.presses("报第 1 项进度")
    await huang.presses("50%")
    await huang.sends("photo", caption="砖到了")
    await huang.presses("发完了")
    assert "▓▓░░ 50%" in huang.last
    await huang.presses("报第 1 项进度")
    await huang.presses("100%（做完了）")
    await huang.sends("photo")
    await huang.presses("发完了")
    assert "等镇里复核" in huang.last


async def test_a_problem_from_the_list_to_closing_by_somebody_else(town: Township, huang: Somebody) -> None:
    li, zhao = town.somebody("李干事"), town.somebody("赵干事")
    await opened(li)
    await lists(li)
    assert "列入清单了" in li.last
    assert "░░░░ 0%　期限 11月30日" in li.last

    await mends(huang)
    assert "请您复核" in li.last
    await li.presses("没做好，退回")
    await li.says("墙没有到顶")
    assert "▓▓▓░ 75%" in li.last
    assert "退回原因：墙没有到顶" in huang.last
    await li.presses("报进度")
    await li.presses("100%（做完了）")
    await li.says("跳过")
    await li.says("跳过")
    assert "要请另一位同事复核销号" in li.last
    assert "✅ 复核通过，销号" not in li.buttons
    await zhao.says("一企一策")
    await zhao.presses(PLANT)
    await zhao.presses("第 1 项")
    await zhao.presses("复核通过，销号")
    await zhao.says("墙到顶了")
    await zhao.presses("跳过")
    assert "一企一策办结" in zhao.last
    assert "已销号" in huang.last
    await huang.says("整治清单")
    assert "11月23日已销号" in huang.last


async def test_the_owner_never_reads_what_was_written_about_them(town: Township, huang: Somebody) -> None:
    qian = town.somebody("钱干事")
    await opened(qian)
    await lists(qian)
    await qian.presses("督导记录")
    await qian.presses("➕ 记督导")
    await qian.presses("大约谈")
    await qian.says("约谈黄厂长，态度不积极")
    await qian.sends("photo")
    await qian.presses("发完了")
    await qian.presses("督导记录")
    assert "大约谈：约谈黄厂长，态度不积极（1 张照片）" in qian.last
    await qian.presses("看照片")
    assert qian.phone.last.kind == "photo"
    await huang.says("我的整治清单")
    assert "砌防火墙" in huang.last
    for hidden in ("态度", "约谈", PHONE, "自筹"):
        assert not huang.sees(hidden)
    await huang.says("一企一策")
    assert "不在您的职责范围内" in huang.last


async def test_a_leader_only_looks_and_another_village_sees_nothing(town: Township) -> None:
    qian, sun, zhang, zhou = (town.somebody(name) for name in ("钱干事", "孙镇长", "张网格员", "周主任"))
    await opened(qian)
    await lists(qian)
    await sun.says("一企一策")
    await sun.presses(PLANT)
    assert "➕ 列问题" not in sun.buttons
    await sun.presses("第 1 项")
    assert "责任人：黄厂长" in sun.last
    assert PHONE not in sun.last
    assert sun.buttons == ["◀ 青石木器厂"]
    await sun.says("一企一策")
    await sun.presses("更多…")
    await sun.presses("各村汇总")
    assert "青石村：1 家，没销号 1 项（逾期 0 项），已销号 0 项" in sun.last
    for stranger in (zhang, zhou):
        await stranger.says("一企一策")
        assert PLANT not in stranger.last
    await zhou.says("/place 菜市场")
    await zhou.presses("更多…")
    await zhou.presses("一企一策")
    await zhou.presses("建档")
    assert "示范镇农贸市场" in zhou.last, "a place of any kind may have a plan"


async def test_two_officers_at_once_one_is_told_and_the_clock_is_on_everybodys_list(town: Township) -> None:
    qian, zhao, li = (town.somebody(name) for name in ("钱干事", "赵干事", "李干事"))
    await opened(qian)
    await lists(qian)
    for who in (qian, zhao):
        await who.says("一企一策")
        await who.presses(PLANT)
        await who.presses("第 1 项")
    await zhao.presses("报进度")
    await qian.presses("改期限")
    await qian.presses("15 天后")
    await qian.says("等防火门到货")
    assert "期限 12月8日" in qian.last
    assert "改期限：11月30日→12月8日：等防火门到货" in qian.last
    await zhao.presses("25%")
    await zhao.says("跳过")
    await zhao.says("跳过")
    assert zhao.sees("刚才有同事办过")
    assert problem(town).progress == 0
    await town.until(datetime(2026, 12, 10, 9, 0, tzinfo=ZONE))
    await qian.presses("督办 青石木器厂第1项")
    assert "逾期 2 天" in qian.last
    await li.says("逾期清单")
    assert "一企一策整治 1 项" in li.last
    await li.says("一企一策")
    assert "🔴 青石木器厂" in li.last


async def test_a_case_is_taken_over_by_one_tap_and_its_end_closes_the_line(town: Township) -> None:
    li, zhao = town.somebody("李干事"), town.somebody("赵干事")
    await zhao.says("/start")
    await opened(li)
    await li.says("巡查了青石木器厂，灭火器过期，其他正常")
    await li.presses("提交")
    await li.says("/hazard 吹2026-0001")
    await li.presses("派给 赵干事")
    await zhao.presses("属实，限期整改")
    await zhao.presses("跳过")
    await zhao.presses("3 天")
    await li.says("一企一策")
    await li.presses(PLANT)
    await li.presses("➕ 列问题")
    await li.presses("列入 吹2026-0001")
    assert "随隐患 吹2026-0001 办" in li.last
    await li.presses("第 1 项")
    assert "报进度" not in li.buttons
    await li.presses("看隐患")
    await zhao.presses("已整改，上传照片")
    await zhao.sends("photo")
    await zhao.presses("发完了")
    await li.says("/hazard 吹2026-0001")
    await li.presses("复查合格，销号")
    await li.presses("跳过")
    await li.says("一企一策")
    await li.presses(PLANT)
    assert "隐患 吹2026-0001 已复查销号" in li.last
    await li.presses("第 1 项")
    await li.presses("随隐患销号")
    assert "一企一策办结" in li.last


async def test_the_register_opens_with_three_sheets_and_a_leader_gets_no_telephones(town: Township) -> None:
    li, sun = town.somebody("李干事"), town.somebody("孙镇长")
    await opened(li)
    await li.presses("企业情况")
    await li.presses("填建筑（差 3）")
    assert "耐火等级" in li.last
    await li.says("取消")
    await li.says("/enterprises")
    await li.presses(PLANT)
    await lists(li, "=cmd|' /C calc'!A0")
    for who in (li, sun):
        await who.says("一企一策")
        await who.presses("更多…")
        await who.presses("导出台账")
        sent = next(m for m in reversed(who.phone.screen) if m.data.get("document"))
        made = town.telegram.files.by_id(sent.data["document"]["file_id"]).read()
        book = load_workbook(io.BytesIO(made))
        assert book.sheetnames == ["企业台账", "问题清单", "督导记录"]
        told = [str(cell.value) for page in book for row in page.iter_rows() for cell in row if cell.value is not None]
        assert any(PHONE in words for words in told) is (who is li)
        assert "=cmd|' /C calc'!A0" in told
        assert {"企业名", "统一信用代码", "火灾危险性", "挂点干部", "督导记录"} <= set(told)
    assert town.read(lambda s: len(s.exec(select(Enterprise)).all())) == 1
