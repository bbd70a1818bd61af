"""Imports of places: rows are held against the ledger, within the officer's reach, and all are written or none."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from models import deadlines, patrols, place_imports
from models.base import Refused
from models.calendar import local
from models.people import Actor, Grant, Role
from models.place_contacts import PlaceContact
from models.place_events import PlaceEvent
from models.place_names import initials_of
from models.place_rows import COLUMNS
from models.place_values import CHANGES
from models.places import CLOSED, MERGED, OPEN, Place
from models.rules import rules_of
from models.seasons import cycle_days
from models.workbook_rows import CHANGE, NEW, SAME, WRONG, Table, Verdict
from tests.models.conftest import NOW, Town


def shop(**said: Any) -> dict[str, Any]:
    """Return the cells of a new shop in the east village, by key."""
    return {"name": "新店", "kind": "小商店", "village": "东村", "grid": "东村一网格", **said}


def judged(s: Session, who: Actor, *rows: dict[str, Any]) -> list[Verdict]:
    """Return what becomes of rows, numbered from 2."""
    numbered = list(enumerate(rows, start=2))
    return place_imports.check(s, who, numbered, 0, len(numbered))


def wrong(s: Session, who: Actor, *rows: dict[str, Any]) -> list[tuple[int, str, str]]:
    """Return what is wrong with rows: row, heading, why."""
    return [(p.row, p.column, p.why) for verdict in judged(s, who, *rows) for p in verdict.problems]


def written(s: Session, who: Actor, *rows: dict[str, Any]) -> list[Place]:
    """Judge rows, write them, and return the places in the order of the rows."""
    found = judged(s, who, *rows)
    assert not [verdict.problems for verdict in found if verdict.kind == WRONG]
    place_imports.apply(s, who, found, now=NOW)
    s.flush()
    names = [row.get("name") for row in rows]
    places = {place.name: place for place in s.exec(select(Place).where(col(Place.name).in_(names)))}
    return [places[name] for name in names if name in places]


def old(s: Session, town: Town, code: str = "zhangji", area: str = "east-1", **more: Any) -> Place:
    """Add a place that is in the ledger already, with its next patrol."""
    known = {"name": "张记面馆", "kind": "catering", "address": "正街 1 号", **more}
    place = Place(code=code, area_id=town.id_of(area), area_path=town.areas[area].path,
                  initials=initials_of(known["name"]), created_at=NOW, **known)  # fmt: skip
    s.add(place)
    s.flush()
    patrols.plan(s, place, local(NOW).date() + timedelta(days=4), now=NOW)
    return place


def contacts(s: Session, place: Place) -> list[tuple[str, str, str, bool]]:
    """Return who answers and answered for a place: role, name, telephone, still."""
    rows = s.exec(select(PlaceContact).where(PlaceContact.place_id == place.id).order_by(col(PlaceContact.id)))
    return [(row.role, row.name, row.phone, row.ended_at is None) for row in rows]


def test_a_new_row_becomes_a_place_with_contacts_a_first_patrol_and_a_history(s: Session, town: Town) -> None:
    [place] = written(s, town.post, shop(name="李四小卖部", aliases="小卖部", cluster="三组", floors=2, latitude=29.9,
                                         longitude=107.7, owner="李四", owner_phone="13800000000", landlord="王五"))
    assert place.code == "east-1-260001"
    assert (place.kind, place.risk, place.status, place.cluster, place.floors) == ("shop", "normal", OPEN, "三组", 2)
    assert (place.area_id, place.area_path) == (town.id_of("east-1"), town.areas["east-1"].path)
    assert place.initials == initials_of("李四小卖部")
    assert contacts(s, place) == [("owner", "李四", "13800000000", True), ("landlord", "王五", "", True)]
    clock = deadlines.running(s, "patrol", place.id or 0, "patrol")
    assert clock is not None
    assert (local(clock.due_at).date(), clock.area_path) == (place.next_patrol_on, place.area_path)
    event = s.exec(select(PlaceEvent).where(PlaceEvent.place_id == place.id)).one()
    assert (event.act, event.who_id, event.before) == ("imported", town.post.id, {})


def test_first_patrols_are_spread_over_the_cycle_and_closed_places_have_none(s: Session, town: Town) -> None:
    made = written(s, town.post, *(shop(name=f"店{n}") for n in range(40)), shop(name="关了的", status="已关闭"))
    days = Counter(place.next_patrol_on for place in made[:-1])
    assert len(days) == 10
    assert max(days.values()) == 4
    assert min(day for day in days if day) == local(NOW).date() + timedelta(days=1)
    assert (made[-1].status, made[-1].next_patrol_on) == (CLOSED, None)
    assert deadlines.running(s, "patrol", made[-1].id or 0, "patrol") is None
    assert len({place.code for place in made}) == 41


def test_a_row_with_a_code_changes_what_it_says_and_nothing_else(s: Session, town: Town) -> None:
    place = old(s, town)
    written(s, town.post, {"code": "zhangji", "owner": "张三", "owner_phone": "13800000000"})
    [verdict] = judged(s, town.post, {"code": "ZHANGJI ", "name": "张记老面馆", "risk": "高", "owner": "张小三",
                                      "kind": "小餐饮", "address": None, "aliases": "无"})  # fmt: skip
    assert (verdict.kind, verdict.changed) == (
        CHANGE, ("名称：张记面馆 → 张记老面馆", "风险：一般 → 高", "责任人"))
    place_imports.apply(s, town.post, [verdict], now=NOW + timedelta(days=1))
    s.refresh(place)
    assert (place.name, place.initials, place.risk, place.address) == ("张记老面馆", "zjlmg", "high", "正街 1 号")
    assert contacts(s, place) == [("owner", "张三", "13800000000", False), ("owner", "张小三", "13800000000", True)]
    event = s.exec(select(PlaceEvent).order_by(col(PlaceEvent.id).desc())).first()
    assert event is not None
    assert event.before == {"name": "张记面馆", "risk": "normal", "contacts": ["owner"]}


def test_what_says_nothing_new_changes_nothing(s: Session, town: Town) -> None:
    old(s, town)
    again = {"code": "zhangji", "name": "张记面馆", "kind": "小餐饮", "village": "东村", "grid": "东村一网格"}
    assert [v.kind for v in judged(s, town.post, again)] == [SAME]
    assert [v.kind for v in judged(s, town.post, {"code": "zhangji", "village": "东村"})] == [SAME]
    place_imports.apply(s, town.post, judged(s, town.post, again), now=NOW)
    assert s.exec(select(PlaceEvent)).all() == []


def test_a_place_that_moves_closes_or_opens_takes_its_patrol_along(s: Session, town: Town) -> None:
    moved, closed = old(s, town), old(s, town, "b", name="乙店")
    opened = old(s, town, "c", name="丙店", status=CLOSED)
    patrols.plan(s, opened, None, now=NOW)
    written(s, town.post, {"code": "zhangji", "village": "西村"}, {"code": "b", "status": "已关闭"},
            {"code": "c", "status": "在营", "grid": "西村二网格"})  # fmt: skip
    for place in (moved, closed, opened):
        s.refresh(place)
    west = town.areas["west"].path
    assert (moved.area_path, moved.next_patrol_on) == (west, date(2026, 11, 27))
    found = [deadlines.running(s, "patrol", place.id or 0, "patrol") for place in (moved, closed, opened)]
    assert [clock.area_path if clock else None for clock in found] == [west, None, town.areas["west-2"].path]
    in_half_a_year = local(NOW).date() + timedelta(days=rules_of(s).gone_days)
    assert (closed.next_patrol_on, opened.next_patrol_on) == (in_half_a_year, local(NOW).date() + timedelta(days=1))
    [event] = s.exec(select(PlaceEvent).where(PlaceEvent.place_id == moved.id))
    east = town.areas["east-1"]
    assert event.before == {"area_id": east.id, "area_path": east.path}


def test_who_was_only_closed_comes_back_by_table_and_who_moved_out_does_not(s: Session, town: Town) -> None:
    boss = town.newcomer(s, "老板", Role.OWNER, "east-1")
    places = [old(s, town, code, name=code, owner_id=boss.id) for code in ("a", "b", "c")]
    written(s, town.post, *({"code": place.code, "owner": f"负责{place.code}"} for place in places))
    shut = judged(s, town.post, {"code": "a", "status": "已关闭"}, {"code": "b", "status": "已搬走"},
                  {"code": "c", "grid": "西村二网格"})  # fmt: skip
    assert shut[0].changed == ("状态：在营 → 已关闭",)
    assert shut[2].changed == ("网格：东村一网格 → 西村二网格",)
    place_imports.apply(s, town.post, shut, now=NOW + timedelta(days=1))
    s.expire_all()
    assert [place.owner_id for place in places] == [boss.id, None, boss.id]
    held = select(Grant.area_id).where(Grant.person_id == boss.id, col(Grant.ended_at).is_(None))
    assert set(s.exec(held)) == {town.id_of("east-1"), town.id_of("west-2")}
    gone = [deadlines.open_of(s, "patrol", place.id or 0)[0] for place in places]
    assert [clock.clock for clock in gone] == ["gone", "gone", "patrol"]
    again = judged(s, town.post, {"code": "a", "status": "在营"}, {"code": "b", "status": "在营"})
    assert again[1].changed == ("状态：已搬走 → 在营",)
    place_imports.apply(s, town.post, again, now=NOW + timedelta(days=2))
    s.expire_all()
    assert [[row[3] for row in contacts(s, place)] for place in places] == [[True], [False], [True]]
    assert [[clock.clock for clock in deadlines.open_of(s, "patrol", place.id or 0)] for place in places] == [
        ["patrol"]] * 3  # fmt: skip


def test_the_group_is_written_as_in_the_chat(s: Session, town: Town) -> None:
    [place] = written(s, town.post, shop(name="李四小卖部", cluster="3组"))
    assert place.cluster == CHANGES["cluster"]("3组") == "三组"
    [verdict] = judged(s, town.post, {"code": place.code, "cluster": "３组"})
    assert verdict.kind == SAME


def test_a_higher_risk_brings_the_next_patrol_forward_and_closing_ends_clocks_and_contacts(
    s: Session, town: Town
) -> None:
    place = old(s, town)
    patrols.plan(s, place, local(NOW).date() + timedelta(days=90), now=NOW)
    deadlines.add(s, "upkeep", place.id or 0, "upkeep", due_at=NOW, area_path=place.area_path, rule="", now=NOW)
    written(s, town.post, {"code": "zhangji", "risk": "高", "owner": "张三"})
    s.refresh(place)
    clock = deadlines.running(s, "patrol", place.id or 0, "patrol")
    assert clock is not None
    days = cycle_days(place, rules_of(s), local(NOW).date())
    assert local(clock.due_at).date() == place.next_patrol_on == local(NOW).date() + timedelta(days=days)
    written(s, town.post, {"code": "zhangji", "status": "空置"})
    s.expire_all()
    assert [row[3] for row in contacts(s, place)] == [False]
    assert deadlines.open_of(s, "upkeep", place.id or 0) == []
    assert [clock.clock for clock in deadlines.open_of(s, "patrol", place.id or 0)] == ["gone"]


def test_codes_that_are_taken_are_not_given_again(s: Session, town: Town) -> None:
    old(s, town, "east-1-260002")
    made = written(s, town.post, *(shop(name=f"店{n}") for n in range(3)))
    assert [place.code[-4:] for place in made] == ["0001", "0004", "0003"]


def test_contacts_are_taken_away_by_saying_none_and_a_telephone_needs_a_name(s: Session, town: Town) -> None:
    place = old(s, town)
    written(s, town.post, {"code": "zhangji", "owner": "张三", "owner_phone": "13800000000", "manager": "李四"})
    assert wrong(s, town.post, {"code": "zhangji", "landlord_phone": "13800000000"}) == [
        (2, "房东", "有电话，没有姓名")]  # fmt: skip
    [verdict] = judged(s, town.post, {"code": "zhangji", "owner": "无", "manager_phone": "13900000000"})
    assert verdict.changed == ("责任人", "责任人电话", "管理人电话")
    place_imports.apply(s, town.post, [verdict], now=NOW)
    assert [row[:3] for row in contacts(s, place) if row[3]] == [("manager", "李四", "13900000000")]


def test_an_officer_of_a_village_reaches_only_its_rows(s: Session, town: Town) -> None:
    old(s, town, "theirs", area="west-1", name="西店")
    old(s, town, "mine", name="东店")
    assert wrong(s, town.village, shop(), shop(name="b", village="西村", grid=None), {"code": "theirs", "risk": "高"},
                 {"code": "mine", "village": "西村"}, {"code": "nowhere"}) == [
        (3, "村（社区）", "不在您负责的范围内"),
        (4, "编号", "台账里没有这个编号，或者不归您管"),
        (5, "村（社区）", "不在您负责的范围内"),
        (6, "编号", "台账里没有这个编号，或者不归您管"),
    ]  # fmt: skip
    assert [v.kind for v in judged(s, town.grid_a, shop())] == [WRONG]


@pytest.mark.parametrize(
    ("row", "column", "why"),
    [
        ({"name": "店", "village": "东村"}, "类别", "没有写"),
        ({"kind": "小商店", "village": "东村"}, "名称", "没有写"),
        ({"name": "店", "kind": "小商店"}, "村（社区）", "没有写"),
        (shop(village="南村"), "村（社区）", "没有这个村（社区）"),
        (shop(grid="西村一网格"), "网格", "这个村（社区）没有这个网格"),
        (shop(village=None, grid="九网格"), "网格", "这个村（社区）没有这个网格"),
        (shop(owner_phone="13800000000"), "责任人", "有电话，没有姓名"),
        (shop(name="张记面馆"), "名称", "台账里已有同名的（编号 zhangji）"),
        (shop(name="张记 面馆", grid="东村二网格"), "名称", "台账里已有同名的（编号 zhangji）"),
        ({"code": "b", "name": "张记面馆"}, "名称", "台账里已有同名的（编号 zhangji）"),
        ({"code": "gone", "risk": "高"}, "编号", "这一家已经并入另一家"),
    ],
)
def test_what_does_not_fit_the_ledger_is_a_problem_of_its_row(
    s: Session, town: Town, row: dict[str, Any], column: str, why: str
) -> None:
    old(s, town)
    old(s, town, "b", name="乙店")
    old(s, town, "gone", name="丁店", status=MERGED)
    assert wrong(s, town.post, row) == [(2, column, why)]


def test_the_same_name_in_another_village_and_a_grid_s_short_name_are_fine(s: Session, town: Town) -> None:
    old(s, town)
    rows = (shop(name="张记面馆", village="西村", grid="一网格"), shop(village=None), shop(name="村里的", grid=None))
    found = judged(s, town.post, *rows)
    assert [verdict.kind for verdict in found] == [NEW, NEW, NEW]
    assert [verdict.values["area"].code for verdict in found] == ["west-1", "east-1", "east"]


def test_rows_that_say_the_same_twice_are_told_of_each_other_across_the_whole_file(s: Session, town: Town) -> None:
    old(s, town)
    rows = list(enumerate([shop(), shop(name="b"), {"code": "zhangji", "risk": "高"}, shop(name="新 店"),
                           {"code": "Zhangji", "risk": "低"}], start=2))  # fmt: skip
    last = place_imports.check(s, town.post, rows, 3, 5)
    assert [(p.row, p.column, p.why) for v in last for p in v.problems] == [
        (5, "名称", "和第 2 行重复"), (6, "编号", "和第 4 行重复")]  # fmt: skip


def test_a_table_needs_codes_or_what_a_new_place_needs() -> None:
    heads = [column.key for column in COLUMNS]
    place_imports.fit(Table(heads, [], []))
    place_imports.fit(Table(["code", "owner_phone"], [], []))
    place_imports.fit(Table(["name", "kind", "grid"], [], []))
    with pytest.raises(Refused, match="缺这几列：类别、村（社区）"):
        place_imports.fit(Table(["name", "address"], [], []))
