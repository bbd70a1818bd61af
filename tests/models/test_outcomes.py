"""Fixed on the spot and sampled, notices served, grades corrected, answers owed, and what comes back."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from models import deadlines, hazards, outcomes, relapses
from models.base import Refused
from models.calendar import add_days, local
from models.hazard_clocks import is_sampled
from models.hazards import Hazard, Media
from models.people import Role
from models.places import Place
from models.routing import Routing
from models.rules import DEFAULTS, ZONE
from tests.models.conftest import Town, inbox_of, notices_to
from tests.models.test_hazards import AFTERWARDS, PHOTO, closed, due, rectifying, whistle

DAY = timedelta(days=1)
ALL, NONE = replace(DEFAULTS, sample_percent=100), replace(DEFAULTS, sample_percent=0)


def running(s: Session, hazard: Hazard) -> set[str]:
    return {found.clock for found in deadlines.open_of(s, "hazard", hazard.id or 0)}


def sent(s: Session, town: Town, now: datetime, **more: Any) -> Hazard:
    """A report that the first grid worker has to look at."""
    hazard = whistle(s, town, now, **more)
    return hazards.assign(s, town.post, hazard.id or 0, town.grid_a.id, now=now)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def test_what_was_fixed_on_the_spot_is_closed_at_once_with_both_photos(s: Session, town: Town, now: datetime) -> None:
    s.info["rules"] = NONE
    hazard = sent(s, town, now)
    outcomes.fixed(s, town.grid_a, hazard.id or 0, before=[PHOTO], media=[AFTERWARDS], note="搬走了", now=now)
    assert (hazard.step, hazard.track, hazard.end_reason) == ("closed", "on_spot", "fixed")
    assert (hazard.fixer_id, hazard.closed_at) == (town.grid_a.id, now)
    assert [row.phase for row in hazards.evidence(s, hazard)] == ["before", "after"]
    assert running(s, hazard) == {"feedback"}
    assert notices_to(s, hazard.reporter_alias or "")[-1] == "hazard.closed"


def test_the_reporter_s_photo_is_the_one_of_before_and_one_of_after_is_needed(
    s: Session, town: Town, now: datetime
) -> None:
    bare, shown = sent(s, town, now), sent(s, town, now, media=[PHOTO])
    with pytest.raises(Refused, match="整改前"):
        outcomes.fixed(s, town.grid_a, bare.id or 0, media=[AFTERWARDS], now=now)
    for media in ([], [Media("voice", "f", "u")]):
        with pytest.raises(Refused, match="整改后"):
            outcomes.fixed(s, town.grid_a, shown.id or 0, media=media, now=now)
    outcomes.fixed(s, town.grid_a, shown.id or 0, media=[AFTERWARDS], now=now)
    assert (bare.step, shown.step) == ("verifying", "closed")


def test_a_sample_is_drawn_by_the_number_and_everything_urgent_is_in_it() -> None:
    def drawn(n: int, percent: int, severity: str = "serious") -> bool:
        given: Any = {"number": f"吹2026-{n:04d}", "severity": severity}
        return is_sampled(Hazard(**given), replace(DEFAULTS, sample_percent=percent))

    assert 240 < sum(drawn(n, 30) for n in range(1000)) < 360
    assert [drawn(n, 30) for n in range(50)] == [drawn(n, 30) for n in range(50)]
    assert all(drawn(n, 0, "urgent") and drawn(n, 100) and not drawn(n, 0) for n in range(50))


def test_a_sample_is_looked_at_by_somebody_else_and_then_waits_no_more(s: Session, town: Town, now: datetime) -> None:
    s.info["rules"] = ALL
    hazard = sent(s, town, now)
    number = hazard.id or 0
    outcomes.fixed(s, town.grid_a, number, before=[PHOTO], media=[AFTERWARDS], now=now)
    assert local(due(s, hazard, "sample")) == at("2026-12-07 18:00")
    assert hazard not in inbox_of(s, town.grid_a)
    assert hazard in inbox_of(s, town.village)
    with pytest.raises(Refused, match="另一位同事"):
        outcomes.sample(s, town.grid_a, number, passed=True, now=now)
    outcomes.sample(s, town.village, number, passed=True, now=now)
    assert hazard.step == "closed"
    assert running(s, hazard) == {"feedback"}
    assert hazard not in inbox_of(s, town.village)


def test_only_what_was_drawn_is_sampled_and_once(s: Session, town: Town, now: datetime) -> None:
    s.info["rules"] = ALL
    by_term, drawn = whistle(s, town, now), sent(s, town, now)
    closed(s, town, by_term, now)
    outcomes.fixed(s, town.grid_a, drawn.id or 0, before=[PHOTO], media=[AFTERWARDS], now=now)
    outcomes.sample(s, town.village, drawn.id or 0, passed=True, now=now)
    for hazard in (by_term, drawn):
        with pytest.raises(Refused, match="没有抽中"):
            outcomes.sample(s, town.village, hazard.id or 0, passed=False, note="又堵了", now=now + 400 * DAY)
        assert hazard.step == "closed"


def test_a_sample_that_failed_goes_back_in_half_the_time_and_the_reporter_knows(
    s: Session, town: Town, now: datetime
) -> None:
    s.info["rules"] = ALL
    hazard = sent(s, town, now)
    number = hazard.id or 0
    outcomes.fixed(s, town.grid_a, number, before=[PHOTO], media=[AFTERWARDS], now=now)
    hazards.rate(s, town.resident, number, 5, now=now)
    with pytest.raises(Refused, match="哪里不合格"):
        outcomes.sample(s, town.village, number, passed=False, now=now)
    outcomes.sample(s, town.village, number, passed=False, note="又堵了", now=now + DAY)
    assert (hazard.step, hazard.closed_at, hazard.end_reason, hazard.rating) == ("rectifying", None, "", None)
    assert due(s, hazard, "rectify") == add_days(now + DAY, 3)
    assert hazard.track == "term"
    assert running(s, hazard) == {"rectify", "notice"}
    assert notices_to(s, town.grid_a.id)[-1] == "hazard.sample_failed"
    assert notices_to(s, hazard.reporter_alias or "")[-1] == "hazard.progress"
    assert [row.phase for row in hazards.evidence(s, hazard)] == ["before", "after"], "nothing is taken away"


def test_the_notice_is_served_within_three_working_days_and_says_to_whom(s: Session, town: Town, now: datetime) -> None:
    hazard = whistle(s, town, now)
    number = rectifying(s, town, hazard, at("2026-09-30 17:50"))
    assert local(due(s, hazard, "notice")) == at("2026-10-10 18:00"), "the make-up Saturday is the third day"
    with pytest.raises(Refused, match="交给了谁"):
        outcomes.serve(s, town.grid_a, number, note=" ", now=now)
    outcomes.serve(s, town.grid_a, number, note="店主本人签收", media=[PHOTO], now=now)
    assert running(s, hazard) == {"rectify"}
    assert hazards.history(s, hazard)[-1].note == "店主本人签收"


@pytest.mark.parametrize(
    ("severity", "reported", "dispatch"),
    [("urgent", "2026-11-23 22:00", "2026-11-23 22:30"), ("serious", "2026-11-20 17:50", "2026-11-23 14:50"),
     ("ordinary", "2026-09-30 17:50", "2026-10-08 14:50"), ("ordinary", "2026-09-20 10:00", "2026-09-20 16:00")],
)  # fmt: skip
def test_somebody_is_sent_within_four_office_hours_or_half_an_hour(
    s: Session, town: Town, severity: str, reported: str, dispatch: str
) -> None:
    hazard = whistle(s, town, at(reported), severity=severity, privacy="named")
    assert local(due(s, hazard, "dispatch")) == at(dispatch)
    hazards.assign(s, town.post, hazard.id or 0, town.grid_a.id, now=at(reported))
    assert running(s, hazard) == {"verify"}


def test_each_clock_says_the_rule_it_follows(s: Session, town: Town, now: datetime) -> None:
    number = rectifying(s, town, whistle(s, town, now, evacuation=True), now)
    rules = {found.clock: found.rule for found in deadlines.deadlines_of(s, "hazard", number)}
    assert rules == {
        "dispatch": "上报后 4 个工作小时内派人（本镇规定）",
        "verify": "疏散通道、消防设施类，24 小时内核查（《消防监督检查规定》）",
        "rectify": "较大隐患，7 日内整改（本镇规定）",
        "notice": "核查属实后 3 个工作日内送达（《消防监督检查规定》）",
    }


def test_what_turns_out_graver_is_due_sooner_and_rings(
    s: Session, town: Town, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    hazard = sent(s, town, now, severity="ordinary", kind="A09")
    monkeypatch.setattr("models.routing.route", lambda _s, kind, _place: Routing(lead=f"lead-{kind}", basis="条"))
    later = now + timedelta(hours=3)
    given = {"kind": "A06", "severity": "urgent", "evacuation": False}
    outcomes.regrade(s, town.grid_a, hazard.id or 0, note="闻到气味", now=later, **given)
    assert (hazard.kind, hazard.severity, hazard.lead, hazard.basis) == ("A06", "urgent", "lead-A06", "条")
    [clock] = deadlines.open_of(s, "hazard", hazard.id or 0)
    assert (clock.clock, clock.due_at, clock.counts) == ("verify", later + timedelta(hours=2), "urgent")
    assert clock.owner_id == town.grid_a.id
    assert notices_to(s, town.post.id)[-1] == notices_to(s, town.village.id)[-1] == "hazard.regraded"


def test_what_turns_out_lighter_is_due_as_if_it_had_been_so_from_the_start(
    s: Session, town: Town, now: datetime
) -> None:
    hazard = whistle(s, town, now, severity="urgent")
    number = rectifying(s, town, hazard, now)
    given = {"kind": "A01", "evacuation": False, "note": "看错了"}
    outcomes.regrade(s, town.grid_a, number, severity="ordinary", now=now + DAY, **given)
    assert due(s, hazard, "rectify") == add_days(now, 15)
    outcomes.regrade(s, town.grid_a, number, severity="serious", now=now + 10 * DAY, **given)
    assert due(s, hazard, "rectify") == add_days(now, 15), "never later than before"
    with pytest.raises(Refused, match="不用更正"):
        outcomes.regrade(s, town.grid_a, number, severity="serious", now=now, **given)
    with pytest.raises(Refused, match="为什么更正"):
        outcomes.regrade(s, town.grid_a, number, severity="urgent", now=now, **{**given, "note": ""})


def test_another_kind_alone_leaves_the_time_that_was_given(s: Session, town: Town, now: datetime) -> None:
    hazard = whistle(s, town, now)
    number = rectifying(s, town, hazard, now, days=1)
    given = {"severity": "serious", "note": "看错了"}
    outcomes.regrade(s, town.grid_a, number, kind="A09", evacuation=False, now=now, **given)
    outcomes.regrade(s, town.grid_a, number, kind="A09", evacuation=True, now=now, **given)
    assert due(s, hazard, "rectify") == add_days(now, 1)


def test_what_turns_out_lighter_keeps_the_time_that_was_granted(s: Session, town: Town, now: datetime) -> None:
    hazard = whistle(s, town, now)
    number = rectifying(s, town, hazard, now)
    clock = deadlines.move(s, "hazard", number, "rectify", due_at=add_days(now, 20), now=now)
    assert clock is not None
    clock.rule = "批准延期"
    given = {"kind": "A01", "evacuation": False, "note": "看错了"}
    outcomes.regrade(s, town.grid_a, number, severity="ordinary", now=now + DAY, **given)
    again = deadlines.running(s, "hazard", number, "rectify")
    assert again is not None
    assert (again.due_at, again.rule) == (add_days(now, 20), "批准延期")


def test_the_end_is_owed_to_the_reporter_until_it_arrives_or_somebody_notes_why_not(
    s: Session, town: Town, now: datetime
) -> None:
    told, lost = whistle(s, town, now), whistle(s, town, now)
    for hazard in (told, lost):
        closed(s, town, hazard, now)
        assert local(due(s, hazard, "feedback")) == at("2026-11-30 18:00")
    outcomes.heard(s, told, now=now)
    assert running(s, told) == set()
    with pytest.raises(Refused, match="为什么告知不到"):
        outcomes.untold(s, town.grid_a, lost.id or 0, note="", now=now)
    outcomes.untold(s, town.grid_a, lost.id or 0, note="停用了机器人", now=now)
    assert running(s, lost) == set()


def test_nothing_is_owed_where_nobody_can_or_need_be_told(s: Session, town: Town, now: datetime) -> None:
    receipt = whistle(s, town, now, privacy="receipt", receipt="1234567890123456")
    staff = whistle(s, town, now, who=town.grid_a, source="staff")
    taken_back = whistle(s, town, now)
    own = whistle(s, town, now, who=town.village)
    for hazard in (receipt, staff, own):
        closed(s, town, hazard, now)
    hazards.withdraw(s, town.resident, taken_back.id or 0, now=now)
    assert [running(s, hazard) for hazard in (receipt, staff, taken_back, own)] == [set()] * 4
    caller = whistle(s, town, now, who=town.grid_a, source="caller")
    closed(s, town, caller, now)
    assert running(s, caller) == {"feedback"}


def shop(s: Session, town: Town, now: datetime) -> int:
    at_ = town.areas["east-1"]
    place = Place(code="z", name="张记", kind="catering", area_id=at_.id, area_path=at_.path, created_at=now)
    s.add(place)
    s.flush()
    return place.id or 0


def test_what_comes_back_at_the_same_place_is_graver_shorter_and_known_to_the_leader(
    s: Session, town: Town, now: datetime
) -> None:
    here = {"place_id": shop(s, town, now), "severity": "ordinary"}
    first = whistle(s, town, now, **here)
    closed(s, town, first, now)
    again = whistle(s, town, now + 30 * DAY, **here)
    assert (again.relapse_of, again.severity) == (first.id, "serious")
    assert (first.step, len(hazards.history(s, first))) == ("closed", 5), "both histories stay"
    with pytest.raises(Refused, match="最长 3 天"):
        rectifying(s, town, again, now + 30 * DAY, days=7)
    hazards.confirm(s, town.grid_a, again.id or 0, now=now + 30 * DAY)
    assert due(s, again, "rectify") == add_days(now + 30 * DAY, 3)
    assert deadlines.open_of(s, "hazard", again.id or 0)[0].rule == "反弹隐患，3 日内整改（本镇规定）"
    assert notices_to(s, town.leader.id) == ["hazard.relapse"]


@pytest.mark.parametrize(
    ("more", "after", "expected"),
    [({"latitude": 30.1000, "longitude": 107.7}, 30, True), ({"latitude": 30.1008, "longitude": 107.7}, 30, True),
     ({"latitude": 30.1010, "longitude": 107.7}, 30, False), ({"latitude": 30.1, "longitude": 107.7}, 91, False),
     ({"latitude": 30.1, "longitude": 107.7, "kind": "A03"}, 30, False), ({}, 30, False)],
)  # fmt: skip
def test_a_relapse_is_the_same_kind_within_a_hundred_metres_and_ninety_days(
    s: Session, town: Town, now: datetime, more: dict[str, Any], after: int, expected: bool
) -> None:
    first = whistle(s, town, now, latitude=30.1, longitude=107.7)
    closed(s, town, first, now)
    again = whistle(s, town, now + after * DAY, **more)
    assert again.relapse_of == (first.id if expected else None)


def test_what_is_still_open_or_was_not_true_is_no_relapse(s: Session, town: Town, now: datetime) -> None:
    here = {"latitude": 30.1, "longitude": 107.7}
    whistle(s, town, now, **here)
    unfounded = sent(s, town, now, **here)
    hazards.reject(s, town.grid_a, unfounded.id or 0, note="没有", now=now)
    again = whistle(s, town, now + DAY, **here)
    assert again.relapse_of is None
    assert relapses.earlier(s, again, "A01", now=now) is None


def test_a_case_taken_up_again_is_sent_to_somebody_again(s: Session, town: Town, now: datetime) -> None:
    hazard = sent(s, town, now)
    hazards.reject(s, town.grid_a, hazard.id or 0, note="没有看到", now=now)
    hazards.reopen(s, town.resident, hazard.id or 0, "就在里面", now=now + DAY)
    assert (hazard.step, hazard.end_reason) == ("verifying", "")
    assert running(s, hazard) == {"dispatch", "verify"}
    told = {who.id: notices_to(s, who.id)[-1] for who in (town.post, town.village, town.grid_a)}
    assert set(told.values()) == {"hazard.reopened"}


def test_a_department_head_of_another_town_hears_of_no_relapse(s: Session, town: Town, now: datetime) -> None:
    elsewhere = town.newcomer(s, "外镇领导", Role.LEADER, "west")
    here = {"latitude": 30.1, "longitude": 107.7}
    closed(s, town, whistle(s, town, now, **here), now)
    rectifying(s, town, whistle(s, town, now + DAY, **here), now + DAY)
    assert notices_to(s, elsewhere.id) == []
