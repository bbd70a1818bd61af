"""Rewards: off unless the town decided; two people, one danger, one code; no table knows a name and a case."""

from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

import pytest
from sqlalchemy import inspect
from sqlmodel import Session, select

from models import hazards, merging, recusals, rewards, vault
from models.audit import AuditEntry
from models.base import Refused
from models.conflicts import RELATIVE
from models.hazards import Hazard
from models.people import Actor, Role
from models.rewards import TRIES, Claim, Reward, Total
from models.rules import Reward as Rule
from models.rules import Rules
from tests.models.conftest import Town, notices_to
from tests.models.teams import place
from tests.models.test_similar import ended, whistle

AMOUNTS = MappingProxyType({"urgent": 200, "serious": 50, "ordinary": 20})
RULE = Rule(enabled=True, amounts=AMOUNTS, claim_days=30)


@pytest.fixture(autouse=True)
def rewarding(s: Session) -> None:
    """The town has decided that it rewards."""
    s.info["rules"] = Rules(reward=RULE)


def closed(s: Session, town: Town, now: datetime, who: Actor | None = None, **more: str) -> Hazard:
    """Return a report that came to its good end."""
    hazard = whistle(s, town, who, now, **more)
    ended(s, town, hazard, now)
    return hazard


def granted(s: Session, town: Town, hazard: Hazard, now: datetime) -> Reward:
    """Return a reward on which two people agreed."""
    made = rewards.propose(s, town.post, hazard.id or 0, now=now)
    return rewards.decide(s, town.leader, made.id or 0, granted=True, now=now)


def test_while_the_town_has_decided_nothing_there_is_nothing(s: Session, town: Town, now: datetime) -> None:
    s.info["rules"] = Rules()
    hazard = closed(s, town, now)
    assert rewards.proposable(s, town.post) == []
    with pytest.raises(Refused, match="还没有开通"):
        rewards.propose(s, town.post, hazard.id or 0, now=now)


@pytest.mark.parametrize("severity", ["urgent", "serious", "ordinary"])
def test_the_amount_is_what_the_town_decided(s: Session, town: Town, now: datetime, severity: str) -> None:
    hazard = closed(s, town, now, severity=severity)
    assert rewards.propose(s, town.post, hazard.id or 0, now=now).amount == AMOUNTS[severity]
    assert [reward.hazard_id for reward, _ in rewards.waiting(s, town.leader)] == [hazard.id]
    assert rewards.waiting(s, town.post) == []
    assert notices_to(s, town.leader.id)[-1] == "reward.proposed"


def test_nobody_agrees_to_their_own_proposal_and_nobody_decides_twice(s: Session, town: Town, now: datetime) -> None:
    made = rewards.propose(s, town.post, closed(s, town, now).id or 0, now=now)
    with pytest.raises(Refused, match="另一位同事"):
        rewards.decide(s, town.post, made.id or 0, granted=True, now=now)
    rewards.decide(s, town.leader, made.id or 0, granted=False, now=now)
    with pytest.raises(Refused, match="有人审过"):
        rewards.decide(s, town.leader, made.id or 0, granted=True, now=now)
    assert "reward.granted" not in notices_to(s, s.get_one(Hazard, made.hazard_id).reporter_alias or "")


def test_one_danger_is_rewarded_once_and_its_first_reporter_gets_it(s: Session, town: Town, now: datetime) -> None:
    first, second = whistle(s, town, None, now), whistle(s, town, town.newcomer(s, "陈大哥"), now)
    hazards.mark_duplicate(s, town.post, first.id or 0, second.id or 0, now=now)
    ended(s, town, second, now)
    assert rewards.proposable(s, town.leader) == [second]
    assert granted(s, town, second, now).hazard_id == first.id
    assert rewards.for_reporter(s, first, now=now) is not None
    assert rewards.for_reporter(s, second, now=now) is None
    assert rewards.proposable(s, town.leader) == []
    for hazard in (first, second):
        with pytest.raises(Refused):
            rewards.propose(s, town.post, hazard.id or 0, now=now)


