"""Scenes of records: read with their pictures, corrected with a reason, and entered late."""

import io
from datetime import UTC, datetime

import pytest
from docx import Document
from openpyxl import load_workbook
from sqlmodel import select

from models.audit import AuditEntry
from models.hazards import Hazard, history
from models.patrol_corrections import corrections_of
from tests.handlers.test_patrols import at_place, logged, taps
from tests.handlers.test_patrols import place as place_called
from tests.handlers.test_place_codes import file_of
from tests.town import Somebody, Township


@pytest.fixture
async def zhang(town: Township) -> Somebody:
    """张网格员, who has logged one problem with a picture and put another right."""
    who = town.somebody("张网格员")
    await who.says("/start")
    await taps(who, "巡查", "示范镇卫生院", "有问题", "灭火器", "翻页", "氧气瓶间", "翻页", "演练", "演练", "勾好了")
    await who.sends("photo", caption="压力不够")
    await who.presses("开隐患")
    await who.sends("photo", caption="堆了纸箱")
    await who.presses("已当场整改")
    await who.sends("photo")
    await taps(who, "发完了", "提交")
    return who


async def test_a_record_shows_everything_and_its_pictures(town, zhang):
    assert "记录 1" in zhang.last, "was it sent? The card says the number"
    await zhang.presses("看记录、更正")
    assert "评分：93 分" in zhang.last
    assert "不合格，压力不够（照片 1 份），吹2026-0001" in zhang.last
    assert "当场整改，堆了纸箱（改前 1 份，改后 1 份），吹2026-0002" in zhang.last
    assert "：不适用" in zhang.last
    await zhang.presses("看照片")
    assert len(town.telegram.calls("sendMediaGroup")[-1].params["media"]) == 3
    leader = town.somebody("孙镇长")
    await at_place(leader, "卫生院", "看巡查记录", "11月23日 2 项有问题")
    assert "巡查人：张网格员" in leader.last
    assert "更正" not in leader.buttons


async def test_a_mistake_is_put_right_with_a_reason_and_what_stood_before_stays(town, zhang):
    await taps(zhang, "看记录、更正", "更正")
    assert "第2项  压力不够" in zhang.last, "nothing is asked again"
    await zhang.presses("提交更正")
    assert "为什么更正" in zhang.last
    await zhang.says("看错了")
    assert zhang.sees("还没有改动")
    await taps(zhang, "改有问题的", "❌ 2", "➖ 2", "勾好了", "提交更正")
    assert zhang.sees("已更正，原来的内容也留着")
    assert zhang.sees("更正：看错了（更正前：2 项有问题）")
    assert zhang.sees("评分：95 分")
    (patrol,) = logged(town, "示范镇卫生院")
    assert (patrol.failed, patrol.version) == (1, 2)
    (kept,) = town.read(corrections_of, patrol.id)
    assert [item["note"] for item in kept.before["items"]][:2] == ["压力不够", "堆了纸箱"]
    hazard = town.read(lambda s: s.get_one(Hazard, kept.before["items"][0]["hazard_id"]))
    assert hazard.step == "reported"
    assert "巡查记录已更正" in town.read(history, hazard)[-1].note
    await town.passes(days=4)
    await at_place(zhang, "卫生院", "看巡查记录", "11月23日")
    assert "更正" not in zhang.buttons
    post = town.somebody("李干事")
    await at_place(post, "卫生院", "看巡查记录", "11月23日", "更正", "改结果", "锁门没人", "提交更正")
    await post.says("现场核实，当天没进去")
    assert post.sees("示范镇卫生院：锁门没人")
    assert place_called(town, "示范镇卫生院").next_patrol_on.isoformat() == "2026-11-25"


