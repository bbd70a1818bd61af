"""Conflicts of interest: who is kept out reads nothing, hears nothing, is not sent; the case always has somebody."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session, select

from models import conflicts, hazards, queues, recusals, reminders
from models.base import NOT_FOUND, Refused
from models.conflicts import Conflict
from models.hazards import Hazard
from models.outbox import Outgoing
from models.people import Actor, Can, Grant, Role
from tests.models.conftest import NOW, Town, inbox_of, notices_to
from tests.models.teams import place


def whistle(s: Session, town: Town, who: Actor | None = None, **more: Any) -> Hazard:
    """Somebody reports a blocked door in the first grid of the east village."""
    given = {"kind": "A01", "severity": "serious", "place_text": "后门", "detail": "堵"}
    given["area_id"] = town.id_of("east-1")
    return hazards.report(s, who or town.resident, now=NOW, **given | more)  # type: ignore[arg-type]


def conflict(s: Session, hazard: Hazard) -> Conflict:
    """Return the one conflict of a case."""
    return s.exec(select(Conflict).where(Conflict.hazard_id == hazard.id)).one()


@contextmanager
def counted(s: Session) -> Iterator[list[str]]:
    """Note the statements that run meanwhile."""
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    engine = s.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


WAYS_IN: dict[str, Callable[[Session, Actor, Hazard], Any]] = {
    "open": lambda s, who, h: hazards.hazard_for(s, who, h.id or 0, Can.SEE_HAZARDS),
    "by number": lambda s, who, h: hazards.by_number(s, who, h.number),
    "add": lambda s, who, h: hazards.add(s, who, h.id or 0, text="补充", now=NOW),
    "assign": lambda s, who, h: hazards.assign(s, who, h.id or 0, who.id, now=NOW),
    "refer": lambda s, who, h: hazards.refer(s, who, h.id or 0, to="县里", note="超出权限", now=NOW),
    "step back": lambda s, who, h: recusals.recuse(s, who, h.id or 0, "own", now=NOW),
}


@pytest.mark.parametrize("way", WAYS_IN)
def test_whoever_stepped_back_reads_the_same_as_a_stranger(s: Session, town: Town, way: str) -> None:
    hazard = whistle(s, town)
    recusals.recuse(s, town.post, hazard.id or 0, "relative", now=NOW)
    with pytest.raises(Refused) as refusal:
        WAYS_IN[way](s, town.post, hazard)
    assert str(refusal.value) == NOT_FOUND
    assert hazard not in inbox_of(s, town.post)
    assert town.post.id not in {person.id for person in hazards.candidates(s, town.village, hazard)}
    before = notices_to(s, town.post.id)
    hazards.add(s, town.resident, hazard.id or 0, text="还在", now=NOW)
    assert notices_to(s, town.post.id) == before


def test_the_places_own_people_never_come_near_a_case_there(s: Session, town: Town) -> None:
    shop = place(s, town, "shop", owner_id=town.grid_a.id)
    hazard = whistle(s, town, place_id=shop.id)
    with pytest.raises(Refused, match="没有找到"):
        hazards.hazard_for(s, town.grid_a, hazard.id or 0, Can.SEE_HAZARDS)
    with pytest.raises(Refused, match="不能派给"):
        hazards.assign(s, town.post, hazard.id or 0, town.grid_a.id, now=NOW)


def test_stepping_back_from_a_place_holds_for_what_is_there_and_what_comes(s: Session, town: Town) -> None:
    shop = place(s, town, "shop")
    before, elsewhere = whistle(s, town, place_id=shop.id), whistle(s, town)
    hazards.assign(s, town.post, before.id or 0, town.grid_a.id, now=NOW)
    recusals.recuse_from_place(s, town.grid_a, shop.id or 0, "relative", now=NOW)
    after = whistle(s, town, place_id=shop.id)
    assert [town.grid_a.id in conflicts.excluded(s, h) for h in (before, after, elsewhere)] == [True, True, False]
    assert before.assignee_id is None
    assert before in inbox_of(s, town.post)  # somebody else has to be sent
    assert notices_to(s, town.post.id)[-2:] == ["hazard.recused", "hazard.reported"]
    with pytest.raises(Refused, match="已经声明过"):
        recusals.recuse_from_place(s, town.grid_a, shop.id or 0, "own", now=NOW)


def test_a_colleague_who_is_named_is_out_and_the_case_comes_back(s: Session, town: Town) -> None:
    hazard = whistle(s, town)
    hazards.assign(s, town.post, hazard.id or 0, town.grid_a.id, now=NOW)
    recusals.involve(s, town.post, hazard.id or 0, town.grid_a.id, now=NOW)
    assert conflicts.excluded(s, hazard) == {town.grid_a.id}
    assert hazard.assignee_id is None
    assert notices_to(s, town.village.id)[-1] == "hazard.recused"
    assert "张网格" not in hazards.history(s, hazard)[-1].note
    with pytest.raises(Refused, match="没有找到这位同事"):
        recusals.involve(s, town.post, hazard.id or 0, town.grid_a.id, now=NOW)


def test_the_list_of_colleagues_does_not_tell_which_of_them_reported_in_confidence(s: Session, town: Town) -> None:
    by_grid = whistle(s, town, town.grid_a)
    by_other = whistle(s, town)
    lists = [{person.id for person in recusals.involvable(s, town.post, hazard)} for hazard in (by_grid, by_other)]
    assert lists[0] == lists[1]
    assert town.grid_a.id in lists[0]
    assert town.grid_a.id in {person.id for person in hazards.candidates(s, town.post, by_grid)}


def test_nobody_can_take_a_case_from_the_town_by_naming_everybody(s: Session, town: Town) -> None:
    hazard = whistle(s, town)
    recusals.involve(s, town.village, hazard.id or 0, town.post.id, now=NOW)
    with pytest.raises(Refused, match="没有人能管"):
        recusals.involve(s, town.village, hazard.id or 0, town.leader.id, now=NOW)


def test_when_everybody_who_assigns_is_out_the_leader_is_asked_and_can_send_somebody(s: Session, town: Town) -> None:
    hazard = whistle(s, town)
    recusals.recuse(s, town.post, hazard.id or 0, "own", now=NOW)
    assert not hazard.escalated
    recusals.recuse(s, town.village, hazard.id or 0, "relative", now=NOW)
    assert hazard.escalated
    assert [row.act for row in hazards.history(s, hazard)][-1] == "escalated"
    assert notices_to(s, town.leader.id) == ["hazard.risen"]
    assert inbox_of(s, town.leader) == [hazard]
    hazards.assign(s, town.leader, hazard.id or 0, town.grid_a.id, now=NOW)
    assert (hazard.step, hazard.assignee_id) == ("verifying", town.grid_a.id)
    assert inbox_of(s, town.leader) == []


def test_a_report_about_the_only_assigners_own_place_goes_to_the_leader_at_once(s: Session, town: Town) -> None:
    s.exec(select(Grant).where(Grant.person_id == town.village.id)).one().ended_at = NOW
    shop = place(s, town, "shop", owner_id=town.post.id)
    hazard = whistle(s, town, place_id=shop.id)
    assert hazard.escalated
    assert notices_to(s, town.post.id) == []
    assert notices_to(s, town.leader.id) == ["hazard.risen"]


def test_only_the_fire_post_ends_it_and_never_for_itself(s: Session, town: Town) -> None:
    hazard, other = whistle(s, town), town.newcomer(s, "赵岗", Role.POST)
    recusals.recuse(s, town.post, hazard.id or 0, "own", now=NOW)
    for who in (town.village, town.leader, town.grid_a):
        with pytest.raises(Refused, match="职责范围"):
            recusals.end(s, who, conflict(s, hazard).id or 0, now=NOW)
    assert recusals.standing(s, town.post) == []
    with pytest.raises(Refused, match="没有找到"):
        recusals.end(s, town.post, conflict(s, hazard).id or 0, now=NOW)
    assert [each.person.id for each in recusals.standing(s, other)] == [town.post.id]
    recusals.end(s, other, conflict(s, hazard).id or 0, now=NOW)
    assert hazards.hazard_for(s, town.post, hazard.id or 0, Can.SEE_HAZARDS) == hazard


def test_who_is_out_of_one_case_does_not_read_who_else_is(s: Session, town: Town) -> None:
    hazard, other = whistle(s, town), town.newcomer(s, "赵岗", Role.POST)
    recusals.recuse(s, town.post, hazard.id or 0, "own", now=NOW)
    recusals.recuse(s, town.grid_a, hazard.id or 0, "own", now=NOW)
    assert recusals.standing(s, town.post) == []
    assert len(recusals.standing(s, other)) == 2


def test_what_is_late_reminds_nobody_who_is_kept_out(s: Session, town: Town) -> None:
    hazard = whistle(s, town, severity="urgent")
    recusals.recuse(s, town.village, hazard.id or 0, "own", now=NOW)
    later = NOW + timedelta(hours=3)
    assert reminders.queue_overdue(s, now=later) == 2
    assert all("hazard.overdue" in notices_to(s, who.id) for who in (town.post, town.leader))
    assert "hazard.overdue" not in notices_to(s, town.village.id)
    tomorrow = NOW + timedelta(days=1)
    assert reminders.digest_for(s, town.village.id, tomorrow.date(), tomorrow) == []


def test_many_cases_are_looked_up_in_one_query(s: Session, town: Town) -> None:
    shop = place(s, town, "shop", owner_id=town.grid_b.id)
    found = [whistle(s, town, place_id=shop.id) for _ in range(5)] + [whistle(s, town) for _ in range(15)]
    recusals.recuse(s, town.post, found[7].id or 0, "own", now=NOW)
    with counted(s) as statements:
        out = conflicts.kept_out(s, [hazard.id or 0 for hazard in found])
    assert len(statements) == 1
    assert out == {**{h.id: {town.grid_b.id} for h in found[:5]}, found[7].id: {town.post.id}}
    with counted(s) as statements:
        assert queues.page(s, town.post, queues.View(), now=NOW).total == 19
    assert len(statements) <= 4


def test_a_reason_is_needed(s: Session, town: Town, now: datetime) -> None:
    hazard = whistle(s, town)
    with pytest.raises(Refused, match="原因"):
        recusals.recuse(s, town.post, hazard.id or 0, "named", now=now)
    assert s.exec(select(Outgoing).where(Outgoing.what == "hazard.recused")).all() == []
