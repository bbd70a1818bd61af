"""How long the search for similar cases takes in a town with 100,000 cases. Run by hand.

`python -m benchmarks.similar [cases]`: one town on SQLite in a temporary file, with the migrations' indexes; three
years of invented reports, a fifth of one kind, all with a point on the map; searched is as when a report is made.
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
from models.areas import Area
from models.base import table_of
from models.hazard_files import Hazard
from models.migrations import upgrade
from models.people import Actor
from models.sealing import use_key
from models.similar import danger_of, similar
from models.spots import spot

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
VILLAGES, YEARS, BATCH, SEARCHES = 20, 3, 2000, 300
KINDS = ("A01", "A01", "A01", "A01", "A03", "A04", "A04", "A05", "A06", "A09", "A09", "A10", "A13", "A14", "A14", "A17",
         "A02", "A12", "A15", "A19")  # fmt: skip
SPREAD = 0.1  # degrees, some ten kilometres


def main(cases: int) -> None:
    """Fill the town, search, and print the times."""
    use_key(bytes(32))
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'similar.db'}")
        upgrade(database.engine)
        dice = random.Random(1)
        areas = database.transaction(_areas)
        begun = time.perf_counter()
        for first in range(0, cases, BATCH):
            database.transaction(_fill, [_case(dice, n, cases, areas) for n in range(first, min(first + BATCH, cases))])
        database.transaction(lambda s: s.connection().exec_driver_sql("ANALYZE"))
        sys.stdout.write(f"{cases} cases in {time.perf_counter() - begun:.0f} s\n")
        _measure(database, dice, areas)
        database.close()


def _areas(s: Session) -> list[tuple[int, str]]:
    town = Area(code="town", name="镇", level="town", path="/town/")
    villages = [Area(code=f"v{n}", name=f"{n}村", level="village", path=f"/town/v{n}/") for n in range(VILLAGES)]
    s.add_all([town, *villages])
    s.flush()
    return [(village.id or 0, village.path) for village in villages]


def _case(dice: random.Random, n: int, cases: int, areas: list[tuple[int, str]]) -> dict[str, Any]:
    at = NOW - timedelta(days=YEARS * 365 * (1 - n / cases))
    area_id, path = dice.choice(areas)
    at_ = (29.9 + SPREAD * dice.random(), 107.7 + SPREAD * dice.random())
    is_open = (NOW - at).days < 60 and dice.random() < 0.5
    blank = {column.name: None for column in table_of(Hazard).columns if column.name != "id"}
    return blank | {
        "number": f"吹{n}", "kind": dice.choice(KINDS), "severity": "serious", "evacuation": False,
        "place_text": f"{n}号院",
        "area_id": area_id, "area_path": path, "detail": "堵了", "told": "", "tags": "A09" if n % 10 == 0 else "",
        "latitude": at_[0], "longitude": at_[1], "spot": spot(*at_), "lead": "",
        "enforcement": "", "basis": "", "step": "verifying" if is_open else "closed", "returns": 0, "escalated": False,
        "end_reason": "", "privacy": "confidential", "source": "resident", "reported_at": at, "rating_note": "",
        "erased": "", "closed_at": None if is_open else at + timedelta(days=10), "version": 1,
    }  # fmt: skip


def _fill(s: Session, rows: list[dict[str, Any]]) -> None:
    s.execute(insert(table_of(Hazard)), rows)


def _measure(database: Database, dice: random.Random, areas: list[tuple[int, str]]) -> None:
    for name, more in (("point", True), ("words", False)):
        taken, found = [], 0
        for n in range(SEARCHES):
            given: dict[str, Any] = {"kind": "A01", "place_text": f"{n}号院", "area_id": dice.choice(areas)[0]}
            if more:
                given |= {"latitude": 29.9 + SPREAD * dice.random(), "longitude": 107.7 + SPREAD * dice.random()}
            begun = time.perf_counter()
            found += database.transaction(_search, given)
            taken.append((time.perf_counter() - begun) * 1000)
        cuts = quantiles(taken, n=100)
        sys.stdout.write(
            f"by {name}: p50 {cuts[49]:.0f} ms, p95 {cuts[94]:.0f} ms, p99 {cuts[98]:.0f} ms, found {found}\n"
        )


def _search(s: Session, given: dict[str, Any]) -> int:
    who = Actor(1, "某人")
    return len(similar(s, who, danger_of(s, who, **given), now=NOW))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
