"""A referral is kept, chased until there is a receipt and then a result, and ends or comes back."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from models import deadlines, hazards, referrals, reminders
from models.base import Refused
from models.calendar import local
from models.hazards import Hazard
from models.rules import ZONE
from tests.models.conftest import Town, inbox_of, notices_to
from tests.models.test_hazards import due, rectifying, whistle
from tests.models.test_outcomes import running

DAY = timedelta(days=1)


@pytest.fixture
def away(s: Session, town: Town, now: datetime) -> Hazard:
    """A case that went to the county."""
    hazard = whistle(s, town, now)
    rectifying(s, town, hazard, now)
    return hazards.refer(s, town.post, hazard.id or 0, to=" 县消防救援机构 ", note="需行政处罚", now=now)


def test_a_referral_is_kept_with_its_reason_and_waits_for_a_receipt(s: Session, town: Town, away: Hazard) -> None:
    found = referrals.open_referral(s, away)
    assert found is not None
    assert (found.authority, found.reason, found.sent_by) == ("县消防救援机构", "需行政处罚", town.post.id)
    assert (away.step, away.end_reason) == ("referred", "referred")
    assert running(s, away) == {"referral", "feedback"}
    assert local(due(s, away, "referral")) == datetime(2026, 12, 14, 18, tzinfo=ZONE)
    assert away in inbox_of(s, town.post)
    assert away not in inbox_of(s, town.village)


def test_only_the_fire_post_is_reminded_of_it(s: Session, town: Town, away: Hazard) -> None:
    late = datetime(2026, 12, 15, 9, tzinfo=ZONE)
    digests = reminders.due_digests(s, now=late)
    told = {found.person_id: [line.clock for line in found.lines] for found in digests}
    assert told[town.post.id].count("referral") == 1
    assert "referral" not in told.get(town.village.id, [])
    referrals.chase(s, town.post, away.id or 0, note="打过电话，说下周答复", now=late)
    later = reminders.due_digests(s, now=late + DAY)
    assert "referral" not in [line.clock for found in later for line in found.lines]
    assert hazards.history(s, away)[-1].note == "催办移送：打过电话，说下周答复"
    found = referrals.open_referral(s, away)
    assert found is not None
    assert found.chased == 1


def test_after_the_receipt_the_result_is_asked_for(s: Session, town: Town, now: datetime, away: Hazard) -> None:
    later = now + 7 * DAY
    referrals.acknowledge(s, town.post, away.id or 0, note="王科长收", now=later)
    clocks = [found for found in deadlines.deadlines_of(s, "hazard", away.id or 0) if found.clock == "referral"]
    assert [bool(clock.met_at) for clock in clocks] == [True, False]
    assert clocks[-1].rule == "有回执后 15 个工作日内问清结果（本镇规定）"
    with pytest.raises(Refused, match="已经登记"):
        referrals.acknowledge(s, town.post, away.id or 0, note="又收", now=later)


def test_what_the_authority_settled_is_closed_with_its_answer(
    s: Session, town: Town, now: datetime, away: Hazard
) -> None:
    referrals.settle(s, town.post, away.id or 0, note="已责令停用并整改", now=now + DAY)
    assert (away.step, away.end_reason) == ("closed", "settled")
    assert running(s, away) == {"feedback"}
    assert referrals.open_referral(s, away) is None
    assert notices_to(s, away.reporter_alias or "")[-1] == "hazard.closed"
    assert notices_to(s, town.grid_a.id)[-1] == "hazard.closed"


def test_what_was_not_taken_begins_anew_with_all_its_clocks(
    s: Session, town: Town, now: datetime, away: Hazard
) -> None:
    referrals.take_back(s, town.post, away.id or 0, note="属镇里职责", now=now + DAY)
    assert (away.step, away.assignee_id, away.track, away.end_reason) == ("reported", None, None, "")
    assert running(s, away) == {"dispatch", "verify"}
    assert due(s, away, "verify") > now + DAY
    assert notices_to(s, town.village.id)[-1] == "hazard.taken_back"
    hazards.refer(s, town.post, away.id or 0, to="供电所", note="线路归他们", now=now + 2 * DAY)
    found = referrals.open_referral(s, away)
    assert found is not None
    assert found.authority == "供电所"


def test_words_are_needed_for_each(s: Session, town: Town, now: datetime, away: Hazard) -> None:
    number = away.id or 0
    for operation, told in (
        (referrals.acknowledge, "谁收的"), (referrals.settle, "办理结果"),
        (referrals.take_back, "为什么退回"), (referrals.chase, "找了谁"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=told):
            operation(s, town.post, number, note=" ", now=now)


def test_what_was_referred_before_referrals_were_kept_still_ends(
    s: Session, town: Town, now: datetime, away: Hazard
) -> None:
    s.delete(referrals.open_referral(s, away))
    s.flush()
    with pytest.raises(Refused, match="等回复"):
        referrals.chase(s, town.post, away.id or 0, note="催", now=now)
    referrals.acknowledge(s, town.post, away.id or 0, note="收了", now=now)
    referrals.settle(s, town.post, away.id or 0, note="已处理", now=now)
    assert away.step == "closed"
