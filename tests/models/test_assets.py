"""Equipment and papers of a place: who keeps them, one clock for all, what is told, and what a training renews."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from sqlmodel import select

from models import assets, deadlines, reminders, rounds, trainings, upkeep_rounds
from models.assets import AssetEvent, Told
from models.base import Refused
from models.outbox import Outgoing
from models.people import Role
from models.places import CLOSED, OPEN, Place
from models.trainings import Plan, Report
from tests.models.test_owners import open_shop

OLD = Told("powder", date(2019, 12, 1), date(2024, 12, 24), 2)  # to be serviced by 2026-12-24


@pytest.fixture
def boss(s, town):
    return town.newcomer(s, "张老板", Role.OWNER, "east-1")


@pytest.fixture
def shop(s, town, boss, now):
    return open_shop(s, town, boss, now)


def test_the_owner_and_who_keeps_the_ledger_write_others_read_or_find_nothing(s, town, boss, shop, now):
    for who in (boss, town.grid_a, town.village, town.post):
        assert assets.add(s, who, shop, OLD, now=now).due_on == date(2026, 12, 24)
    other = town.newcomer(s, "李老板", Role.OWNER, "east-1")
    for who in (town.grid_b, town.leader, town.resident, other):
        with pytest.raises(Refused, match="没有找到"):
            assets.add(s, who, shop, OLD, now=now)
    assert len(assets.of_place(s, town.leader, shop)[1]) == 4
    for who in (town.grid_b, town.resident, other):
        with pytest.raises(Refused, match="没有找到"):
            assets.of_place(s, who, shop)
        with pytest.raises(Refused, match="没有找到"):
            assets.end(s, who, assets.standing(s, shop)[0].id, now=now)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (Told("powder", None), "年月"),
        (Told("powder", date(2026, 11, 24)), "今天以后"),
        (Told("powder", date(2020, 1, 1), date(2019, 1, 1)), "不能早于"),
        (Told("powder", date(2020, 1, 1), None, 0), "1 到"),
        (Told("bazooka", date(2020, 1, 1)), "没有找到"),
    ],
)
def test_what_cannot_be_is_refused(s, boss, shop, now, told, why):
    with pytest.raises(Refused, match=why):
        assets.add(s, boss, shop, told, now=now)


def test_a_renewal_counts_from_today_and_is_done_once(s, boss, shop, now):
    found = assets.add(s, boss, shop, OLD, now=now)
    due = found.due_on
    done = assets.done(s, boss, found.id, due, media=[("photo", "file", "unique")], now=now)
    assert (done.done_on, done.due_on) == (date(2026, 11, 23), date(2028, 11, 23))
    with pytest.raises(Refused, match="刚才已经办过"):
        assets.done(s, boss, found.id, due, now=now)
    events = assets.history(s, boss, found.id)
    assert [(event.act, event.media) for event in events] == [
        ("service", [["photo", "file", "unique"]]), ("added", []),
    ]  # fmt: skip


def test_what_is_at_its_end_is_replaced_by_a_new_one(s, boss, shop, now):
    found = assets.add(s, boss, shop, Told("powder", date(2014, 3, 1)), now=now)
    assert (found.due_act, found.due_on) == ("scrap", date(2024, 3, 1))
    assets.done(s, boss, found.id, found.due_on, now=now)
    assert (found.made_on, found.done_on, found.due_on) == (date(2026, 11, 23), None, date(2031, 11, 23))
    assets.correct(s, boss, found.id, Told("powder", date(2026, 5, 1), None, 3), now=now)
    assert (found.count, found.due_on) == (3, date(2031, 5, 1))
    assert assets.history(s, boss, found.id)[0].note == "2026-11-23||1"
    assets.end(s, boss, found.id, now=now)
    with pytest.raises(Refused, match="已经撤下"):
        assets.correct(s, boss, found.id, OLD, now=now)


def test_a_place_has_one_clock_that_runs_to_what_is_due_first(s, town, boss, shop, now):
    late = assets.add(s, boss, shop, Told("hose_rubber", date(2025, 6, 1)), now=now)  # 2026-12-01
    assets.add(s, boss, shop, OLD, now=now)
    (clock,) = deadlines.open_of(s, "upkeep", shop)
    assert clock.due_at.date() == date(2026, 12, 1)
    assets.done(s, boss, late.id, late.due_on, now=now)
    (clock,) = deadlines.open_of(s, "upkeep", shop)
    assert clock.due_at.date() == date(2026, 12, 24)
    monday = now + timedelta(days=28)  # 2026-12-21: three days before
    (line,) = reminders.digest_for(s, town.grid_a.id, date(2026, 12, 21), monday)
    assert (line.name, line.clock, line.days_left) == ("张记面馆", "upkeep", 3)


def test_what_is_late_is_told_once_a_week_and_never_higher_up(s, town, boss, shop, now):
    assets.add(s, boss, shop, Told("powder", date(2014, 3, 1)), now=now)
    told = []
    for days in range(1, 15):
        day = now + timedelta(days=days)
        if reminders.digest_for(s, town.grid_a.id, day.date(), day):
            told.append(day.date())
        for above in (town.post, town.leader):
            assert reminders.digest_for(s, above.id, day.date(), day) == []
    assert told == [date(2026, 11, 30), date(2026, 12, 7)]


def test_owners_hear_at_30_7_and_0_days_in_one_message_and_then_once_a_month(s, boss, shop, now):
    assets.add(s, boss, shop, OLD, now=now)
    assets.add(s, boss, shop, Told("insurance", date(2025, 12, 24)), now=now)
    start, days = now.replace(hour=9), []
    for n in range(1, 100):
        if upkeep_rounds.queue_reminders(s, now=start + timedelta(days=n)):
            days.append((date(2026, 12, 24) - (start + timedelta(days=n)).date()).days)
            assert upkeep_rounds.queue_reminders(s, now=start + timedelta(days=n)) == 0, "safe to repeat"
    assert days == [30, 7, 0, -30, -60]
    assert upkeep_rounds.queue_reminders(s, now=start.replace(hour=3) + timedelta(days=1)) == 0, "not at night"
    assert len(upkeep_rounds.told_to(s, boss, date(2026, 12, 17))) == 2
    rows = s.exec(select(Outgoing).where(Outgoing.what == upkeep_rounds.NOTICE)).all()
    assert {row.person_id for row in rows} == {boss.id}


def test_a_word_that_fell_into_an_outage_is_said_once_afterwards(s, boss, shop, now):
    assets.add(s, boss, shop, OLD, now=now)
    start, told = now.replace(hour=9), []
    for n in (1, 2, *range(10, 20), *range(26, 50), *range(64, 70)):  # down at 7 days before and at 30 days late
        at = start + timedelta(days=n)
        if upkeep_rounds.queue_reminders(s, now=at):
            told.append((date(2026, 12, 24) - at.date()).days)
            row = s.exec(select(Outgoing).order_by(Outgoing.id.desc())).first()
            assert upkeep_rounds.told_to(s, boss, at.date(), row.about["missed"])
        rounds.mark_done(s, upkeep_rounds.ROUND, now=at)
    assert told == [30, 5, 0, -33]


def test_the_days_without_a_round_are_counted_over_the_turn_of_the_year(s, now):
    assert rounds.missed_days(s, "x", now=now) == 0
    last = now.replace(month=12, day=30)
    rounds.mark_done(s, "x", now=last)
    assert [rounds.missed_days(s, "x", now=last + timedelta(days=n)) for n in (0, 1, 2, 5)] == [0, 0, 1, 4]


def test_the_round_follows_places_that_close_and_things_that_reach_their_end(s, boss, shop, now):
    ends = assets.add(s, boss, shop, Told("powder", date(2017, 1, 1), date(2024, 12, 1)), now=now)
    assert (ends.due_act, ends.due_on) == ("service", date(2026, 12, 1))
    place = s.get_one(Place, shop)
    place.status = CLOSED
    upkeep_rounds.settle(s, now=now)
    assert deadlines.open_of(s, "upkeep", shop) == []
    place.status = OPEN
    upkeep_rounds.settle(s, now=now)
    assert len(deadlines.open_of(s, "upkeep", shop)) == 1
    upkeep_rounds.settle(s, now=now + timedelta(days=60))
    assert (ends.due_act, ends.due_on) == ("scrap", date(2027, 1, 1))
    (clock,) = deadlines.open_of(s, "upkeep", shop)
    assert clock.due_at.date() == date(2027, 1, 1)


def test_due_lists_end_where_the_reach_ends_and_begin_with_the_longest_overdue(s, town, boss, shop, now):
    for told in (OLD, Told("powder", date(2014, 3, 1)), Told("flue", date(2026, 8, 20))):
        assets.add(s, boss, shop, told, now=now)
    soon, late = now.date() + timedelta(days=31), now.date() - timedelta(days=1)
    for who in (boss, town.grid_a, town.village, town.leader):
        found = [asset.due_on for asset, _ in upkeep_rounds.due_by(s, who, soon, limit=9)]
        assert len(found) == upkeep_rounds.count_due(s, who, soon) == 3
        assert all(one <= other for one, other in pairwise(found))
        assert upkeep_rounds.count_due(s, who, late) == 2
    for who in (town.grid_b, town.resident):
        assert upkeep_rounds.due_by(s, who, soon, limit=9) == []


@pytest.mark.parametrize(("kind", "renewed"), [("drill", True), ("training", False)])
def test_a_drill_on_file_renews_the_line_of_its_place(s, town, boss, shop, now, kind, renewed):
    found = assets.add(s, boss, shop, Told("drill", date(2025, 10, 1)), now=now)
    plan = Plan(kind, "疏散", town.id_of("east"), 30, "张记面馆", shop)
    made, _ = trainings.start(s, town.village, plan, now=now)
    trainings.finish(s, town.village, made.id, Report(3, "疏散", "好", []), now=now)
    assert found.due_on == (date(2027, 11, 23) if renewed else date(2026, 10, 1))
    assert (s.exec(select(AssetEvent).where(AssetEvent.act == "service")).first() is not None) == renewed
