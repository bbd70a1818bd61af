"""Pitfall 10: numbers nobody can trust, work done for the screen.

PEERS section 5: card, list and export agree for the same filter; each figure can list its rows; what was not true
is not counted as repaired; there is no ranking of people; nothing that is known is asked again.
"""

import io
import re
from dataclasses import fields

import pytest
from openpyxl import load_workbook
from sqlmodel import Session

from models import ledger, queues
from models.people import Actor
from models.queues import A_PAGE, ENDED, EVERYTHING, MINE, View
from tests.handlers.test_documents import file_of
from tests.handlers.test_queue import opened, reports, three_cases
from tests.handlers.test_taps import scans
from tests.town import Somebody, Township

FILTERS = ("village", "kind", "severity", "step", "late")


async def work(town: Township) -> Somebody:
    """Five reports in two villages: one not true, one closed on the spot, one taken back, two open and late."""
    li, zhang = await opened(town, "李干事", "张网格员")
    await three_cases(town)
    await reports(town, "幸福小区楼道里停了好多电瓶车在充电", "陈大哥")
    await li.says("/hazard 吹2026-0001")
    await li.presses("派给 张网格员")
    await zhang.presses("不属实")
    await zhang.presses("2. ")
    await zhang.presses("跳过")
    await zhang.presses("提交")
    await town.passes(hours=80)
    return li


def listed(s: Session, who: Actor, view: View, town: Township) -> list[str]:
    """Return the numbers that the pages of a view show, one after another."""
    now, found = town.clock.now(), []
    for number in range(queues.count(s, who, view, now=now) // A_PAGE + 1):
        found += [line.hazard.number for line in queues.page(s, who, view, number, now=now).lines]
    return found


@pytest.mark.parametrize("scope", [MINE, EVERYTHING, ENDED])
async def test_every_figure_of_the_desk_lists_its_rows(town: Township, scope: str) -> None:
    li = await work(town)
    now, view, who = town.clock.now(), View(scope=scope), li.actor

    def agrees(s: Session) -> None:
        total = queues.count(s, who, view, now=now)
        assert sum(queues.page(s, who, view, now=now).counts.values()) == total == len(listed(s, who, view, town))
        for key in FILTERS:
            for value, count in queues.options(s, who, view, key, now=now).items():
                assert len(listed(s, who, view.with_(**{key: value}), town)) == count, (key, value)

    town.read(agrees)


async def test_the_head_of_the_list_its_buttons_and_its_lines_say_one_number(town: Township) -> None:
    li = await work(town)
    await li.says("待办隐患")
    await li.presses("筛选")
    shown = next(label for label in li.buttons if label.startswith("全部在办"))
    number = int(shown.split()[-1])
    await li.presses(shown)
    await li.presses(f"看这 {number} 件")
    assert f"待办隐患（{number}）" in li.last
    assert len(re.findall(r"吹2026-\d{4}", li.last)) == number
    sections = re.findall(r"(?:逾期|今天到期|紧急|其他)（(\d+)）", li.last)
    assert sum(map(int, sections)) == number


async def test_the_ledger_has_the_rows_of_its_button_and_what_was_not_true_is_not_repaired(town: Township) -> None:
    li = await work(town)
    await li.says("台账")
    button = next(label for label in li.buttons if label.startswith("今年"))
    await li.presses(button)
    page = load_workbook(io.BytesIO(file_of(town, li)[1])).active
    assert page is not None
    head = [cell.value for cell in page[3]]
    rows = [dict(zip(head, [cell.value for cell in line], strict=True)) for line in page.iter_rows(min_row=4)]
    assert button == f"今年 {len(rows)} 件"
    assert [row["编号"] for row in rows] == [f"吹2026-000{n}" for n in (1, 2, 3, 4)]
    first = rows[0]
    assert first["核查结论"] == "不属实"
    assert not first["整改完成"]
    assert first["状态"] == "不属实"


async def test_there_is_no_figure_and_no_filter_by_person(town: Township) -> None:
    li = await work(town)
    assert {field.name for field in fields(View)} == {"scope", "late", *FILTERS}
    await li.says("巡查进度")
    assert "张网格员" not in li.last
    assert not [name for name in dir(ledger) if "rank" in name]


async def test_what_is_known_is_not_asked_again(town: Township) -> None:
    await opened(town, "李干事")
    wang = town.somebody("王婆婆")
    await scans(wang)
    await wang.sends("photo", "灭火器过期了")
    assert not wang.sees("在哪里")
    assert "消防设施器材" in wang.last
    assert "张记面馆" in wang.last
    assert "✔ 提交" in wang.buttons