def test_a_case_that_goes_on_without_its_reporter_earns_nothing(s: Session, town: Town, now: datetime) -> None:
    first = whistle(s, town, None, now)
    merging.follow(s, town.newcomer(s, "陈大哥"), first.id or 0, now=now)
    hazards.withdraw(s, town.resident, first.id or 0, now=now)
    fresh = hazards.first_of(s, first)
    ended(s, town, fresh, now)
    assert fresh.step == "closed"
    assert rewards.proposable(s, town.leader) == []


def test_what_is_open_and_what_staff_found_earns_nothing(s: Session, town: Town, now: datetime) -> None:
    own = closed(s, town, now, town.grid_b)
    own.source = "patrol"
    for hazard in (whistle(s, town, None, now), own):
        assert hazard not in rewards.proposable(s, town.leader)
        with pytest.raises(Refused, match="最先报来"):
            rewards.propose(s, town.post, hazard.id or 0, now=now)


def test_who_is_kept_out_of_a_case_and_who_works_elsewhere_find_nothing(s: Session, town: Town, now: datetime) -> None:
    hazard = whistle(s, town, None, now)
    recusals.recuse(s, town.leader, hazard.id or 0, RELATIVE, now=now)
    ended(s, town, hazard, now)
    assert rewards.proposable(s, town.leader) == []
    made = rewards.propose(s, town.post, hazard.id or 0, now=now)
    assert rewards.waiting(s, town.leader) == []
    for who in (town.leader, town.grid_a, town.newcomer(s, "赵岗", Role.POST, "west")):
        with pytest.raises(Refused, match="没有找到"):
            rewards.decide(s, who, made.id or 0, granted=True, now=now)


def test_a_code_is_shown_once_and_paid_once_without_a_name(s: Session, town: Town, now: datetime) -> None:
    hazard = closed(s, town, now)
    granted(s, town, hazard, now)
    assert notices_to(s, hazard.reporter_alias or "")[-1] == "reward.granted"
    taken = rewards.take(s, town.resident, hazard.id or 0, now=now)
    assert (len(taken.code), taken.amount) == (12, 50)
    with pytest.raises(Refused, match="已经领过"):
        rewards.take(s, town.resident, hazard.id or 0, now=now)
    grouped = f"{taken.code[:4]} {taken.code[4:8]} {taken.code[8:]}"
    assert rewards.pay(s, town.post, grouped, now=now) == 50
    assert rewards.pay(s, town.leader, taken.code, now=now) is None


def test_no_table_and_no_record_joins_a_code_or_a_person_with_a_case(s: Session, town: Town, now: datetime) -> None:
    hazard = closed(s, town, now)
    granted(s, town, hazard, now)
    taken = rewards.take(s, town.resident, hazard.id or 0, now=now)
    rewards.pay(s, town.post, taken.code, now=now)
    s.commit()
    columns = {model: set(inspect(model).columns.keys()) for model in (Reward, Claim, Total)}
    assert "hazard_id" not in columns[Claim] | columns[Total]
    assert "code_tag" not in columns[Reward] | columns[Total]
    told = {row.op: (row.who_id, row.thing) for row in s.exec(select(AuditEntry)) if row.op.startswith("reward.")}
    assert told["reward.taken"] == (None, f"reward:{s.exec(select(Reward.id)).one()}")
    assert told["reward.paid"] == (town.post.id, "claim")
    stored = [repr(row.model_dump()) for model in (Reward, Claim, Total) for row in s.exec(select(model))]
    assert not any(taken.code in row for row in stored)


