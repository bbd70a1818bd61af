"""`python -m benchmarks places [--places N] [--patrols N] [--on sqlite|postgresql]`: how fast the ledger of places is.

A county with N places and their patrols; what is measured are pages of the ledger with filters and counts, the due
list, searches, what is near, what a resident's words name, and the card of a place - as the handlers ask for them.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, insert, text
from sqlmodel import Session, col, func, select

from benchmarks.postgres import fresh_database, running_postgres
from bot.database import open_engine
from models import due, patrols, place_events, place_lists, place_names, place_search, places
from models.areas import Area
from models.base import table_of
from models.migrations import upgrade
from models.patrols import Patrol
from models.people import Actor, Held, Person, Role
from models.place_lists import View
from models.place_names import PlaceName
from models.places import CLOSED, KINDS, OPEN, Place
from models.sealing import use_key

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
VILLAGES, GRIDS, CLUSTERS = 30, 4, ("", "一组", "二组", "三组", "李家院子")
ROUNDS = 60
CHUNK = 20_000
SURNAMES = "张王李赵刘陈杨黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
MIDDLES = "记家氏老小大新福顺兴旺鑫隆鸿运百佳美好幸宏源诚信和平安康乐"
TRADES = ("面馆", "火锅", "超市", "便利店", "五金店", "理发店", "茶馆", "药店", "旅馆", "小吃店", "农资店", "摩托修理",
          "服装店", "副食店", "网吧")  # fmt: skip
WORDS = "张记老面馆门口的消防通道被人用货堵死了，说了好几次也没有人管，请你们来看一下"


def county(s: Session) -> list[Area]:
    """A town with villages and grids, and one worker; returns the grids."""
    s.add(Area(code="town", name="大镇", level="town", path="/town/"))
    for v in range(VILLAGES):
        s.add(Area(code=f"v{v}", name=f"第{v}村", level="village", path=f"/town/v{v}/"))
        for g in range(GRIDS):
            s.add(Area(code=f"v{v}-{g}", name=f"第{v}村{g}网格", level="grid", path=f"/town/v{v}/v{v}-{g}/"))
    s.add(Person(id=1, telegram_id=1, name="张网格员", seen_at=NOW))
    s.commit()
    return list(s.exec(select(Area).where(Area.level == "grid")))


def place(n: int, grids: list[Area], chance: random.Random) -> dict[str, Any]:
    """The row of one place."""
    area, kinds = chance.choice(grids), list(KINDS)
    name = chance.choice(SURNAMES) + chance.choice(MIDDLES) + chance.choice(["", *MIDDLES]) + chance.choice(TRADES)
    status = OPEN if n % 20 else CLOSED
    day = TODAY + timedelta(days=chance.randint(-10, 60)) if status == OPEN else None
    return {
        "id": n, "code": f"p{n}", "name": name, "aliases": "", "initials": place_names.initials_of(name),
        "kind": chance.choice(kinds), "area_id": area.id, "area_path": area.path, "cluster": chance.choice(CLUSTERS),
        "address": f"{n % 90} 号", "latitude": 29.9 + chance.uniform(-0.1, 0.1), "status": status,
        "longitude": 107.7 + chance.uniform(-0.1, 0.1), "risk": chance.choice(["low", "normal", "normal", "high"]),
        "next_patrol_on": day, "created_at": NOW,
    }  # fmt: skip


def _lies(row: dict[str, Any]) -> dict[str, str]:
    return {"area_path": row["area_path"], "cluster": row["cluster"]}


def patrol(n: int, count: int) -> dict[str, Any]:
    """The row of one patrol: the places in turn, the last visits of late."""
    at = NOW - timedelta(minutes=(n * 7919) % 500_000)
    return {
        "place_id": 1 + n % count, "who_id": 1, "started_at": at, "finished_at": at,
        "claimed_at": at + timedelta(microseconds=n), "late": False, "outcome": "done", "checklist_name": "",
        "checklist_version": "", "checklist": [], "note": "", "failed": 0, "kind": "shop", "area_path": "/town/",
        "version": 1,
    }  # fmt: skip


def in_chunks(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Return rows in portions that fit into memory."""
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def fill(engine: Engine, many: int, visits: int) -> None:
    """Make the county, its places with their names, and its patrols."""
    chance = random.Random(1)
    with Session(engine) as s:
        grids = county(s)
        for chunk in in_chunks(place(n, grids, chance) for n in range(1, many + 1)):
            s.execute(insert(table_of(Place)), chunk)
            named = [row for p in chunk for row in place_names.rows_of(p["id"], _lies(p), [p["name"]], "大镇")]
            s.execute(insert(table_of(PlaceName)), named)
            s.commit()
        for chunk in in_chunks(patrol(n, many) for n in range(visits)):
            s.execute(insert(table_of(Patrol)), chunk)
            s.commit()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE" if engine.dialect.name == "sqlite" else "VACUUM ANALYZE"))


