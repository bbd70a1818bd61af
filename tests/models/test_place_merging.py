"""Two entries of the ledger become one place: everything is found at the one that stays, and nothing is forgotten."""

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import Session, select

from models import (
    assets,
    deadlines,
    enterprise_files,
    enterprise_problems,
    enterprises,
    hazards,
    patrols,
    place_links,
    places,
)
from models.assets import Asset
from models.base import Base, Refused
from models.conflicts import Conflict, excluded
from models.enterprises import Enterprise, Problem, SupervisionNote
from models.hazard_files import Hazard
from models.patrols import Patrol
from models.people import Actor, Grant, Role
from models.place_contacts import LANDLORD, OWNER, contacts_of, set_contact
from models.place_ledger import history_of, register, shut
from models.place_merging import GOES_OVER, merge
from models.place_search import find
from models.places import CLOSED, MERGED, Place, place_for
from models.self_checks import SelfCheck
from tests.models.conftest import notices_to

ITS_OWN_WAY = {"place_contacts", "enterprises", "enterprise_problems", "supervision_notes"}
STAYS = {"place_names", "place_events", "place_links"}  # about the old entry, which leads to the new one


@pytest.fixture
def old(s, town, now) -> Place:
    """The entry that was made by mistake."""
    return register(s, town.post, "张家面馆", "catering", town.id_of("east-2"), now=now)


@pytest.fixture
def new(s, town, now) -> Place:
    """The entry that stays."""
    return register(s, town.post, "张记面馆", "catering", town.id_of("east-1"), now=now)


def problem(place: Place, number: int, now: datetime) -> Problem:
    """A line of a problem list."""
    return Problem(place_id=place.id or 0, number=number, problem=f"第{number}条", severity="serious", opened_at=now)


def enterprise(place: Place, now: datetime) -> Enterprise:
    """The file of an enterprise."""
    return Enterprise(place_id=place.id or 0, fields={"code": "甲"}, opened_at=now, changed_at=now)


def test_every_table_that_knows_a_place_has_its_way():
    known = {table.name for table in Base.metadata.tables.values() if "place_id" in table.columns}
    assert known == {str(model.__tablename__) for model, _ in GOES_OVER} | ITS_OWN_WAY | STAYS


def test_patrols_cases_people_and_equipment_are_found_at_the_one_that_stays(s: Session, town, now, old, new):
    day, items = timedelta(days=1), [{"key": "G2", "text": "灭火器", "severity": "serious", "kind": "A09"}]
    first = patrols.log(s, town.grid_b, old.id, outcome="done", checklist={"name": "", "version": "", "items": items},
                        failures=[{"key": "G2"}], now=now)  # fmt: skip
    case = s.get_one(Hazard, patrols.items_of(s, first.id)[0].hazard_id)
    s.add(Asset(place_id=old.id, kind="powder", added_by_id=town.post.id, added_at=now))
    s.add(Conflict(person_id=town.grid_b.id, place_id=old.id, why="own", since=now))
    boss = town.newcomer(s, "老板", Role.OWNER, "east-2")
    old.owner_id = boss.id
    set_contact(s, town.post, old.id, OWNER, "老板", "13800000017", now=now)
    set_contact(s, town.post, old.id, LANDLORD, "房东", "", now=now)
    set_contact(s, town.post, new.id, OWNER, "张三", "", now=now)
    due = deadlines.start(s, "upkeep", old.id, "upkeep", due_at=now + day, area_path=old.area_path, rule="", now=now)
    kept = merge(s, town.post, old.id, new.id, now=now + day)
    assert kept == new
    assert (old.status, old.merged_into_id, old.next_patrol_on) == (MERGED, new.id, None)
    assert patrols.last_patrol(s, new.id).id == first.id
    s.refresh(case)
    assert (case.place_id, case.area_path) == (new.id, town.areas["east-2"].path), "an open case keeps its area"
    assert {town.grid_b.id, boss.id} <= excluded(s, case)
    assert s.exec(select(Asset.place_id)).all() == [new.id]
    assert [contact.name for contact in contacts_of(s, town.post, new)] == ["张三", "房东"]
    assert deadlines.open_of(s, "patrol", old.id) == deadlines.open_of(s, "upkeep", old.id) == []
    assert deadlines.running(s, "upkeep", new.id, "upkeep").due_at == due.due_at
    again = hazards.report(s, town.resident, kind="A01", severity="serious", place_text="张家面馆", detail="堵了",
                           area_id=new.area_id, place_id=places.match(s, "张家面馆堵了").id, now=now)  # fmt: skip
    assert again.place_id == new.id


