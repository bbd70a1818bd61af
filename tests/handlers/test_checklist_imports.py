"""A checklist goes out as a file, is changed, and comes back: judged line by line, in use once the office says so."""

import io
from pathlib import Path

from openpyxl import load_workbook

from handlers.looks_checklists import lines_now
from models import checklist_versions
from tests.handlers.test_imports import is_checked, newest, page, sends
from tests.town import Somebody, close_township, open_township
from tests.workbooks import xlsx

NAME = "检查表-小餐饮.xlsx"
HEADS = ("编号", "场所类别", "检查内容", "等级", "隐患类别")


def table(who: Somebody) -> list[list[object]]:
    """Return the lines of the checklist that came as a file."""
    rows = page(who, NAME)
    return rows[rows.index(list(HEADS)) + 1 :]


async def test_a_checklist_is_changed_by_a_file_and_a_wrong_line_changes_nothing(tmp_path: Path) -> None:
    town = await open_township(f"sqlite:///{tmp_path / 'town.db'}", tmp_path)
    li = town.somebody("李干事")
    await li.says("检查表")
    while "小餐饮" not in "".join(li.buttons):
        await li.presses("下一页")
    await li.presses("小餐饮")
    await li.presses("下载")
    assert load_workbook(io.BytesIO(newest(li, NAME)))
    first, second, *rest = table(li)
    wrong = [first[0], *first[1:3], "很大", first[4]]
    await sends(li, xlsx([wrong, second, *rest], HEADS), NAME)
    await is_checked(li)
    assert "第 2 行 等级“很大”" in li.last
    assert "全部导入" not in li.buttons
    new = [None, "小餐饮", "油烟管道口没有滴油", "较大", "A05"]
    await sends(li, xlsx([[*second[:2], "软管完好，没有超过两年", *second[3:]], *rest, new], HEADS), NAME)
    await is_checked(li)
    assert "新增 1 项" in li.last
    assert town.read(checklist_versions.newest, "catering") is None
    await li.presses("全部导入")
    await is_checked(li)
    assert "新的一版已生效" in li.last
    number, lines = town.read(lines_now, "catering")
    assert (number, lines[0]["text"], lines[-1]["text"]) == (1, "软管完好，没有超过两年", "油烟管道口没有滴油")
    assert first[2] not in {line["text"] for line in lines}
    await li.says("检查表")
    await close_township(town)