@pytest.mark.parametrize("role", [Role.GRID, Role.VILLAGE, Role.POST, Role.STATION, Role.DEPARTMENT, Role.ADMIN])
def test_who_watches_by_duty_is_told_so_when_they_come(s: Session, town: Town, now: datetime, role: Role) -> None:
    hazard = closed(s, town, now)
    granted(s, town, hazard, now)
    on_duty = replace(town.resident, held=town.newcomer(s, "钱某", role).held)
    with pytest.raises(Refused, match="不参加举报奖励"):
        rewards.take(s, on_duty, hazard.id or 0, now=now)
    assert rewards.take(s, town.resident, hazard.id or 0, now=now).amount == 50


def test_the_responsible_person_of_the_place_gets_nothing_for_it(s: Session, town: Town, now: datetime) -> None:
    shop = place(s, town, "shop")
    hazard = closed(s, town, now, place_id=shop.id)  # type: ignore[arg-type]
    granted(s, town, hazard, now)
    shop.owner_id = town.resident.id
    with pytest.raises(Refused, match="负责人"):
        rewards.take(s, town.resident, hazard.id or 0, now=now)


def test_the_caps_of_a_month_and_a_year_hold(s: Session, town: Town, now: datetime) -> None:
    s.info["rules"] = Rules(reward=replace(RULE, cap_month=80, cap_year=120))

    def takes(at: datetime, where: str) -> int:
        hazard = closed(s, town, at, place_text=where)
        granted(s, town, hazard, at)
        return rewards.take(s, town.resident, hazard.id or 0, now=at).amount

    assert [takes(now, "第一处"), takes(now, "第二处")] == [50, 30]
    with pytest.raises(Refused, match="上限"):
        takes(now, "第三处")
    assert takes(now + timedelta(days=31), "第四处") == 40, "what is left of the year"


def test_a_reward_and_its_code_end_after_the_days_of_the_town(s: Session, town: Town, now: datetime) -> None:
    first, second = closed(s, town, now), closed(s, town, now, place_text="别处")
    for hazard in (first, second):
        granted(s, town, hazard, now)
    taken = rewards.take(s, town.resident, first.id or 0, now=now + timedelta(days=30))
    late = now + timedelta(days=31)
    assert rewards.pay(s, town.leader, taken.code, now=late) is None
    with pytest.raises(Refused, match="过了期"):
        rewards.take(s, town.resident, second.id or 0, now=late)
    assert rewards.pay(s, town.leader, taken.code, now=now + timedelta(days=30)) == 50


def test_guessing_codes_ends_soon_and_begins_again_an_hour_later(s: Session, town: Town, now: datetime) -> None:
    hazard = closed(s, town, now)
    granted(s, town, hazard, now)
    taken = rewards.take(s, town.resident, hazard.id or 0, now=now)
    for _ in range(TRIES):
        assert rewards.pay(s, town.leader, "000000000000", now=now) is None
    assert rewards.pay(s, town.leader, taken.code, now=now) is None
    assert rewards.pay(s, town.leader, taken.code, now=now + timedelta(hours=1)) == 50
    with pytest.raises(Refused, match="职责范围"):
        rewards.pay(s, town.resident, taken.code, now=now)


def test_an_officer_s_own_report_is_for_others(s: Session, town: Town, now: datetime) -> None:
    both = town.newcomer(s, "何婆婆")
    hazard = closed(s, town, now, both)
    officer = replace(town.newcomer(s, "何岗", Role.POST), id=both.id)
    with pytest.raises(Refused):
        rewards.propose(s, officer, hazard.id or 0, now=now)
    made = rewards.propose(s, town.post, hazard.id or 0, now=now)
    with pytest.raises(Refused):
        rewards.decide(s, officer, made.id or 0, granted=True, now=now)


def test_the_vault_stays_shut(s: Session, town: Town, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    hazard = closed(s, town, now)
    monkeypatch.setattr(vault, "_open", lambda _: pytest.fail("opened"))
    granted(s, town, hazard, now)
    rewards.take(s, town.resident, hazard.id or 0, now=now)