def test_opening_searching_and_scanning_the_old_one_leads_to_the_new_one(s, town, now, old, new):
    payload = place_links.make(s, town.post, old.id, now=now).payload
    merge(s, town.post, old.id, new.id, now=now)
    assert place_for(s, town.grid_a, old.id) == new
    assert place_links.read(s, payload) == new
    assert find(s, town.grid_a, "张家面馆") == [new]
    assert places.match(s, "张家面馆后门堵了") == new
    assert new.names == ["张记面馆", "张家面馆"]
    last = register(s, town.post, "张记面馆总店", "catering", town.id_of("east-1"), sure=True, now=now)
    merge(s, town.post, new.id, last.id, now=now)
    assert place_for(s, town.grid_a, old.id) == last
    assert place_links.read(s, payload) == last
    merged_again = patrols.log(s, town.grid_a, old.id, outcome="done", now=now)
    assert merged_again.place_id == last.id
    assert patrols.log(s, town.grid_a, old.id, outcome="done", now=now).id == merged_again.id


def test_a_mistaken_merge_can_be_explained(s, town, now, old, new):
    day = old.next_patrol_on
    patrol = patrols.log(s, town.grid_b, old.id, outcome="locked", now=now)
    merge(s, town.post, old.id, new.id, now=now)
    gone, came = history_of(s, town.grid_a, new.id)[-2:]
    assert (gone.act, gone.place_id, gone.note, gone.who_id) == ("merged", old.id, "张记面馆", town.post.id)
    assert gone.before["had"] == {"patrols": [patrol.id]}
    assert (gone.before["status"], day) == ("open", date(2026, 11, 30))
    assert (came.act, came.place_id, came.note, came.before) == ("took_in", new.id, "张家面馆", {"aliases": ""})


def test_one_month_of_self_checks_and_two_problem_lists_do_not_clash(s, town, now, old, new):
    for place, months in ((old, ("2026-10", "2026-11")), (new, ("2026-11",))):
        for month in months:
            s.add(SelfCheck(place_id=place.id, who_id=town.post.id, month=month, at=now))
        s.add(enterprise(place, now))
        s.flush()
        s.add_all([problem(place, 1, now), problem(place, 2, now)])
        s.flush()
    s.add(SupervisionNote(place_id=old.id, who_id=town.post.id, at=now, act="looked"))
    merge(s, town.post, old.id, new.id, now=now)
    checks = s.exec(select(SelfCheck.place_id, SelfCheck.month).order_by(SelfCheck.month, SelfCheck.place_id)).all()
    assert sorted(checks) == sorted([(new.id, "2026-10"), (old.id, "2026-11"), (new.id, "2026-11")])
    found = s.exec(select(Problem.number).where(Problem.place_id == new.id).order_by(Problem.number)).all()
    assert list(found) == [1, 2, 3, 4]
    assert s.exec(select(SupervisionNote.place_id)).one() == new.id
    assert s.get_one(Enterprise, old.id).closed_at == now


