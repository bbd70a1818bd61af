"""Scenes of the figures: card, picture, register and lists say the same; everybody sees their own areas only."""

import io
import re

from openpyxl import load_workbook

from bot.render import orders
from handlers import looks_figures, patrol_figures
from tests.fonts import needs_font
from tests.handlers.test_place_codes import file_of
from tests.town import Somebody, Township


async def patrolled(town: Township) -> tuple[Somebody, Somebody]:
    """A morning of 张网格员: one entered with a hazard, one entered, one locked."""
    zhang, li = town.somebody("张网格员"), town.somebody("李干事")
    await zhang.says("巡查了张记面馆，灭火器过期，其他正常")
    await zhang.presses("提交")
    await zhang.says("/place 示范镇农贸市场")
    await zhang.presses("全部合格")
    await zhang.says("/place 百家超市")
    await zhang.presses("没进去")
    await zhang.presses("锁门没人")
    return zhang, li


def numbers(text: str) -> list[int]:
    """Return the numbers in a line."""
    return [int(found) for found in re.findall(r"\d+", text)]


@needs_font
async def test_card_chart_register_and_lists_tell_the_same(town: Township, monkeypatch) -> None:
    _, li = await patrolled(town)
    drawn: list[orders.Chart] = []
    as_drawn = looks_figures.chart
    monkeypatch.setattr(patrol_figures.figured, "chart", lambda *args: drawn.append(as_drawn(*args)) or drawn[-1])
    await li.says("巡查数据")
    card = li.last
    assert "巡查数据 · 本月（11月1日—11月23日）" in card
    assert "在营 25 家：进了门 2 家（8%），去了没进 1 家，没去过 22 家" in card
    assert "巡查 3 次（补录 0 次），开隐患 1 处\n" in card, "three patrols are too few for a rate"
    assert "不足 5 次" in card
    shown = {line.split("　")[0]: numbers(line)[:3] for line in card.splitlines() if " / " in line}
    assert shown["场镇社区"] == [2, 1, 13]
    await town.passes(minutes=1)  # what is logged after the card is not on its papers
    zhang = town.somebody("张网格员")
    await zhang.says("/place 鸿运火锅")
    await zhang.presses("全部合格")
    await li.presses("看图")
    assert li.phone.last.data.get("photo")
    (chart,) = drawn
    bars = zip(*(values for _, values in chart.series), strict=True)
    assert {label: list(bar) for label, bar in zip(chart.labels, bars, strict=True)} == shown
    await li.presses("导出")
    name, made = file_of(town, li)
    assert name == "巡查数据 按村 2026-11-01至2026-11-23.xlsx"
    page = load_workbook(io.BytesIO(made)).active
    rows = {row[0]: list(row[2:5]) for row in page.iter_rows(min_row=4, values_only=True)}
    assert rows == shown | {"合计": [2, 1, 22]}
    await li.presses("看名单")
    assert {"没去过 22", "去了没进 1", "逾期 0", "开的隐患 1"} <= set(li.buttons)
    await li.presses("去了没进 1")
    assert any("百家超市" in label for label in li.buttons)
    await li.presses("返回")
    await li.presses("开的隐患 1")
    await li.presses("吹2026-0001")
    assert li.sees("张记面馆")


async def test_by_kind_by_span_and_one_village_only(town: Township) -> None:
    _, li = await patrolled(town)
    await li.says("/patrolboard")
    await li.presses("只看…")
    await li.presses("场镇社区")
    assert li.sees("在营 16 家：进了门 2 家，去了没进 1 家，没去过 13 家")
    await li.presses("按类型")
    assert li.sees("场镇社区 · 全部类型")
    assert li.sees("小餐饮　进 1 / 没进 0 / 没去 1　隐患 1")
    await li.presses("换时段")
    await li.presses("上月")
    assert li.sees("上月（10月1日—10月31日）")
    assert li.sees("没去过 16 家")
    await li.presses("看名单")
    await li.presses("没去过 16")
    await li.presses("下一页")
    assert "◀ 上一页" in li.buttons
    assert len([label for label in li.buttons if "◀" not in label]) == 8
    await town.passes(days=20)
    await li.says("/patrolboard")
    assert re.search(r"现在逾期 \d+ 家，最久 \d+ 天", li.last)


async def test_everybody_sees_their_own_areas_and_grid_workers_none(town: Township) -> None:
    zhang, _ = await patrolled(town)
    zhou, sun = town.somebody("周主任"), town.somebody("孙镇长")
    await zhou.says("巡查数据")
    assert "在营 16 家" in zhou.last
    assert "青石村" not in zhou.last
    await sun.says("巡查数据")
    assert "在营 25 家" in sun.last
    assert "张网格员" not in sun.last
    await zhang.says("/patrolboard")
    assert "不在您的职责范围内" in zhang.last
