"""Official letters: everything that was ordered stands in the file, with the office's own fonts, and opens again."""

import io
from dataclasses import replace

import pytest
from docx import Document
from docx.oxml.ns import qn

from bot.render.letters import make_letter
from bot.render.orders import Letter, make

LETTER = Letter(
    issuer="示范镇人民政府", number="示消告〔2026〕1号", title="火灾隐患整改告知书", to="张记面馆（虚构）：",
    text=("2026年11月23日，我镇工作人员在检查中发现下列火灾隐患：",),
    table=(("地址", "正街12号"), ("存在的问题", "1. 后门堵住\n2. 灭火器压力不足")), closing=("请于期限前整改。",),
    signed=("示范镇人民政府（盖章）", "2026年11月23日"), slip=("送达回证", "签收人（签名）"),
    link="https://t.me/demo_bot?start=case-2026-0001", scan="扫码看",
)  # fmt: skip


def opened(made: bytes) -> tuple[list[str], list[list[str]], int]:
    """Return the paragraphs, the rows of all tables, and the number of pictures of a DOCX file."""
    paper = Document(io.BytesIO(made))
    rows = [[cell.text.strip() for cell in row.cells] for table in paper.tables for row in table.rows]
    return [line.text for line in paper.paragraphs], rows, len(paper.inline_shapes)


def test_everything_that_was_ordered_stands_in_the_file():
    lines, rows, pictures = opened(make_letter(LETTER))
    for words in (LETTER.issuer, LETTER.number, LETTER.title, LETTER.to, *LETTER.text, *LETTER.closing, *LETTER.signed):
        assert words in lines
    assert rows[:2] == [["地址", "正街12号"], ["存在的问题", "1. 后门堵住\n2. 灭火器压力不足"]]
    assert pictures == 1


def test_the_slip_that_comes_back_is_a_sheet_of_its_own_with_the_number_on_it():
    _, rows, _ = opened(make_letter(LETTER))
    assert rows[2:] == [["文书编号", LETTER.number], ["签收人（签名）", ""]]
    paper = Document(io.BytesIO(make_letter(LETTER)))
    slip = next(line for line in paper.paragraphs if line.text == "送达回证")
    assert slip.paragraph_format.page_break_before


def test_every_run_names_a_chinese_font():
    paper = Document(io.BytesIO(make_letter(LETTER)))
    for run in (run for line in paper.paragraphs for run in line.runs if run.text):
        assert run._element.rPr.rFonts.get(qn("w:eastAsia")) in {"仿宋", "黑体", "楷体"}


def test_without_a_link_there_is_no_code():
    assert opened(make_letter(replace(LETTER, link="")))[2] == 0


@pytest.mark.parametrize("words", ["=1+1", "<w:p>", "&amp;", "\x0b", "\ufffe\ud800", "字" * 3000, "🔥", "‮倒"])
def test_hostile_words_stay_words(words):
    made = make_letter(replace(LETTER, to=words, table=(("问题", words),)))
    assert opened(made)[1][0][0] == "问题"


def test_a_child_makes_the_same_letter():
    assert opened(make(LETTER)) == opened(make_letter(LETTER))
