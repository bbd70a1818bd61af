"""Thousands of random acts on a few cases by four workers at once: nothing is lost, and only legal lives come out.

`CHUISHAO_MANY_ACTS=10000` is the whole figure; without it there are fewer, so that the suite stays quick.
"""

import os
import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session

from bot.database import Database, DatabaseAway
from models import audit, deadlines, hazards
from models.base import Refused, Stale
from models.hazards import Hazard, HazardStep
from models.lifecycle import ENDS, Act, Relation, Step
from models.migrations import upgrade
from models.people import Actor
from models.rules import DEFAULTS
from tests.models.conftest import NOW, Town, build_town
from tests.models.test_lifecycle import DO, FROM, clocks_at

WORKERS, CASES, A_TURN = 4, 60, 10
AT_MOST = 30
ACTS = {"sqlite": 4_000, "postgresql": 2_000}
Done = tuple[int, str]


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with all tables, as the bot opens it."""
    opened = Database(database_url)
    upgrade(opened.engine)
    yield opened
    opened.close()


def begin(s: Session) -> tuple[Town, list[int]]:
    """Build the town and report the cases."""
    town = build_town(s)
    given = {"kind": "A01", "severity": "serious", "place_text": "后门", "detail": "堵"}
    made = [hazards.report(s, town.resident, area_id=town.id_of("east-1"), now=NOW, **given) for _ in range(CASES)]
    return town, [hazard.id or 0 for hazard in made]


def turn(s: Session, town: Town, cases: list[int], seed: str, first: int) -> list[Done]:
    """Do some acts on one case in one transaction, each by somebody at random; return those that were not refused."""
    chance, done = random.Random(seed), list[Done]()
    number, other = chance.sample(cases, 2)
    hazard = s.get_one(Hazard, number)
    people = [town.post, town.grid_a, town.grid_b, town.village, town.leader, town.resident]
    for n in range(first, first + A_TURN):
        who, now = chance.choice(people), NOW + timedelta(minutes=n)
        open_ = [act.value for act in hazards.moves(hazard, who, hazards.relation_of(s, who, hazard))]
        act = chance.choice([act for act in open_ if act in DO] or list(DO)) if chance.random() < 0.7 else None
        act = act or chance.choice(list(DO))
        try:
            DO[act](s, who, number, town, other, now)
        except Refused:
            continue
        done.append((number, act))
    return done


def work(database: Database, town: Town, cases: list[int], worker: int, turns: int) -> tuple[list[Done], int]:
    """Take so many turns, each again until it is committed; return what was done and how often one was begun anew."""
    done, begun = list[Done](), list[int]()

    def attempt(s: Session, n: int) -> list[Done]:
        begun.append(n)
        return turn(s, town, cases, f"{worker}|{n}", (n * WORKERS + worker) * A_TURN)

    for n in range(turns):
        while begun.count(n) < AT_MOST:
            try:
                done += database.transaction(attempt, n)
                break
            except (Stale, StaleDataError, IntegrityError, DatabaseAway):
                continue
        else:
            raise AssertionError("nobody may starve")
    return done, len(begun) - turns


def of_itself(rows: list[HazardStep]) -> list[int]:
    """Return where a history goes on by itself: each return from the third on goes straight to the leader."""
    returns = [n for n, row in enumerate(rows) if row.act == Act.RETURNED]
    return [n + 1 for n in returns[DEFAULTS.returns_until_leader - 1 :]]


def check(s: Session, case: int, done: Counter[Done], reporter: Actor) -> tuple[int, int]:
    """Every act that was committed stands once in a history that the tables allow; the clocks are those of its step."""
    hazard = s.get_one(Hazard, case)
    rows = hazards.history(s, hazard)
    by_hand = [row for row in rows[1:] if row.by != Relation.SYSTEM]
    assert Counter(row.act for row in by_hand) == {act: n for (number, act), n in done.items() if number == case}
    assert [n for n, row in enumerate(rows) if row.by == Relation.SYSTEM] == of_itself(rows)
    assert all(rows[n].act == Act.ESCALATED for n in of_itself(rows))
    for before, after in pairwise(rows):
        assert FROM[before.step][after.act] == after.step
    assert rows[0].act == "reported"
    assert rows[-1].step == hazard.step
    assert (hazard.closed_at is not None) == (Step(hazard.step) in ENDS)
    running = [found.clock for found in deadlines.open_of(s, "hazard", case)]
    assert sorted(running) == sorted(clocks_at(hazard, rows, reporter))
    return len(rows), len(of_itself(rows))


def test_of_many_acts_at_once_none_is_lost_and_every_case_has_one_legal_life(database: Database) -> None:
    town, cases = database.transaction(begin)
    acts = int(os.environ.get("CHUISHAO_MANY_ACTS") or ACTS["sqlite" if database.is_sqlite else "postgresql"])
    turns = acts // A_TURN // WORKERS
    with ThreadPoolExecutor(WORKERS) as threads:
        told = list(threads.map(lambda worker: work(database, town, cases, worker, turns), range(WORKERS)))
    done = Counter(each for part, _ in told for each in part)
    with database.session() as s:
        rows, by_system = (sum(n) for n in zip(*(check(s, case, done, town.resident) for case in cases), strict=True))
        assert rows == CASES + done.total() + by_system
        assert done.total() > acts // 4, "most of what is tried is possible"
        assert audit.verify_chain(s) is None
    print(f"{acts} acts, {done.total()} accepted, {sum(again for _, again in told)} turns begun anew")  # noqa: T201
