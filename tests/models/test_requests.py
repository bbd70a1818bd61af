"""More time, back to the start, onto the shelf: somebody asks with a reason, somebody else says yes or no."""

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import Session

from models import deadlines, hazards, reminders, requests
from models.base import Refused
from models.hazards import Hazard
from models.people import Role
from models.requests import EXTEND, RETURN, SHELVE, Request
from tests.models.conftest import Town, notices_to
from tests.models.test_hazards import PHOTO, rectifying, whistle

DUE = date(2026, 11, 30)  # of a serious hazard that was confirmed on Monday, 23 November
TUESDAY = datetime.fromisoformat("2026-11-24T10:00+08:00")


@pytest.fixture
def hazard(s: Session, town: Town, now: datetime) -> Hazard:
    """A hazard that the grid worker has in hand."""
    found = whistle(s, town, now)
    rectifying(s, town, found, now)
    return found


def more_time(s: Session, town: Town, hazard: Hazard, now: datetime, until: date = date(2026, 12, 5)) -> Request:
    """The grid worker asks for more time."""
    return requests.ask(s, town.grid_a, hazard.id or 0, EXTEND, reason="配件没到", until=until, now=now)


def test_more_time_is_asked_for_and_granted_by_somebody_else(
    s: Session, town: Town, now: datetime, hazard: Hazard
) -> None:
    request = more_time(s, town, hazard, now)
    assert (request.days, hazards.history(s, hazard)[-1].note) == (5, "延期到 12月5日，配件没到")
    assert notices_to(s, town.post.id)[-1] == notices_to(s, town.village.id)[-1] == "request.asked"
    with pytest.raises(Refused, match="没有找到"):
        requests.grant(s, town.grid_b, request.id or 0, now=now)
    requests.grant(s, town.village, request.id or 0, now=now)
    found = deadlines.running(s, "hazard", hazard.id or 0, "rectify")
    assert found is not None
    assert found.due_at.astimezone(now.tzinfo).date() == date(2026, 12, 5)
    assert found.rule.endswith("批准延期到 12月5日")
    assert (hazard.step, hazards.history(s, hazard)[-1].act) == ("rectifying", "extended")
    assert notices_to(s, town.grid_a.id)[-1] == "request.decided"
    assert notices_to(s, hazard.reporter_alias or "")[-1] == "request.told"
    with pytest.raises(Refused, match="已经有结果"):
        requests.grant(s, town.post, request.id or 0, now=now)


def test_nobody_grants_or_declines_their_own_request(s: Session, town: Town, now: datetime, hazard: Hazard) -> None:
    request = requests.ask(s, town.village, hazard.id or 0, EXTEND, reason="等配件", until=date(2026, 12, 5), now=now)
    assert "request.asked" not in notices_to(s, town.village.id)
    assert not requests.may_decide(town.village, request, hazard)
    assert requests.may_decide(town.post, request, hazard)
    for act in (lambda: requests.grant(s, town.village, request.id or 0, now=now),
                lambda: requests.decline(s, town.village, request.id or 0, "不行", now=now)):  # fmt: skip
        with pytest.raises(Refused, match="不能自己批"):
            act()


def test_a_no_has_a_reason_and_changes_nothing_else(s: Session, town: Town, now: datetime, hazard: Hazard) -> None:
    request = more_time(s, town, hazard, now)
    due_at = deadlines.running(s, "hazard", hazard.id or 0, "rectify").due_at  # type: ignore[union-attr]
    with pytest.raises(Refused, match="不批准的理由"):
        requests.decline(s, town.post, request.id or 0, " ", now=now)
    requests.decline(s, town.post, request.id or 0, "可以先断电", now=now)
    assert (request.granted, request.answer, hazard.step) == (False, "可以先断电", "rectifying")
    assert deadlines.running(s, "hazard", hazard.id or 0, "rectify").due_at == due_at  # type: ignore[union-attr]
    assert notices_to(s, town.grid_a.id)[-1] == "request.decided"
    assert "request.told" not in notices_to(s, hazard.reporter_alias or "")
    more_time(s, town, hazard, now)


