"""Checklists change by version: keys stay, new ones are new, and nobody overwrites what they have not read."""

from datetime import datetime

import pytest
from sqlmodel import Session

from models.base import Refused
from models.checklist_versions import COMMON, MOST, BuiltIn, current, newest, revise, versions
from models.patrols import ChecklistItem
from tests.models.conftest import Town


def line(text: str, key: str = "", severity: str = "ordinary", kind: str = "A09") -> ChecklistItem:
    return ChecklistItem(key=key, text=text, severity=severity, kind=kind, evacuation=False)


COMMON_LINES = [line("出口畅通", "G1", "serious", "A01"), line("灭火器有效", "G2")]
OWN_LINES = [line("软管完好", "catering-01", "serious", "A06"), line("烟道干净", "catering-02")]
BUILT_IN = BuiltIn("小餐饮", "b1u2i3l4", COMMON_LINES, OWN_LINES)


def changed(s: Session, who, lines, now: datetime, *, base: int = 0, kind: str = "catering", reason: str = "镇里定的"):
    known = COMMON_LINES if kind == COMMON else OWN_LINES
    return revise(s, who, kind, lines, built_in=known, base=base, reason=reason, now=now)


def test_the_list_of_the_bot_serves_until_the_township_changes_it(s, town, now):
    assert newest(s, "catering") is None
    assert current(s, "catering", BUILT_IN)["version"] == "b1u2i3l4"
    first = changed(s, town.post, [OWN_LINES[1], OWN_LINES[0], line("有灭火毯")], now)
    assert (first.number, first.by_id, first.reason) == (1, town.post.id, "镇里定的")
    listed = current(s, "catering", BUILT_IN)
    assert [item["key"] for item in listed["items"]] == ["G1", "G2", "catering-02", "catering-01", "catering-03"]
    assert (listed["name"], listed["version"]) == ("小餐饮", "0.1")
    changed(s, town.post, [line("出口畅通，没上锁", "G1", "serious", "A01")], now, kind=COMMON)
    listed = current(s, "catering", BUILT_IN)
    assert (listed["version"], listed["items"][0]["text"]) == ("1.1", "出口畅通，没上锁")
    assert [item["key"] for item in current(s, "shop", BUILT_IN)["items"]][:1] == ["G1"]


def test_a_key_is_never_used_again(s, town, now):
    changed(s, town.post, [OWN_LINES[0]], now)
    second = changed(s, town.post, [OWN_LINES[0], line("新的一项")], now, base=1)
    assert [item["key"] for item in second.items] == ["catering-01", "catering-03"]
    with pytest.raises(Refused, match="编号不对"):
        changed(s, town.post, [OWN_LINES[0], OWN_LINES[1]], now, base=2)
    assert [version.number for version in versions(s, "catering")] == [2, 1]


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([], "至少要有一项"),
        ([line(f"第 {n} 项") for n in range(MOST + 1)], "最多 35 项"),
        ([line(" ")], "都要有文字"),
        ([line("字" * 81)], "80 个字以内"),
        ([line("一样"), line("一样 ")], "文字一样"),
        ([line("甲", "catering-01"), line("乙", "catering-01")], "编号不对"),
        (OWN_LINES, "没有改动"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused_with_what_to_do(s, town, now, lines, why):
    with pytest.raises(Refused, match=why):
        changed(s, town.post, lines, now)


def test_only_editors_with_a_reason_and_the_newest_version(s: Session, town: Town, now: datetime):
    for who in (town.grid_a, town.village, town.leader):
        with pytest.raises(Refused, match="职责范围"):
            changed(s, who, [line("新的")], now)
    with pytest.raises(Refused, match="为什么修改"):
        changed(s, town.post, [line("新的")], now, reason=" ")
    changed(s, town.post, [line("新的")], now)
    with pytest.raises(Refused, match="第 1 版"):
        changed(s, town.post, [line("更新的")], now)
