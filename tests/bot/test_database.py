"""The database: one transaction per piece of work, and an honest word when it cannot be."""

import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session, select

from bot.database import AGAIN, Database, DatabaseAway, open_engine
from models import areas
from models.areas import Area
from models.base import Stale
from models.rules import Rules, rules_of

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def add_area(s: Session, code: str) -> None:
    """Write something."""
    s.add(Area(code=code, name=code, level="village", path=f"/{code}/"))
    s.flush()


def codes(database: Database) -> list[str]:
    """Return what was written."""
    return database.transaction(lambda s: sorted(s.exec(select(Area.code))))


def test_work_is_kept_whole_or_not_at_all(database: Database) -> None:
    def fail(s: Session) -> None:
        add_area(s, "lost")
        raise ValueError("in the middle")

    database.transaction(add_area, "kept")
    with pytest.raises(ValueError, match="in the middle"):
        database.transaction(fail)
    assert codes(database) == ["kept"]


@pytest.mark.parametrize("conflict", [Stale, StaleDataError, lambda: IntegrityError("", {}, Exception())])
def test_who_was_too_slow_runs_again_from_the_beginning(database: Database, conflict: type[Exception]) -> None:
    runs = []

    def work(s: Session) -> str:
        runs.append(1)
        add_area(s, "once")
        if len(runs) == 1:
            raise conflict()
        return "done"

    assert database.transaction(work) == "done"
    assert len(runs) == 2
    assert codes(database) == ["once"]


def test_a_lasting_conflict_is_raised_and_leaves_nothing(database: Database) -> None:
    runs = []

    def work(s: Session) -> None:
        runs.append(1)
        add_area(s, "never")
        raise StaleDataError

    with pytest.raises(StaleDataError):
        database.transaction(work)
    assert len(runs) == AGAIN
    assert codes(database) == []


async def test_work_runs_off_the_event_loop_and_knows_the_rules(database: Database) -> None:
    database.rules = Rules(town="试验镇")
    assert await database.run(lambda s: rules_of(s).town) == "试验镇"


def test_a_database_that_cannot_be_reached_is_said_to_be_away() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/nothing?connect_timeout=2")
    with pytest.raises(DatabaseAway):
        database.transaction(lambda s: s.execute(text("select 1")))
    database.close()


def test_a_broken_connection_is_replaced(database: Database) -> None:
    if database.is_sqlite:
        database.engine.dispose()
    else:
        with database.engine.connect() as connection:
            pid = connection.execute(text("select pg_backend_pid()")).scalar_one()
        killer = open_engine(str(database.engine.url.render_as_string(hide_password=False)))
        with killer.connect() as connection:
            connection.execute(text("select pg_terminate_backend(:pid)"), {"pid": pid})
        killer.dispose()
    database.transaction(add_area, "after")
    assert codes(database) == ["after"]


def test_a_wrong_statement_is_a_mistake_and_not_an_absence(database: Database) -> None:
    with pytest.raises(Exception, match="nonsense") as told:
        database.transaction(lambda s: s.execute(text("select * from nonsense")))
    assert not isinstance(told.value, DatabaseAway)


def test_a_writer_that_waits_too_long_hears_that_the_database_is_away(file: Database) -> None:
    with file.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 1")
    blocker = sqlite3.connect(str(file.engine.url.database), isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseAway):
        file.transaction(add_area, "blocked")
    blocker.execute("ROLLBACK")
    blocker.close()
    file.transaction(add_area, "free")
    assert codes(file) == ["free"]


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("secure_delete", 1), ("trusted_schema", 0)],
)
def test_sqlite_is_opened_safely(file: Database, pragma: str, value: object) -> None:
    with file.engine.connect() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value


def test_only_the_owner_may_read_the_file(file: Database) -> None:
    file.transaction(add_area, "x")
    path = Path(str(file.engine.url.database))
    for kept in path.parent.glob("town.db*"):
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600, kept.name


def test_foreign_keys_are_checked(database: Database) -> None:
    with pytest.raises(IntegrityError):
        database.transaction(
            lambda s: s.execute(text("insert into grants (person_id, role, area_id, post, since) "
                                     "values (99, 'grid', 99, '', '2026-01-01')"))
        )  # fmt: skip


def read_then_write(s: Session) -> None:
    """Count in the way that fails at once with a deferred transaction."""
    row = areas.area_by_code(s, "counter")
    assert row is not None
    row.name = str(int(row.name) + 1)


def test_threads_that_read_and_then_write_never_find_it_locked(file: Database) -> None:
    file.transaction(lambda s: s.add(Area(code="counter", name="0", level="village", path="/c/")))
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: file.transaction(read_then_write), range(80)))
    assert file.transaction(lambda s: areas.area_by_code(s, "counter").name) == "80"  # type: ignore[union-attr]


COUNTING = """
import sys
from bot.database import Database
from tests.bot.test_database import read_then_write
database = Database(sys.argv[1])
for _ in range(40):
    database.transaction(read_then_write)
"""


def test_two_processes_that_read_and_then_write_never_find_it_locked(file: Database) -> None:
    file.transaction(lambda s: s.add(Area(code="counter", name="0", level="village", path="/c/")))
    root = Path(__file__).parent.parent.parent
    command = [sys.executable, "-c", COUNTING, str(file.engine.url)]
    running = [subprocess.Popen(command, cwd=root, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    for process in running:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    assert file.transaction(lambda s: areas.area_by_code(s, "counter").name) == "80"  # type: ignore[union-attr]


def test_an_operational_error_that_passes_is_tried_again(database: Database) -> None:
    runs = []

    def work(_: Session) -> str:
        runs.append(1)
        if len(runs) < AGAIN:
            raise OperationalError("", {}, Exception("database is locked"))
        return str(len(runs))

    assert database.transaction(work) == str(AGAIN)