async def test_a_patrol_of_yesterday_is_entered_late_and_twice_is_once(town, zhang):
    for _ in range(2):
        await at_place(zhang, "张记面馆", "补录以前的巡查", "昨天上午", "已检查", "全部合格", "提交")
        await town.passes(minutes=1)
    assert zhang.sees("没有重复记")
    (patrol,) = logged(town, "张记面馆")
    assert (patrol.late, patrol.claimed_at) == (True, datetime(2026, 11, 22, 2, tzinfo=UTC))
    assert patrol.finished_at == datetime(2026, 11, 23, 2, tzinfo=UTC)
    await zhang.says("/place 张记面馆")
    assert "上次：11月22日（周日） 全部合格（补录）" in zhang.last
    await at_place(zhang, "张记面馆", "补录以前的巡查")
    await zhang.says("今天下午3点")
    await taps(zhang, "已检查", "全部合格", "提交")
    assert zhang.sees("这个时间还没到")
    await taps(zhang, "改时间")
    await zhang.says("前天下午3点")
    await taps(zhang, "改结果", "锁门没人", "提交")
    assert [patrol.outcome for patrol in logged(town, "张记面馆")] == ["done", "locked"]
    assert place_called(town, "张记面馆").next_patrol_on.isoformat() == "2026-12-23", "an older visit moves nothing"


def words_of(made: bytes) -> str:
    """Return what stands in the tables of a letter, row by row."""
    return "\n".join("|".join(cell.text for cell in row.cells) for table in Document(io.BytesIO(made)).tables
                     for row in table.rows)  # fmt: skip


async def test_a_record_and_the_register_of_the_month_are_taken_out(town, zhang):
    await taps(zhang, "看记录、更正", "下载记录表")
    name, made = file_of(town, zhang)
    assert name == "巡查记录表 示范镇卫生院 11月23日.docx"
    told = words_of(made)
    assert "不合格，压力不够，照片 1 份，吹2026-0001" in told
    assert "当场整改，堆了纸箱，照片 2 份，吹2026-0002" in told
    assert "发现隐患|2 处：吹2026-0001、吹2026-0002" in told
    assert "检查人|张网格员（网格员）；第二人" in told
    for row in ("检查时间|2026年11月23日", "被检查人签字（拒签请写明原因）|", "检查人签字（2 人）|", "下次检查|2026年"):
        assert row in told
    assert {"：不适用", "：合格"} <= {line[line.rindex("："):] for line in told.splitlines() if "：" in line}
    zhou, li = town.somebody("周主任"), town.somebody("李干事")
    await at_place(zhou, "卫生院", "我要回避", "是亲友")
    await at_place(zhou, "卫生院", "看巡查记录", "11月23日", "下载记录表")
    hidden = words_of(file_of(town, zhou)[1])
    assert "压力不够" not in hidden
    assert "吹2026-0001" not in hidden
    assert "由其他同事办理" in hidden
    await li.says("巡查数据")
    await taps(li, "看名单", "导出巡查记录")
    name, made = file_of(town, li)
    assert name == "巡查记录 2026-11-01至2026-11-23.xlsx"
    page = load_workbook(io.BytesIO(made)).active
    heads, *rows = list(page.iter_rows(min_row=3, values_only=True))
    (row,) = [dict(zip(heads, cells, strict=True)) for cells in rows]
    assert [row[head] for head in ("场所", "巡查人", "结果")] == ["示范镇卫生院", "张网格员", "已检查"]
    assert [row[head] for head in ("问题项数", "开隐患", "补录", "评分")] == [2, 2, None, 93]
    taken = town.read(lambda s: s.exec(select(AuditEntry).where(AuditEntry.op == "patrols.exported")).all())
    assert [entry.thing for entry in taken] == ["patrols:1"]


@pytest.mark.usefixtures("zhang")
async def test_who_is_kept_out_of_a_case_reads_its_line_without_words_and_pictures(town):
    zhou = town.somebody("周主任")
    await at_place(zhou, "卫生院", "我要回避", "是亲友")
    await at_place(zhou, "卫生院", "看巡查记录", "11月23日")
    assert "压力不够" not in zhou.last
    assert "由其他同事办理" in zhou.last
    assert "看照片" not in zhou.buttons
