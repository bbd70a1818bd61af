"""A patrol is written down once, and everything that follows from it happens in the same breath."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlmodel import Session, select

from models import deadlines, deskwork, outcomes, patrols, place_states
from models.base import Refused
from models.calendar import local
from models.hazards import Hazard, Media, evidence, history
from models.patrols import Checklist
from models.place_names import initials_of
from models.places import Place
from models.rules import DEFAULTS, Rules
from tests.models.conftest import Town

PHOTO = Media("photo", "file-1", "u-1")


def checklist() -> Checklist:
    return {
        "name": "小餐饮",
        "version": "2026.1",
        "items": [
            {"key": "G1", "text": "出口畅通", "severity": "serious", "kind": "A01", "evacuation": True},
            {"key": "G2", "text": "灭火器有效", "severity": "ordinary", "kind": "A09"},
            {"key": "C13", "text": "炭火盆通风", "severity": "serious", "kind": "A05"},
        ],
    }


@pytest.fixture
def shop(s: Session, town: Town, now: datetime) -> Place:
    at = town.areas["east-1"]
    place = Place(
        code="zj", name="张记面馆", initials=initials_of("张记面馆"), kind="catering",
        area_id=at.id, area_path=at.path, created_at=now,
    )  # fmt: skip
    s.add(place)
    s.flush()
    patrols.plan(s, place, date(2026, 11, 23), now=now - timedelta(days=30))
    return place


@pytest.fixture
def log(s: Session, town: Town, shop: Place, now: datetime):
    """Return a function by which the grid worker writes down a patrol of the shop."""

    def write(who=None, place=shop, **said):
        said = {"outcome": "done", "checklist": checklist(), "claimed_at": now, "now": now} | said
        return patrols.log(s, who or town.grid_a, place.id, **said)

    return write


def clock(s: Session, place: Place):
    return deadlines.running(s, "patrol", place.id, "patrol")


def test_all_in_order_sets_the_next_day_and_opens_nothing(s, shop, log):
    patrol = log()
    assert (patrol.failed, patrol.late, patrol.checklist_version) == (0, False, "2026.1")
    assert [item["key"] for item in patrol.checklist] == ["G1", "G2", "C13"]
    assert shop.next_patrol_on == date(2026, 12, 23)
    assert local(clock(s, shop).due_at).date() == date(2026, 12, 23)
    assert [bool(found.met_at) for found in deadlines.deadlines_of(s, "patrol", shop.id)] == [True, False]
    assert s.exec(select(Hazard)).all() == []


def test_a_failed_item_becomes_a_hazard_without_another_question(s, shop, log):
    patrol = log(failures=[{"key": "G1", "note": " 后门堆了酒箱 ", "media": [PHOTO]}])
    hazard = s.exec(select(Hazard)).one()
    assert (hazard.kind, hazard.severity, hazard.evacuation) == ("A01", "serious", True)
    assert (hazard.place_id, hazard.area_path, hazard.patrol_id) == (shop.id, shop.area_path, patrol.id)
    assert (hazard.source, hazard.place_text) == ("patrol", "张记面馆")
    assert "出口畅通" in hazard.detail
    assert "后门堆了酒箱" in hazard.detail
    item = patrols.items_of(s, patrol.id)[0]
    assert (item.result, item.hazard_id, item.note, item.media) == ("fail", hazard.id, "后门堆了酒箱", [list(PHOTO)])


def test_a_danger_that_is_still_there_is_noted_with_its_case_until_that_has_ended(s, town, log, now):
    """Three visits, one danger: one case with one clock. When it comes back after the end it is a case of its own."""
    visits = [log(failures=[{"key": "G1", "media": [PHOTO]}], claimed_at=at, now=at)
              for at in (now, now + timedelta(days=2), now + timedelta(days=4))]  # fmt: skip
    hazard = s.exec(select(Hazard)).one()
    assert {patrols.items_of(s, visit.id)[0].hazard_id for visit in visits} == {hazard.id}
    assert [step.note for step in history(s, hazard)][1:] == ["巡查时还没有整改"] * 2
    assert len(evidence(s, hazard)) == 3
    clocks = [found.clock for found in deadlines.deadlines_of(s, "hazard", hazard.id)]
    assert len(clocks) == len(set(clocks))
    later = now + timedelta(days=5)
    log(failures=[{"key": "G1", "fixed": True, "media": [PHOTO], "after": [AFTER]}], claimed_at=later, now=later)
    assert [found.phase for found in evidence(s, hazard)][-1] == "after"
    log(failures=[{"key": "C13"}], claimed_at=later + timedelta(hours=1), now=later + timedelta(hours=1))
    assert len(s.exec(select(Hazard)).all()) == 2, "another line is another danger"
    deskwork.claim(s, town.grid_a, hazard.id, now=later)
    outcomes.fixed(s, town.grid_a, hazard.id, note="好了", media=[AFTER], now=later)
    back = log(failures=[{"key": "G1"}], claimed_at=later + timedelta(days=9), now=later + timedelta(days=9))
    assert patrols.items_of(s, back.id)[0].hazard_id != hazard.id
    assert len(s.exec(select(Hazard)).all()) == 3


def test_what_was_fixed_or_does_not_apply_opens_no_hazard(s, log):
    patrol = log(failures=[{"key": "G2", "fixed": True, "media": [PHOTO, PHOTO]}, {"key": "C13", "na": True}])
    assert [item.result for item in patrols.items_of(s, patrol.id)] == ["fixed", "na"]
    assert patrol.failed == 1
    assert s.exec(select(Hazard)).all() == []


AFTER = Media("photo", "file-2", "u-2")


def test_something_grave_put_right_with_both_photos_is_a_closed_case_that_may_be_sampled(s, town, log):
    s.info["rules"] = replace(DEFAULTS, sample_percent=100)
    said = {"key": "G1", "note": "挪开了", "fixed": True, "media": [PHOTO], "after": [AFTER]}
    patrol = log(failures=[said])
    item = patrols.items_of(s, patrol.id)[0]
    hazard = s.get_one(Hazard, item.hazard_id)
    assert (item.result, item.media, item.after) == ("fixed", [list(PHOTO)], [list(AFTER)])
    assert (hazard.step, hazard.track, hazard.fixer_id) == ("closed", "on_spot", town.grid_a.id)
    assert [(found.phase, found.file_id) for found in evidence(s, hazard)] == [
        ("before", "file-1"), ("after", "file-2"),
    ]  # fmt: skip
    assert [found.clock for found in deadlines.open_of(s, "hazard", hazard.id)] == ["sample"]
    assert (patrol.failed, patrol.score) == (1, 98)


@pytest.mark.parametrize("said", [
    {"key": "G2", "media": [PHOTO], "after": [AFTER]}, {"key": "G1", "media": [PHOTO]}, {"key": "G1", "after": [AFTER]},
])  # fmt: skip
def test_small_things_and_those_without_both_photos_stay_a_line_of_the_record(s, log, said):
    log(failures=[said | {"fixed": True}])
    assert s.exec(select(Hazard)).all() == []


def test_who_is_kept_out_of_the_case_does_not_close_it(s, town, shop, log):
    shop.owner_id = town.grid_a.id
    log(failures=[{"key": "G1", "fixed": True, "media": [PHOTO], "after": [AFTER]}])
    assert s.exec(select(Hazard)).one().step == "reported"


def test_the_score_leaves_out_what_does_not_apply_and_what_was_not_entered(log, now):
    assert log().score == 100
    later = {"claimed_at": now + timedelta(hours=1), "now": now + timedelta(hours=1)}
    assert log(failures=[{"key": "G1"}, {"key": "C13", "na": True}], **later).score == 95
    nothing = [{"key": key, "na": True} for key in ("G1", "G2", "C13")]
    assert log(failures=nothing, claimed_at=now + timedelta(hours=2), now=now + timedelta(hours=2)).score is None
    assert log(outcome="locked", claimed_at=now + timedelta(hours=3), now=now + timedelta(hours=3)).score is None


def test_what_is_entered_late_does_not_undo_a_newer_visit(s, shop, log, now):
    newer = log()
    log(outcome="vacant", claimed_at=now - timedelta(days=2), now=now + timedelta(minutes=1))
    assert (shop.status, shop.next_patrol_on) == ("open", date(2026, 12, 23))
    assert patrols.last_patrol(s, shop.id) == newer


def test_what_is_entered_late_does_not_undo_what_the_ledger_says_since(s, town, shop, log, now):
    log()
    planned, noon = shop.next_patrol_on, now + timedelta(hours=3)
    place_states.turn(s, shop, "closed", town.post.id, "执照已注销", now=noon)
    log(claimed_at=now + timedelta(hours=1), now=noon + timedelta(hours=1))
    assert (shop.status, shop.next_patrol_on) == ("closed", planned)
    log(claimed_at=noon + timedelta(hours=2), now=noon + timedelta(hours=2))
    assert shop.status == "open", "who was there afterwards has seen it open"
    later = noon + timedelta(days=1)
    log(outcome="vacant", claimed_at=later, now=later + timedelta(hours=2))
    log(claimed_at=later + timedelta(hours=1), now=later + timedelta(hours=3))
    assert shop.status == "open", "what another visit said is undone by a later one, whenever it arrives"


def test_a_paper_that_was_overtaken_by_another_record_is_refused(log, now):
    first = log(now=now + timedelta(minutes=5))
    with pytest.raises(Refused, match=f"记录 {first.id}"):
        log(started_at=now, claimed_at=now + timedelta(minutes=9), now=now + timedelta(minutes=9))


def test_media_from_a_draft_are_lists_and_serve_as_well(s, log):
    patrol = log(failures=[{"key": "G2", "media": [["photo", "f", "u"]]}])
    s.expire_all()
    assert patrols.items_of(s, patrol.id)[0].media == [["photo", "f", "u"]]


def test_the_same_tap_twice_is_one_patrol(s, log):
    first = log(failures=[{"key": "G1"}])
    assert log(failures=[{"key": "G1"}]).id == first.id
    assert len(s.exec(select(Hazard)).all()) == 1


@pytest.mark.parametrize(("hour", "back_at"), [(10, 18), (15, 12)])
def test_a_locked_door_is_tried_again_in_two_days_at_another_hour(s, shop, log, now, hour, back_at):
    tried = local(now).replace(hour=hour)
    log(outcome="locked", claimed_at=tried, now=tried)
    assert shop.next_patrol_on == date(2026, 11, 25)
    due = local(clock(s, shop).due_at)
    assert (due.date(), due.hour) == (date(2026, 11, 25), back_at)


@pytest.mark.parametrize(("outcome", "status"), [("moved", "moved"), ("vacant", "vacant"), ("closed_down", "closed")])
def test_a_place_that_is_gone_is_looked_at_again_after_a_long_time(s, shop, log, outcome, status):
    log(outcome=outcome)
    assert (shop.status, shop.next_patrol_on) == (status, date(2026, 11, 23) + timedelta(days=180))
    (gone,) = deadlines.open_of(s, "patrol", shop.id)
    assert (gone.clock, local(gone.due_at).date()) == ("gone", shop.next_patrol_on)


def test_a_place_that_came_back_is_open_again_but_a_locked_door_does_not_tell(shop, log, now):
    log(outcome="vacant")
    half_a_year = now + timedelta(days=180)
    log(outcome="locked", claimed_at=half_a_year, now=half_a_year)
    assert (shop.status, shop.next_patrol_on) == ("vacant", local(half_a_year).date() + timedelta(days=180))
    later = half_a_year + timedelta(hours=1)
    log(claimed_at=later, now=later)
    assert (shop.status, shop.next_patrol_on) == ("open", local(later).date() + timedelta(days=30))


def test_the_second_retry_is_on_a_market_day_and_tries_count_until_somebody_gets_in(s, shop, log, now):
    s.info["rules"] = Rules(market_days=(9,), market_by_lunar=False)
    assert patrols.tries_at(s, shop.id) == []
    days = []
    for hours, outcome in ((0, "locked"), (1, "locked"), (4, "refused"), (26, "locked")):
        moment = now + timedelta(hours=hours)
        log(outcome=outcome, claimed_at=moment, now=moment)
        days.append(shop.next_patrol_on.day)
    assert days == [25, 25, 29, 29]
    tried = [patrol.outcome for patrol in patrols.tries_at(s, shop.id)]
    assert tried == ["locked", "refused", "locked"], "who knocks twice within the hour has tried once"
    late = {"claimed_at": now - timedelta(days=1), "now": now + timedelta(hours=26, minutes=30)}
    log(**late)
    log(outcome="refused", **late | {"claimed_at": now - timedelta(hours=20)})
    tried = [patrol.outcome for patrol in patrols.tries_at(s, shop.id)]
    assert tried == ["refused", "locked", "refused", "locked"], "a visit counts where it happened"
    log(claimed_at=now + timedelta(hours=27), now=now + timedelta(hours=27))
    assert patrols.tries_at(s, shop.id) == []


def test_a_record_that_arrives_late_keeps_the_claimed_time_and_says_so(log, now):
    patrol = log(claimed_at=now - timedelta(hours=5))
    assert (patrol.late, patrol.claimed_at, patrol.finished_at) == (True, now - timedelta(hours=5), now)


def test_a_phone_that_runs_ahead_does_not_patrol_in_the_future(log, now):
    assert log(claimed_at=now + timedelta(days=1)).claimed_at == now


def test_only_workers_of_the_area_may_patrol(town, log):
    for who in (town.grid_b, town.resident, town.leader):
        with pytest.raises(Refused, match="没有找到"):
            log(who=who)


def test_unknown_outcomes_and_items_are_refused_with_a_way_on(log):
    with pytest.raises(Refused, match="请先选巡查结果"):
        log(outcome="fine")
    with pytest.raises(Refused, match="重新打开检查表"):
        log(failures=[{"key": "X9"}])


def test_the_last_patrol_is_the_latest(s, shop, log, now):
    assert patrols.last_patrol(s, shop.id) is None
    log()
    later = log(claimed_at=now + timedelta(days=1), now=now + timedelta(days=1))
    assert patrols.last_patrol(s, shop.id) == later
