"""Answers count once and belong to the person; villages are told, few people are not; the daily question once a day."""

from datetime import time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlmodel import select

from models import learning, leases
from models.base import Refused
from models.calendar import local
from models.learning import DAILY, FEW, QUESTION, Asked, DailyWish, NotYetNoted
from models.outbox import INFLIGHT, SENT, Outgoing, notify
from models.people import Can, Person, Role
from models.town import BadTown, read_town, rules

TOWN_FILE = Path(__file__).parents[2] / "town.toml"


def show(s, who, question="gas-01", poll="p1", right=1, *, now):
    learning.note_shown(s, who.id, poll, question, question.split("-")[0], right, now=now)


def answered(s, who, *rights, now, question="gas-01"):
    """So many answers of one person, right or wrong."""
    for number, is_right in enumerate(rights):
        poll = f"{who.id}|{question}|{number}"
        show(s, who, question, poll, now=now)
        learning.answer(s, who, poll, 1 if is_right else 0, now=now)


def dwellers(s, town, code, count):
    """New people who live in an area."""
    found = [town.newcomer(s, f"居民{code}{number}") for number in range(count)]
    for who in found:
        s.get_one(Person, who.id).area_id = town.id_of(code)
    s.flush()
    return found


def test_an_answer_is_right_or_wrong_and_counts_once(s, town, now):
    show(s, town.resident, now=now)
    first = learning.answer(s, town.resident, "p1", 1, now=now)
    assert first.is_right
    assert learning.answer(s, town.resident, "p1", 0, now=now) is None
    assert s.exec(select(Asked.is_right)).all() == [True]


def test_a_poll_is_noted_once(s, town, now):
    show(s, town.resident, now=now)
    show(s, town.resident, question="gas-02", now=now)
    assert s.exec(select(Asked.question_id)).all() == ["gas-01"]


def test_unknown_polls_and_those_of_others_are_ignored(s, town, now):
    show(s, town.resident, now=now)
    assert learning.answer(s, town.resident, "p2", 1, now=now) is None
    assert learning.answer(s, town.grid_a, "p1", 1, now=now) is None


def in_flight(s, who, now, what=QUESTION, holder="me"):
    notify(s, who.id, what, now=now, question="gas-01")
    s.flush()
    row = s.exec(select(Outgoing)).one()
    row.state, row.holder = INFLIGHT, holder
    s.flush()
    return row


def test_an_answer_to_what_is_still_on_its_way_is_to_be_tried_again(s, town, now):
    leases.hold(s, "alive:me", "me", 60)
    row = in_flight(s, town.resident, now)
    with pytest.raises(NotYetNoted):
        learning.answer(s, town.resident, "p1", 1, now=now)
    assert learning.answer(s, town.grid_a, "p1", 1, now=now) is None
    row.state = SENT
    s.flush()
    assert learning.answer(s, town.resident, "p1", 1, now=now) is None


def test_what_a_dead_process_had_in_flight_is_not_waited_for(s, town, now):
    in_flight(s, town.resident, now)
    assert learning.answer(s, town.resident, "p1", 1, now=now) is None


def test_one_question_at_a_time_is_on_its_way(s, town, now):
    assert not learning.is_coming(s, town.resident.id)
    notify(s, town.resident.id, QUESTION, now=now, question="gas-01")
    s.flush()
    assert learning.is_coming(s, town.resident.id)
    assert not learning.is_coming(s, town.grid_a.id)


def test_of_each_question_the_last_time_is_remembered(s, town, now):
    later = now + timedelta(days=1)
    show(s, town.resident, poll="p1", now=now)
    learning.answer(s, town.resident, "p1", 0, now=now)
    show(s, town.resident, poll="p2", now=later)
    show(s, town.grid_a, question="gas-02", poll="p3", now=now)
    assert learning.seen_by(s, [town.resident.id, town.leader.id]) == {
        town.resident.id: {"gas-01": (later, None)}, town.leader.id: {}
    }  # fmt: skip
    learning.answer(s, town.resident, "p2", 1, now=later)
    assert learning.seen_by(s, [town.resident.id])[town.resident.id]["gas-01"][1] is True


def test_one_s_own_numbers_know_the_month(s, town, now):
    assert learning.numbers_of(s, town.resident, now=now) == learning.Mine(0, 0, 0)
    answered(s, town.resident, True, False, now=now - timedelta(days=40))
    answered(s, town.resident, True, now=now, question="gas-02")
    answered(s, town.grid_a, True, now=now, question="gas-03")
    assert learning.numbers_of(s, town.resident, now=now) == learning.Mine(3, 2, 1)


def test_a_village_of_few_keeps_its_numbers(s, town, now):
    for who in dwellers(s, town, "east-1", FEW):
        answered(s, who, True, False, now=now)
    for who in dwellers(s, town, "west-2", FEW - 1):
        answered(s, who, True, now=now)
    east, west = learning.by_village(s, town.post, now - timedelta(days=30))
    assert (east.name, east.people, east.answered, east.right, east.share) == ("东村", 5, 10, 5, 0.5)
    assert (west.name, west.is_few, west.people, west.answered) == ("西村", True, 0, 0)