def of_the_ledger(post: Actor, grid: Actor, village: int, many: int) -> dict[str, Callable[[Session], object]]:
    """What officers ask of the ledger."""
    late, shops = View(late=True), View(kind="shop", risk="high")
    return {
        "list, first page": lambda s: place_lists.page(s, post, View(), now=NOW),
        "list, page in the middle": lambda s: place_lists.page(s, post, View(), many // 16, now=NOW),
        "list, last page": lambda s: place_lists.page(s, post, View(), 10**6, now=NOW),
        "list, kind and risk, last page": lambda s: place_lists.page(s, post, shops, 10**6, now=NOW),
        "list, overdue, first page": lambda s: place_lists.page(s, post, late, now=NOW),
        "list, overdue, last page": lambda s: place_lists.page(s, post, late, 10**6, now=NOW),
        "list, one village": lambda s: place_lists.page(s, post, View(area=village), now=NOW),
        "list of a grid worker": lambda s: place_lists.page(s, grid, View(), now=NOW),
        "filter: villages with counts": lambda s: place_lists.options(s, post, View(), "area", now=NOW),
        "filter: kinds with counts": lambda s: place_lists.options(s, post, View(), "kind", now=NOW),
        "filter: states with counts": lambda s: place_lists.options(s, post, View(), "state", now=NOW),
        "filter: 组 of a village": lambda s: place_lists.options(s, post, View(area=village), "cluster", now=NOW),
        "due list in walking order": lambda s: due.due_today(s, post, now=NOW),
        "due list of a grid worker": lambda s: due.due_today(s, grid, now=NOW),
    }


def of_the_words(post: Actor, many: int) -> dict[str, Callable[[Session], object]]:
    """What is looked for, and what a resident's message asks of the ledger."""
    return {
        "search: name": lambda s: place_search.find(s, post, "张记老面馆"),
        "search: part of many names": lambda s: place_search.find(s, post, "面馆"),
        "search: initials": lambda s: place_search.find(s, post, "zjmg"),
        "search: whole pinyin": lambda s: place_search.find(s, post, "zhangjimianguan"),
        "search: nearly right": lambda s: place_search.find(s, post, "张季面店"),
        "search: nearly right, long": lambda s: place_search.find(s, post, "曾家鸿运摩托车修里"),
        "search: 三组张记": lambda s: place_search.find(s, post, "三组张记"),
        "search: nothing like it": lambda s: place_search.find(s, post, "飞机场航站楼"),
        "near a point": lambda s: places.nearby(s, post, 29.91, 107.71),
        "near a point far away": lambda s: places.nearby(s, post, 30.9, 108.7),
        "resident's words: the place": lambda s: places.match(s, WORDS),
        "resident's words: all names": lambda s: places.names_in(s, WORDS),
        "nearest landmark": lambda s: places.landmark(s, 29.93, 107.66),
        "card of a place": lambda s: _card(s, post, many // 2),
    }


def _card(s: Session, who: Actor, number: int) -> object:
    found = places.place_for(s, who, number)
    last = patrols.last_patrol(s, number)
    return found, patrols.items_of(s, last.id or 0) if last else [], place_events.events_of(s, [number])


def timed(engine: Engine, work: Callable[[Session], object], clock: Callable[[Session], float]) -> list[float]:
    """How long (ms) each of some calls takes, each in a session of its own."""
    found = []
    for _ in range(ROUNDS):
        with Session(engine) as s:
            start = clock(s)
            work(s)
            found.append((clock(s) - start) * 1000)
    return sorted(found)


def by_the_clock(_: Session) -> float:
    """Seconds as they pass, whatever else the machine does meanwhile."""
    return time.perf_counter()


def processor(s: Session) -> float:
    """Seconds of processor time: of this thread, and on PostgreSQL of the server's process for it (Linux)."""
    if s.get_bind().dialect.name == "sqlite":
        return time.thread_time()
    pid = s.execute(text("SELECT pg_backend_pid()")).scalar_one()
    ran = int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])
    return time.thread_time() + ran / 1e9


@contextmanager
def database(kind: str) -> Iterator[str]:
    """The URL of an empty database."""
    if kind == "postgresql":
        with running_postgres():
            yield fresh_database()
    else:
        with tempfile.TemporaryDirectory(prefix="bench-places-") as folder:
            yield f"sqlite:///{Path(folder) / 'town.db'}"


def measure(kind: str, many: int, visits: int) -> None:
    """Fill one kind of database and print a table."""
    post = Actor(1, "岗", (Held(Role.POST, 1, "/town/"),))
    grid = Actor(1, "员", (Held(Role.GRID, 2, "/town/v7/v7-1/"),))
    with database(kind) as url:
        engine = open_engine(url)
        upgrade(engine)
        fill(engine, many, visits)
        if kind == "postgresql":  # all the work in one process, so that its time can be told
            event.listen(engine, "connect", lambda raw, _: raw.execute("SET max_parallel_workers_per_gather = 0"))
            engine.dispose()
        with Session(engine) as s:
            village = s.exec(select(Area.id).where(Area.code == "v7")).one() or 0
            counted = s.exec(select(func.count(col(Patrol.id)))).one()
        sys.stdout.write(f"{kind}: {many} places, {counted} patrols\n")
        for what, work in (of_the_ledger(post, grid, village, many) | of_the_words(post, many)).items():
            told = f"  {what:34}"
            for name, clock in {"by the clock": by_the_clock, "processor": processor}.items():
                times = timed(engine, work, clock)
                told += f"{name}: p50 {times[ROUNDS // 2]:6.1f} ms, p95 {times[ROUNDS * 95 // 100]:6.1f} ms   "
            sys.stdout.write(told.rstrip() + "\n")
            sys.stdout.flush()
        engine.dispose()


def main(argv: Sequence[str]) -> None:
    """Measure on one kind of database, or on both."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks places", description=__doc__)
    parser.add_argument("--places", type=int, default=100_000, dest="many")
    parser.add_argument("--patrols", type=int, default=1_000_000, dest="visits")
    parser.add_argument("--on", choices=("sqlite", "postgresql"), action="append")
    given = parser.parse_args(argv)
    use_key(bytes(32))
    for kind in given.on or ("sqlite", "postgresql"):
        measure(kind, given.many, given.visits)
