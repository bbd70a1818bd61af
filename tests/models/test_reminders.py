"""One digest per person per working day: the right people and days, no quiet hours, nothing that is done."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlmodel import Session, select

from models import deadlines, hazards, patrols, reminders, tasks
from models.base import Base
from models.calendar import is_quiet, is_working_day, local
from models.hazards import Media
from models.outbox import Lane, Outgoing
from models.people import Grant, Person
from models.places import Place
from models.rules import DEFAULTS, ZONE
from models.sealing import use_key
from tests.models.conftest import NOW, Town, build_town

PHOTO = [Media("photo", "f", "u")]


def moment(day: int, hour: int = 9, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


def shop(s: Session, town: Town, due: date, area: str = "east-1", name: str = "张记面馆") -> Place:
    """An invented place whose patrol is due on a day, planned three weeks ago."""
    at = town.areas[area]
    place = Place(code=name, name=name, kind="catering", area_id=at.id, area_path=at.path, created_at=NOW)
    s.add(place)
    s.flush()
    patrols.plan(s, place, due, now=NOW - timedelta(days=21))
    return place


def told(s: Session, now: datetime) -> dict[int, list[tuple[str, int, bool]]]:
    return {
        digest.person_id: [(line.name, line.days_left, line.escalated) for line in digest.lines]
        for digest in reminders.due_digests(s, now=now)
    }


def test_before_on_and_after_the_day_but_not_in_between(s, town):
    shop(s, town, date(2026, 11, 26))
    days = {day: told(s, moment(day)).get(town.grid_a.id) for day in (23, 24, 25, 26, 27, 30)}
    assert days == {
        23: [("张记面馆", 3, False)],
        24: None,
        25: [("张记面馆", 1, False)],
        26: [("张记面馆", 0, False)],
        27: [("张记面馆", -1, False)],
        30: [("张记面馆", -4, False)],
    }


def test_a_day_off_is_spoken_of_on_the_working_day_before(s, town):
    shop(s, town, date(2026, 11, 29))
    assert is_working_day(date(2026, 11, 27))
    assert told(s, moment(27))[town.grid_a.id] == [("张记面馆", 2, False)]
    assert told(s, moment(28)) == told(s, moment(29)) == {}


def test_overdue_reaches_the_post_after_a_day_and_the_leader_after_three(s, town):
    shop(s, town, date(2026, 11, 23))
    reached = {day: set(told(s, moment(day))) for day in (23, 24, 25, 26, 27)}
    worker, post, leader = town.grid_a.id, town.post.id, town.leader.id
    assert reached == {
        23: {worker}, 24: {worker}, 25: {worker, post}, 26: {worker, post}, 27: {worker, post, leader},
    }  # fmt: skip
    assert told(s, moment(27))[leader] == [("张记面馆", -4, True)]
    assert told(s, moment(27))[worker] == [("张记面馆", -4, False)]


def test_a_grid_without_worker_falls_to_the_next_area_above(s, town):
    shop(s, town, date(2026, 11, 23), "east")
    assert set(told(s, moment(23))) == {town.village.id}
    grant = s.exec(select(Grant).where(Grant.person_id == town.village.id)).one()
    grant.ended_at = NOW
    assert set(told(s, moment(23))) == {town.post.id}


def test_who_cannot_be_reached_is_replaced_by_who_assigns(s, town):
    instance = _duty(s, town, owner_id=town.grid_a.id)
    s.get_one(Person, town.grid_a.id).reachable = False
    assert set(told(s, moment(25))) == {town.post.id}
    assert instance.owner_id == town.grid_a.id


def _duty(s: Session, town: Town, owner_id: int | None = None) -> tasks.DutyInstance:
    s.add(tasks.Duty(code="d", title="形势研判", cadence="monthly", day=25, post="fire", area_id=town.id_of("town")))
    s.flush()
    tasks.make_instances(s, 2026, now=moment(20))
    instance = s.exec(select(tasks.DutyInstance).order_by(tasks.DutyInstance.due_on)).first()
    instance.owner_id = owner_id
    deadlines.hand_over(s, "duty", instance.id, owner_id=owner_id, area_path=instance.area_path)
    return instance


def test_a_duty_is_told_by_its_title_to_the_post(s, town):
    s.exec(select(Grant).where(Grant.person_id == town.leader.id)).one().post = "fire"
    _duty(s, town)
    assert told(s, moment(25)) == {town.leader.id: [("形势研判", 0, False)]}


@pytest.fixture
def hazard(s, town):
    return hazards.report(
        s, town.resident, kind="A09", severity="ordinary", place_text="楼梯间", detail="灭火器过期",
        area_id=town.id_of("east-1"), now=moment(19),
    )  # fmt: skip


def test_a_hazard_reminds_whoever_holds_it_at_each_step(s, town, hazard):
    assert told(s, moment(24))[town.village.id] == [(hazard.number, -5, False), (hazard.number, 0, False)]
    assert told(s, moment(24))[town.post.id] == [(hazard.number, -5, True)], "nobody was sent for two working days"
    hazards.assign(s, town.post, hazard.id, town.grid_a.id, now=moment(20))
    assert told(s, moment(24)) == {town.grid_a.id: [(hazard.number, 0, False)]}
    hazards.confirm(s, town.grid_a, hazard.id, days=3, now=moment(24))
    assert set(told(s, moment(27))) == {town.grid_a.id}
    assert told(s, moment(27))[town.grid_a.id] == [(hazard.number, 0, False)] * 2, "the repair and the notice"
    hazards.rectified(s, town.grid_a, hazard.id, media=PHOTO, now=moment(27))
    assert set(told(s, moment(2, month=12))) == {town.village.id}, "the fixer does not look again"
    hazards.recheck(s, town.village, hazard.id, passed=True, now=moment(30))
    assert told(s, moment(2, month=12)) == {}


def test_what_started_today_was_told_today_already(s, town):
    place = shop(s, town, date(2026, 12, 20))
    patrols.plan(s, place, date(2026, 11, 24), now=moment(24, 8))
    assert told(s, moment(24, 10)) == {}
    assert set(told(s, moment(25))) == {town.grid_a.id}


@pytest.mark.parametrize(("hour", "minute"), [(6, 59), (8, 29), (18, 0), (20, 0), (22, 30), (0, 5)])
def test_outside_working_hours_there_is_silence(s, town, hour, minute):
    shop(s, town, date(2026, 11, 23))
    assert told(s, moment(24, hour, minute)) == {}


def test_thirty_late_things_are_one_message_per_person(s, town):
    for n in range(30):
        shop(s, town, date(2026, 11, 19), name=f"店{n}")
    assert reminders.queue_digests(s, now=moment(25)) == 3
    assert reminders.queue_digests(s, now=moment(25, 15)) == 0
    row = s.exec(select(Outgoing).where(Outgoing.person_id == town.grid_a.id)).one()
    assert (row.lane, row.what, row.about) == (Lane.REMINDER, "digest", {"date": "2026-11-25"})
    assert row.key == f"digest|{town.grid_a.id}|2026-11-25"


def test_what_was_done_between_queueing_and_sending_stays_silent(s, town):
    place = shop(s, town, date(2026, 11, 23))
    kept = shop(s, town, date(2026, 11, 23), name="悦来旅馆")
    reminders.queue_digests(s, now=moment(23))
    patrols.log(s, town.grid_a, place.id, outcome="done", now=moment(23, 10))
    lines = reminders.digest_for(s, town.grid_a.id, date(2026, 11, 23), moment(23, 11))
    assert [line.thing_id for line in lines] == [kept.id]
    assert reminders.digest_for(s, town.resident.id, date(2026, 11, 23), moment(23, 11)) == []


def test_who_left_the_post_is_told_nothing_more(s, town):
    shop(s, town, date(2026, 11, 23))
    s.exec(select(Grant).where(Grant.person_id == town.grid_a.id)).one().ended_at = moment(23, 9)
    assert reminders.digest_for(s, town.grid_a.id, date(2026, 11, 23), moment(23, 10)) == []


def test_a_case_goes_to_who_assigns_when_its_holder_has_left(s, town, hazard):
    hazards.assign(s, town.post, hazard.id, town.grid_a.id, now=moment(20))
    s.exec(select(Grant).where(Grant.person_id == town.grid_a.id)).one().ended_at = moment(23, 9)
    assert set(told(s, moment(24))) == {town.village.id}, "the holder's clock, and nothing else"


def late_look(s: Session, town: Town, at: datetime, **more: object) -> hazards.Hazard:
    given = {"kind": "A01", "severity": "serious", "evacuation": True, **more}
    return hazards.report(s, town.resident, place_text="后门", detail="堵", area_id=town.id_of("east-1"), now=at,
                          **given)  # fmt: skip


def overdue_rows(s: Session) -> list[tuple[int | None, Lane, int]]:
    rows = s.exec(select(Outgoing).where(Outgoing.what == "hazard.overdue").order_by(Outgoing.id))
    return [(row.person_id, row.lane, len(row.about["clocks"])) for row in rows]


def test_a_look_within_a_day_that_is_late_is_told_once_also_on_a_day_off(s, town):
    hazard = late_look(s, town, moment(20, 10))
    hazards.assign(s, town.post, hazard.id, town.grid_a.id, now=moment(20, 11))
    assert reminders.queue_overdue(s, now=moment(21, 9, 59)) == 0
    assert reminders.queue_overdue(s, now=moment(21, 10, 1)) == 1
    hazards.assign(s, town.post, hazard.id, town.village.id, now=moment(21, 10, 2))
    assert reminders.queue_overdue(s, now=moment(21, 12, 3)) == 0
    assert overdue_rows(s) == [(town.grid_a.id, Lane.NOTICE, 1)]


def test_a_late_look_at_night_waits_for_the_morning_unless_it_is_urgent(s, town):
    hazard = late_look(s, town, moment(20, 22))
    hazards.assign(s, town.post, hazard.id, town.grid_a.id, now=moment(20, 22))
    assert reminders.queue_overdue(s, now=moment(21, 22, 1)) == 0
    assert reminders.queue_overdue(s, now=moment(22, 7)) == 1
    assert overdue_rows(s) == [(town.grid_a.id, Lane.NOTICE, 1)]
    late_look(s, town, moment(22, 21), severity="urgent")
    assert reminders.queue_overdue(s, now=moment(22, 21, 31)) == 2, "nobody was sent for half an hour"
    assert reminders.queue_overdue(s, now=moment(22, 23, 1)) == 2, "nobody has been there for two hours"
    ringing = {(who.id, Lane.URGENT, 1) for who in (town.village, town.post)}
    assert overdue_rows(s)[1:] == sorted(ringing) * 2


def test_who_holds_an_urgent_case_is_told_with_the_post_and_two_hours_later_the_leader(s, town):
    hazard = late_look(s, town, moment(23, 9), severity="urgent")
    hazards.assign(s, town.post, hazard.id, town.grid_a.id, now=moment(23, 9, 5))
    told_at = {}
    for minute in range(0, 300, 5):
        before = len(overdue_rows(s))
        reminders.queue_overdue(s, now=moment(23, 11) + timedelta(minutes=minute))
        told_at |= dict.fromkeys((who for who, *_ in overdue_rows(s)[before:]), minute)
    assert told_at == {town.grid_a.id: 5, town.post.id: 5, town.leader.id: 120}
    assert len(overdue_rows(s)) == 3


def test_many_cases_that_nobody_was_sent_to_are_one_message_an_hour(s, town):
    for minute in range(30):
        late_look(s, town, moment(23, 9, minute), evacuation=False)
    queued = [reminders.queue_overdue(s, now=moment(23, 14) + timedelta(minutes=n)) for n in range(0, 240, 5)]
    assert sum(queued) == 2, "some had run out when the first message went, the rest an hour later"
    assert [n for _, _, n in overdue_rows(s)] == [1, 29]  # clocks of concealed reports end at half hours


def test_a_look_within_days_is_left_to_the_digest(s, town, hazard):
    hazards.assign(s, town.post, hazard.id, town.grid_a.id, now=moment(19))
    assert reminders.queue_overdue(s, now=moment(24, 18, 1)) == 0


@settings(max_examples=25, deadline=None)
@given(
    due=st.lists(st.integers(-10, 10), min_size=1, max_size=5),
    met=st.sets(st.integers(0, 4)),
    ticks=st.lists(st.integers(0, 14 * 24 * 4), min_size=1, max_size=12),
)
def test_however_often_it_ticks_nobody_hears_twice_a_day_or_at_night_or_of_what_is_done(due, met, ticks):
    use_key(bytes(32))
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as s:
        town = build_town(s)
        places = [shop(s, town, local(NOW).date() + timedelta(days=day), name=f"店{n}") for n, day in enumerate(due)]
        for n in met & set(range(len(places))):
            deadlines.meet(s, "patrol", places[n].id, "patrol", now=NOW)
        done = {places[n].id for n in met if n < len(places)}
        for tick in ticks:
            now = NOW + timedelta(minutes=15 * tick)
            reminders.queue_digests(s, now=now)
            lines = [line for digest in reminders.due_digests(s, now=now) for line in digest.lines]
            assert done.isdisjoint(line.thing_id for line in lines)
        sent = [(row.person_id, local(row.not_before)) for row in s.exec(select(Outgoing))]
        assert len({(person, at.date()) for person, at in sent}) == len(sent)
        assert not any(is_quiet(at, DEFAULTS) or not is_working_day(at.date()) for _, at in sent)
    engine.dispose()
