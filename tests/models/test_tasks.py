"""The task list makes its turns once, reminds the right post, and counts per post."""

from datetime import date, timedelta

import pytest
from sqlmodel import Session, select

from models import deadlines, tasks
from models.base import Refused
from models.calendar import local
from models.people import Grant, Person, Role, actor_of
from models.tasks import Duty, DutyInstance, Progress
from tests.models.conftest import Town


@pytest.fixture
def duty(s: Session, town: Town):
    """Return a function that adds a duty of the fire post."""

    def add(code: str, cadence: str, **more) -> Duty:
        values = {"title": code, "post": "fire", "area_id": town.id_of("town"), "clause": "第2条"} | more
        row = Duty(code=code, cadence=cadence, **values)
        s.add(row)
        s.flush()
        return row

    return add


@pytest.fixture
def officer(s: Session, town: Town):
    """An officer who holds the fire post."""
    return at_post(s, town, "赵干事", Role.POST, "town", "fire")


def at_post(s: Session, town: Town, name: str, role: Role, code: str, post: str):
    who = town.newcomer(s, name, role, code)
    s.exec(select(Grant).where(Grant.person_id == who.id)).one().post = post
    s.flush()
    return actor_of(s, s.get_one(Person, who.id))


def only(s: Session) -> DutyInstance:
    return s.exec(select(DutyInstance)).one()


def test_each_cadence_has_its_turns():
    def days(**rule) -> list[str]:
        return [f"{period} {due}" for period, due in tasks.turns(Duty(**rule), 2027)]

    assert days(cadence="monthly", day=31)[:3] == ["2027-01 2027-01-31", "2027-02 2027-02-28", "2027-03 2027-03-31"]
    assert days(cadence="quarterly", month=3, day=20)[3] == "2027Q4 2027-12-20"
    assert days(cadence="yearly", month=11, day=9) == ["2027 2027-11-09"]
    assert days(cadence="once", year=2027, month=5, day=1) == ["2027 2027-05-01"]
    assert days(cadence="once", year=2026, month=5, day=1) == []


def test_turns_of_the_year_are_made_once_and_not_for_days_that_are_over(s, duty, now):
    duty("q", "quarterly", month=3, day=20)
    duty("m", "monthly", day=25)
    assert tasks.make_instances(s, 2026, now=now) == 1 + 2
    assert tasks.make_instances(s, 2026, now=now) == 0
    assert tasks.make_instances(s, 2027, now=now) == 4 + 12


def test_every_village_has_its_own_turn(s, town, duty, now):
    duty("v", "yearly", month=12, day=15, every_village=True)
    tasks.make_instances(s, 2026, now=now)
    paths = s.exec(select(DutyInstance.area_path)).all()
    assert set(paths) == {town.areas["east"].path, town.areas["west"].path}


def test_a_turn_has_a_deadline_at_the_end_of_its_day(s, duty, now):
    duty("y", "yearly", month=12, day=15)
    tasks.make_instances(s, 2026, now=now)
    clock = deadlines.running(s, "duty", only(s).id, "duty")
    assert (local(clock.due_at).date(), clock.rule) == (date(2026, 12, 15), "第2条")


def test_a_duty_out_of_use_makes_no_turns(s, duty, now):
    duty("y", "yearly", month=12, day=15, active=False)
    assert tasks.make_instances(s, 2026, now=now) == 0


def test_only_the_post_sees_it_and_the_nearest_at_the_post_answer_for_it(s, town, duty, officer, now):
    clerk = at_post(s, town, "钱干事", Role.DEPARTMENT, "town", "economy")
    duty("y", "yearly", month=12, day=15)
    tasks.make_instances(s, 2026, now=now)
    assert [found.title for _, found in tasks.my_duties(s, officer)] == ["y"]
    assert tasks.my_duties(s, clerk) == []
    assert tasks.my_duties(s, town.resident) == []
    assert tasks.responsible(s, only(s)) == [officer.id]


def test_a_post_without_people_falls_to_those_who_assign(s, town, duty, now):
    duty("y", "yearly", month=12, day=15, post="nobody")
    tasks.make_instances(s, 2026, now=now)
    assert tasks.responsible(s, only(s)) == [town.post.id]


