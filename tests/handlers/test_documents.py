"""Papers of a case in the chat: written, read over, numbered, sent as a file; the ledger for those with a board."""

import io

from docx import Document as Docx
from openpyxl import load_workbook

from tests.town import Somebody, Township

WORDS = "张记面馆后门被货堵死了，我天天从那里过，怕得很"


async def confirmed(town: Township) -> tuple[Somebody, Somebody]:
    """Return the officer and the resident of a case that was verified."""
    wang, li, zhang = (town.somebody(name) for name in ("王婆婆", "李干事", "张网格员"))
    for who in (li, zhang):
        await who.says("/start")
    await wang.says(WORDS)
    await wang.presses("跳过")
    await wang.presses("提交")
    await li.presses("派给 张网格员")
    await zhang.presses("属实，限期整改")
    await zhang.sends("photo", caption="后门堆了二十箱饮料，打不开")
    await zhang.says("发完了")
    await zhang.presses("7 天")
    await li.says("/hazard 吹2026-0001")
    return li, wang


def file_of(town: Township, who: Somebody) -> tuple[str, bytes]:
    """Return name and bytes of the newest file that somebody got."""
    sent = next(m for m in reversed(who.phone.screen) if m.data.get("document"))
    kept = town.telegram.files.by_id(sent.data["document"]["file_id"])
    assert kept is not None
    return kept.name, kept.read()


def words_of(made: bytes) -> str:
    """Return everything that stands in a DOCX file."""
    paper = Docx(io.BytesIO(made))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(line.text for line in paper.paragraphs), *cells])


async def test_a_notice_is_read_over_numbered_and_sent_as_a_file(town: Township) -> None:
    li, _ = await confirmed(town)
    await li.presses("更多…")
    await li.presses("文书")
    await li.presses("开整改告知书")
    assert "张记面馆" in li.last
    assert "场镇正街 18 号" in li.last
    assert "后门堆了二十箱饮料" in li.last
    assert "提交后编号" in li.last
    await li.presses("提交")
    name, made = file_of(town, li)
    assert name == "整改告知书 吹2026-0001.docx"
    told = words_of(made)
    for words in ("示消告〔2026〕1号", "张记面馆：", "后门堆了二十箱饮料，打不开", "2026年11月30日", "送达回证"):
        assert words in told
    assert "依据：《消防法》第28条、第60条。" in told
    assert "主办" not in told
    assert "天天从那里过" not in told
    assert "王婆婆" not in told


async def test_the_same_paper_can_be_had_again_under_its_number(town: Township) -> None:
    li, _ = await confirmed(town)
    await li.presses("更多…")
    await li.presses("文书")
    await li.presses("开整改告知书")
    await li.presses("提交")
    first = file_of(town, li)
    await li.presses("再要一份 整改告知书 示消告〔2026〕1号")
    assert words_of(file_of(town, li)[1]) == words_of(first[1])


async def test_the_code_on_a_paper_opens_the_case_for_those_on_it_and_for_nobody_else(town: Township) -> None:
    li, wang = await confirmed(town)
    await li.opens("case-2026-0001")
    assert "承办：张网格员" in li.last
    await wang.opens("case-2026-0001")
    assert "核查属实，正在整改" in wang.last
    stranger = town.somebody("陈大哥")
    await stranger.opens("case-2026-0001")
    assert "没有找到" in stranger.last


async def test_nothing_to_write_is_said_with_what_comes_first(town: Township) -> None:
    wang, li = town.somebody("王婆婆"), town.somebody("李干事")
    await li.says("/start")
    await wang.says(WORDS)
    await wang.presses("跳过")
    await wang.presses("提交")
    await li.presses("更多…")
    await li.presses("文书")
    assert "核查属实后可开整改告知书" in li.last


async def test_the_ledger_lists_what_its_button_counts(town: Township) -> None:
    li, _ = await confirmed(town)
    await li.says("台账")
    assert "今年 1 件" in li.buttons
    await li.presses("今年 1 件")
    assert "共 1 件" in li.last
    name, made = file_of(town, li)
    assert name == "隐患台账 2026-01-01至2026-11-23.xlsx"
    page = load_workbook(io.BytesIO(made)).active
    head = [cell.value for cell in page[3]]
    row = dict(zip(head, [cell.value for cell in page[4]], strict=True))
    assert row["编号"] == "吹2026-0001"
    assert (row["举报人"], row["联系方式"]) == ("保密", "保密专员处")
    assert row["承办人"] == "张网格员"
    assert row["依据"] == "《消防法》第28条、第60条"
    assert page.max_row == 4
    everything = " ".join(str(cell.value) for line in page.iter_rows() for cell in line)
    assert "天天从那里过" not in everything
    assert "王婆婆" not in everything
