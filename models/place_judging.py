"""Judging: what a row of an officer's table means for the ledger - a new place, a change, nothing, or a problem.

Nothing is written here, and nothing asked: the ledger as it stands comes along.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.areas import Area
from models.cells import Cell
from models.place_rows import (
    CODE,
    CONTACTS,
    GRID,
    HEADS,
    KIND,
    NAME,
    PHONE,
    STATUS,
    VILLAGE,
    Row,
    problem,
    read,
    told,
)
from models.places import MERGED, OPEN, Place
from models.workbook_rows import CHANGE, NEW, SAME, WRONG, Problem, Verdict, shown, squeezed

NAMED = 8  # as many names are listed to choose from
NORMAL = "normal"
_ELSEWHERE = frozenset({CODE, VILLAGE, GRID, *(key for keys in CONTACTS.values() for key in keys)})
Contacts = Mapping[str, tuple[str, str]]
NOBODY = ("", "")


@dataclass(frozen=True, slots=True)
class Ledger:
    """What rows are held against: the areas, which of them are the officer's, the places by code, who answers for them.

    `names` leads from (path of the village, squeezed name) to the code of the place that bears it.
    """

    areas: Sequence[Area]
    reaches: Callable[[str], bool]
    by_code: Mapping[str, Place]
    contacts: Mapping[int, Contacts]
    names: Mapping[tuple[str, str], str]


def firsts(rows: Iterable[tuple[int, Mapping[str, Cell]]]) -> dict[str, int]:
    """Return in which row each code, and each name in its village, stands first."""
    found: dict[str, int] = {}
    for number, cells in rows:
        for key in _marks(cells).values():
            found.setdefault(key, number)
    return found


def _marks(cells: Mapping[str, Cell]) -> dict[str, str]:
    code, name = squeezed(shown(cells.get(CODE))), squeezed(shown(cells.get(NAME)))
    where = squeezed(shown(cells.get(VILLAGE)) or shown(cells.get(GRID)))
    return ({CODE: f"c|{code}"} if code else {}) | ({NAME: f"n|{where}|{name}"} if name and where else {})


def judge(number: int, cells: Mapping[str, Cell], ledger: Ledger, first: Mapping[str, int]) -> Verdict:
    """Return what becomes of a row. Never raises, whatever stands in its cells."""
    row = read(number, cells)
    problems = [*row.problems, *_twice(number, cells, first)]
    place = ledger.by_code.get(row.values.get(CODE, ""))
    if place is not None and not ledger.reaches(place.area_path):
        place = None
    problems += _unknown(number, cells, row, place)
    area, misplaced = _area(number, cells, row.values, place, ledger)
    problems += misplaced
    if not squeezed(shown(cells.get(CODE))):
        problems += _missing(number, cells)
    problems += _taken(number, cells, row, place, area, ledger)
    contacts, nameless = _contacts(number, cells, row, ledger.contacts.get(place.id or 0, {}) if place else {})
    problems += nameless
    if problems:
        return Verdict(number, WRONG, problems=tuple(sorted(problems, key=_by_column)))
    if place is None:
        return _new(number, row, area, contacts)
    return _changed(number, row, area, contacts, place, ledger.areas)


def _by_column(found: Problem) -> int:
    return list(HEADS.values()).index(found.column)


def _twice(number: int, cells: Mapping[str, Cell], first: Mapping[str, int]) -> list[Problem]:
    return [
        problem(number, key, cells.get(key), f"和第 {first[mark]} 行重复", "留一行，另一行删掉；不是同一家就写清楚")
        for key, mark in _marks(cells).items()
        if first.get(mark, number) != number
    ]


def _unknown(number: int, cells: Mapping[str, Cell], row: Row, place: Place | None) -> list[Problem]:
    """A code that leads nowhere, or to what is not the officer's: both read the same."""
    if row.values.get(CODE) and place is None:
        return [problem(number, CODE, cells.get(CODE), "台账里没有这个编号，或者不归您管", "照台账写；新场所留空")]
    if place is not None and place.status == MERGED:
        return [problem(number, CODE, cells.get(CODE), "这一家已经并入另一家", "删掉这一行")]
    return []


def _missing(number: int, cells: Mapping[str, Cell]) -> list[Problem]:
    missing = [key for key in (NAME, KIND) if not shown(cells.get(key))]
    if not shown(cells.get(VILLAGE)) and not shown(cells.get(GRID)):
        missing.append(VILLAGE)
    return [problem(number, key, None, "没有写", f"新场所要写{HEADS[key]}；已有的场所请填编号") for key in missing]