def test_the_file_of_an_enterprise_goes_over_whole(s, town, now, old, new):
    s.add(enterprise(old, now))
    s.flush()
    s.add(problem(old, 7, now))
    s.flush()
    clock = s.exec(select(Problem.id)).one()
    deadlines.start(s, "measure", clock, "measure", due_at=now, area_path=old.area_path, owner_id=town.post.id,
                    rule="", now=now)  # fmt: skip
    merge(s, town.post, old.id, new.id, now=now)
    assert s.get(Enterprise, old.id) is None
    assert s.get_one(Enterprise, new.id).fields == {"code": "甲"}
    assert s.exec(select(Problem.place_id, Problem.number)).all() == [(new.id, 7)]
    running = deadlines.running(s, "measure", clock, "measure")
    assert (running.area_path, running.owner_id) == (new.area_path, town.post.id)


def test_a_merge_needs_both_areas_two_places_and_an_open_one(s, town, now, old, new):
    for who in (town.grid_a, town.grid_b, town.leader, town.resident):
        with pytest.raises(Refused):
            merge(s, who, old.id, new.id, now=now)
    with pytest.raises(Refused, match="同一家"):
        merge(s, town.village, new.id, new.id, now=now)
    shut(s, town.village, new.id, CLOSED, "关了", now=now)
    with pytest.raises(Refused, match="恢复"):
        merge(s, town.village, old.id, new.id, now=now)
    merge(s, town.village, new.id, old.id, now=now)
    with pytest.raises(Refused, match="同一家"):
        merge(s, town.village, new.id, old.id, now=now)
    assert s.exec(select(Patrol)).all() == []


def test_what_is_written_at_the_old_one_after_the_merge_stands_at_the_one_that_stays(s, town, now, old, new):
    boss = town.newcomer(s, "老板", Role.OWNER, "east-1")
    new.owner_id = boss.id
    merge(s, town.post, old.id, new.id, now=now)
    told = assets.Told("powder", date(2024, 12, 1))
    added = [assets.add(s, who, old.id, told, now=now) for who in (town.post, boss)]
    assert {asset.place_id for asset in added} == {new.id}
    assert assets.of_place(s, town.post, old.id) == (new, added)
    assert deadlines.running(s, "upkeep", new.id, "upkeep") is not None
    file = enterprise_files.open_file(s, town.post, old.id, now=now)
    enterprise_files.fill(s, town.post, old.id, {"floors": "3"}, now=now)
    note = enterprise_files.supervise(s, town.post, old.id, "talk", "约谈了一次", now=now)
    added = enterprise_problems.add(s, town.post, old.id, problem="线路乱", severity="serious",
                                    due_on=date(2026, 12, 10), now=now)  # fmt: skip
    assert {file.place_id, note.place_id, added.place_id} == {new.id}
    assert enterprises.own_plan(s, boss, old.id) == (file, new)
    assert enterprises.own_problems(s, boss, old.id) == [added]
    assert note in enterprises.notes_of(s, town.post, old.id)


def roles(s: Session, who: Actor) -> list[int]:
    """The areas where somebody is a responsible person now."""
    held = select(Grant.area_id).where(Grant.person_id == who.id, Grant.role == Role.OWNER, Grant.ended_at == None)  # noqa: E711
    return list(s.exec(held))


def test_an_owner_goes_along_and_of_two_the_one_of_the_old_entry_is_told(s, town, now, old, new):
    other = register(s, town.post, "李家面馆", "catering", town.id_of("west-1"), now=now)
    boss, second = (town.newcomer(s, name, Role.OWNER, area) for name, area in (("老板", "east-2"), ("老李", "west-1")))
    old.owner_id, other.owner_id = boss.id, second.id
    merge(s, town.post, old.id, new.id, now=now)
    assert (new.owner_id, old.owner_id) == (boss.id, None)
    assert roles(s, boss) == [town.id_of("east-1")]
    merge(s, town.post, other.id, new.id, now=now)
    assert (new.owner_id, other.owner_id) == (boss.id, None)
    assert (roles(s, boss), roles(s, second)) == ([town.id_of("east-1")], [])
    assert (notices_to(s, boss.id), notices_to(s, second.id)) == ([], ["owner.unbound"])
