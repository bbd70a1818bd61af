"""Scenes from the life of a hazard: who sees it, who is told, which clock runs, and what the file says."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from models import audit, deadlines, hazards
from models.areas import Area
from models.audit import AuditEntry
from models.base import NOT_FOUND, Refused
from models.calendar import add_days, local
from models.hazards import Hazard, Media
from models.outbox import Lane, Outgoing
from models.people import Can, Person, Role
from models.rules import ZONE
from models.vault import Identity
from tests.models.conftest import Town, inbox_of, notices_to

PHOTO = Media("photo", "file-1", "unique-1")
AFTERWARDS = Media("photo", "file-2", "unique-2")


@pytest.fixture
def blocked(s: Session, town: Town, now: datetime) -> Hazard:
    """A resident reported a blocked back door in the first grid of the east village."""
    return whistle(s, town, now, media=[PHOTO], evacuation=True)


def whistle(s: Session, town: Town, now: datetime, **more: Any) -> Hazard:
    given = {"kind": "A01", "severity": "serious", "place_text": "菜市场后门", "detail": "被货堵死了",
             "area_id": town.id_of("east-1"), **more}  # fmt: skip
    return hazards.report(s, given.pop("who", town.resident), now=now, **given)


def rectifying(s: Session, town: Town, hazard: Hazard, now: datetime, **more: Any) -> int:
    number = hazard.id or 0
    hazards.assign(s, town.post, number, town.grid_a.id, now=now)
    hazards.confirm(s, town.grid_a, number, note="后门堵了半边", now=now, **more)
    return number


def closed(s: Session, town: Town, hazard: Hazard, now: datetime) -> int:
    number = rectifying(s, town, hazard, now)
    hazards.rectified(s, town.grid_a, number, media=[AFTERWARDS], now=now)
    hazards.recheck(s, town.village, number, passed=True, now=now)
    return number


def due(s: Session, hazard: Hazard, clock: str) -> datetime:
    found = deadlines.running(s, "hazard", hazard.id or 0, clock)
    assert found is not None
    return found.due_at


def test_the_whole_way_from_the_whistle_to_the_end(s: Session, town: Town, now: datetime, blocked: Hazard) -> None:
    number = closed(s, town, blocked, now)
    assert blocked.step == "closed"
    assert [(row.act, row.step) for row in hazards.history(s, blocked)] == [
        ("reported", "reported"), ("assigned", "verifying"), ("confirmed", "rectifying"),
        ("rectified", "recheck"), ("passed", "closed"),
    ]  # fmt: skip
    assert [row.phase for row in hazards.evidence(s, blocked)] == ["before", "after"]
    clocks = deadlines.deadlines_of(s, "hazard", number)
    assert [clock.clock for clock in clocks if clock.met_at] == ["dispatch", "verify", "rectify", "recheck"]
    assert [clock.clock for clock in clocks if clock.cancelled_at] == ["notice"], "repaired before the paper was due"
    assert [clock.clock for clock in deadlines.open_of(s, "hazard", number)] == ["feedback"]
    assert notices_to(s, blocked.reporter_alias or "") == [*["hazard.progress"] * 3, "hazard.closed"]
    assert notices_to(s, town.grid_a.id) == ["hazard.assigned", "hazard.closed"]
    assert audit.verify_chain(s) is None


def test_numbers_run_without_gaps_per_year_and_survive_a_rollback(s: Session, town: Town, now: datetime) -> None:
    s.commit()
    assert whistle(s, town, now).number == "吹2026-0001"
    s.rollback()
    new_year = datetime(2027, 1, 1, 0, 5, tzinfo=ZONE)
    reports = [whistle(s, town, moment).number for moment in (now, now, new_year)]
    assert reports == ["吹2026-0001", "吹2026-0002", "吹2027-0001"]


@pytest.mark.parametrize(
    ("severity", "evacuation", "by"),
    [("urgent", True, "2026-11-23 12:00"), ("urgent", False, "2026-11-23 12:00"), ("serious", True, "2026-11-24 10:00"),
     ("ordinary", True, "2026-11-24 10:00"), ("serious", False, "2026-11-26 18:00"),
     ("ordinary", False, "2026-11-26 18:00")],
)  # fmt: skip
def test_the_first_look_is_due_by_law(
    s: Session, town: Town, now: datetime, severity: str, evacuation: bool, by: str
) -> None:
    hazard = whistle(s, town, now, severity=severity, evacuation=evacuation)
    assert local(due(s, hazard, "verify")) == datetime.fromisoformat(by).replace(tzinfo=ZONE)


def test_an_urgent_report_overtakes_in_the_outbox(s: Session, town: Town, now: datetime) -> None:
    whistle(s, town, now, severity="urgent")
    assert {row.lane for row in s.exec(select(Outgoing))} == {Lane.URGENT}


def test_those_who_assign_there_are_told_and_nobody_about_their_own_act(s: Session, town: Town, now: datetime) -> None:
    whistle(s, town, now, who=town.village)
    assert notices_to(s, town.post.id) == ["hazard.reported"]
    assert notices_to(s, town.village.id) == []
    assert s.exec(select(Outgoing).where(Outgoing.alias != None)).all() == []  # noqa: E711


def test_a_concealed_reporter_leaves_no_id_on_the_case(s: Session, town: Town, now: datetime, blocked: Hazard) -> None:
    number = blocked.id or 0
    hazards.add(s, town.resident, number, text="现在还堵着", now=now)
    hazards.withdraw(s, town.resident, number, now=now)
    assert [row.who_id for row in hazards.history(s, blocked)] == [None, None, None]
    audit.write(s)
    assert [row.who_id for row in s.exec(select(AuditEntry))] == [None, None, None]
    assert town.resident.id not in [row.person_id for row in s.exec(select(Outgoing))]


@pytest.mark.parametrize("more", [{"privacy": "named"}, {"source": "staff"}, {"source": "patrol"}])
def test_named_reports_and_those_of_staff_show_who_reported(
    s: Session, town: Town, now: datetime, more: dict[str, str]
) -> None:
    who = town.resident if "privacy" in more else town.grid_a
    hazard = whistle(s, town, now, who=who, **more)
    assert hazard.privacy == "named"
    assert hazards.history(s, hazard)[0].who_id == (None if "privacy" in more else who.id)


def test_a_resident_cannot_enter_for_the_staff(s: Session, town: Town, now: datetime) -> None:
    with pytest.raises(Refused, match="职责范围"):
        whistle(s, town, now, source="patrol")


def test_a_report_without_area_goes_to_the_town_and_moves_to_where_it_is_assigned(
    s: Session, town: Town, now: datetime
) -> None:
    hazard = whistle(s, town, now, area_id=None)
    assert hazard.area_path == "/county/town/"
    with pytest.raises(Refused):
        hazards.assign(s, town.village, hazard.id or 0, town.grid_a.id, now=now)
    hazards.assign(s, town.post, hazard.id or 0, town.grid_b.id, now=now)
    assert hazard.area_path == "/county/town/east/east-2/"
    assert deadlines.open_deadlines(s, path="/county/town/east/east-2/")[0].owner_id == town.grid_b.id


def test_an_unknown_area_is_refused(s: Session, town: Town, now: datetime) -> None:
    with pytest.raises(Refused, match="重新选择"):
        whistle(s, town, now, area_id=999)


def test_candidates_verify_there_nearest_first_and_no_missing_name_tells_who_reported(
    s: Session, town: Town, now: datetime
) -> None:
    names = [person.name for person in hazards.candidates(s, town.post, whistle(s, town, now))]
    assert names == ["张网格", "赵干部", "李岗"]
    own = whistle(s, town, now, who=town.grid_a)
    assert [person.name for person in hazards.candidates(s, town.post, own)] == names
    number = rectifying(s, town, own, now)
    hazards.rectified(s, town.grid_a, number, media=[AFTERWARDS], now=now)
    with pytest.raises(Refused, match="另一位同事"):
        hazards.recheck(s, town.grid_a, number, passed=True, now=now)


def test_a_repair_is_handed_over_when_somebody_leaves(s: Session, town: Town, now: datetime, blocked: Hazard) -> None:
    number = rectifying(s, town, blocked, now)
    hazards.assign(s, town.post, number, town.village.id, now=now)
    assert (blocked.step, blocked.assignee_id) == ("rectifying", town.village.id)
    clock = deadlines.running(s, "hazard", number, "rectify")
    assert clock is not None
    assert clock.owner_id == town.village.id
    assert notices_to(s, town.village.id)[-1] == "hazard.handed_over"
    assert inbox_of(s, town.village, now) == [blocked]


def test_with_two_towns_a_report_without_village_goes_to_the_reporter_s_own(
    s: Session, town: Town, now: datetime
) -> None:
    other = Area(code="other", name="邻镇", level="town", path="/county/other/")
    s.add(other)
    s.flush()
    assert whistle(s, town, now, area_id=None).area_path == "/county/town/"
    s.get_one(Person, town.resident.id).area_id = other.id
    assert whistle(s, town, now, area_id=None).area_path == "/county/other/"


def test_only_who_chose_to_be_named_is_named(s: Session, town: Town, now: datetime, blocked: Hazard) -> None:
    named = whistle(s, town, now, privacy="named")
    found = hazards.named_reporter(s, named)
    assert found is not None
    assert found.id == town.resident.id
    assert hazards.named_reporter(s, blocked) is None
    s.get_one(Identity, named.reporter_alias).sealed = b"broken"
    assert hazards.named_reporter(s, named) is None


@pytest.mark.parametrize("nobody", ["grid_b", "resident", "leader"])
def test_who_does_not_verify_there_is_not_sent(
    s: Session, town: Town, now: datetime, blocked: Hazard, nobody: str
) -> None:
    with pytest.raises(Refused, match="另选一位"):
        hazards.assign(s, town.post, blocked.id or 0, getattr(town, nobody).id, now=now)


def test_not_yours_and_does_not_exist_read_the_same(s: Session, town: Town, now: datetime, blocked: Hazard) -> None:
    stranger = town.newcomer(s, "路人甲")
    attempts = [
        lambda: hazards.hazard_for(s, town.grid_b, blocked.id or 0, Can.SEE_HAZARDS),
        lambda: hazards.hazard_for(s, town.grid_b, 999, Can.SEE_HAZARDS),
        lambda: hazards.own_hazard(s, stranger, blocked.id or 0),
        lambda: hazards.own_hazard(s, stranger, 999),
        lambda: hazards.by_number(s, stranger, blocked.number),
        lambda: hazards.by_number(s, stranger, "吹2026-9999"),
        lambda: hazards.add(s, stranger, blocked.id or 0, text="x", now=now),
        lambda: hazards.add(s, stranger, 999, text="x", now=now),
    ]
    for attempt in attempts:
        with pytest.raises(Refused) as refusal:
            attempt()
        assert str(refusal.value) == NOT_FOUND


def test_history_and_evidence_can_only_grow(s: Session, blocked: Hazard) -> None:
    s.commit()
    for rows in (hazards.history, hazards.evidence):
        s.delete(rows(s, blocked)[0])
        with pytest.raises(TypeError, match="append-only"):
            s.flush()
        s.rollback()


def test_a_number_opens_the_file_for_the_reporter_and_for_staff(s: Session, town: Town, blocked: Hazard) -> None:
    assert hazards.by_number(s, town.resident, f" {blocked.number} ") is blocked
    assert hazards.by_number(s, town.leader, blocked.number) is blocked


def test_my_reports_are_mine_the_newest_first(s: Session, town: Town, now: datetime, blocked: Hazard) -> None:
    second = whistle(s, town, now)
    whistle(s, town, now, who=town.grid_b)
    assert hazards.mine(s, town.resident) == [second, blocked]


@pytest.mark.parametrize(
    ("severity", "more", "day"),
    [("urgent", {}, "2026-11-23"), ("serious", {}, "2026-11-30"), ("ordinary", {}, "2026-12-08"),
     ("ordinary", {"days": 2}, "2026-11-25"), ("ordinary", {"days": 0}, "2026-11-23")],
)  # fmt: skip
def test_the_repair_is_due_by_severity_or_as_granted(
    s: Session, town: Town, now: datetime, severity: str, more: dict[str, Any], day: str
) -> None:
    hazard = whistle(s, town, now, severity=severity)
    rectifying(s, town, hazard, now, **more)
    assert local(due(s, hazard, "rectify")).date().isoformat() == day
    assert hazard.track == "term"


@pytest.mark.parametrize("days", [61, -1])
def test_a_period_outside_today_to_sixty_days_is_refused(
    s: Session, town: Town, now: datetime, blocked: Hazard, days: int
) -> None:
    with pytest.raises(Refused, match="最长 60 天"):
        rectifying(s, town, blocked, now, days=days)


@pytest.mark.parametrize("media", [[], [Media("voice", "f", "u")]])
def test_a_repair_needs_a_photo(
    s: Session, town: Town, now: datetime, blocked: Hazard, media: list[Media]
) -> None:
    number = rectifying(s, town, blocked, now)
    with pytest.raises(Refused, match="至少发一张"):
        hazards.rectified(s, town.grid_a, number, media=media, now=now)


def test_the_fixer_never_checks_the_own_work(s: Session, town: Town, now: datetime, blocked: Hazard) -> None:
    number = rectifying(s, town, blocked, now)
    hazards.rectified(s, town.village, number, media=[AFTERWARDS], now=now)
    assert notices_to(s, town.grid_a.id)[-1] == "hazard.recheck"
    assert "hazard.recheck" not in notices_to(s, town.village.id)
    assert "passed" not in hazards.moves(blocked, town.village)
    with pytest.raises(Refused, match="另一位同事"):
        hazards.recheck(s, town.village, number, passed=True, now=now)


def test_a_failed_recheck_gives_half_the_time_and_keeps_the_evidence(
    s: Session, town: Town, now: datetime, blocked: Hazard
) -> None:
    number = rectifying(s, town, blocked, now, days=10)
    for granted in (5, 2, 1, 1):
        hazards.rectified(s, town.grid_a, number, media=[AFTERWARDS], now=now)
        hazards.recheck(s, town.village, number, passed=False, note="还有两箱货", now=now)
        assert blocked.step == "rectifying"
        assert due(s, blocked, "rectify") == add_days(now, granted)
    assert notices_to(s, town.grid_a.id)[-1] == "hazard.returned"
    assert [row.phase for row in hazards.evidence(s, blocked)] == ["before", *["after"] * 4]


def test_a_reason_is_needed_to_reject_to_fail_and_to_refer(
    s: Session, town: Town, now: datetime, blocked: Hazard
) -> None:
    number = blocked.id or 0
    with pytest.raises(Refused, match="移送理由"):
        hazards.refer(s, town.post, number, to="县消防救援机构", note=" ", now=now)
    with pytest.raises(Refused, match="哪个单位"):
        hazards.refer(s, town.post, number, to=" ", note="超出权限", now=now)
    hazards.assign(s, town.post, number, town.grid_a.id, now=now)
    with pytest.raises(Refused, match="不属实的理由"):
        hazards.reject(s, town.grid_a, number, note="", now=now)
    hazards.confirm(s, town.grid_a, number, now=now)
    hazards.rectified(s, town.grid_a, number, media=[AFTERWARDS], now=now)
    with pytest.raises(Refused, match="哪里不合格"):
        hazards.recheck(s, town.village, number, passed=False, now=now)


def test_a_referral_stops_the_clocks_of_the_case_and_tells_reporter_and_assignee(
    s: Session, town: Town, now: datetime, blocked: Hazard
) -> None:
    number = rectifying(s, town, blocked, now)
    hazards.refer(s, town.post, number, to="县消防救援机构", note="需行政处罚", now=now)
    assert (blocked.step, blocked.track) == ("referred", "refer")
    assert {clock.clock for clock in deadlines.open_deadlines(s)} == {"referral", "feedback"}
    assert notices_to(s, town.grid_a.id)[-1] == "hazard.referred"
    assert hazards.history(s, blocked)[-1].note == "移送县消防救援机构：需行政处罚"


def test_a_duplicate_points_to_the_first_of_the_chain(s: Session, town: Town, now: datetime, blocked: Hazard) -> None:
    second, third = whistle(s, town, now), whistle(s, town, now)
    hazards.mark_duplicate(s, town.post, second.id or 0, blocked.id or 0, now=now)
    hazards.mark_duplicate(s, town.post, third.id or 0, second.id or 0, now=now)
    assert (third.step, third.duplicate_of) == ("duplicate", blocked.id)
    for other in (blocked, second):
        with pytest.raises(Refused, match="它自己"):
            hazards.mark_duplicate(s, town.post, blocked.id or 0, other.id or 0, now=now)


def test_whose_report_was_merged_hears_of_every_step_also_along_a_chain(
    s: Session, town: Town, now: datetime, blocked: Hazard
) -> None:
    second, third = (whistle(s, town, now, who=town.newcomer(s, name)) for name in ("陈居民", "刘居民"))
    hazards.mark_duplicate(s, town.post, third.id or 0, second.id or 0, now=now)
    hazards.mark_duplicate(s, town.post, second.id or 0, blocked.id or 0, now=now)
    assert hazards.first_of(s, third) == blocked
    before = notices_to(s, third.reporter_alias or "")
    closed(s, town, blocked, now)
    assert notices_to(s, third.reporter_alias or "") == [*before, *["hazard.progress"] * 4]


def test_a_closed_case_takes_no_new_report_in(s: Session, town: Town, now: datetime, blocked: Hazard) -> None:
    closed(s, town, blocked, now)
    again = whistle(s, town, now)
    with pytest.raises(Refused, match="已经办结"):
        hazards.mark_duplicate(s, town.post, again.id or 0, blocked.id or 0, now=now)


def test_somebody_else_can_be_sent_while_it_is_not_verified(
    s: Session, town: Town, now: datetime, blocked: Hazard
) -> None:
    hazards.assign(s, town.post, blocked.id or 0, town.grid_a.id, now=now)
    hazards.assign(s, town.post, blocked.id or 0, town.village.id, now=now)
    assert inbox_of(s, town.village, now) == [blocked]
    assert inbox_of(s, town.grid_a, now) == []


def test_an_assignee_who_left_the_service_reaches_nothing(
    s: Session, town: Town, now: datetime, blocked: Hazard
) -> None:
    hazards.assign(s, town.post, blocked.id or 0, town.grid_a.id, now=now)
    former = type(town.grid_a)(town.grid_a.id, town.grid_a.name)
    with pytest.raises(Refused):
        hazards.confirm(s, former, blocked.id or 0, now=now)


def test_the_inbox_holds_what_waits_for_this_person_urgent_and_due_first(
    s: Session, town: Town, now: datetime, blocked: Hazard
) -> None:
    slow = whistle(s, town, now, severity="ordinary")
    urgent = whistle(s, town, now + timedelta(hours=3), severity="urgent")
    west = whistle(s, town, now, area_id=town.id_of("west-1"))
    assert inbox_of(s, town.post, now) == [urgent, blocked, slow, west]
    assert inbox_of(s, town.village, now) == [urgent, blocked, slow]
    assert inbox_of(s, town.grid_a, now) == []
    number = rectifying(s, town, slow, now)
    assert inbox_of(s, town.grid_a, now) == [slow]
    hazards.rectified(s, town.grid_a, number, media=[AFTERWARDS], now=now)
    assert slow in inbox_of(s, town.village, now)
    assert inbox_of(s, town.grid_a, now) == []


def test_a_department_works_on_what_lies_in_its_area(s: Session, town: Town, now: datetime, blocked: Hazard) -> None:
    department = town.newcomer(s, "孙科员", Role.DEPARTMENT)
    number = rectifying(s, town, blocked, now)
    assert hazards.moves(blocked, department) == ["requested", "rectified", "added", "noted"]
    hazards.rectified(s, department, number, media=[AFTERWARDS], now=now)
    assert blocked.fixer_id == department.id
