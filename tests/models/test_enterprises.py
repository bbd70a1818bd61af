"""One plan per enterprise: a file filled bit by bit, problems that nobody closes for themselves, and who sees what."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session, select

from models import (
    clock_things,
    deadlines,
    enterprise_fields,
    enterprise_files,
    enterprise_ledger,
    enterprise_problems,
    enterprise_steps,
    enterprises,
    hazards,
    place_ledger,
    reminders,
)
from models.base import Refused
from models.conflicts import INVOLVED, OWN, Conflict
from models.enterprises import Enterprise, Problem
from models.hazards import Media
from models.lifecycle import Step
from models.outbox import Outgoing
from models.people import Actor, Grant, Role, actor_of
from models.place_contacts import OWNER, PlaceContact
from models.places import CLOSED, Place
from tests.models.conftest import Town

GOOD = "91350100M000100Y43"
PHONE = "13800000000"
PHOTO = Media("photo", "file-1", "u-1")
DAY = timedelta(days=1)
DUE = date(2026, 12, 10)


@pytest.fixture
def plant(s: Session, town: Town, now: datetime) -> Place:
    """A furniture factory in grid east-1 with a responsible person, three floors, 620 square metres."""
    boss = town.newcomer(s, "黄厂长", Role.OWNER, "east-1")
    at = town.areas["east-1"]
    place = Place(code="hd", name="宏达木器厂", kind="factory", area_id=at.id, area_path=at.path, owner_id=boss.id,
                  address="东村一组", floors=3, square_metres=620, created_at=now)  # fmt: skip
    s.add(place)
    s.flush()
    return place


@pytest.fixture
def boss(s: Session, plant: Place) -> Actor:
    return actor_of(s, s.get_one(clock_things.Person, plant.owner_id))


@pytest.fixture
def dept(s: Session, town: Town) -> Actor:
    return town.newcomer(s, "钱干事", Role.DEPARTMENT, "town", "economy")


@pytest.fixture
def listed(s: Session, town: Town, plant: Place, now: datetime) -> Problem:
    """The file with one problem, led by the village officer."""
    enterprise_files.open_file(s, town.village, plant.id, now=now)
    return put(s, town.village, plant, now)


def put(s: Session, who: Actor, plant: Place, now: datetime, **said: object) -> Problem:
    given = {"problem": "车间和库房没有隔开", "severity": "serious", "measure": "砌防火墙", "due_on": DUE} | said
    return enterprise_problems.add(s, who, plant.id, now=now, **given)


def report(s: Session, who: Actor, problem: Problem, progress: int, now: datetime, **said: object) -> Problem:
    return enterprise_steps.report(s, who, problem.id, progress, problem.version, now=now, **said)


def close(s: Session, who: Actor, problem: Problem, now: datetime) -> Problem:
    return enterprise_steps.close(s, who, problem.id, "看过了，砌好了", problem.version, now=now)


def told(s: Session, who: Actor) -> list[str]:
    s.flush()
    rows = s.exec(select(Outgoing).where(Outgoing.person_id == who.id).order_by(Outgoing.id))
    return [row.about["act"] for row in rows if row.what == enterprise_problems.TOLD]


def plan(s: Session, place: Place) -> Enterprise:
    return s.get_one(Enterprise, place.id)


@pytest.mark.parametrize(
    ("code", "is_one"),
    [(GOOD, True), ("91110108551385082Q", True), ("91350100M000100Y44", False), ("9135010M0000100Y43", False),
     ("91350100M000100Y4", False), ("91350100I000100Y43", False), ("", False)],
)  # fmt: skip
def test_a_credit_code_checks_itself(code: str, is_one: bool) -> None:
    assert enterprise_fields.is_credit_code(code) is is_one


@pytest.mark.parametrize(
    ("key", "words", "value"),
    [
        ("credit_code", " 91350100m000100y43 ", GOOD),
        ("legal", "张三 138 0000 0000", None),
        ("legal", f"张三，{PHONE}", {"name": "张三", "phone": PHONE}),
        ("landlord", "宏远物业 023-70000000", {"name": "宏远物业", "phone": "02370000000"}),
        ("tenant", "李四", {"name": "李四", "phone": ""}),
        ("area", "620 平方米", 620), ("workers", "35人", 35), ("built", "2015年", 2015),
        ("fire_class", "丙", "丙"), ("trained_on", "2026年5月12日", "2026-05-12"), ("trained_on", "2026-05", "2026-05"),
    ],
)  # fmt: skip
def test_a_line_takes_what_people_write(key: str, words: str, value: object) -> None:
    found = enterprise_fields.checked(key, words)
    assert found == value or (value is None and found["name"].startswith("张三"))


@pytest.mark.parametrize(
    ("key", "words", "says"),
    [("credit_code", GOOD[:-1] + "4", "18 位"), ("legal", PHONE, "姓名"), ("area", "很大", "只写数字"),
     ("built", "1215", "只写数字"), ("fire_class", "己", "甲、乙"), ("trained_on", "2026-13-40", "年月日"),
     ("trade", "", "写一写"), ("trade", "木" * 121, "120")],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_what_to_write(key: str, words: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        enterprise_fields.checked(key, words)


def test_the_file_is_filled_bit_by_bit_and_what_the_ledger_knows_is_known(s, town, plant, now):
    s.add(PlaceContact(place_id=plant.id, role=OWNER, name="黄厂长", phone=PHONE, since=now))
    found = enterprise_files.open_file(s, town.village, plant.id, now=now)
    assert enterprise_files.open_file(s, town.post, plant.id, now=now).lead_id == town.village.id == found.lead_id
    enterprise_files.fill(s, town.village, plant.id, {"credit_code": GOOD, "workers": "35"}, now=now)
    enterprise_files.fill(s, town.post, plant.id, {"fire_class": "丙"}, now=now)
    fields = enterprise_files.fields_of(s, found, plant)
    assert fields == {"credit_code": GOOD, "workers": 35, "fire_class": "丙", "area": 620, "floors": 3,
                      "in_charge": {"name": "黄厂长", "phone": PHONE}}  # fmt: skip
    assert enterprise_fields.shown("in_charge", fields, phones=True) == f"黄厂长 {PHONE}"
    assert enterprise_fields.shown("in_charge", fields, phones=False) == "黄厂长"
    assert PHONE not in enterprise_fields.shown("maintainer", {"maintainer": f"安达 {PHONE}"}, phones=False)
    kept = s.connection().exec_driver_sql("select fields from enterprises").scalar_one()
    assert b"35" not in bytes(kept)
    assert not bytes(kept).startswith(b"{")


def test_who_sees_a_plan_and_who_writes_in_it(s, town, plant, boss, dept, listed, now):
    west = town.newcomer(s, "西村部门", Role.DEPARTMENT, "west")
    for reader in (town.leader, town.grid_a):
        assert enterprises.enterprise_for(s, reader, plant.id)[1] is plant
        with pytest.raises(Refused, match="没有找到"):
            enterprise_files.fill(s, reader, plant.id, {"trade": "家具"}, now=now)
        with pytest.raises(Refused, match="没有找到"):
            report(s, reader, listed, 50, now)
    for stranger in (west, town.grid_b, town.resident, boss):
        with pytest.raises(Refused, match="没有找到"):
            enterprises.enterprise_for(s, stranger, plant.id)
        with pytest.raises(Refused, match="没有找到"):
            enterprises.notes_of(s, stranger, plant.id)
        assert enterprise_ledger.plans(s, stranger, now=now) == []
    assert enterprise_files.fill(s, dept, plant.id, {"trade": "家具"}, now=now).fields["trade"] == "家具"
    with pytest.raises(Refused, match="没有找到"):
        enterprises.own_plan(s, dept, plant.id)


def test_who_answers_for_the_place_or_is_kept_out_never_supervises_it(s, town, plant, boss, listed, now):
    s.add(Grant(person_id=boss.id, role=Role.VILLAGE.value, area_id=town.id_of("east"), since=now))
    s.flush()
    both = actor_of(s, s.get_one(clock_things.Person, boss.id))
    s.add(Conflict(person_id=town.post.id, place_id=plant.id, why=OWN, since=now))
    s.flush()
    for who in (both, town.post):
        with pytest.raises(Refused, match="没有找到"):
            enterprises.notes_of(s, who, plant.id)
        assert enterprise_ledger.plans(s, who, now=now) == []
    assert {person.id for person in enterprises.leads(s, town.village, plant)} == {town.village.id}
    assert report(s, both, listed, 25, now).progress == 25, "their own plan they still report on"


def test_a_problem_runs_from_the_list_to_closing_by_somebody_else(s, town, plant, boss, listed, now):
    assert (listed.number, listed.progress, listed.lead_id) == (1, 0, town.village.id)
    clock = deadlines.running(s, "measure", listed.id, "measure")
    assert (clock.owner_id, clock.area_path, clock.due_at.date()) == (town.village.id, plant.area_path, DUE)
    assert told(s, boss) == ["added"]
    report(s, boss, listed, 50, now, note="砖到了", media=[PHOTO])
    report(s, boss, listed, 100, now + DAY)
    assert deadlines.running(s, "measure", listed.id, "measure") is None
    assert deadlines.running(s, "measure", listed.id, "recheck").owner_id == town.village.id
    assert told(s, town.village) == ["waits"]
    with pytest.raises(Refused, match="等另一位同事"):
        report(s, town.village, listed, 75, now)
    close(s, town.village, listed, now + 2 * DAY)
    assert (listed.closed_by_id, plan(s, plant).closed_at) == (town.village.id, now + 2 * DAY)
    assert deadlines.open_of(s, "measure", listed.id) == []
    assert told(s, boss) == ["added", "closed"]
    acts = [(note.act, note.progress, note.note) for note in enterprises.history_of(s, listed)]
    assert acts == [("added", 0, ""), ("progress", 50, "砖到了"), ("progress", 100, ""),
                    ("closed", 100, "看过了，砌好了")]  # fmt: skip
    assert enterprises.history_of(s, listed)[1].media == [list(PHOTO)]
    second = put(s, town.village, plant, now + 3 * DAY)
    assert (second.number, plan(s, plant).closed_at) == (2, None)


def test_the_checker_is_never_the_fixer(s, town, listed, now):
    with pytest.raises(Refused, match="还没有报到 100%"):
        close(s, town.post, listed, now)
    report(s, town.village, listed, 100, now)
    assert told(s, town.post) == ["waits"], "the one who leads it has reported it, so the next one looks"
    with pytest.raises(Refused, match="另一位同事"):
        close(s, town.village, listed, now)
    with pytest.raises(Refused, match="另一位同事"):
        enterprise_steps.send_back(s, town.village, listed.id, "没砌好", listed.version, now=now)
    with pytest.raises(Refused, match="没有找到"):
        close(s, town.leader, listed, now)
    enterprise_steps.send_back(s, town.post, listed.id, "墙没到顶", listed.version, now=now)
    assert (listed.progress, told(s, town.village)) == (75, ["sent_back"])
    assert deadlines.running(s, "measure", listed.id, "measure") is not None
    report(s, town.post, listed, 100, now)
    close(s, town.village, listed, now)
    with pytest.raises(Refused, match="已经销号"):
        close(s, town.village, listed, now)


def test_another_date_needs_a_reason_and_the_old_one_stays(s, town, listed, now):
    later = date(2026, 12, 25)
    with pytest.raises(Refused, match="原因"):
        enterprise_steps.postpone(s, town.village, listed.id, later, " ", listed.version, now=now)
    with pytest.raises(Refused, match="今天以后"):
        enterprise_steps.postpone(s, town.village, listed.id, now.date() - DAY, "x", listed.version, now=now)
    enterprise_steps.postpone(s, town.village, listed.id, later, "等砖", listed.version, now=now)
    assert deadlines.running(s, "measure", listed.id, "measure").due_at.date() == later
    assert enterprises.history_of(s, listed)[-1].note == "12月10日→12月25日：等砖"


def test_of_two_officers_at_once_one_is_told(s, town, listed, now):
    seen = listed.version
    enterprise_steps.report(s, town.village, listed.id, 25, seen, now=now)
    for late in (
        lambda: enterprise_steps.report(s, town.post, listed.id, 50, seen, now=now),
        lambda: enterprise_steps.postpone(s, town.post, listed.id, DUE + DAY, "x", seen, now=now),
        lambda: enterprise_problems.change(s, town.post, listed.id, seen, measure="另一个办法", now=now),
    ):
        with pytest.raises(Refused, match="刚才有同事办过"):
            late()
    table = Problem.__table__
    s.execute(table.update().where(table.c.id == listed.id).values(version=99))
    with pytest.raises(StaleDataError):
        enterprise_steps.report(s, town.village, listed.id, 50, listed.version, now=now)


def test_a_problem_can_be_worded_anew_and_led_by_somebody_else(s, town, dept, listed, now):
    enterprise_problems.change(s, town.village, listed.id, listed.version, problem="没有隔开", lead_id=dept.id, now=now)
    assert deadlines.running(s, "measure", listed.id, "measure").owner_id == dept.id
    with pytest.raises(Refused, match="挂点干部"):
        enterprise_problems.change(s, town.village, listed.id, listed.version, lead_id=town.leader.id, now=now)
    for wrong in ({"problem": " "}, {"severity": "huge"}, {"sort": "magic"}):
        with pytest.raises(Refused):
            enterprise_problems.change(s, town.village, listed.id, listed.version, now=now, **wrong)
    with pytest.raises(Refused, match="进度请选"):
        report(s, town.village, listed, 60, now)


def case(s: Session, town: Town, plant: Place, now: datetime) -> hazards.Hazard:
    return hazards.report(s, town.grid_a, kind="A09", severity="ordinary", place_text=plant.name, place_id=plant.id,
                          area_id=plant.area_id, detail="灭火器失效", source="patrol",
                          now=now)  # fmt: skip


def test_an_open_case_is_taken_into_the_plan_and_its_end_is_enough(s, town, plant, dept, now):
    enterprise_files.open_file(s, town.village, plant.id, now=now)
    hazard = case(s, town, plant, now)
    hazards.assign(s, town.post, hazard.id, town.grid_a.id, now=now)
    assert enterprise_problems.untaken(s, town.village, plant.id) == [], "the owner would learn of a mere report"
    hazards.confirm(s, town.grid_a, hazard.id, days=7, now=now)
    assert enterprise_problems.untaken(s, town.village, plant.id) == [hazard]
    taken = enterprise_problems.take(s, town.village, plant.id, hazard.id, "灭火器失效", now=now)
    assert (taken.hazard_id, taken.severity, taken.due_on) == (hazard.id, "ordinary", None)
    with pytest.raises(Refused, match="已经在清单里"):
        enterprise_problems.take(s, town.village, plant.id, hazard.id, "灭火器失效", now=now)
    assert enterprise_problems.due_days(s, [taken]) == {taken.id: now.date() + 7 * DAY}
    assert deadlines.open_of(s, "measure", taken.id) == [], "one clock for one thing"
    with pytest.raises(Refused, match="都在隐患里办"):
        report(s, town.village, taken, 50, now)
    with pytest.raises(Refused, match="还没有销号"):
        enterprise_steps.settle(s, town.village, taken.id, "随隐患销号", taken.version, now=now)
    hazards.rectified(s, town.grid_a, hazard.id, note="换了", media=[PHOTO], now=now)
    hazards.recheck(s, town.village, hazard.id, passed=True, now=now)
    assert hazard.step == Step.CLOSED
    enterprise_steps.settle(s, dept, taken.id, "随隐患销号", taken.version, now=now)
    assert (taken.progress, taken.closed_at, plan(s, plant).closed_at) == (100, now, now)


def test_who_is_kept_out_of_a_case_finds_its_line_in_no_plan(s, town, plant, boss, dept, now):
    enterprise_files.open_file(s, town.village, plant.id, now=now)
    hazard = case(s, town, plant, now)
    hazards.assign(s, town.post, hazard.id, town.grid_a.id, now=now)
    hazards.confirm(s, town.grid_a, hazard.id, days=7, now=now)
    taken = enterprise_problems.take(s, town.village, plant.id, hazard.id, "灭火器失效", now=now)
    assert told(s, boss) == [], "they heard of it as a case"
    assert enterprises.own_problems(s, boss, plant.id) == [taken]
    s.add(Conflict(person_id=dept.id, hazard_id=hazard.id, why=INVOLVED, since=now))
    s.flush()
    assert [(plan.open, plan.progress) for plan in enterprise_ledger.plans(s, dept, now=now)] == [(0, None)]
    assert enterprises.notes_of(s, dept, plant.id) == enterprise_ledger.register(s, dept, now=now)[0].notes == []
    assert len(enterprises.notes_of(s, town.village, plant.id)) == 1
    with pytest.raises(Refused, match="没有找到"):
        enterprise_problems.problem_for(s, dept, taken.id)


def test_the_clock_reminds_who_leads_it_and_after_that_who_may_check(s, town, boss, listed, now):
    morning = datetime(2026, 12, 10, 8, 30, tzinfo=now.tzinfo)
    (line,) = reminders.digest_for(s, town.village.id, morning.date(), morning)
    assert (line.name, line.clock, line.days_left) == ("宏达木器厂第1项", "measure", 0)
    late = datetime(2026, 12, 21, 8, 30, tzinfo=now.tzinfo)
    assert reminders.digest_for(s, town.leader.id, late.date(), late)[0].escalated
    assert reminders.digest_for(s, boss.id, late.date(), late) == []
    report(s, town.village, listed, 100, now)
    check = deadlines.running(s, "measure", listed.id, "recheck")
    assert list(clock_things.responsible(s, check, clock_things.Staff(s))) == [town.post.id]


@pytest.mark.usefixtures("listed")
def test_the_list_begins_with_what_is_late_and_counts_per_village(s, town, dept, now):
    at = town.areas["west-1"]
    other = Place(code="xf", name="兴发纸箱厂", kind="factory", area_id=at.id, area_path=at.path, created_at=now)
    s.add(other)
    s.flush()
    assert [place.name for place in enterprise_ledger.without_plan(s, town.post)] == ["兴发纸箱厂"]
    assert enterprise_ledger.without_plan(s, town.village) == []
    enterprise_files.open_file(s, dept, other.id, now=now)
    done = put(s, dept, other, now, due_on=date(2026, 11, 24))
    third = put(s, dept, other, now)
    report(s, dept, third, 100, now)
    close(s, town.post, third, now)
    after = now + 3 * DAY
    found = enterprise_ledger.plans(s, town.leader, now=after)
    assert [(p.place.name, p.open, len(p.late), p.progress) for p in found] == [
        ("兴发纸箱厂", 1, 1, 50), ("宏达木器厂", 1, 0, 0)]  # fmt: skip
    counted = enterprise_ledger.counts(s, town.leader, now=after)
    rows = [(c.name, c.plans, c.open, c.late, c.closed) for c in counted]
    assert rows == [("东村", 1, 1, 0, 0), ("西村", 1, 1, 1, 1)]
    assert [c.name for c in enterprise_ledger.counts(s, town.village, now=after)] == ["东村"]
    with pytest.raises(Refused):
        enterprise_ledger.counts(s, dept, now=after)
    report(s, dept, done, 100, after)
    assert [len(p.late) for p in enterprise_ledger.plans(s, town.leader, now=after)] == [0, 0]


def test_the_plan_of_a_place_that_is_shut_rests_and_goes_on_with_it(s, town, plant, listed, now):
    done = put(s, town.village, plant, now)
    report(s, town.post, done, 100, now)
    clocks = [clock for problem in (listed, done) for clock in deadlines.open_of(s, "measure", problem.id)]
    had = [(clock.clock, clock.owner_id, clock.due_at) for clock in clocks]
    place_ledger.shut(s, town.post, plant.id, CLOSED, "停产", now=now + DAY)
    assert [deadlines.open_of(s, "measure", problem.id) for problem in (listed, done)] == [[], []]
    assert enterprise_ledger.plans(s, town.leader, now=now) == []
    assert enterprise_ledger.counts(s, town.leader, now=now) == []
    place_ledger.reopen(s, town.post, plant.id, "复产", now=now + 3 * DAY)
    again = [clock for problem in (listed, done) for clock in deadlines.open_of(s, "measure", problem.id)]
    assert [(clock.clock, clock.owner_id) for clock in again] == [found[:2] for found in had]
    assert [clock.due_at == due_at for clock, (*_, due_at) in zip(again, had, strict=True)] == [True, False]
    assert [plan.place.id for plan in enterprise_ledger.plans(s, town.leader, now=now)] == [plant.id]


@pytest.mark.usefixtures("listed")
def test_the_register_keeps_telephones_to_those_who_supervise(s, town, plant, now):
    enterprise_files.fill(s, town.village, plant.id, {"legal": f"张三 {PHONE}"}, now=now)
    enterprise_files.supervise(s, town.village, plant.id, "talk", "约谈了一次", [PHOTO], now=now)
    with pytest.raises(Refused, match="写一两句"):
        enterprise_files.supervise(s, town.village, plant.id, "talk", " ", now=now)
    rows = {who.id: enterprise_ledger.register(s, who, now=now) for who in (town.village, town.leader)}
    assert [(row.phones, row.area) for (row,) in rows.values()] == [(True, "东村"), (False, "东村")]
    assert [note.act for note in rows[town.leader.id][0].notes] == ["added", "talk"]
    assert enterprise_ledger.names_of(s, rows[town.leader.id]) == {None: "", town.village.id: "赵干部"}
    with pytest.raises(Refused):
        enterprise_ledger.register(s, town.resident, now=now)
    s.flush()