@pytest.mark.parametrize("until", [None, DUE, date(2026, 12, 16)])
def test_more_time_has_a_limit(s: Session, town: Town, now: datetime, hazard: Hazard, until: date | None) -> None:
    with pytest.raises(Refused, match="最晚 12月15日"):
        requests.ask(s, town.grid_a, hazard.id or 0, EXTEND, reason="等配件", until=until, now=now)


def test_more_time_has_a_limit_in_all(s: Session, town: Town, now: datetime, hazard: Hazard) -> None:
    for until in (date(2026, 12, 15), date(2026, 12, 30)):
        requests.grant(s, town.post, more_time(s, town, hazard, now, until).id or 0, now=now)
    with pytest.raises(Refused, match="最多延 30 天"):
        more_time(s, town, hazard, now, date(2026, 12, 31))


def test_one_request_at_a_time_and_none_without_a_reason(
    s: Session, town: Town, now: datetime, hazard: Hazard
) -> None:
    with pytest.raises(Refused, match="理由"):
        requests.ask(s, town.grid_a, hazard.id or 0, RETURN, reason=" ", now=now)
    more_time(s, town, hazard, now)
    with pytest.raises(Refused, match="等批复"):
        requests.ask(s, town.grid_a, hazard.id or 0, RETURN, reason="派错了", now=now)


def test_a_case_that_was_given_back_starts_anew_and_the_third_time_goes_to_the_leader(
    s: Session, town: Town, now: datetime
) -> None:
    hazard = whistle(s, town, now)
    number = hazard.id or 0
    for nth in (1, 2, 3):
        hazards.assign(s, town.post, number, town.grid_a.id, now=now)
        request = requests.ask(s, town.grid_a, number, RETURN, reason="不是我的片区", now=now)
        requests.grant(s, town.post, request.id or 0, now=now)
        assert (hazard.step, hazard.assignee_id, hazard.returns) == ("reported", None, nth)
        running = [d.clock for d in deadlines.deadlines_of(s, "hazard", number) if not (d.met_at or d.cancelled_at)]
        assert sorted(running) == ["dispatch", "verify"]
        assert hazard.escalated is (nth == 3)
    acts = [step.act for step in hazards.history(s, hazard)]
    assert acts[-3:] == ["requested", "returned", "escalated"]
    assert notices_to(s, town.leader.id) == ["hazard.escalated"]
    assert notices_to(s, town.village.id).count("hazard.sent_back") == 2
    hazards.assign(s, town.leader, number, town.grid_a.id, now=now)
    assert hazard.step == "verifying"


def test_a_case_on_the_shelf_comes_back_on_its_day(s: Session, town: Town, now: datetime, hazard: Hazard) -> None:
    number, until = hazard.id or 0, date(2027, 1, 10)
    with pytest.raises(Refused, match="挂账期间怎么保证安全"):
        requests.ask(s, town.grid_a, number, SHELVE, reason="要等拆迁", until=until, now=now)
    request = requests.ask(s, town.grid_a, number, SHELVE, reason="要等拆迁", until=until, measures="断电", now=now)
    assert "request.asked" not in notices_to(s, town.village.id)
    with pytest.raises(Refused, match="没有找到"):
        requests.grant(s, town.village, request.id or 0, now=now)
    requests.grant(s, town.leader, request.id or 0, now=now)
    assert hazard.step == "shelved"
    assert hazards.history(s, hazard)[-1].note == "挂账到 1月10日，要等拆迁；期间措施：断电"
    assert [d.clock for d in deadlines.open_deadlines(s) if d.thing == "hazard"] == ["shelf"]
    assert notices_to(s, hazard.reporter_alias or "")[-1] == "request.told"
    assert requests.resume_due(s, now=now + timedelta(days=40)) == 0
    assert requests.resume_due(s, now=now + timedelta(days=50)) == 1
    assert (hazard.step, hazards.history(s, hazard)[-1].by) == ("rectifying", "system")
    assert [d.clock for d in deadlines.open_deadlines(s) if d.thing == "hazard"] == ["rectify"]
    assert notices_to(s, town.grid_a.id)[-1] == "hazard.resumed"


