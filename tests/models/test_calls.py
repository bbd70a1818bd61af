"""Calls (吹哨报到): a grave case calls its posts, each reports in once, and a post that does not come is on a list."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from models import calls, hazards, recusals, teamwork
from models.base import Refused
from models.calendar import add_working_hours
from models.hazards import Hazard
from models.lifecycle import Relation
from models.people import Actor
from models.rules import ZONE, Rules, rules_of
from tests.models.conftest import NOW, Town, inbox_of, notices_to
from tests.models.teams import POSTS, place, staff


@pytest.fixture
def held(s: Session, town: Town) -> dict[str, Actor]:
    """Every post of the demo town's file is held by somebody."""
    return staff(s, town)


def whistle(s: Session, town: Town, **more: Any) -> Hazard:
    """A resident reports petrol in a shop: enforcement leads, economy and safety are called, and the village."""
    given = {"kind": "A07", "severity": "serious", "place_text": "门面", "detail": "囤汽油"}
    given["area_id"] = town.id_of("east-1")
    return hazards.report(s, town.resident, now=NOW, **given | more)  # type: ignore[arg-type]


def posts(s: Session, hazard: Hazard) -> dict[str, int | None]:
    """Return the called posts and who reported in."""
    return {each.post: each.person_id for each in calls.calls_of(s, hazard.id or 0)}


def test_a_grave_report_calls_its_posts_by_itself_and_tells_each_person_once(
    s: Session, town: Town, held: dict[str, Actor]
) -> None:
    hazard = whistle(s, town)
    assert posts(s, hazard) == dict.fromkeys(["enforcement", "economy", "safety", "village"])
    assert [(row.act, row.by, row.who_id) for row in hazards.history(s, hazard)][1] == ("called", "system", None)
    for post in ("enforcement", "economy", "safety"):
        assert notices_to(s, held[post].id) == ["hazard.called"]
        assert inbox_of(s, held[post]) == [hazard]
    assert notices_to(s, town.village.id) == ["hazard.reported"]  # the same card, with the same button
    assert notices_to(s, held["welfare"].id) == []


@pytest.mark.usefixtures("held")
def test_an_ordinary_one_calls_nobody_unless_the_town_says_so(s: Session, town: Town) -> None:
    assert posts(s, whistle(s, town, severity="ordinary")) == {}
    s.info["rules"] = Rules(posts=POSTS, call_severities=("ordinary",))
    assert "village" in posts(s, whistle(s, town, severity="ordinary"))
    assert posts(s, whistle(s, town)) == {}


@pytest.mark.usefixtures("held")
def test_the_time_to_report_in_is_told_to_the_half_hour(s: Session, town: Town) -> None:
    serious, urgent = whistle(s, town), whistle(s, town, severity="urgent")
    due = [calls.calls_of(s, hazard.id or 0)[0].due_at for hazard in (serious, urgent)]
    assert due == [datetime(2026, 11, 23, 16, 0, tzinfo=ZONE), datetime(2026, 11, 23, 11, 0, tzinfo=ZONE)]


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [((2026, 11, 23, 10), 4, (2026, 11, 23, 16)), ((2026, 11, 23, 17), 4, (2026, 11, 24, 12)),
     ((2026, 9, 30, 17), 4, (2026, 10, 8, 12)), ((2026, 10, 10, 17, 30), 1, (2026, 10, 12, 9, 30))],
)  # fmt: skip
def test_working_hours_leave_out_lunch_nights_and_holidays_but_not_make_up_days(
    s: Session, start: tuple[int, ...], hours: int, end: tuple[int, ...]
) -> None:
    begun, due = datetime(*start, tzinfo=ZONE), datetime(*end, tzinfo=ZONE)  # type: ignore[misc]
    assert add_working_hours(begun, hours, rules_of(s)) == due


