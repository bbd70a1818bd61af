"""Imports as officers see them: a table is sent, its check is shown on one message, all of it comes in or nothing."""

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlmodel import Session, col, func, select

from handlers.imports import SHOWN
from models import imports
from models.imports import A_TIME
from models.place_contacts import PlaceContact
from models.places import Place
from tests.town import Somebody, Township, close_township, open_township
from tests.workbooks import HEADS, XLSX, row, shop, xlsx

HEAD_ROW = 3


@pytest.fixture
async def small(tmp_path: Path) -> AsyncIterator[Township]:
    """The demo town on SQLite, for scenes that are about no particular database."""
    opened = await open_township(f"sqlite:///{tmp_path / 'town.db'}", tmp_path)
    yield opened
    await close_township(opened)


def count(town: Township) -> int:
    """Return how many places the ledger has."""
    return int(town.read(lambda s: s.exec(select(func.count()).select_from(Place)).one()))


def place(town: Township, name: str) -> Place:
    """Return a place by name."""
    return town.read(lambda s: s.exec(select(Place).where(Place.name == name)).one())


def newest(who: Somebody, name: str) -> bytes:
    """Return the newest file with this name on the screen."""
    found = next(m.file for m in reversed(who.phone.screen) if m.file is not None and m.file.name == name)
    return bytes(found.content)


def page(who: Somebody, name: str) -> list[list[object]]:
    """Return what stands on the first sheet of the newest file with this name."""
    first = load_workbook(io.BytesIO(newest(who, name))).worksheets[0]
    return [[cell.value for cell in cells] for cells in first.rows]


async def sends(who: Somebody, content: bytes, name: str = "场所.xlsx") -> None:
    """Send a table, and let the bot fetch and read it."""
    await who.sends("document", name, mime=XLSX, content=content)
    await who.town.fetches()
    await who.town.settle()


async def is_checked(who: Somebody, passes: int = 1) -> None:
    """Let the clock judge the rows, so many times."""
    for _ in range(passes):
        await who.town.passes(seconds=2)


async def test_the_whole_way_of_a_table(town: Township) -> None:
    li, before = town.somebody("李干事"), count(town)
    await li.says("/import")
    assert li.buttons == ["下载空表", "下载现有台账"]
    await li.presses("下载现有台账")
    ledger = page(li, "场所台账.xlsx")
    assert ledger[HEAD_ROW - 1] == list(HEADS)
    known = next(cells for cells in ledger if cells[1] == "张记面馆")
    known[HEADS.index("责任人")], known[HEADS.index("责任人电话")] = "张三", "13800000000"
    rows = [shop(n, 责任人=f"李四{n}") for n in range(A_TIME + 10)]
    shown = len(li.texts)
    await sends(li, xlsx([*rows, known]))
    assert li.last == f"正在核对《场所.xlsx》\n已核对 0 / {A_TIME + 11} 行"
    await is_checked(li)
    assert li.last.endswith(f"已核对 {A_TIME} / {A_TIME + 11} 行")
    await is_checked(li)
    assert f"新增 {A_TIME + 10} 家\n更新 1 家\n都没有问题" in li.last
    assert li.buttons == ["全部导入", "不导入", "下载核对报告"]
    assert len(li.texts) == shown + 2  # the file itself, and one message about it
    await li.presses("下载核对报告")
    report = page(li, "核对报告.xlsx")
    assert report[-1][:3] == [A_TIME + 12, "更新", "责任人、责任人电话"]
    assert count(town) == before
    await li.presses("全部导入")
    assert li.sees("正在导入《场所.xlsx》")
    await town.machine.do_chores()  # a second look changes nothing
    await is_checked(li, 2)
    assert li.sees("《场所.xlsx》导入完成")
    assert count(town) == before + A_TIME + 10
    assert not li.sees("全部导入")
    people = town.read(lambda s: list(s.exec(select(PlaceContact).order_by(col(PlaceContact.id)))))
    assert [who.name for who in people if who.ended_at is None].count("李四0") == 1
    assert people[-1].name == "张三"
    assert place(town, "新店0").next_patrol_on == town.clock.now().date() + timedelta(days=1)


