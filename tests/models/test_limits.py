"""Limits: counted by the hour, for each person and thing apart, also by several processes at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from sqlmodel import Session, select

from bot.database import Database
from models import limits
from models.limits import Limit
from models.migrations import upgrade


def test_tries_are_counted_for_each_person_and_thing_apart(s: Session, now: datetime) -> None:
    for _ in range(3):
        limits.count(s, "receipt", "41", now=now)
    limits.count(s, "receipt", "42", now=now)
    limits.count(s, "claim", "41", now=now)
    assert [limits.used(s, "receipt", who, now=now) for who in ("41", "42", "43")] == [3, 1, 0]
    assert limits.used(s, "claim", "41", now=now) == 1


def test_with_the_next_hour_one_may_try_again_and_the_old_count_goes(s: Session, now: datetime) -> None:
    limits.count(s, "receipt", "41", now=now)
    late, next_hour = now + timedelta(minutes=59, seconds=59), now + timedelta(hours=1)
    assert limits.used(s, "receipt", "41", now=late) == 1
    assert limits.used(s, "receipt", "41", now=next_hour) == 0
    limits.count(s, "receipt", "41", now=next_hour)
    limits.forget(s, now=next_hour)
    assert [row.count for row in s.exec(select(Limit))] == [1]


def test_what_is_counted_does_not_say_who_tried(s: Session, now: datetime) -> None:
    limits.count(s, "receipt", "4100000041", now=now)
    row = s.exec(select(Limit)).one()
    assert "4100000041" not in row.tag
    assert row.since.minute == row.since.second == 0


def test_of_many_at_once_every_try_is_counted(database_url: str, now: datetime) -> None:
    database = Database(database_url)
    upgrade(database.engine)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: database.transaction(limits.count, "receipt", "41", now=now), range(20)))
    assert database.transaction(limits.used, "receipt", "41", now=now) == 20
    database.close()
