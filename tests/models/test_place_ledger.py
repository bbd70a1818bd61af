"""The ledger: a place is entered once, changed, moved, shut, with what stood there before; its people stay sealed."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session, select

from models import deadlines, patrols, place_contacts, place_ledger, places, reminders, retention
from models.audit import AuditEntry, write
from models.base import Refused
from models.calendar import local
from models.due import due_today
from models.people import Can, Grant, Role
from models.place_contacts import (
    LANDLORD,
    MANAGER,
    OWNER,
    PlaceContact,
    contacts_of,
    end_contact,
    phone_of,
    set_contact,
)
from models.place_events import PlaceEvent
from models.place_ledger import alike, change, history_of, move, register, reopen, shut
from models.place_numbers import new_codes
from models.places import CLOSED, MOVED, OPEN, Place, place_for
from models.rules import DEFAULTS
from models.town_entries import CODE
from tests.models.conftest import notices_to

CANARY, PHONE = "金丝雀十七", "13800000017"


@pytest.fixture
def noodles(s, town, now) -> Place:
    """张记面馆, entered by the grid worker of its grid."""
    return register(s, town.grid_a, "张记面馆", "catering", town.id_of("east-1"), address="正街 18 号", now=now)


def acts(s, who, place: Place) -> list[str]:
    """What happened to a place, in order."""
    return [event.act for event in history_of(s, who, place.id)]


def test_a_place_is_entered_with_a_code_and_is_looked_at_within_a_week(s, town, noodles):
    assert (noodles.code, noodles.area_path, noodles.status) == ("east-1-260001", town.areas["east-1"].path, OPEN)
    assert noodles.next_patrol_on == date(2026, 11, 30)
    assert deadlines.running(s, "patrol", noodles.id, "patrol").area_path == noodles.area_path
    assert acts(s, town.grid_a, noodles) == ["registered"]
    write(s)
    (entry,) = s.exec(select(AuditEntry).where(AuditEntry.op == "place.registered"))
    assert (entry.thing, entry.who_id) == (f"place:{noodles.id}", town.grid_a.id)


def test_nobody_enters_or_changes_a_place_beyond_their_area(s, town, now, noodles):
    west = town.id_of("west-1")
    for who in (town.grid_a, town.village, town.leader, town.resident, town.newcomer(s, "岗", Role.DEPARTMENT)):
        with pytest.raises(Refused):
            register(s, who, "幸福超市", "shop", west, now=now)
    for who in (town.grid_b, town.leader, town.resident):
        with pytest.raises(Refused):
            change(s, who, noodles.id, name="李记面馆", now=now)
        with pytest.raises(Refused):
            shut(s, who, noodles.id, CLOSED, "关了", now=now)
        with pytest.raises(Refused):
            set_contact(s, who, noodles.id, OWNER, CANARY, PHONE, now=now)
    with pytest.raises(Refused, match="没有找到"):
        register(s, town.post, "幸福超市", "shop", 987_654, now=now)


@pytest.mark.parametrize(
    ("name", "kind", "more", "told"),
    [
        ("  ", "shop", {}, "名字"), ("？？", "shop", {}, "名字"), ("长" * 81, "shop", {}, "名字"),
        ("百家超市", "circus", {}, "小商店"), ("百家超市", "shop", {"floors": 500}, "层数"),
        ("百家超市", "shop", {"people": -1}, "住人数"), ("百家超市", "shop", {"latitude": 91.0}, "定位"),
        ("百家超市", "shop", {"cluster": "组" * 41}, "组或院子"), ("百家超市", "shop", {"risk": "huge"}, "一般"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_what_to_write(s, town, now, name, kind, more, told):
    with pytest.raises(Refused, match=told):
        register(s, town.grid_a, name, kind, town.id_of("east-1"), now=now, **more)
    assert s.exec(select(Place)).all() == []


def test_what_may_be_the_same_place_is_never_entered_silently(s, town, now, noodles):
    east = town.areas["east-1"]
    for name in ("张记面馆", "张纪面馆", "张记老面馆", "记面馆", "张记面馆二店"):
        assert alike(s, name, east) == [noodles], name
        with pytest.raises(Refused, match="张记面馆"):
            register(s, town.grid_a, name, "catering", east.id, now=now)
    for name in ("幸福超市", "张记烤鱼", "张记", "面馆"):
        assert alike(s, name, east) == [], name
    second = register(s, town.grid_a, "张记面馆", "catering", east.id, sure=True, now=now)
    assert second.code == "east-1-260002"
    assert alike(s, "张记面馆", town.areas["west-1"]) == []
    assert alike(s, "张记面馆", town.areas["east-2"]) == [noodles, second], "the next grid of the village"


def test_two_within_thirty_metres_are_asked_about_whatever_they_are_called(s, town, now):
    east, west = town.areas["east-1"], town.areas["west-1"]
    first = register(s, town.post, "老刘五金", "shop", east.id, latitude=29.9, longitude=107.7, now=now)
    assert alike(s, "幸福超市", west, 29.90025, 107.7) == [first]
    assert alike(s, "幸福超市", west, 29.90035, 107.7) == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(taken=st.sets(st.integers(1, 6)), codes=st.lists(st.sampled_from(["east-1", "west-1"]), max_size=8))
def test_codes_are_never_given_twice_and_a_town_file_may_name_them(s, town, now, taken, codes):
    with s.begin_nested() as inner:
        for n in taken:
            s.add(Place(code=f"east-1-26{n:04d}", name="店", kind="shop", area_id=town.id_of("east-1"),
                        area_path="/", created_at=now))  # fmt: skip
        s.flush()
        known = set(s.exec(select(Place.code)))
        given_out = [new_codes(s, [town.areas[code]], now=now)[0] for code in codes]
        assert len(set(given_out)) == len(given_out)
        assert not known & set(given_out)
        assert all(re.fullmatch(CODE, code) and len(code) <= 40 for code in given_out)
        inner.rollback()


def test_a_change_keeps_what_stood_there_and_the_old_name_is_found_no_more(s, town, now, noodles):
    change(s, town.grid_a, noodles.id, name="李记面馆", cluster="3组", floors=2, now=now)
    change(s, town.grid_a, noodles.id, name="李记面馆", now=now)
    last = history_of(s, town.village, noodles.id)[-1]
    assert (last.act, last.who_id) == ("changed", town.grid_a.id)
    assert last.before == {"name": "张记面馆", "cluster": "", "floors": None}
    assert (noodles.cluster, noodles.initials) == ("三组", "ljmg")
    assert acts(s, town.grid_a, noodles) == ["registered", "changed"], "what stays the same is no change"
    assert places.match(s, "李记面馆门口堵了") == noodles
    assert places.match(s, "张记面馆门口堵了") is None
    last.note = "别的"
    with pytest.raises(TypeError, match="append-only"):
        s.flush()


def test_a_higher_risk_brings_the_next_patrol_forward_and_a_lower_one_waits(s, town, now, noodles):
    s.info["rules"] = DEFAULTS.__class__(patrol_days={"default": 30, "high": 3, "low": 90})
    change(s, town.grid_a, noodles.id, risk="high", now=now)
    assert noodles.next_patrol_on == date(2026, 11, 26)
    change(s, town.grid_a, noodles.id, risk="low", now=now)
    assert noodles.next_patrol_on == date(2026, 11, 26)


def test_a_move_hands_the_clocks_over_and_leaves_open_cases_where_they_are(s, town, now, noodles):
    checklist = {"name": "小餐饮", "version": "1", "items": [
        {"key": "G2", "text": "灭火器", "severity": "serious", "kind": "A09"}]}  # fmt: skip
    patrol = patrols.log(s, town.grid_a, noodles.id, outcome="done", checklist=checklist,
                         failures=[{"key": "G2", "note": "过期"}], now=now)  # fmt: skip
    hazard = patrols.items_of(s, patrol.id)[0].hazard_id
    with pytest.raises(Refused):
        move(s, town.grid_a, noodles.id, town.id_of("east-2"), now=now)
    move(s, town.village, noodles.id, town.id_of("east-2"), "重新划片", now=now)
    assert noodles.area_path == town.areas["east-2"].path
    assert deadlines.running(s, "patrol", noodles.id, "patrol").area_path == noodles.area_path
    assert noodles.area_id == town.id_of("east-2")
    assert deadlines.open_of(s, "hazard", hazard)[0].area_path == town.areas["east-1"].path
    assert place_for(s, town.grid_b, noodles.id, Can.PATROL) == noodles
    with pytest.raises(Refused):
        place_for(s, town.grid_a, noodles.id)
    last = history_of(s, town.grid_b, noodles.id)[-1]
    assert (last.act, last.note, last.before["area_id"]) == ("moved", "重新划片", town.id_of("east-1"))
    with pytest.raises(Refused, match="已经在"):
        move(s, town.village, noodles.id, town.id_of("east-2"), now=now)


def test_the_role_of_an_owner_goes_along_with_the_place(s, town, now, noodles):
    boss = town.newcomer(s, "老板", Role.OWNER, "east-1")
    second = register(s, town.grid_a, "李记面馆", "catering", town.id_of("east-1"), sure=True, now=now)
    noodles.owner_id = second.owner_id = boss.id

    def held() -> set[int]:
        mine = (Grant.person_id == boss.id, Grant.role == Role.OWNER, Grant.ended_at == None)  # noqa: E711
        return set(s.exec(select(Grant.area_id).where(*mine)))

    move(s, town.village, noodles.id, town.id_of("east-2"), now=now)
    assert held() == {town.id_of("east-1"), town.id_of("east-2")}
    move(s, town.village, second.id, town.id_of("east-2"), now=now)
    assert held() == {town.id_of("east-2")}


def test_what_is_shut_leaves_the_due_list_and_comes_back_with_its_people(s, town, now, noodles):
    set_contact(s, town.grid_a, noodles.id, OWNER, CANARY, PHONE, now=now)
    later = now + timedelta(days=8)
    assert [one.place.id for one in due_today(s, town.grid_a, now=later)] == [noodles.id]
    with pytest.raises(Refused, match="原因"):
        shut(s, town.grid_a, noodles.id, CLOSED, " ", now=later)
    with pytest.raises(Refused, match="空置"):
        shut(s, town.grid_a, noodles.id, "merged", "关了", now=later)
    shut(s, town.grid_a, noodles.id, CLOSED, "老板回老家了", now=later)
    assert due_today(s, town.grid_a, now=later) == []
    (gone,) = deadlines.open_of(s, "patrol", noodles.id)
    assert (gone.clock, local(gone.due_at).date()) == ("gone", noodles.next_patrol_on)
    assert noodles.next_patrol_on == (later + timedelta(days=180)).date()
    assert contacts_of(s, town.grid_a, noodles) == []
    assert history_of(s, town.grid_a, noodles.id)[-1].note == "已关闭：老板回老家了"
    reopen(s, town.grid_a, noodles.id, "又开了", now=later + timedelta(days=3))
    assert (noodles.status, noodles.next_patrol_on) == (OPEN, (later + timedelta(days=10)).date())
    assert [clock.clock for clock in deadlines.open_of(s, "patrol", noodles.id)] == ["patrol"]
    assert [contact.name for contact in contacts_of(s, town.grid_a, noodles)] == [CANARY]
    assert acts(s, town.grid_a, noodles)[-2:] == ["shut", "reopened"]


def test_the_look_at_a_place_that_is_shut_can_wait_and_goes_no_higher(s, town, now, noodles):
    shut(s, town.grid_a, noodles.id, MOVED, "搬走了", now=now)
    late = now + timedelta(days=180 + 9)
    told = {day: {who for who in (town.grid_a.id, town.post.id, town.leader.id)
                  if reminders.digest_for(s, who, (late + timedelta(days=day)).date(), late + timedelta(days=day))}
            for day in range(7)}  # fmt: skip
    assert [found for found in told.values() if found] == [{town.grid_a.id}], "once a week, nobody but who patrols"


def test_a_patrol_that_finds_it_gone_stands_in_the_history_as_well(s, town, now, noodles):
    set_contact(s, town.grid_a, noodles.id, OWNER, CANARY, PHONE, now=now)
    patrols.log(s, town.grid_a, noodles.id, outcome="moved", now=now + timedelta(days=1))
    assert noodles.status == MOVED
    assert acts(s, town.grid_a, noodles)[-1] == "shut"
    patrols.log(s, town.grid_a, noodles.id, outcome="done", now=now + timedelta(days=2))
    assert acts(s, town.grid_a, noodles)[-1] == "reopened"


def upkeep(s, place: Place, now):
    """Let a clock on what runs out there run."""
    due = now + timedelta(days=30)
    return deadlines.start(s, "upkeep", place.id, "upkeep", due_at=due, area_path=place.area_path, rule="", now=now)


@pytest.mark.parametrize("ways", [("moved",), ("vacant",), ("moved", "closed_down"), ("closed_down", "vacant")])
def test_who_comes_after_somebody_has_moved_out_gets_nothing_of_theirs(s, town, now, noodles, ways):
    set_contact(s, town.grid_a, noodles.id, OWNER, CANARY, PHONE, now=now)
    boss = town.newcomer(s, "老板", Role.OWNER, "east-1")
    noodles.owner_id = boss.id
    upkeep(s, noodles, now)
    for days, outcome in enumerate(ways, start=1):
        patrols.log(s, town.grid_a, noodles.id, outcome=outcome, now=now + timedelta(days=days))
    assert noodles.owner_id is None
    assert notices_to(s, boss.id) == ["owner.unbound"]
    held = s.exec(select(Grant).where(Grant.person_id == boss.id, Grant.role == Role.OWNER)).all()
    assert [grant.ended_at for grant in held] == [now + timedelta(days=1 + list(ways).index(outcome))
                                                  for outcome in ways if outcome != "closed_down"][:1]  # fmt: skip
    patrols.log(s, town.grid_a, noodles.id, outcome="done", now=now + timedelta(days=9))
    assert noodles.status == OPEN
    assert contacts_of(s, town.grid_a, noodles) == []
    assert deadlines.open_of(s, "upkeep", noodles.id) == []


def test_who_had_only_closed_finds_everything_again(s, town, now, noodles):
    set_contact(s, town.grid_a, noodles.id, OWNER, CANARY, PHONE, now=now)
    boss = town.newcomer(s, "老板", Role.OWNER, "east-1")
    noodles.owner_id = boss.id
    due_at = upkeep(s, noodles, now).due_at
    patrols.log(s, town.grid_a, noodles.id, outcome="closed_down", now=now + timedelta(days=1))
    assert deadlines.open_of(s, "upkeep", noodles.id) == []
    patrols.log(s, town.grid_a, noodles.id, outcome="done", now=now + timedelta(days=4))
    assert (noodles.owner_id, notices_to(s, boss.id)) == (boss.id, [])
    assert [contact.phone for contact in contacts_of(s, town.grid_a, noodles)] == [PHONE]
    assert deadlines.running(s, "upkeep", noodles.id, "upkeep").due_at == due_at + timedelta(days=3)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("13800000017", PHONE), ("138 0000 0017", PHONE), ("+86 138-0000-0017", PHONE), ("８６13800000017", PHONE),
        ("023-12345678", "02312345678"), ("（023）1234 5678", "02312345678"), ("71234567", "71234567"), ("", ""),
    ],
)  # fmt: skip
def test_a_telephone_is_kept_as_digits(said, kept):
    assert phone_of(said) == kept


@pytest.mark.parametrize("said", ["123", "12345678901", "1380000001", "138000000178", "张三", "13800000017x", "0" * 20])
def test_what_is_no_telephone_is_refused_with_an_example(said):
    with pytest.raises(Refused, match="023-12345678"):
        phone_of(said)


def test_replacing_somebody_ends_the_former_one_and_only_staff_there_read_telephones(s, town, now, noodles):
    later = now + timedelta(days=1)
    set_contact(s, town.grid_a, noodles.id, OWNER, CANARY, PHONE, now=now)
    set_contact(s, town.grid_a, noodles.id, LANDLORD, "房东甲", "", now=now)
    set_contact(s, town.grid_a, noodles.id, OWNER, "接手的人", "13900000018", now=later)
    set_contact(s, town.grid_a, noodles.id, OWNER, "接手的人", "13900000018", now=later)
    for who in (town.grid_a, town.village, town.post, town.leader):
        assert [c.name for c in contacts_of(s, who, noodles)] == ["接手的人", "房东甲"], who.name
    boss = town.newcomer(s, "老板", Role.OWNER, "east-1")
    noodles.owner_id = boss.id
    for who in (town.grid_b, town.resident, boss, town.newcomer(s, "站员", Role.STATION)):
        assert contacts_of(s, who, noodles) == [], who.name
    former = s.exec(select(PlaceContact).where(PlaceContact.role == OWNER)).first()
    assert former.ended_at == later
    end_contact(s, town.grid_a, noodles.id, LANDLORD, now=later)
    with pytest.raises(Refused, match="台账"):
        end_contact(s, town.grid_a, noodles.id, MANAGER, now=later)
    for name, told in (("", "姓名"), ("长" * 41, "姓名")):
        with pytest.raises(Refused, match=told):
            set_contact(s, town.grid_a, noodles.id, OWNER, name, PHONE, now=later)


def test_names_and_telephones_stand_nowhere_in_the_open(s, town, now, noodles):
    set_contact(s, town.grid_a, noodles.id, OWNER, CANARY, PHONE, now=now)
    set_contact(s, town.grid_a, noodles.id, OWNER, "接手的人", "13900000018", now=now + timedelta(days=1))
    write(s)
    events = s.exec(select(PlaceEvent)).all()
    told = [f"{event.note}{event.before}" for event in events]
    rows = [str(tuple(row)) for table in ("place_contacts", "place_events", "audit")
            for row in s.execute(text(f"SELECT * FROM {table}"))]  # fmt: skip
    assert len(rows) > 5
    assert not any(secret in line for line in [*told, *rows] for secret in (CANARY, PHONE, "接手的人"))


def test_former_contacts_are_erased_when_their_time_has_come(s, town, now, noodles):
    s.info["rules"] = DEFAULTS.__class__(keep_contacts_days=30)
    set_contact(s, town.grid_a, noodles.id, OWNER, CANARY, PHONE, now=now)
    set_contact(s, town.grid_a, noodles.id, MANAGER, "还在的人", PHONE, now=now)
    end_contact(s, town.grid_a, noodles.id, OWNER, now=now)
    retention.purge(s, now=now + timedelta(days=29))
    assert len(s.exec(select(PlaceContact)).all()) == 2
    retention.purge(s, now=now + timedelta(days=31))
    assert [contact.name for contact in s.exec(select(PlaceContact))] == ["还在的人"]
    assert acts(s, town.grid_a, noodles).count("contact") == 3


def test_the_ledger_is_kept_in_the_smallest_areas_of_ones_reach(s, town):
    def codes(who):
        return [area.code for area in place_ledger.areas_to_keep(s, who)]

    assert codes(town.grid_a) == ["east-1"]
    assert codes(town.village) == ["east-1", "east-2"]
    assert codes(town.post) == ["east-1", "east-2", "west-1", "west-2"]
    assert codes(town.leader) == []


def test_contacts_have_an_order_that_does_not_depend_on_when_they_came(s: Session, town, now, noodles):
    for role in (LANDLORD, MANAGER, OWNER):
        set_contact(s, town.grid_a, noodles.id, role, place_contacts.ROLES[role], "", now=now)
    assert [contact.role for contact in contacts_of(s, town.post, noodles)] == [OWNER, MANAGER, LANDLORD]


def test_a_patrol_that_is_brought_forward_was_not_made(s, town, now, noodles):
    s.info["rules"] = replace(DEFAULTS, patrol_days={"default": 30, "high": 15})
    patrols.log(s, town.grid_a, noodles.id, outcome="done", now=now)
    clocks = len(deadlines.deadlines_of(s, "patrol", noodles.id))
    change(s, town.grid_a, noodles.id, risk="high", now=now)
    before, after = deadlines.deadlines_of(s, "patrol", noodles.id)[clocks - 1 :]
    assert (before.met_at, before.cancelled_at, after.met_at) == (None, now, None)
    assert after.due_at < before.due_at