def _area(
    number: int, cells: Mapping[str, Cell], values: Mapping[str, Any], place: Place | None, ledger: Ledger
) -> tuple[Area | None, list[Problem]]:
    """Return the area that a row names; None when it says nothing about it, or what is already so."""
    village, grid = values.get(VILLAGE), values.get(GRID)
    if not village and not grid:
        return None, []
    around = _named(ledger.areas, "village", village) if village else None
    if village and around is None:
        own = [a.name for a in ledger.areas if a.level == "village" and ledger.reaches(a.path)]
        return None, [problem(number, VILLAGE, cells.get(VILLAGE), "没有这个村（社区）", _one_of(own))]
    if grid:
        within = [a for a in ledger.areas if a.level == "grid" and a.path.startswith(around.path if around else "/")]
        found = _named(within, "grid", grid, around)
        if found is None:
            own = [a.name for a in within if ledger.reaches(a.path)]
            return None, [problem(number, GRID, cells.get(GRID), "这个村（社区）没有这个网格", _one_of(own))]
    elif place is not None and around is not None and place.area_path.startswith(around.path):
        return None, []
    else:
        found = around
    if found is None or ledger.reaches(found.path):
        return found, []
    key = GRID if grid else VILLAGE
    own = [a.name for a in ledger.areas if a.level == key and ledger.reaches(a.path)]
    return None, [problem(number, key, cells.get(key), "不在您负责的范围内", _one_of(own))]


def _named(areas: Sequence[Area], level: str, text: str, around: Area | None = None) -> Area | None:
    names = {squeezed(text), squeezed(around.name + text)} if around else {squeezed(text)}
    found = [area for area in areas if area.level == level and squeezed(area.name) in names]
    return found[0] if len(found) == 1 else None


def _one_of(names: Sequence[str]) -> str:
    more = f"等 {len(names)} 个" if len(names) > NAMED else ""
    return "写其中一个：" + "、".join(names[:NAMED]) + more if names else "请联系镇消防管理岗"


def village_path(path: str, areas: Sequence[Area]) -> str:
    """Return the path of the village around an area, or its own where there is none."""
    return next((a.path for a in areas if a.level == "village" and path.startswith(a.path)), path)


def _taken(
    number: int, cells: Mapping[str, Cell], row: Row, place: Place | None, area: Area | None, ledger: Ledger
) -> list[Problem]:
    """Two places of one village do not bear the same name: they could not be told apart by it."""
    path = area.path if area else place.area_path if place else ""
    name = row.values.get(NAME) or (place.name if place and area else "")
    if not path or not name or (place and not area and place.name == name):
        return []
    code = ledger.names.get((village_path(path, ledger.areas), squeezed(name)))
    if code is None or (place is not None and place.code == code):
        return []
    todo = f"要改那一家，就在编号里填 {code}；是另一家，在名称里写清楚，比如加门牌"
    return [problem(number, NAME, cells.get(NAME), f"台账里已有同名的（编号 {code}）", todo)]


def _contacts(
    number: int, cells: Mapping[str, Cell], row: Row, now: Contacts
) -> tuple[dict[str, tuple[str, str]], list[Problem]]:
    """Return by role who answers for the place from now on, where that changes; a telephone needs a name."""
    changed, problems = {}, []
    unread = {found.column for found in row.problems}
    for role, (key, phone_key) in CONTACTS.items():
        before = now.get(role, NOBODY)
        name = row.values.get(key, before[0])
        phone = row.values.get(phone_key, before[1] if name else "")
        if phone and not name and HEADS[key] not in unread:
            problems.append(problem(number, key, cells.get(key), "有电话，没有姓名", "写上姓名，或者把电话也去掉"))
        if (name, phone) != before:
            changed[role] = (name, phone)
    return changed, problems


def _new(number: int, row: Row, area: Area | None, contacts: dict[str, tuple[str, str]]) -> Verdict:
    place = {key: value for key, value in row.values.items() if key not in _ELSEWHERE}
    place = {STATUS: OPEN, "risk": NORMAL, **place}
    return Verdict(number, NEW, values={"place": place, "area": area, "contacts": contacts})


def _changed(
    number: int, row: Row, area: Area | None, contacts: dict[str, tuple[str, str]], place: Place, areas: Sequence[Area]
) -> Verdict:
    said = {key: value for key, value in row.values.items() if key not in _ELSEWHERE}
    changed = {key: value for key, value in said.items() if getattr(place, key) != value}
    moved = area if area is not None and area.id != place.area_id else None
    if not changed and not moved and not contacts:
        return Verdict(number, SAME)
    before = {key: getattr(place, key) for key in changed}
    columns: dict[str, tuple[Any, Any] | None] = {key: (before[key], value) for key, value in changed.items()}
    if moved:
        columns[GRID] = next((each.name for each in areas if each.id == place.area_id), ""), moved.name
        before |= {"area_id": place.area_id, "area_path": place.area_path}
    columns |= {
        key: None
        for role, pair in contacts.items()
        for key in (role, role + PHONE)
        if key in row.values or not any(pair)
    }
    values = {"id": place.id, "place": changed, "area": moved, "contacts": contacts, "before": before}
    return Verdict(number, CHANGE, told(columns), values=values, seen=[place.id, before])
