"""Standing in: roles are lent for some days; cases and notices follow; it ends by itself, early, or on leaving."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from models import alarms, deadlines, deskwork, hazards, invites, reminders, standing_in
from models.base import Refused
from models.hazards import Hazard
from models.people import Actor, Can, Grant, Person, Role, actor_of, people_with
from models.standing_in import Absence, be_away, deputies, helpers, turn_days
from tests.models.conftest import Town, inbox_of, notices_to

TODAY = date(2026, 11, 23)
FRIDAY = date(2026, 11, 27)


def again(s: Session, who: Actor) -> Actor:
    """Return somebody as they may act now."""
    return actor_of(s, s.get_one(Person, who.id))


def whistle(s: Session, town: Town, now: datetime, **given: Any) -> Hazard:
    """A resident reports something in east-1."""
    same = {"kind": "A01", "severity": "serious", "place_text": "后门", "detail": "堵了"}
    return hazards.report(s, town.resident, **{"area_id": town.id_of("east-1"), **same, **given}, now=now)


def lent(s: Session, to: Actor) -> list[str]:
    """Return the roles that somebody holds for another one now."""
    rows = select(Grant).where(Grant.person_id == to.id, col(Grant.ended_at).is_(None), col(Grant.standing_for) != None)  # noqa: E711
    return [grant.role for grant in s.exec(rows)]


@pytest.fixture
def away(s: Session, town: Town, now: datetime) -> Absence:
    """The worker of east-1 is away from today until Friday, the one of east-2 stands in."""
    return be_away(s, town.grid_a, town.grid_b.id, TODAY, FRIDAY, now=now)


def test_who_may_stand_in_knows_the_work_there_and_gets_no_wider_powers(s: Session, town: Town, now: datetime) -> None:
    west = town.newcomer(s, "西网格", Role.GRID, "west-1")
    admin = town.newcomer(s, "管理员", Role.ADMIN, "town")
    assert [p.id for p in helpers(s, town.grid_a)] == [town.grid_b.id, town.village.id, town.post.id]
    assert [p.id for p in helpers(s, town.village)] == [town.post.id], "never somebody of a grid for the whole village"
    assert [p.id for p in helpers(s, town.leader)] == [town.post.id]
    assert helpers(s, town.resident) == []
    for who in (west, admin, town.resident, town.grid_a):
        with pytest.raises(Refused):
            be_away(s, town.grid_a, who.id, TODAY, FRIDAY, now=now)


def test_the_deputy_holds_marked_copies_until_the_last_day_is_over(
    s: Session, town: Town, now: datetime, away: Absence
) -> None:
    deputy = again(s, town.grid_b)
    assert deputy.reaches(Can.VERIFY, town.areas["east-1"].path)
    assert deputy.answers_for == {town.grid_a.id, town.grid_b.id}
    grant = s.exec(select(Grant).where(Grant.standing_for == town.grid_a.id)).one()
    assert grant.until == datetime(2026, 11, 28, tzinfo=now.tzinfo)
    turn_days(s, now=now + timedelta(days=4))
    assert lent(s, town.grid_b) == ["grid"]
    turn_days(s, now=datetime(2026, 11, 28, 0, 1, tzinfo=now.tzinfo))
    assert lent(s, town.grid_b) == []
    assert away.ended_at is not None
    assert not again(s, town.grid_b).reaches(Can.VERIFY, town.areas["east-1"].path)
    assert notices_to(s, town.grid_b.id) == ["standing.begun", "standing.ended"]
    assert notices_to(s, town.grid_a.id) == ["standing.ended"]


def test_it_begins_by_itself_on_its_first_day(s: Session, town: Town, now: datetime) -> None:
    be_away(s, town.grid_a, town.grid_b.id, FRIDAY, FRIDAY, now=now)
    assert lent(s, town.grid_b) == []
    assert notices_to(s, town.grid_b.id) == ["standing.begun"], "told at once, not on the morning itself"
    turn_days(s, now=now + timedelta(days=4))
    turn_days(s, now=now + timedelta(days=4))
    assert lent(s, town.grid_b) == ["grid"]


def test_administrators_and_custodians_lend_nothing_of_that(s: Session, town: Town, now: datetime) -> None:
    for role in (Role.ADMIN, Role.CUSTODIAN, Role.OWNER, Role.VOLUNTEER):
        s.add(Grant(person_id=town.post.id, role=role.value, area_id=town.id_of("town"), since=now))
    other = town.newcomer(s, "赵岗", Role.POST, "town")
    s.flush()
    be_away(s, again(s, town.post), other.id, TODAY, FRIDAY, now=now)
    assert lent(s, other) == ["post"]


def test_what_is_lent_is_not_lent_on(s: Session, town: Town, now: datetime, away: Absence) -> None:
    del away
    deputy = again(s, town.grid_b)
    with pytest.raises(Refused, match="代班"):
        be_away(s, deputy, town.village.id, TODAY, FRIDAY, now=now)
    with pytest.raises(Refused, match="销假"):
        be_away(s, town.grid_a, town.village.id, TODAY, FRIDAY, now=now)
    assert town.grid_a.id not in [p.id for p in helpers(s, town.village)], "who is away stands in for nobody"


@pytest.mark.parametrize(("first", "last"), [(-1, 3), (3, 1), (0, standing_in.LONGEST_DAYS)])
def test_impossible_days_are_refused(s: Session, town: Town, now: datetime, first: int, last: int) -> None:
    days = TODAY + timedelta(days=first), TODAY + timedelta(days=last)
    with pytest.raises(Refused, match="日子"):
        be_away(s, town.grid_a, town.grid_b.id, *days, now=now)


def test_the_cases_stay_with_who_is_away_and_are_in_the_deputy_s_hand(
    s: Session, town: Town, now: datetime, away: Absence
) -> None:
    far = whistle(s, town, now, area_id=town.id_of("west-1"))
    far.assignee_id, far.step = town.grid_a.id, "verifying"  # beyond the deputy's areas
    s.flush()
    deputy = again(s, town.grid_b)
    assert inbox_of(s, deputy, now) == [far]
    hazards.confirm(s, deputy, far.id or 0, now=now)
    assert far.assignee_id == town.grid_a.id
    assert hazards.history(s, far)[-1].who_id == town.grid_b.id
    assert standing_in.deputy_of(s, town.grid_a.id) == s.get(Person, town.grid_b.id)
    standing_in.end(s, town.grid_a, away.id or 0, now=now)
    assert standing_in.deputy_of(s, town.grid_a.id) is None
    with pytest.raises(Refused):
        hazards.hazard_for(s, again(s, town.grid_b), far.id or 0, Can.SEE_HAZARDS)


def test_notices_digests_and_late_first_looks_go_to_the_deputy_instead(
    s: Session, town: Town, now: datetime, away: Absence
) -> None:
    del away
    hazard = whistle(s, town, now, evacuation=True)
    hazards.assign(s, town.post, hazard.id or 0, town.grid_a.id, now=now)
    assert notices_to(s, town.grid_a.id) == []
    assert notices_to(s, town.grid_b.id)[-1] == "hazard.assigned"
    later = now + timedelta(hours=24, minutes=1)
    told = {digest.person_id for digest in reminders.due_digests(s, now=later)}
    assert town.grid_b.id in told
    assert town.grid_a.id not in told
    reminders.queue_overdue(s, now=later)
    assert notices_to(s, town.grid_b.id)[-1] == "hazard.overdue"
    assert notices_to(s, town.grid_a.id) == []


def test_a_fire_alarm_reaches_both(s: Session, town: Town, now: datetime, away: Absence) -> None:
    del away
    alarms.raise_alarm(s, town.resident, "东村着火了", town.id_of("east-1"), now=now)
    assert "emergency" in notices_to(s, town.grid_a.id)
    assert "emergency" in notices_to(s, town.grid_b.id)


def test_a_deputy_who_cannot_be_reached_or_is_kept_out_of_a_case_gets_no_notice_for_another(
    s: Session, town: Town, now: datetime, away: Absence
) -> None:
    del away
    assert deputies(s).instead([town.grid_a.id, town.post.id]) == [town.grid_b.id, town.post.id]
    assert deputies(s).instead([town.grid_a.id], but=[town.grid_b.id]) == [town.grid_a.id]
    s.get_one(Person, town.grid_b.id).reachable = False
    s.flush()
    assert deputies(s).instead([town.grid_a.id]) == [town.grid_a.id]
    del now


def test_either_of_the_two_and_who_invites_there_ends_it_early(s: Session, town: Town, now: datetime) -> None:
    admin = town.newcomer(s, "管理员", Role.ADMIN, "town")
    for n, who in enumerate((town.grid_a, town.grid_b, town.post, admin)):
        absence = be_away(s, town.grid_a, town.grid_b.id, TODAY, FRIDAY, now=now)
        standing_in.end(s, again(s, who), absence.id or 0, now=now + timedelta(minutes=n))
        assert lent(s, town.grid_b) == []
        with pytest.raises(Refused):
            standing_in.end(s, who, absence.id or 0, now=now)
    absence = be_away(s, town.grid_a, town.grid_b.id, TODAY, FRIDAY, now=now)
    for who in (town.village, town.resident, town.leader):
        with pytest.raises(Refused):
            standing_in.end(s, who, absence.id or 0, now=now)


def test_who_leaves_the_service_takes_the_lent_roles_along(
    s: Session, town: Town, now: datetime, away: Absence
) -> None:
    assert invites.end_roles(s, town.post, town.grid_a.id, now=now) == 1
    assert lent(s, town.grid_b) == []
    assert away.ended_at is not None
    assert again(s, town.grid_b).has(Role.GRID), "the deputy's own role stays"


def test_a_deputy_who_leaves_stands_in_no_more(s: Session, town: Town, now: datetime, away: Absence) -> None:
    assert invites.end_roles(s, town.post, town.grid_b.id, now=now) == 2
    assert away.ended_at is not None
    assert again(s, town.grid_b).held == ()
    assert "standing.ended" in notices_to(s, town.grid_a.id)


def test_a_role_that_is_only_lent_does_not_stand_in_the_way_of_an_own_one(
    s: Session, town: Town, now: datetime, away: Absence
) -> None:
    invites.grant_role(s, town.grid_b.id, Role.GRID, town.id_of("east-1"), now=now)
    standing_in.end(s, town.grid_b, away.id or 0, now=now)
    assert again(s, town.grid_b).reaches(Can.VERIFY, town.areas["east-1"].path)


def test_a_role_of_one_s_own_and_the_same_one_lent_end_at_the_same_moment(
    s: Session, town: Town, now: datetime, away: Absence
) -> None:
    del away
    invites.grant_role(s, town.grid_b.id, Role.GRID, town.id_of("east-1"), now=now)
    assert invites.end_roles(s, None, town.grid_b.id, now=now) == 3
    assert again(s, town.grid_b).held == ()


def test_the_list_of_staff_says_what_is_only_lent(s: Session, town: Town, now: datetime, away: Absence) -> None:
    del now, away
    found = invites.colleague(s, town.post, town.grid_b.id)
    assert found.titles == ["网格员（东村一网格），代班", "网格员（东村二网格）"]


def test_a_deputy_still_never_judges_their_own_repair(s: Session, town: Town, now: datetime, away: Absence) -> None:
    del away
    hazard = whistle(s, town, now)
    deputy = again(s, town.grid_b)
    deskwork.claim(s, deputy, hazard.id or 0, now=now)
    hazards.confirm(s, deputy, hazard.id or 0, now=now)
    hazards.rectified(s, deputy, hazard.id or 0, media=[hazards.Media("photo", "f", "u")], now=now)
    assert deadlines.running(s, "hazard", hazard.id or 0, "recheck") is not None
    with pytest.raises(Refused, match="另一位"):
        hazards.recheck(s, deputy, hazard.id or 0, passed=True, now=now)
    assert town.grid_b.id in people_with(s, Can.VERIFY, town.areas["east-1"].path)
