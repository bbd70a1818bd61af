"""Plans: a season and a grave danger bring patrols forward, spread over the days; nothing is ever put off."""

from collections import Counter
from datetime import date, timedelta

import pytest

from models import deadlines, hazards, patrols, plans
from models.calendar import local
from models.hazards import Media
from models.places import Place
from models.rules import Rules, Season

PHOTO = Media("photo", "file-1", "u-1")
FOREST = Season("森林防火期", 7, kinds=("village",), since="07-10", until="10-10")
RULES = Rules(seasons=(FOREST,))


@pytest.fixture
def add(s, town, now):
    """Return a function that adds a place whose next patrol is so many days away."""

    def make(name: str, days: int, area: str = "east-1", kind: str = "village") -> Place:
        at = town.areas[area]
        place = Place(code=name, name=name, kind=kind, area_id=at.id, area_path=at.path, created_at=now)
        s.add(place)
        s.flush()
        patrols.plan(s, place, local(now).date() + timedelta(days=days), now=now)
        return place

    return make


def brought_forward(s, now) -> int:
    rounds = 0
    while plans.follow_seasons(s, now=now):
        rounds += 1
    return rounds


def test_a_season_that_begins_spreads_its_patrols_over_its_cycle(s, add, now):
    s.info["rules"] = RULES
    summer = now.replace(month=7, day=10)
    far = [add(f"{area}的{n}", 260, area) for area, many in (("east-1", 100), ("east-2", 5)) for n in range(many)]
    near, shop = add("近的", 1), add("小店", 260, kind="shop")
    for place in (near, *far, shop):
        place.next_patrol_on = local(summer).date() + timedelta(days=3 if place is near else 40)
    assert brought_forward(s, now) == 0, "not in November"
    assert brought_forward(s, summer) == 3, "fifty at once"
    assert near.next_patrol_on == date(2026, 7, 13)
    assert shop.next_patrol_on == date(2026, 8, 19)
    for area, most in (("east-1", 8 * 2), ("east-2", 1)):
        days = Counter(place.next_patrol_on for place in far if place.area_path.endswith(f"/{area}/"))
        assert set(days) <= {date(2026, 7, 10) + timedelta(days=n) for n in range(1, 8)}
        assert max(days.values()) <= most
    clock = deadlines.running(s, "patrol", far[0].id, "patrol")
    assert (local(clock.due_at).date(), clock.rule) == (far[0].next_patrol_on, "巡查周期（森林防火期）")
    assert [bool(old.met_at) for old in deadlines.deadlines_of(s, "patrol", far[0].id)] == [False, False]
    assert brought_forward(s, summer) == 0, "safe to repeat"


def test_in_the_season_the_next_patrol_is_sooner_and_after_it_the_ordinary_one(s, town, add, now):
    s.info["rules"] = RULES
    place = add("老寨子", 0)
    for day, cycle in ((date(2026, 10, 10), 7), (date(2026, 10, 11), 30)):
        moment = now.replace(month=day.month, day=day.day)
        patrols.log(s, town.grid_a, place.id, outcome="done", now=moment)
        assert place.next_patrol_on == day + timedelta(days=cycle)


@pytest.mark.parametrize(("severity", "days"), [("serious", 15), ("urgent", 15), ("ordinary", 29)])
def test_a_grave_danger_that_was_confirmed_brings_the_next_patrol_forward(s, town, add, now, severity, days):
    shop, today = add("小店", 29, kind="shop"), local(now).date()
    case = hazards.report(s, town.resident, kind="A01", severity=severity, place_text="小店", detail="后门堵了",
                          area_id=shop.area_id, place_id=shop.id, now=now)  # fmt: skip
    assert shop.next_patrol_on == today + timedelta(days=29), "a report alone moves nothing"
    hazards.assign(s, town.village, case.id, town.grid_a.id, now=now)
    hazards.confirm(s, town.grid_a, case.id, note="属实", media=[PHOTO], now=now)
    assert shop.next_patrol_on == today + timedelta(days=days)
    later = now + timedelta(hours=1)
    patrols.log(s, town.grid_a, shop.id, outcome="done", claimed_at=later, now=later)
    assert shop.next_patrol_on == today + timedelta(days=15 if days == 15 else 30), "while it is open"


def test_what_is_planned_sooner_or_gone_is_left_alone(s, add, now):
    soon, gone = add("近的", 3), add("走了的", 100)
    gone.status = "vacant"
    for place in (soon, gone):
        before = place.next_patrol_on
        plans.bring_forward(s, place, local(now).date() + timedelta(days=5), "规则", now=now)
        assert place.next_patrol_on == before