def test_people_of_no_known_village_are_told_to_the_town_only(s, town, now):
    for who in (*dwellers(s, town, "town", 2), *[town.newcomer(s, f"外来{n}") for n in range(3)]):
        answered(s, who, True, now=now)
    county = town.newcomer(s, "县里", Role.LEADER, "county")
    assert learning.by_village(s, county, now)[-1].people == 5
    assert learning.by_village(s, county, now)[-1].name == ""
    assert [found.name for found in learning.by_village(s, town.village, now)] == ["东村"]
    with pytest.raises(Refused):
        learning.by_village(s, town.resident, now)


def test_the_hardest_question_is_told_when_enough_people_answered_it(s, town, now):
    people = dwellers(s, town, "east-1", FEW)
    for number, who in enumerate(people):
        answered(s, who, number > 2, now=now, question="gas-01")
        answered(s, who, number > 0, now=now, question="gas-02")
        answered(s, who, True, now=now, question="gas-03")
    answered(s, people[0], False, now=now, question="gas-04")
    found = learning.hardest(s, town.village, Can.SEE_BOARD, now)
    assert [(hard.question_id, hard.topic, hard.answered, hard.wrong) for hard in found] == [
        ("gas-01", "gas", 5, 3), ("gas-02", "gas", 5, 1)
    ]  # fmt: skip
    west = town.newcomer(s, "西村干部", Role.VILLAGE, "west")
    assert learning.hardest(s, west, Can.SEE_BOARD, now) == []
    with pytest.raises(Refused):
        learning.hardest(s, town.resident, Can.SEE_BOARD, now)


def test_the_daily_question_is_a_wish_that_ends(s, town, now):
    for _ in range(2):
        learning.want_daily(s, town.resident, now=now)
    assert learning.wants_daily(s, town.resident.id)
    for _ in range(2):
        learning.stop_daily(s, town.resident, now=now)
    s.expire_all()
    assert not learning.wants_daily(s, town.resident.id)


def test_the_question_of_a_day_is_queued_once_for_those_who_can_and_want_to_have_it(s, town, now):
    wishing = [town.resident, town.grid_a, town.grid_b, town.leader]
    for who in wishing:
        learning.want_daily(s, who, now=now)
    s.get_one(Person, town.grid_a.id).reachable = False
    s.get_one(Person, town.grid_b.id).muted = "gas,tips"
    s.flush()
    moment, day = now + timedelta(hours=9), local(now).date()
    assert learning.without_daily(s, now - timedelta(seconds=1), 9) == [], "wished for after that hour"
    assert learning.without_daily(s, moment, 1) == [town.leader.id]
    assert learning.without_daily(s, moment, 9) == [town.leader.id, town.resident.id]
    questions = {town.leader.id: "gas-01", town.resident.id: "gas-02"}
    assert learning.queue_daily(s, questions, day, now=moment) == 2
    assert learning.queue_daily(s, questions, day, now=moment) == 0
    assert learning.without_daily(s, moment, 9) == []
    assert learning.without_daily(s, moment + timedelta(days=1), 9) == [town.leader.id, town.resident.id]
    row = s.exec(select(Outgoing).where(Outgoing.person_id == town.resident.id)).one()
    assert (row.what, row.about) == (DAILY, {"question": "gas-02", "day": "2026-11-23"})


def test_a_hundred_people_are_a_few_statements(s, town, now):
    people = {town.newcomer(s, f"居民{number}").id: "gas-01" for number in range(100)}
    s.add_all(DailyWish(person_id=person, since=now) for person in people)
    s.flush()
    statements = []
    event.listen(s.get_bind(), "before_cursor_execute", lambda *call: statements.append(call[2]))
    assert learning.queue_daily(s, people, local(now).date(), now=now) == 100
    learning.seen_by(s, list(people))
    assert len(statements) == 3


def test_questions_that_nobody_answered_are_forgotten_and_answers_are_kept(s, town, now):
    answered(s, town.resident, True, now=now)
    show(s, town.resident, poll="open", now=now)
    learning.forget(s, now=now + timedelta(days=61))
    assert s.exec(select(Asked.poll_id)).all() == [f"{town.resident.id}|gas-01|0"]


def test_erasing_a_person_removes_answers_and_wishes_and_nobody_else_s(s, town, now):
    for who in (town.resident, town.grid_a):
        answered(s, who, True, False, now=now)
        learning.want_daily(s, who, now=now)
    learning.erase(s, town.resident.id)
    assert set(s.exec(select(Asked.person_id))) == {town.grid_a.id}
    assert s.exec(select(DailyWish.person_id)).all() == [town.grid_a.id]


def test_the_hour_of_the_daily_question_is_the_town_s_but_not_in_the_night(tmp_path):
    words, file = TOWN_FILE.read_text(encoding="utf-8"), tmp_path / "town.toml"
    file.write_text(words.replace('quiz_at = "19:00"', 'quiz_at = "18:30"'), encoding="utf-8")
    assert rules(read_town(file)).quiz_at == time(18, 30)
    file.write_text(words.replace('quiz_at = "19:00"', 'quiz_at = "21:00"'), encoding="utf-8")
    with pytest.raises(BadTown, match=r"\[push\]\.quiz_at：每日一题不能在免打扰时段里发"):
        read_town(file)
