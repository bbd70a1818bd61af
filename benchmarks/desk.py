"""`python -m benchmarks.desk [--hazards N] [--open N] [--postgres]`: how fast the officers' queue is with many cases.

The township has N cases, of which some are under way, each with a clock; what is measured is a page of the queue by
several views, the filters' counts, and a search - each as the handlers ask for it, for the officer who sees most.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert, text
from sqlmodel import Session, select

from benchmarks.postgres import fresh_database, running_postgres
from bot.database import open_engine
from models import case_search, queues
from models.areas import Area
from models.base import table_of
from models.counters import Counter
from models.deadlines import Deadline
from models.hazard_files import Hazard
from models.lifecycle import Step
from models.migrations import upgrade
from models.people import Actor, Held, Role
from models.queues import ENDED, EVERYTHING, View
from models.sealing import use_key

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
VILLAGES, GRIDS = 12, 4
ROUNDS = 60
CHUNK = 5_000
CLOCKS = {"by the clock": time.perf_counter, "processor": time.thread_time}
OPEN_STEPS = [Step.REPORTED, Step.VERIFYING, Step.RECTIFYING, Step.RECHECK]


def township(s: Session) -> list[Area]:
    """A town with villages and grids; returns the grids."""
    s.add(Area(code="town", name="大镇", level="town", path="/town/"))
    for v in range(VILLAGES):
        s.add(Area(code=f"v{v}", name=f"{v} 村", level="village", path=f"/town/v{v}/"))
        for g in range(GRIDS):
            s.add(Area(code=f"v{v}-{g}", name=f"{v} 村 {g} 网格", level="grid", path=f"/town/v{v}/v{v}-{g}/"))
    s.commit()
    return list(s.exec(select(Area).where(Area.level == "grid")))


def case(n: int, is_open: bool, grids: list[Area], chance: random.Random) -> dict[str, Any]:
    """The row of one case."""
    area = chance.choice(grids)
    at = NOW - timedelta(minutes=n * 7 % 500_000)
    step = chance.choice(OPEN_STEPS) if is_open else chance.choice([Step.CLOSED, Step.UNFOUNDED, Step.REFERRED])
    return {
        "id": n, "number": f"吹{2020 + n % 7}-{n:04d}", "kind": f"A{1 + n % 19:02d}", "evacuation": n % 5 == 0,
        "severity": chance.choice(["urgent", "serious", "serious", "ordinary", "ordinary"]), "area_id": area.id,
        "place_text": f"{n % 900} 号门口", "detail": "门口堆了东西，走不过去" * 3, "told": f"门口堆放杂物 {n % 1000}",
        "area_path": area.path, "step": step.value, "source": "resident", "privacy": "confidential",
        "reported_at": at, "closed_at": None if is_open else at, "version": 1, "tags": "", "lead": "", "basis": "",
        "enforcement": "", "returns": 0, "escalated": False, "end_reason": "", "rating_note": "",
        "latitude": None, "longitude": None,
    }  # fmt: skip


def fill(engine: Engine, hazards: int, under_way: int) -> None:
    """Make the township and its cases."""
    chance = random.Random(1)
    with Session(engine) as s:
        grids = township(s)
        for first in range(1, hazards + 1, CHUNK):
            rows = [case(n, n % (hazards // under_way) == 0, grids, chance) for n in range(first, first + CHUNK)]
            s.execute(insert(table_of(Hazard)), rows)
            s.execute(insert(table_of(Deadline)), [_clock(row, chance) for row in rows])
            s.commit()
        s.add_all(Counter(series="hazard", year=year, value=hazards) for year in range(2020, 2027))
        s.execute(text("ANALYZE"))
        s.commit()


def _clock(row: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    is_open = row["closed_at"] is None
    due = NOW + timedelta(hours=chance.randint(-40, 400)) if is_open else row["reported_at"]
    return {"thing": "hazard", "thing_id": row["id"], "clock": "verify", "started_at": row["reported_at"],
            "due_at": due, "area_path": row["area_path"], "rule": "", "met_at": None if is_open else due}  # fmt: skip


def measures(post: Actor, village: Actor, area: int) -> dict[str, Callable[[Session], object]]:
    """What an officer asks for."""
    everything = View(scope=EVERYTHING)
    return {
        "mine": lambda s: queues.page(s, post, View(), now=NOW),
        "mine, page 40": lambda s: queues.page(s, post, View(), 40, now=NOW),
        "everything": lambda s: queues.page(s, post, everything, now=NOW),
        "everything, last page": lambda s: queues.page(s, post, everything, 10**6, now=NOW),
        "late, kind, village": lambda s: queues.page(s, post, View(EVERYTHING, area, "A01", late=True), now=NOW),
        "ended": lambda s: queues.page(s, post, View(scope=ENDED), now=NOW),
        "a village's own": lambda s: queues.page(s, village, everything, now=NOW),
        "filters: scopes": lambda s: queues.options(s, post, everything, "scope", now=NOW),
        "filters: villages": lambda s: queues.options(s, post, everything, "village", now=NOW),
        "search: number": lambda s: case_search.search(s, post, "12"),
        "search: word": lambda s: case_search.search(s, post, "杂物 77"),
    }


def timed(engine: Engine, work: Callable[[Session], object], clock: Callable[[], float]) -> list[float]:
    """How long (ms) each of some calls takes, each in a session of its own.

    `time.thread_time` leaves out what a busy machine does in between; with SQLite all the work is in this thread.
    """
    found = []
    for _ in range(ROUNDS):
        with Session(engine) as s:
            start = clock()
            work(s)
            found.append((clock() - start) * 1000)
    return sorted(found)


@contextmanager
def database(on_postgres: bool) -> Iterator[str]:
    """The URL of an empty database."""
    if on_postgres:
        with running_postgres():
            yield fresh_database()
    else:
        with tempfile.TemporaryDirectory(prefix="bench-desk-") as folder:
            yield f"sqlite:///{Path(folder) / 'town.db'}"


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.desk", description=__doc__)
    parser.add_argument("--hazards", type=int, default=100_000)
    parser.add_argument("--open", type=int, default=10_000, dest="under_way")
    parser.add_argument("--postgres", action="store_true")
    given = parser.parse_args()
    use_key(bytes(32))
    post = Actor(1, "岗", (Held(Role.POST, 1, "/town/"),))
    village = Actor(2, "村", (Held(Role.VILLAGE, 2, "/town/v0/"),))
    with database(given.postgres) as url:
        engine = open_engine(url)
        upgrade(engine)
        fill(engine, given.hazards, given.under_way)
        kind = "PostgreSQL" if given.postgres else "SQLite"
        sys.stdout.write(f"{kind}: {given.hazards} cases, {given.under_way} under way\n")
        for what, work in measures(post, village, 2).items():
            told = f"  {what:24}"
            for name, clock in CLOCKS.items():
                times = timed(engine, work, clock)
                told += f"{name}: p50 {times[ROUNDS // 2]:6.1f} ms, p95 {times[ROUNDS * 95 // 100]:6.1f} ms   "
            sys.stdout.write(told.rstrip() + "\n")
        engine.dispose()


if __name__ == "__main__":
    main()