async def test_wrong_rows_are_told_with_what_to_write_and_nothing_comes_in(small: Township) -> None:
    li, before = small.somebody("李干事"), count(small)
    rows = [shop(1), shop(2, 类别="饭馆"), shop(3, 村="南村", 责任人电话="12"), row(), row(), shop(4, 名称="张记面馆")]
    await sends(li, xlsx([*rows, shop(1), shop(5, 纬度="=1+1", 经度=29.9)]))
    await is_checked(li)
    assert "新增 1 家\n有问题 5 行" in li.last
    assert "· 第 3 行 类别“饭馆”：不是可以选的。写其中一个：小商店、" in li.last
    assert "· 第 4 行 村（社区）“南村”：没有这个村（社区）。写其中一个：场镇社区、" in li.last
    assert "台账里已有同名的（编号 zhangji）" in li.last
    assert li.last.count("· 第 ") == SHOWN
    assert "还有 2 处" in li.last
    assert li.buttons == ["不导入", "下载核对报告"]
    await li.presses("下载核对报告")
    assert page(li, "核对报告.xlsx")[-1][:4] == [9, "有问题", "经度", "29.9"]
    await li.presses("不导入")
    assert li.sees("《场所.xlsx》没有导入，内容已删除")
    assert not li.buttons
    assert count(small) == before


async def test_a_village_officer_brings_in_only_what_is_theirs(small: Township) -> None:
    zhou = small.somebody("周主任")
    await sends(zhou, xlsx([shop(1), shop(2, 村="青石村", 网格=None)]))
    await is_checked(zhou)
    assert "· 第 3 行 村（社区）“青石村”：不在您负责的范围内。写其中一个：场镇社区" in zhou.last
    await sends(zhou, xlsx([shop(1)]))
    assert zhou.sees("没有导入：您后来又发了一个文件")
    await is_checked(zhou)
    await zhou.presses("全部导入")
    await is_checked(zhou)
    assert zhou.sees("导入完成")
    assert place(small, "新店1").code == "changzhen-1-260001"


async def test_who_may_bring_nothing_in_is_told_as_before_and_hostile_files_get_an_answer(small: Township) -> None:
    zhang, li = small.somebody("张网格员"), small.somebody("李干事")
    await sends(zhang, xlsx([shop(1)]))
    assert "这种文件我打不开" in zhang.last
    for name, told in (("旧.xls", "旧格式"), ("宏.XLSM", "带宏"), ("a.csv", "另存为 .xlsx"), ("a.pdf", "打不开")):
        await sends(li, b"x", name)
        assert told in li.last
    await li.sends("document", "大.xlsx", 6 * 1024 * 1024, XLSX)
    assert "超过 5 MB" in li.last
    await sends(li, b"PK\x03\x04 not a workbook", "坏.xlsx")
    assert li.last.startswith("《坏.xlsx》没有导入\n这不是完好的 Excel 文件（.xlsx），读不出来。请用 Excel")
    await sends(li, xlsx([["a", "b"]], heads=["名称", "地址"]))
    assert "表里缺这几列：类别、村（社区）" in li.last
    await li.says("导入场所")
    await li.presses("下载空表")
    await sends(li, newest(li, "场所登记空表.xlsx"))
    assert "表头下面没有内容" in li.last


async def test_a_table_in_the_middle_of_a_form_is_taken_and_the_form_goes_on(small: Township) -> None:
    li = small.somebody("李干事")
    await li.says("/place")
    await sends(li, xlsx([shop(1)]))
    assert li.sees("表格收下了")
    assert li.sees("已核对 0 / 1 行")
    await li.says("张记面馆")
    assert li.sees("场镇正街 18 号")


async def test_our_own_mistake_ends_that_upload_and_holds_nobody_up(
    small: Township, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def mistaken(_: Session, *__: object, **___: object) -> None:
        raise ZeroDivisionError("新店1")

    li = small.somebody("李干事")
    await sends(li, xlsx([shop(1)]))
    monkeypatch.setitem(imports.PURPOSES, "places", replace(imports.PURPOSES["places"], check=mistaken))
    await is_checked(li)
    assert li.sees("系统没能处理这个文件，没有导入")
    assert "新店1" not in caplog.text


async def test_the_ledger_goes_out_to_who_sees_places_without_names_for_who_does_not_keep_them(small: Township) -> None:
    li, zhang, wang = (small.somebody(name) for name in ("李干事", "张网格员", "王婆婆"))
    await sends(li, xlsx([row(编号="zhangji", 责任人="张三", 责任人电话="13800000000", 名称="=1+1")]))
    await is_checked(li)
    assert "名称“=1+1”：是公式" in li.last
    await sends(li, xlsx([row(编号="zhangji", 责任人="张三", 责任人电话="13800000000")]))
    await is_checked(li)
    await li.presses("全部导入")
    await is_checked(li)
    for who, names in ((li, {"张三", "13800000000"}), (zhang, set())):
        await who.says("导出场所台账")
        rows = [cells for cells in page(who, "场所台账.xlsx") if cells[0] == "zhangji"]
        assert {str(cell) for cell in rows[0]} & {"张三", "13800000000"} == names
    assert ("姓名和电话" in li.last, "姓名和电话" in zhang.last) == (True, False)
    await wang.says("/export")
    assert wang.sees("职责范围")
