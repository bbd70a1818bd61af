"""What is due today: planned places, those that only a campaign asks for, agreed hours - each to the right people."""

from datetime import date, timedelta

import pytest

from models import campaigns, patrols, visit_letters
from models.calendar import local
from models.due import due_today, nearest
from models.places import Place

HERE = (29.9, 107.7)


@pytest.fixture
def add(s, town, now):
    """Return a function that adds a shop whose next patrol is so many days away."""

    def make(name: str, days: int | None, area: str = "east-1", **more) -> Place:
        at = town.areas[area]
        day = None if days is None else local(now).date() + timedelta(days=days)
        given = {"kind": "shop", "next_patrol_on": day} | more
        place = Place(code=name, name=name, area_id=at.id, area_path=at.path, created_at=now, **given)
        s.add(place)
        s.flush()
        return place

    return make


def names(found) -> list[str]:
    return [one.place.name for one in found]


def test_the_longest_overdue_comes_first_and_only_what_is_ours(s, town, now, add):
    for name, days in {"今天": 0, "明天": 1, "上周": -7, "昨天": -1}.items():
        add(name, days)
    add("没排", None)
    add("并了", -5, status="merged")
    add("搬走半年", -3, status="moved")
    add("别处", -9, "east-2")
    found = due_today(s, town.grid_a, now=now)
    assert names(found) == ["上周", "搬走半年", "昨天", "今天"]
    assert names(due_today(s, town.grid_a, now=now, limit=1)) == ["上周"]
    assert [one.is_late(local(now).date()) for one in found] == [True, True, True, False]
    assert due_today(s, town.resident, now=now) == []


def test_within_a_band_it_is_a_walk_from_a_point(s, town, now, add):
    for name, days, east in (("甲", -9, 3), ("乙", -8, 1), ("丙", -7, 2), ("丁", 0, 0)):
        add(name, days, latitude=HERE[0], longitude=HERE[1] + east / 1000)
    assert names(due_today(s, town.grid_a, now=now)) == ["甲", "丙", "乙", "丁"]
    found = due_today(s, town.grid_a, start=HERE, now=now)
    assert names(found) == ["乙", "丙", "甲", "丁"]
    assert nearest(found, HERE, 500).place.name == "丁"
    assert nearest(found, (30.5, 107.7), 500) is None
    assert nearest([], HERE, 500) is None


def test_a_campaign_asks_for_what_its_own_cycle_does_not_until_somebody_was_there(s, town, now, add):
    late = add("到期的", -1, latitude=HERE[0], longitude=HERE[1])
    ahead = add("没到期的", 20, latitude=HERE[0], longitude=HERE[1] + 0.001)
    other = add("不是这一类", 20, kind="inn", latitude=HERE[0], longitude=HERE[1] + 0.005)
    campaign = campaigns.start(s, town.village, "排查", ["shop"], town.id_of("east"), date(2026, 12, 20), now=now)
    found = due_today(s, town.grid_a, now=now)
    assert [(one.place, one.campaign, one.on) for one in found] == [
        (late, campaign, date(2026, 11, 22)), (ahead, campaign, date(2026, 12, 20)),
    ]  # fmt: skip
    patrols.log(s, town.grid_a, ahead.id, outcome="locked", now=now)
    assert names(due_today(s, town.grid_a, now=now)) == ["到期的"], "not twice on one day"
    in_two_days = now + timedelta(days=2)
    again = {one.place.name: one.campaign for one in due_today(s, town.grid_a, now=in_two_days)}
    assert again == {"到期的": campaign, "没到期的": campaign}
    patrols.log(s, town.grid_a, late.id, outcome="done", now=in_two_days)
    late.next_patrol_on = other.next_patrol_on = local(in_two_days).date()
    tagged = {one.place.name: one.campaign for one in due_today(s, town.grid_a, now=in_two_days)}
    assert tagged == {"到期的": None, "没到期的": campaign, "不是这一类": None}, "entered already, or not its kind"
    ahead.next_patrol_on = None
    s.delete(patrols.last_patrol(s, ahead.id))
    order = names(due_today(s, town.grid_a, start=(HERE[0], HERE[1] + 0.001), now=in_two_days))
    assert order == ["到期的", "不是这一类", "没到期的"], "what is due today does not wait for a campaign"


def test_an_agreed_hour_comes_before_everything(s, town, now, add):
    owner = town.newcomer(s, "老板")
    add("逾期的", -30)
    shop = add("约好的", -1, owner_id=owner.id)
    for hours in (0, 4):
        moment = now + timedelta(hours=hours)
        patrols.log(s, town.grid_a, shop.id, outcome="locked", claimed_at=moment, now=moment)
    later = now + timedelta(hours=5)
    visit_letters.write(s, town.grid_a, shop.id, now=later)
    letter = visit_letters.meet(s, owner, shop.id, date(2026, 11, 24), morning=True, now=later)
    tomorrow = now + timedelta(days=1)
    found = due_today(s, town.grid_a, now=tomorrow)
    assert names(found) == ["约好的", "逾期的"]
    assert [one.meeting for one in found] == [letter, None]
