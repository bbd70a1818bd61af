"""Rows of the place ledger: from the cells of an officer's table to the values of a place, or to what to write instead.

A blank cell says nothing (what stands in the ledger stays), 「无」 empties it. Any cell gives a value or a problem.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from models.base import Refused
from models.cells import DATE, ERROR, FORMULA, MERGED, Cell
from models.place_contacts import LANDLORD, MANAGER, OWNER, ROLES, phone_of
from models.place_search import in_words
from models.places import KINDS, RISKS, STATES  # fmt: skip
from models.places import MERGED as MERGED_STATE
from models.workbook_rows import Column, Problem, shown, squeezed

CODE, NAME, ALIASES, KIND, VILLAGE, GRID, CLUSTER, ADDRESS = (
    "code", "name", "aliases", "kind", "village", "grid", "cluster", "address")  # fmt: skip
LATITUDE, LONGITUDE, RISK, FLOORS, METRES, PEOPLE, STATUS = (
    "latitude", "longitude", "risk", "floors", "square_metres", "people", "status")  # fmt: skip
PHONE = "_phone"
CONTACTS = {role: (role, role + PHONE) for role in (OWNER, MANAGER, LANDLORD)}
COLUMNS = (
    Column(CODE, "编号", ("场所编号",)),
    Column(NAME, "名称", ("场所名称", "单位名称", "店名")),
    Column(ALIASES, "别名", ("俗称", "又叫")),
    Column(KIND, "类别", ("场所类别", "场所类型", "类型")),
    Column(VILLAGE, "村（社区）", ("村", "社区", "所属村", "村居", "所属村社区")),
    Column(GRID, "网格", ("所属网格",)),
    Column(CLUSTER, "组/院子", ("组", "院子", "村民小组", "小组")),
    Column(ADDRESS, "地址", ("详细地址", "场所地址")),
    Column(LATITUDE, "纬度"),
    Column(LONGITUDE, "经度"),
    Column(RISK, "风险", ("风险等级",)),
    Column(FLOORS, "层数", ("楼层数",)),
    Column(METRES, "面积", ("建筑面积", "面积平方米", "面积㎡")),
    Column(PEOPLE, "住人数", ("住宿人数",)),
    Column(STATUS, "状态"),
    *(Column(key, name + more) for role, name in ROLES.items()
      for key, more in zip(CONTACTS[role], ("", "电话"), strict=True)),
)  # fmt: skip
HEADS = {column.key: column.head for column in COLUMNS}
CHOICES = {KIND: KINDS, RISK: RISKS, STATUS: {key: name for key, name in STATES.items() if key != MERGED_STATE}}
LENGTHS = {CODE: 40, NAME: 80, VILLAGE: 40, GRID: 40, CLUSTER: 40, ADDRESS: 200, OWNER: 40, MANAGER: 40, LANDLORD: 40}
AT_MOST = {FLOORS: 120, METRES: 10_000_000, PEOPLE: 100_000}
LATITUDES, LONGITUDES = (3.0, 54.0), (73.0, 136.0)  # of China; the two do not meet, so that a swap is seen
ALIASES_TOGETHER = 200
NOTHING = frozenset({"无", "没有", "/", "-", "—", "——", "\\"})
_NEEDED = frozenset({CODE, NAME, KIND, VILLAGE, GRID, RISK, STATUS})  # 「无」 is no answer there
_BETWEEN = re.compile(r"[、,，;；/|]+")
_UNIT = re.compile(r"(层|人|平方米|平米|㎡|m2|米)$")
_NUMBER = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{1,20})?")
_ODD = {
    FORMULA: ("是公式，机器人不算公式", "复制这一格，用“选择性粘贴—数值”贴回去"),
    MERGED: ("是合并的单元格，只有第一格有字", "取消合并，每一行都写上"),
    DATE: ("被表格软件当成了日期", "把这一格设成“文本”，再写一遍"),
    ERROR: ("是错误值", "写上正确的内容，没有就留空"),
}


class Wrong(Exception):
    """A cell that cannot be read: why, and what to write instead."""

    def __init__(self, why: str, todo: str) -> None:
        super().__init__(why, todo)
        self.why, self.todo = why, todo


class Row(NamedTuple):
    """What a row says by key (None or "" empties; what is not there stays as it is), and what is wrong with it."""

    values: dict[str, Any]
    problems: list[Problem]


def read(number: int, cells: Mapping[str, Cell]) -> Row:
    """Return what a row of the ledger says. Never raises, whatever stands in the cells."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for key in HEADS:
        cell = cells.get(key)
        if not shown(cell):
            continue
        try:
            values[key] = _value(key, cell)
        except Wrong as wrong:
            problems.append(problem(number, key, cell, wrong.why, wrong.todo))
    problems += _coordinates(number, cells, values)
    return Row(values, problems)


