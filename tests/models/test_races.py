"""Many writers at once on a real PostgreSQL: the chain stays whole, numbers have no gaps, two acts collide."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session, select

from models import audit, hazards
from models.base import Base, Refused
from models.counters import next_number
from models.hazards import Hazard, Media
from tests.models.conftest import Town, build_town, inbox_of

WRITERS = 4


@pytest.fixture
def empty(postgres_url: str) -> Iterator[Engine]:
    """The database with fresh tables."""
    engine = create_engine(make_url(postgres_url).set(drivername="postgresql+psycopg"), pool_size=WRITERS)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


def at_once(engine: Engine, work: Callable[[Session, int], str], times: int) -> list[str]:
    """Run transactions on four threads and return what each says."""

    def one(i: int) -> str:
        with Session(engine) as s:
            said = work(s, i)
            s.commit()
            return said

    with ThreadPoolExecutor(WRITERS) as threads:
        return list(threads.map(one, range(times)))


def test_the_chain_stays_whole_when_many_write_at_once_into_an_empty_log(empty: Engine, now: datetime) -> None:
    def act(s: Session, i: int) -> str:
        audit.record(s, i, "hazard.added", f"hazard:{i}", now=now)
        return ""

    at_once(empty, act, 60)
    with Session(empty) as s:
        assert len(s.exec(select(audit.AuditEntry)).all()) == 60
        assert audit.verify_chain(s) is None


def test_numbers_have_neither_gaps_nor_twins(empty: Engine) -> None:
    def take(s: Session, i: int) -> str:
        number = next_number(s, "hazard", 2026)
        if i % 3 == 0:
            s.rollback()
            return ""
        return str(number)

    taken = [int(number) for number in at_once(empty, take, 60) if number]
    assert sorted(taken) == list(range(1, 41))


@pytest.fixture
def scene(empty: Engine, now: datetime) -> tuple[Engine, Town, int]:
    """A hazard that the first grid worker has to verify."""
    with Session(empty, expire_on_commit=False) as s:
        town = build_town(s)
        given = {"kind": "A01", "severity": "serious", "place_text": "后门", "detail": "堵"}
        hazard = hazards.report(s, town.resident, area_id=town.id_of("east-1"), now=now, **given)
        hazards.assign(s, town.post, hazard.id or 0, town.grid_a.id, now=now)
        s.commit()
        return empty, town, hazard.id or 0


def test_of_many_acts_on_one_hazard_one_wins_and_the_history_knows_only_that_one(
    scene: tuple[Engine, Town, int], now: datetime
) -> None:
    engine, town, number = scene

    def act(s: Session, i: int) -> str:
        try:
            if i % 2:
                hazards.confirm(s, town.grid_a, number, now=now)
            else:
                hazards.reject(s, town.village, number, note="已清理", now=now)
        except (Refused, StaleDataError) as lost:
            s.rollback()
            return type(lost).__name__
        return "won"

    said = at_once(engine, act, 12)
    assert said.count("won") == 1
    with Session(engine) as s:
        hazard = s.get_one(Hazard, number)
        acts = [row.act for row in hazards.history(s, hazard)]
        assert acts[:2] == ["reported", "assigned"]
        assert acts[2:] == [{"rectifying": "confirmed", "unfounded": "rejected"}[hazard.step]]
        assert audit.verify_chain(s) is None


@pytest.mark.parametrize("is_closing", [True, False])
def test_of_two_who_merge_crosswise_or_close_what_is_merged_into_one_wins(
    scene: tuple[Engine, Town, int], is_closing: bool, now: datetime
) -> None:
    engine, town, number = scene
    both = Barrier(2)

    def act(s: Session, i: int) -> str:
        try:
            one, other = ((number, number + 1), (number + 1, number))[i]
            s.get_one(Hazard, one), s.get_one(Hazard, other)
            both.wait()
            if i == 0 and is_closing:
                hazards.reject(s, town.village, number, note="已清理", now=now)
            else:
                hazards.mark_duplicate(s, town.post, one, other, now=now)
        except StaleDataError:
            s.rollback()
            return "lost"
        return "won"

    with Session(engine) as s:
        given = {"kind": "A01", "severity": "serious", "place_text": "后门", "detail": "堵"}
        hazards.report(s, town.resident, area_id=town.id_of("east-1"), now=now, **given)
        s.commit()
    assert sorted(at_once(engine, act, 2)) == ["lost", "won"]


def test_a_whole_life_runs_on_postgresql(scene: tuple[Engine, Town, int], now: datetime) -> None:
    engine, town, number = scene
    with Session(engine) as s:
        hazards.confirm(s, town.grid_a, number, now=now)
        hazards.rectified(s, town.grid_a, number, media=[Media("photo", "f", "u")], now=now)
        assert [hazard.id for hazard in inbox_of(s, town.village, now)] == [number]
        hazards.recheck(s, town.village, number, passed=True, now=now)
        hazards.rate(s, town.resident, number, 5, now=now)
        s.commit()
        assert [hazard.step for hazard in hazards.mine(s, town.resident)] == ["closed"]
