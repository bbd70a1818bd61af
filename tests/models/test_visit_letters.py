"""Letters to a door that stayed shut: when one is due, what it plans, and who may answer it."""

from datetime import date, timedelta

import pytest

from models import deadlines, patrols, place_links, place_merging, visit_letters
from models.base import Refused
from models.calendar import local
from models.hazards import Media
from models.places import Place
from models.rules import Rules
from tests.models.conftest import notices_to

THURSDAY = date(2026, 11, 26)


@pytest.fixture
def owner(s, town):
    return town.newcomer(s, "老板")


@pytest.fixture
def shop(s, town, owner, now) -> Place:
    at = town.areas["east-1"]
    place = Place(code="zj", name="张记面馆", kind="catering", area_id=at.id, area_path=at.path, created_at=now,
                  owner_id=owner.id)  # fmt: skip
    s.add(place)
    s.flush()
    return place


@pytest.fixture
def visit(s, town, shop, now):
    """Return a function by which the grid worker stands before the shop, so many hours from now."""

    def go(outcome: str = "locked", hours: float = 0) -> None:
        moment = now + timedelta(hours=hours)
        patrols.log(s, town.grid_a, shop.id, outcome=outcome, claimed_at=moment, now=moment)

    return go


@pytest.fixture
def letter(s, town, shop, visit, now):
    """The letter after two tries."""
    visit()
    visit("refused", 3)
    return visit_letters.write(s, town.grid_a, shop.id, now=now + timedelta(hours=4))


def test_a_letter_is_due_after_so_many_tries_and_not_before(s, town, shop, visit, now):
    visit()
    assert not visit_letters.is_due(s, shop)
    with pytest.raises(Refused, match="连续 2 次"):
        visit_letters.write(s, town.grid_a, shop.id, now=now)
    s.info["rules"] = Rules(tries_until_letter=1)
    assert visit_letters.is_due(s, shop)
    visit("done", 1)
    assert not visit_letters.is_due(s, shop)


def test_it_is_numbered_plans_the_next_visit_and_reaches_the_responsible_person(s, town, shop, owner, letter, now):
    assert (letter.year, letter.number) == (2026, 1)
    assert [local(moment).hour for moment in letter.tried_at] == [10, 13]
    assert letter.again_on == shop.next_patrol_on == date(2026, 11, 28)
    clock = deadlines.running(s, "patrol", shop.id, "patrol")
    assert (local(clock.due_at).date(), clock.rule) == (date(2026, 11, 28), "消防安全巡查联系单")
    assert notices_to(s, owner.id) == ["visit.letter"]
    assert visit_letters.write(s, town.grid_a, shop.id, now=now + timedelta(hours=5)) == letter, "a second tap"
    assert not visit_letters.is_due(s, shop)


@pytest.mark.usefixtures("letter")
def test_after_more_tries_there_is_another_one_and_nobody_asks_once_somebody_is_in(s, town, shop, visit, now):
    visit("locked", 30)
    assert not visit_letters.is_due(s, shop)
    visit("locked", 60)
    second = visit_letters.write(s, town.grid_a, shop.id, now=now + timedelta(hours=61))
    assert (second.number, len(second.tried)) == (2, 2)
    assert visit_letters.current(s, shop.id) == second
    visit("done", 70)
    assert visit_letters.current(s, shop.id) is None
    with pytest.raises(Refused, match="没有联系单"):
        visit_letters.letter_for(s, town.grid_a, shop.id)


@pytest.mark.usefixtures("letter")
def test_leaving_it_is_one_tap_and_a_picture_is_optional(s, town, shop, now):
    later = now + timedelta(hours=6)
    assert visit_letters.leave(s, town.grid_a, shop.id, now=later).left_at == later
    photo = Media("photo", "f", "u")
    shown = visit_letters.show_left(s, town.grid_a, shop.id, [photo], now=later + timedelta(hours=1))
    s.expire_all()
    assert (shown.left_at, shown.media) == (later, [list(photo)])


@pytest.mark.usefixtures("letter")
def test_only_who_patrols_there_writes_and_leaves(s, town, shop, now):
    for who in (town.grid_b, town.resident, town.leader):
        for act in (visit_letters.write, visit_letters.leave):
            with pytest.raises(Refused, match="没有找到"):
                act(s, who, shop.id, now=now)


def test_the_responsible_person_names_half_a_day_and_may_change_it(s, town, shop, owner, letter, now):
    later = now + timedelta(hours=6)
    assert visit_letters.offered(later)[:3] == [(date(2026, 11, 24), True), (date(2026, 11, 24), False),
                                                (date(2026, 11, 25), True)]  # fmt: skip
    visit_letters.meet(s, owner, shop.id, THURSDAY, morning=False, now=later)
    for _ in range(3):
        visit_letters.meet(s, owner, shop.id, THURSDAY, morning=True, now=later)
    assert (letter.met_on, letter.met_morning, shop.next_patrol_on) == (THURSDAY, True, THURSDAY)
    due = local(deadlines.running(s, "patrol", shop.id, "patrol").due_at)
    assert (due.date(), due.hour) == (THURSDAY, 12)
    assert visit_letters.meetings(s, [shop]) == {shop.id: letter}
    assert notices_to(s, town.grid_a.id).count("visit.answered") == 2, "once for each half day"
    with pytest.raises(Refused, match="重新点一个"):
        visit_letters.meet(s, owner, shop.id, date(2026, 11, 29), morning=True, now=later)


def test_a_letter_goes_with_the_place_that_was_merged(s, town, shop, letter, now):
    at, later = town.areas["east-1"], now + timedelta(hours=6)
    other = Place(code="zj2", name="张记", kind="catering", area_id=at.id, area_path=at.path, created_at=now)
    s.add(other)
    s.flush()
    place_merging.merge(s, town.post, shop.id, other.id, now=later)
    s.expire_all()
    assert visit_letters.letter_for(s, town.grid_a, shop.id) == letter
    assert visit_letters.write(s, town.grid_a, shop.id, now=later) == letter
    met = visit_letters.meet(s, town.resident, shop.id, THURSDAY, morning=True, code=letter.code, now=later)
    assert (met.place_id, other.next_patrol_on) == (other.id, THURSDAY)


def test_who_holds_the_code_of_the_letter_may_answer_and_nobody_else(s, town, shop, letter, visit, now):
    later, code = now + timedelta(hours=6), letter.code
    poster = place_links.add(s, town.post, shop.id, now=now).payload
    visit_letters.meet(s, town.resident, shop.id, THURSDAY, morning=True, code=code, now=later)
    assert letter.met_on == THURSDAY
    forged = (town.resident, code[:-2] + "00")
    for who, wrong in ((town.resident, ""), forged, (town.village, ""), (town.resident, poster)):
        with pytest.raises(Refused, match="没有找到"):
            visit_letters.meet(s, who, shop.id, THURSDAY, morning=True, code=wrong, now=later)
    shop.status = "closed"
    with pytest.raises(Refused, match="已关闭"):
        visit_letters.meet(s, town.resident, shop.id, THURSDAY, morning=False, code=code, now=later)
    shop.status = "open"
    for hours in (30, 60):
        visit("locked", hours)
    second = visit_letters.write(s, town.grid_a, shop.id, now=now + timedelta(hours=61))
    assert visit_letters.to_answer(s, town.resident, shop.id, second.code) == second
    with pytest.raises(Refused, match="换了新的"):
        visit_letters.to_answer(s, town.resident, shop.id, code)
    visit("done", 70)
    with pytest.raises(Refused, match="不用再约"):
        visit_letters.to_answer(s, town.resident, shop.id, code)
