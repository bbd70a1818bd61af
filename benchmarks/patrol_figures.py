"""How long the figures of patrols take in a county with 100,000 places and 1,000,000 patrols. Run by hand.

`python -m benchmarks.patrol_figures [places] [patrols]`: on SQLite in a temporary file, with the migrations' indexes;
three years of invented patrols in twenty villages. Processor time, so that a busy machine does not count.
"""

import random
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session

from bot.database import Database
from models import burdens, patrol_rows
from models.areas import Area
from models.base import table_of
from models.migrations import upgrade
from models.patrol_counts import BY_KIND, LAST_MONTH, QUARTER, YEAR, View
from models.patrol_figures import figures
from models.patrols import Patrol
from models.people import Actor, Held, Person, Role
from models.places import KINDS, Place
from models.sealing import use_key

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
VILLAGES, GRIDS, YEARS, BATCH, TIMES = 20, 3, 3, 5000, 20
VIEWS = {
    "month by village": View(), "month by kind": View(by=BY_KIND), "last month": View(LAST_MONTH),
    "month, one village": View(village=2), "quarter": View(QUARTER), "year": View(YEAR),
}  # fmt: skip


def main(places: int, patrols: int) -> None:
    """Fill the county, look at every view, and print the times."""
    use_key(bytes(32))
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'figures.db'}")
        upgrade(database.engine)
        dice = random.Random(1)
        homes = [(dice.choice(areas), dice.choice(list(KINDS)))
                 for areas in [database.transaction(_areas)] for _ in range(places)]  # fmt: skip
        for first in range(0, places, BATCH):
            rows = [_place(dice, n, *homes[n]) for n in range(first, min(first + BATCH, places))]
            database.transaction(_fill, Place, rows)
        for first in range(0, patrols, BATCH):
            rows = [_patrol(dice, n / patrols, homes) for n in range(first, min(first + BATCH, patrols))]
            database.transaction(_fill, Patrol, rows)
        database.transaction(lambda s: s.connection().exec_driver_sql("ANALYZE"))
        _measure(database)
        database.close()


def _areas(s: Session) -> list[tuple[int, str]]:
    s.add(Area(code="town", name="镇", level="town", path="/town/"))
    villages = [Area(code=f"v{n}", name=f"{n}村", level="village", path=f"/town/v{n}/") for n in range(VILLAGES)]
    grids = [Area(code=f"{v.code}g{n}", name=f"{v.name}{n}网格", level="grid", path=f"{v.path}g{n}/")
             for v in villages for n in range(GRIDS)]  # fmt: skip
    s.add_all([*villages, *grids, Person(telegram_id=1, name="某人", seen_at=NOW)])
    s.flush()
    return [(grid.id or 0, grid.path) for grid in grids]


def _place(dice: random.Random, n: int, area: tuple[int, str], kind: str) -> dict[str, Any]:
    due = (NOW + timedelta(days=dice.randint(-5, 30))).date()
    status = "open" if dice.random() < 0.97 else "closed"
    return {"id": n + 1, "code": f"p{n}", "name": f"{n}号店", "aliases": "", "initials": "hd", "kind": kind,
            "area_id": area[0], "area_path": area[1], "cluster": "", "address": "", "risk": "normal",
            "status": status, "next_patrol_on": due, "created_at": NOW}  # fmt: skip


def _patrol(dice: random.Random, passed: float, homes: list[tuple[tuple[int, str], str]]) -> dict[str, Any]:
    at, n = NOW - timedelta(days=YEARS * 365 * (1 - passed)), dice.randrange(len(homes))
    (_, path), kind = homes[n]
    return {"place_id": n + 1, "who_id": 1, "started_at": at, "finished_at": at, "claimed_at": at,
            "late": dice.random() < 0.05, "outcome": "done" if dice.random() < 0.8 else "locked", "checklist_name": "",
            "checklist_version": "", "checklist": [], "note": "", "failed": int(dice.random() < 0.1), "kind": kind,
            "area_path": path, "taps": dice.randint(2, 9), "messages": dice.randint(0, 2),
            "seconds": dice.randint(20, 600), "version": 1}  # fmt: skip


def _fill(s: Session, model: Any, rows: list[dict[str, Any]]) -> None:
    s.execute(insert(table_of(model)), rows)


def _measure(database: Database) -> None:
    who = Actor(1, "某人", (Held(Role.POST, 1, "/town/"),))
    for name, view in VIEWS.items():
        _tell(name, [_taken(database, lambda s, v=view: figures(s, who, v, now=NOW)) for _ in range(TIMES)])
    for which in (patrol_rows.NEVER, patrol_rows.TRIED, patrol_rows.OVERDUE):
        for page in (0, 100):
            taken = [_taken(database, lambda s, w=which, p=page: patrol_rows.places(s, who, View(), w, p, now=NOW))
                     for _ in range(TIMES)]  # fmt: skip
            _tell(f"list {which}, page {page}", taken)
    _tell("a tap counted", [_taken(database, lambda s: _taps(s, who)) / 1000 for _ in range(TIMES)])


def _taps(s: Session, who: Actor) -> None:
    for n in range(1000):
        burdens.count(s, who, taps=1, now=NOW + timedelta(seconds=n))


def _taken(database: Database, work: Any) -> float:
    begun = time.process_time()
    database.transaction(work)
    return (time.process_time() - begun) * 1000


def _tell(name: str, taken: list[float]) -> None:
    cuts = quantiles(taken, n=100)
    sys.stdout.write(f"{name}: p50 {cuts[49]:.2f} ms, p95 {cuts[94]:.2f} ms\n")


if __name__ == "__main__":
    main(*(int(given) for given in sys.argv[1:3] or ("100000", "1000000")))
