"""What was handed in can be put right, with a reason; what stood before is kept, and what follows from it follows."""

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import Session, select

from models import audit, hazards, patrol_corrections, patrols, place_events
from models.base import Refused
from models.hazards import Hazard, Media
from models.patrol_corrections import correct, corrections_of
from models.patrols import Patrol
from models.people import Role
from models.places import Place
from tests.models.conftest import Town, notices_to
from tests.models.test_patrols import PHOTO, checklist, shop  # noqa: F401 - a fixture

AFTER = Media("photo", "file-2", "u-2")


@pytest.fixture
def patrol(s: Session, town: Town, shop: Place, now: datetime) -> Patrol:  # noqa: F811
    """One line failed, another does not apply."""
    said = [{"key": "G2", "note": "压力不够", "media": [PHOTO]}, {"key": "C13", "na": True}]
    return patrols.log(s, town.grid_a, shop.id or 0, outcome="done", checklist=checklist(), failures=said, now=now)


def put_right(s: Session, who, patrol: Patrol, now: datetime, **more) -> Patrol:
    said = {"outcome": "done", "reason": "看错了", "version": patrol.version, "now": now} | more
    return correct(s, who, patrol.id or 0, **said)


def test_the_failure_that_was_none_goes_and_whoever_looks_is_told(s, town, patrol, now):
    (hazard,) = s.exec(select(Hazard)).all()
    later = now + timedelta(hours=1)
    assert (patrol.failed, patrol.score) == (1, 98)
    done = put_right(s, town.grid_a, patrol, later)
    assert (done.failed, done.score, done.version, done.corrected_at) == (0, 100, 2, later)
    assert patrols.items_of(s, patrol.id) == []
    (kept,) = corrections_of(s, patrol.id)
    assert (kept.reason, kept.who_id, kept.before["score"]) == ("看错了", town.grid_a.id, 98)
    assert [(item["key"], item["result"], item["note"]) for item in kept.before["items"]] == [
        ("G2", "fail", "压力不够"), ("C13", "na", ""),
    ]  # fmt: skip
    assert hazard.step == "reported", "the case is never deleted"
    assert "巡查记录已更正" in hazards.history(s, hazard)[-1].note
    assert "hazard.noted" in notices_to(s, town.post.id)
    audit.write(s)
    assert "patrol.corrected" in s.exec(select(audit.AuditEntry.op)).all()


def test_a_failure_that_was_forgotten_opens_a_hazard_once(s, town, patrol, now):
    said = [{"key": "G2", "note": "压力不够", "media": [list(PHOTO)]}, {"key": "G1", "note": "堵了"}]
    put_right(s, town.grid_a, patrol, now, failures=said)
    put_right(s, town.grid_a, patrol, now, failures=[*said, {"key": "C13", "na": True}])
    found = s.exec(select(Hazard).order_by(Hazard.id)).all()
    assert [(hazard.kind, hazard.patrol_id) for hazard in found] == [("A09", patrol.id), ("A01", patrol.id)]
    assert (patrol.failed, patrol.score, patrol.version) == (2, 93, 3)


def test_the_outcome_moves_the_next_day_and_the_state_of_the_place(s, town, patrol, shop, now):  # noqa: F811
    assert shop.next_patrol_on == date(2026, 12, 23)
    put_right(s, town.grid_a, patrol, now + timedelta(days=1), outcome="locked")
    assert (shop.next_patrol_on, patrol.score, patrol.failed) == (date(2026, 11, 25), None, 0)
    put_right(s, town.village, patrol, now + timedelta(days=1), outcome="closed_down")
    assert place_events.events_of(s, [shop.id])[-1].who_id == town.village.id, "the history names who corrected"
    assert (shop.status, shop.next_patrol_on) == ("closed", date(2027, 5, 22))
    put_right(s, town.grid_a, patrol, now + timedelta(days=2))
    assert (shop.status, shop.next_patrol_on) == ("open", date(2026, 12, 23)), "counted from the visit"


def test_an_old_record_moves_nothing_any_more(s, town, patrol, shop, now):  # noqa: F811
    later = now + timedelta(days=1)
    patrols.log(s, town.grid_a, shop.id, outcome="done", checklist=checklist(), now=later)
    due = shop.next_patrol_on
    put_right(s, town.grid_a, patrol, later, outcome="vacant")
    assert (shop.status, shop.next_patrol_on) == ("open", due)


def test_what_the_ledger_says_since_stands(s, town, patrol, shop, now):  # noqa: F811
    shop.status = "merged"
    put_right(s, town.grid_a, patrol, now, outcome="locked")
    assert shop.status == "merged"


def test_who_may_and_how_long(s, town, patrol, now):
    for stranger in (town.grid_b, town.resident):
        with pytest.raises(Refused, match="没有找到"):
            put_right(s, stranger, patrol, now)
    colleague = town.newcomer(s, "代班", Role.GRID, "east-1")
    with pytest.raises(Refused, match="3 个工作日"):
        put_right(s, colleague, patrol, now)
    assert patrol_corrections.may_correct(s, town.grid_a, patrol, s.get_one(Place, patrol.place_id), now=now)
    with pytest.raises(Refused, match="3 个工作日"):
        put_right(s, town.grid_a, patrol, now + timedelta(days=4))
    put_right(s, town.village, patrol, now + timedelta(days=40))
    assert patrol.version == 2


def test_a_reason_a_change_and_the_newest_version_are_needed(s, town, patrol, now):
    with pytest.raises(Refused, match="为什么更正"):
        put_right(s, town.grid_a, patrol, now, reason=" ")
    same = [{"key": "G2", "note": "压力不够", "media": [list(PHOTO)]}, {"key": "C13", "na": True}]
    with pytest.raises(Refused, match="没有改动"):
        put_right(s, town.grid_a, patrol, now, failures=same)
    put_right(s, town.village, patrol, now, note="店主在场")
    with pytest.raises(Refused, match="有人更正过"):
        put_right(s, town.grid_a, patrol, now, version=1)
    assert (patrol.version, patrol.note) == (2, "店主在场")


def test_the_closed_case_of_a_line_is_not_opened_again_by_a_word_beside_it(s, town, shop, now):  # noqa: F811
    said = [{"key": "G1", "note": "堵了", "fixed": True, "media": [PHOTO], "after": [AFTER]}]
    patrol = patrols.log(s, town.grid_a, shop.id, outcome="done", checklist=checklist(), failures=said, now=now)
    put_right(s, town.grid_a, patrol, now, failures=said, note="已提醒")
    assert len(s.exec(select(Hazard)).all()) == 1
    put_right(s, town.grid_a, patrol, now, failures=[{"key": "G1", "note": "又堵了"}])
    assert [hazard.step for hazard in s.exec(select(Hazard).order_by(Hazard.id))] == ["closed", "reported"]


def test_a_repair_that_runs_is_left_alone(s, town, patrol, now):
    (hazard,) = s.exec(select(Hazard)).all()
    hazards.assign(s, town.post, hazard.id, town.grid_a.id, now=now)
    hazards.confirm(s, town.grid_a, hazard.id, days=7, note="属实", now=now)
    put_right(s, town.grid_a, patrol, now)
    assert hazards.history(s, hazard)[-1].act == "confirmed"