def test_one_tap_reports_in_and_a_second_one_of_the_post_is_refused(
    s: Session, town: Town, held: dict[str, Actor]
) -> None:
    hazard = whistle(s, town)
    colleague = town.newcomer(s, "冯二", post="economy", role=town.post.held[0].role.DEPARTMENT)
    assert hazards.relation_of(s, held["economy"], hazard) is Relation.CALLED
    teamwork.report_in(s, held["economy"], hazard.id or 0, now=NOW)
    assert posts(s, hazard)["economy"] == held["economy"].id
    last = hazards.history(s, hazard)[-1]
    assert (last.act, last.by, last.who_id, last.note) == ("reported_in", "called", held["economy"].id, "经济发展岗")
    for who in (held["economy"], colleague, town.post):
        with pytest.raises(Refused, match="报到"):
            teamwork.report_in(s, who, hazard.id or 0, now=NOW)
    assert inbox_of(s, held["economy"]) == []


def test_posts_are_called_by_hand_once_and_only_if_somebody_can_come(
    s: Session, town: Town, held: dict[str, Actor]
) -> None:
    shop = place(s, town, "shop", owner_id=held["welfare"].id)
    hazard = whistle(s, town, severity="ordinary", place_id=shop.id)
    assert set(teamwork.callable_posts(s, hazard)) == set(POSTS) - {"welfare"}
    teamwork.call(s, town.post, hazard.id or 0, ["economy"], now=NOW)
    assert "economy" not in teamwork.callable_posts(s, hazard)
    for again in (["economy"], ["welfare"], ["moon"], []):
        with pytest.raises(Refused, match=r"请重新选择|请至少选一个"):
            teamwork.call(s, town.post, hazard.id or 0, again, now=NOW)
    with pytest.raises(Refused, match="没有找到"):
        teamwork.call(s, town.grid_a, hazard.id or 0, ["safety"], now=NOW)
    teamwork.report_in(s, held["economy"], hazard.id or 0, now=NOW)
    assert notices_to(s, town.post.id)[-1] == "hazard.reported_in"  # who whistled by hand


def test_a_post_of_the_places_own_people_is_not_called(s: Session, town: Town, held: dict[str, Actor]) -> None:
    shop = place(s, town, "shop", owner_id=held["economy"].id)
    hazard = whistle(s, town, place_id=shop.id)
    assert "economy" not in posts(s, hazard)
    assert notices_to(s, held["economy"].id) == []


def test_a_post_that_does_not_come_is_on_the_list_and_the_fire_post_hears_once(
    s: Session, town: Town, held: dict[str, Actor]
) -> None:
    hazard = whistle(s, town)
    teamwork.report_in(s, held["economy"], hazard.id or 0, now=NOW)
    late = NOW + timedelta(hours=6, minutes=1)
    for who in (town.post, town.leader, town.village):
        assert [call.post for call, _ in teamwork.late_calls(s, who, now=late)] == ["enforcement", "safety", "village"]
    assert teamwork.late_calls(s, town.grid_b, now=late) == []
    assert teamwork.late_calls(s, town.post, now=NOW) == []
    assert teamwork.queue_late(s, now=late) == 1
    assert teamwork.queue_late(s, now=late) == 0
    assert notices_to(s, town.post.id).count("hazard.uncalled") == 1
    assert "hazard.uncalled" not in notices_to(s, town.leader.id)
    hazards.refer(s, town.post, hazard.id or 0, to="县里", note="超出权限", now=late)
    assert teamwork.late_calls(s, town.post, now=late) == []


@pytest.mark.usefixtures("held")
def test_who_stepped_back_reads_of_no_late_post(s: Session, town: Town) -> None:
    hazard = whistle(s, town)
    recusals.recuse(s, town.village, hazard.id or 0, "own", now=NOW)
    late = NOW + timedelta(hours=7)
    assert teamwork.late_calls(s, town.village, now=late) == []
    assert len(teamwork.late_calls(s, town.post, now=late)) == 4