def test_an_owner_answers_alone(s, town, duty, officer, now):
    duty("y", "yearly", month=12, day=15)
    tasks.make_instances(s, 2026, now=now)
    only(s).owner_id = town.village.id
    assert tasks.responsible(s, only(s)) == [town.village.id]
    assert tasks.my_duties(s, officer) == []
    assert len(tasks.my_duties(s, town.village)) == 1


@pytest.fixture
def turn(s, duty, now) -> DutyInstance:
    duty("y", "yearly", month=12, day=15, evidence="检查通报")
    tasks.make_instances(s, 2026, now=now)
    return only(s)


def test_evidence_stops_the_clock_and_somebody_else_accepts(s, town, officer, turn, now):
    tasks.submit(s, officer, turn.id, text=" 已完成通报 ", media=[["photo", "f", "u"]], now=now)
    assert (turn.state, turn.evidence_text, turn.submitted_by) == ("submitted", "已完成通报", officer.id)
    assert deadlines.running(s, "duty", turn.id, "duty") is None
    assert tasks.my_duties(s, officer) == []
    with pytest.raises(Refused, match="不能自己核验"):
        tasks.accept(s, officer, turn.id, now=now)
    tasks.accept(s, town.leader, turn.id, now=now)
    assert (turn.state, turn.done_by, turn.done_at) == ("done", town.leader.id, now)


def test_no_evidence_no_submission_and_none_twice(s, officer, turn, now):
    with pytest.raises(Refused, match="检查通报"):
        tasks.submit(s, officer, turn.id, text="  ", now=now)
    tasks.submit(s, officer, turn.id, text="好了", now=now)
    with pytest.raises(Refused, match="已经报送过"):
        tasks.submit(s, officer, turn.id, text="好了", now=now)


def test_others_neither_submit_nor_accept(s, town, turn, officer, now):
    with pytest.raises(Refused, match="没有找到"):
        tasks.submit(s, town.leader, turn.id, text="好了", now=now)
    tasks.submit(s, officer, turn.id, text="好了", now=now)
    for who in (town.grid_a, town.village, town.resident):
        with pytest.raises(Refused, match="没有找到"):
            tasks.accept(s, who, turn.id, now=now)


def test_what_is_sent_back_waits_again_with_its_clock_and_reason(s, town, officer, turn, now):
    tasks.submit(s, officer, turn.id, text="好了", now=now)
    with pytest.raises(Refused, match="理由"):
        tasks.send_back(s, town.leader, turn.id, reason=" ", now=now)
    tasks.send_back(s, town.leader, turn.id, reason="缺照片", now=now)
    assert (turn.state, turn.remark) == ("open", "缺照片")
    assert local(deadlines.running(s, "duty", turn.id, "duty").due_at).date() == date(2026, 12, 15)


def test_a_leader_postpones_but_nobody_their_own(s, town, officer, turn, now):
    later = date(2026, 12, 28)
    with pytest.raises(Refused, match="上一级"):
        tasks.postpone(s, officer, turn.id, until=later, reason="太忙", now=now)
    with pytest.raises(Refused, match="晚于"):
        tasks.postpone(s, town.leader, turn.id, until=date(2026, 12, 1), reason="提前", now=now)
    tasks.postpone(s, town.leader, turn.id, until=later, reason="大雪封路", now=now)
    assert (turn.state, turn.due_on, turn.remark) == ("postponed", later, "大雪封路")
    assert local(deadlines.running(s, "duty", turn.id, "duty").due_at).date() == later
    assert [instance.id for instance, _ in tasks.my_duties(s, officer)] == [turn.id]


def test_the_board_counts_per_post_and_names_nobody(s, town, officer, duty, now):
    duty("a", "monthly", day=25)
    duty("b", "yearly", month=12, day=15, post="economy")
    duty("c", "monthly", day=24, post="village", every_village=True)
    tasks.make_instances(s, 2026, now=now)
    first = tasks.my_duties(s, officer)[0][0]
    tasks.submit(s, officer, first.id, text="好了", now=now)
    later = now + timedelta(days=7)
    assert tasks.board(s, town.leader, now=later) == [
        Progress("village", 4, 0, 0, 2), Progress("economy", 1, 0, 0, 0), Progress("fire", 2, 0, 1, 0),
    ]  # fmt: skip
    assert tasks.board(s, town.village, now=later) == [Progress("village", 2, 0, 0, 1)]
    with pytest.raises(Refused, match="职责范围"):
        tasks.board(s, town.grid_a, now=later)