def test_a_case_comes_off_the_shelf_by_hand(s: Session, town: Town, now: datetime, hazard: Hazard) -> None:
    request = requests.ask(s, town.grid_a, hazard.id or 0, SHELVE, reason="等拆迁", until=date(2027, 1, 10),
                           measures="断电", now=now)  # fmt: skip
    requests.grant(s, town.post, request.id or 0, now=now)
    requests.resume(s, town.village, hazard.id or 0, now=now)
    assert hazard.step == "rectifying"


def test_what_is_urgent_or_not_confirmed_is_not_shelved(s: Session, town: Town, now: datetime) -> None:
    hazard = whistle(s, town, now, severity="urgent")
    hazards.assign(s, town.post, hazard.id or 0, town.grid_a.id, now=now)
    shelve = {"reason": "等", "until": date(2027, 1, 1), "measures": "断电", "now": now}
    with pytest.raises(Refused, match="核查属实"):
        requests.ask(s, town.grid_a, hazard.id or 0, SHELVE, **shelve)  # type: ignore[arg-type]
    hazards.confirm(s, town.grid_a, hazard.id or 0, now=now)
    with pytest.raises(Refused, match="不能挂账"):
        requests.ask(s, town.grid_a, hazard.id or 0, SHELVE, **shelve)  # type: ignore[arg-type]


def test_what_the_case_has_overtaken_is_asked_no_more(s: Session, town: Town, now: datetime, hazard: Hazard) -> None:
    request = more_time(s, town, hazard, now)
    hazards.rectified(s, town.grid_a, hazard.id or 0, media=[PHOTO], now=now)
    with pytest.raises(Refused, match="办到下一步"):
        requests.grant(s, town.post, request.id or 0, now=now)
    assert not requests.may_decide(town.post, request, hazard)
    assert requests.drop_moot(s, now=now) == 1
    assert (request.granted, requests.open_request(s, hazard.id or 0)) == (None, None)


def test_a_day_that_has_come_is_not_granted_any_more(s: Session, town: Town, now: datetime, hazard: Hazard) -> None:
    request = more_time(s, town, hazard, now)
    with pytest.raises(Refused, match="日期已经到了"):
        requests.grant(s, town.post, request.id or 0, now=now + timedelta(days=12))


def test_a_request_stands_in_the_digest_of_who_decides_it_after_one_working_day(
    s: Session, town: Town, now: datetime, hazard: Hazard
) -> None:
    request = more_time(s, town, hazard, now)
    digest = {d.person_id: d for d in reminders.due_digests(s, now=TUESDAY)}
    line = next(line for line in digest[town.village.id].lines if line.thing == "request")
    assert (line.name, line.clock, line.days_left) == (f"{hazard.number} 延期申请", "request", 0)
    assert town.grid_a.id not in digest
    requests.decline(s, town.post, request.id or 0, "不必", now=TUESDAY)
    assert reminders.due_digests(s, now=TUESDAY) == []


def test_those_who_may_not_see_the_case_see_no_request(s: Session, town: Town, now: datetime, hazard: Hazard) -> None:
    request = more_time(s, town, hazard, now)
    assert requests.request_for(s, town.post, request.id or 0) == (request, hazard)
    for who in (town.grid_b, town.resident, town.newcomer(s, "管理员", Role.ADMIN)):
        with pytest.raises(Refused, match="没有找到"):
            requests.request_for(s, who, request.id or 0)