def problem(number: int, key: str, cell: Cell, why: str, todo: str) -> Problem:
    """Return a problem of a column, with what stands there."""
    return Problem(number, HEADS[key], shown(cell)[:60], why, todo)


def _value(key: str, cell: Cell) -> Any:
    if isinstance(cell, dict):
        raise Wrong(*_ODD.get(cell.get("what", ""), _ODD[ERROR]))
    if isinstance(cell, bool):
        raise Wrong("是 TRUE/FALSE，不是内容", "写上正确的内容，没有就留空")
    text = shown(cell)
    if text in NOTHING:
        if key in _NEEDED:
            raise Wrong("这一列不能写“无”", "写上内容；不改就留空")
        return None if key in _NUMBERS else ""
    return _READERS.get(key, _words)(key, text)


def _words(key: str, text: str) -> str:
    most = LENGTHS[key]
    if len(text) > most:
        raise Wrong(f"太长（{len(text)} 个字）", f"写短一点，最多 {most} 个字")
    return text


def _code(key: str, text: str) -> str:
    return _words(key, squeezed(text))


def _cluster(key: str, text: str) -> str:
    """3组 is 三组, as when it is told in the chat (place_values)."""
    return _words(key, in_words(text))


def _aliases(_: str, text: str) -> str:
    joined = ",".join(dict.fromkeys(name.strip() for name in _BETWEEN.split(text) if name.strip()))
    if len(joined) > ALIASES_TOGETHER:
        raise Wrong(f"太长（{len(joined)} 个字）", f"少写几个，合起来最多 {ALIASES_TOGETHER} 个字")
    return joined


def _choice(key: str, text: str) -> str:
    known = CHOICES[key]
    said = squeezed(text)
    found = next((code for code, name in known.items() if said in {code, squeezed(name)}), None)
    if found is None:
        raise Wrong("不是可以选的", "写其中一个：" + "、".join(known.values()))
    return found


def _number(text: str) -> float:
    said = _UNIT.sub("", squeezed(text).replace(",", ""))
    if not _NUMBER.fullmatch(said):
        raise Wrong("不是数字", "只写数字，没有就留空")
    return float(said)


def _count(key: str, text: str) -> int:
    number = round(_number(text))
    if not 0 <= number <= AT_MOST[key]:
        raise Wrong("数字不对", f"写 0 到 {AT_MOST[key]} 之间的数，没有就留空")
    return number


def _degrees(key: str, text: str) -> float:
    number = _number(text)
    (low, high), other = (LATITUDES, LONGITUDES) if key == LATITUDE else (LONGITUDES, LATITUDES)
    if low <= number <= high:
        return number
    if other[0] <= number <= other[1]:
        raise Wrong("纬度、经度写反了", "纬度是小的一个（3 到 54），经度是大的一个（73 到 136），换过来")
    raise Wrong("不在中国境内", f"写 {low:.0f} 到 {high:.0f} 之间的度数，比如从地图上复制；没有就留空")


def _phone(_: str, text: str) -> str:
    try:
        return phone_of(text)
    except Refused:
        raise Wrong("不是电话号码", "写一个号码：11 位手机号，或带区号的座机；几个号码只写一个") from None


_NUMBERS = frozenset({LATITUDE, LONGITUDE, *AT_MOST})
_READERS: dict[str, Callable[[str, str], Any]] = {
    CODE: _code, CLUSTER: _cluster, ALIASES: _aliases, LATITUDE: _degrees, LONGITUDE: _degrees,
    **dict.fromkeys(CHOICES, _choice), **dict.fromkeys(AT_MOST, _count),
    **{phone: _phone for _, phone in CONTACTS.values()},
}  # fmt: skip


def _coordinates(number: int, cells: Mapping[str, Cell], values: dict[str, Any]) -> list[Problem]:
    """Both coordinates or none."""
    said = [key for key in (LATITUDE, LONGITUDE) if shown(cells.get(key))]
    if len(said) != 1 or said[0] not in values:
        return []
    missing = LONGITUDE if said[0] == LATITUDE else LATITUDE
    return [problem(number, missing, None, f"有{HEADS[said[0]]}，没有{HEADS[missing]}", "两个都写，或者两个都留空")]


def told(changed: Mapping[str, tuple[Any, Any] | None]) -> tuple[str, ...]:
    """Return what is changed, by column: 「状态：已搬走 → 在营」; of people (None) only the heading."""
    return tuple(_change(column, changed[column.key]) for column in COLUMNS if column.key in changed)


def _change(column: Column, pair: tuple[Any, Any] | None) -> str:
    return column.head if pair is None else f"{column.head}：" + " → ".join(_said(column.key, each) for each in pair)


def _said(key: str, value: Any) -> str:
    if value in (None, ""):
        return "无"
    return CHOICES.get(key, {}).get(value, str(value).replace(",", "，"))


