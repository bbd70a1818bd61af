"""Self-checks: only the responsible person, one card a month, a merit and never a fault; binding by a one-time link."""

from datetime import UTC, date, datetime, timedelta

import pytest

from models import hazards, invites, place_owners, relapses, self_checks, self_rounds
from models.base import Refused
from models.hazards import Hazard
from models.people import Person, Role, actor_of
from models.places import CLOSED, Place
from models.rules import ZONE, Rules
from models.self_checks import Finding
from tests.models.conftest import notices_to
from tests.models.test_hazards import PHOTO
from tests.models.test_owners import open_shop

HOSE = Finding("catering-05", "软管没老化", "A06", "serious", days=7, note="管子硬了", media=[PHOTO])
FIRE = Finding("catering-02", "灭火器在原位", "A09", "ordinary", note="买了新的")


@pytest.fixture
def boss(s, town):
    return town.newcomer(s, "张老板", Role.OWNER, "east-1")


@pytest.fixture
def shop(s, town, boss, now):
    return open_shop(s, town, boss, now)


def check(s, who, place, *findings, now):
    return self_checks.check(s, who, place, findings, version="v1", now=now)


def close(s, town, hazard, now):
    """Let the officers sign the hazard off."""
    hazards.assign(s, town.post, hazard.id, town.grid_a.id, now=now)
    hazards.confirm(s, town.grid_a, hazard.id, now=now)
    hazards.rectified(s, town.grid_a, hazard.id, media=[PHOTO], now=now)
    hazards.recheck(s, town.village, hazard.id, passed=True, now=now)


def test_nobody_checks_in_the_stead_of_the_responsible_person(s, town, boss, shop, now):
    other = town.newcomer(s, "李老板", Role.OWNER, "east-1")
    for who in (town.grid_a, town.village, town.post, town.leader, town.resident, other):
        with pytest.raises(Refused, match="没有找到"):
            check(s, who, shop, now=now)
        with pytest.raises(Refused, match="没有找到"):
            self_checks.commit(s, who, shop, "我承诺", now=now)
    s.get_one(Place, shop).status = CLOSED
    with pytest.raises(Refused, match="没有营业"):
        check(s, boss, shop, now=now)


def test_what_waits_is_a_case_under_the_own_name_and_goes_the_ordinary_way(s, town, boss, shop, now):
    done = check(s, boss, shop, HOSE, FIRE, now=now)
    assert (done.found, done.mended, done.month) == (2, 1, "2026-11")
    hazard = s.get_one(Hazard, done.items[0]["hazard"])
    assert (hazard.source, hazard.place_id, hazard.step, hazard.severity) == ("self", shop, "reported", "serious")
    assert "打算 7 天内改好：管子硬了" in hazards.words_of(hazard)
    assert [(step.who_id, step.by) for step in hazards.history(s, hazard)] == [(boss.id, "owner")]
    assert "hazard.reported" in notices_to(s, town.post.id)
    assert self_checks.merits(s, shop, 2026) == 1
    close(s, town, hazard, now)
    # Somebody was sent; then the repair and its end are told to the responsible person, and not to the reporter too.
    assert notices_to(s, hazard.reporter_alias) == ["hazard.progress"]
    assert notices_to(s, boss.id) == ["place.hazard", "place.hazard"]
    assert self_checks.merits(s, shop, 2026) == 2
    assert self_checks.merits(s, shop, 2025) == 0


def test_it_is_never_held_against_them(s, town, boss, shop, now):
    first = s.get_one(Hazard, check(s, boss, shop, HOSE, now=now).items[0]["hazard"])
    close(s, town, first, now)
    given = {"kind": "A06", "severity": "ordinary", "place_text": "张记", "detail": "管子老化", "area_id": None}
    found = hazards.report(s, town.grid_a, **{**given, "area_id": town.id_of("east-1")}, place_id=shop,
                           source="patrol", now=now + timedelta(days=3))  # fmt: skip
    assert (found.relapse_of, found.severity) == (None, "ordinary"), "what was found by oneself makes no relapse"
    close(s, town, found, now + timedelta(days=3))
    later = now + timedelta(days=10)
    again = check(s, boss, shop, HOSE, now=later)
    hazard = s.get_one(Hazard, again.items[0]["hazard"])
    assert hazard.id != first.id
    assert hazard.relapse_of is None
    assert relapses.earlier(s, hazard, "A06", now=later) is None


def test_what_is_still_there_in_another_month_is_noted_with_its_case(s, town, boss, shop, now):
    first = check(s, boss, shop, HOSE, now=now).items[0]["hazard"]
    later = check(s, boss, shop, HOSE, now=now + timedelta(days=35))
    assert (later.month, later.items[0]["hazard"], later.items[0]["end"]) == ("2026-12", first, "waits")
    hazard = s.get_one(Hazard, first)
    note = hazards.history(s, hazard)[-1]
    assert (note.note, note.by) == ("负责人自查时还没有整改，打算 7 天内改好：管子硬了", "owner")
    close(s, town, hazard, now + timedelta(days=36))
    assert check(s, boss, shop, HOSE, now=now + timedelta(days=70)).items[0]["hazard"] != first


def test_a_card_of_the_same_month_takes_the_place_of_the_one_before(s, boss, shop, now):
    first = check(s, boss, shop, HOSE, FIRE, now=now)
    case = first.items[0]["hazard"]
    again = check(s, boss, shop, HOSE, now=now + timedelta(days=2))
    assert again.id == first.id
    assert [(item["key"], item["hazard"]) for item in again.items] == [("catering-05", case), ("catering-02", None)]
    good = check(s, boss, shop, now=now + timedelta(days=3))
    assert (good.found, good.mended) == (2, 1), "what was found this month stays found"
    assert check(s, boss, shop, now=now + timedelta(days=10)).id != first.id


def test_the_promise_is_given_once_a_year_with_the_words_that_were_read(s, town, boss, shop, now):
    first = self_checks.commit(s, boss, shop, "不堵出口", now=now)
    assert self_checks.commit(s, boss, shop, "别的话", now=now + timedelta(days=1)).words == first.words == "不堵出口"
    assert self_checks.commit(s, boss, shop, "别的话", now=now + timedelta(days=60)).year == 2027
    assert self_checks.commitment_for(s, town.leader, shop, 2026)[1] == first
    with pytest.raises(Refused, match="没有找到"):
        self_checks.commitment_for(s, town.grid_b, shop, 2026)


@pytest.mark.parametrize(
    ("month", "day", "first"),
    [(date(2026, 12, 5), 1, date(2026, 12, 1)), (date(2026, 11, 23), 1, date(2026, 11, 2)),
     (date(2026, 10, 9), 1, date(2026, 10, 8)), (date(2026, 12, 1), 5, date(2026, 12, 7))],
)  # fmt: skip
def test_the_card_goes_out_on_a_working_day(month, day, first):
    assert self_rounds.first_day(month, Rules(self_check_day=day)) == first


@pytest.mark.usefixtures("shop")
def test_one_card_a_month_one_reminder_and_neither_to_who_is_done(s, town, boss, now):
    lee = town.newcomer(s, "李老板", Role.OWNER, "east-1")
    s.add(Place(code="lee", name="李记", kind="shop", area_id=town.id_of("east-1"),
                area_path="/county/town/east/east-1/", owner_id=lee.id, created_at=now))  # fmt: skip
    s.flush()
    start = datetime(2026, 12, 1, 9, tzinfo=ZONE).astimezone(UTC)
    assert self_rounds.queue_cards(s, now=start - timedelta(hours=3)) == 0
    assert self_rounds.queue_cards(s, now=start) == 2
    check(s, lee, self_checks.own_places(s, lee)[0].id, now=start)
    told = [day for day in range(1, 28) if self_rounds.queue_cards(s, now=start + timedelta(days=day))]
    assert told == [10]
    assert notices_to(s, boss.id) == [self_rounds.CARD, self_rounds.AGAIN]
    assert notices_to(s, lee.id) == [self_rounds.CARD]


def test_villages_are_counted_and_not_ranked(s, town, boss, shop, now):
    close(s, town, s.get_one(Hazard, check(s, boss, shop, HOSE, FIRE, now=now).items[0]["hazard"]), now)
    self_checks.commit(s, boss, shop, "不堵出口", now=now)
    found = self_rounds.totals(s, town.post, 2026, "2026-11")
    assert [(row.name, row.places, row.checked, row.merits, row.promised) for row in found] == [
        ("东村", 1, 1, 2, 1), ("西村", 0, 0, 0, 0),
    ]  # fmt: skip
    assert [row.name for row in self_rounds.totals(s, town.village, 2026, "2026-11")] == ["东村"]
    with pytest.raises(Refused):
        self_rounds.totals(s, town.grid_a, 2026, "2026-11")


def test_a_link_binds_once_and_only_to_a_place_without_a_responsible_person(s, town, boss, shop, now):
    with pytest.raises(Refused, match="已经绑定"):
        invites.invite_owner(s, town.grid_a, shop, now=now)
    with pytest.raises(Refused, match="没有找到"):
        place_owners.unbind(s, town.grid_b, shop, boss.id, now=now)
    place_owners.unbind(s, town.grid_a, shop, boss.id, now=now)
    assert actor_of(s, s.get_one(Person, boss.id)).held == (), "with the last place the role ends"
    assert notices_to(s, boss.id) == ["owner.unbound"]
    for who in (town.grid_b, town.leader, town.resident):
        with pytest.raises(Refused, match="没有找到"):
            invites.invite_owner(s, who, shop, now=now)
    codes = [invites.invite_owner(s, town.grid_a, shop, now=now) for _ in range(3)]
    newcomer, other = (s.get_one(Person, town.newcomer(s, name).id) for name in ("罗老板", "过路人"))
    with pytest.raises(Refused, match="已过期"):
        invites.accept(s, newcomer, codes[2], now=now + timedelta(hours=25))
    invites.accept(s, newcomer, codes[0], now=now)
    assert s.get_one(Place, shop).owner_id == newcomer.id
    assert actor_of(s, newcomer).has(Role.OWNER)
    for code in codes:
        with pytest.raises(Refused), s.begin_nested():
            invites.accept(s, other, code, now=now)
    assert s.get_one(Place, shop).owner_id == newcomer.id
