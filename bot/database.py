"""The database: an engine with the right pragmas, and one transaction per piece of work in a worker thread.

SQLite does best with one dedicated thread (p99 41 ms with 16 writers against 850 ms); PostgreSQL gets a few.
"""

import asyncio
import fcntl
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session, create_engine

from models import erasure
from models.base import Stale
from models.rules import DEFAULTS, Rules

P = ParamSpec("P")
T = TypeVar("T")

AGAIN = 3
POSTGRES_THREADS = 4
PRAGMAS = (
    "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON",
    "busy_timeout = 10000", "trusted_schema = OFF", "temp_store = MEMORY",
)  # fmt: skip


class DatabaseInUse(Exception):
    """Another bot process runs on this SQLite file; several processes need PostgreSQL."""


class DatabaseAway(Exception):
    """The database cannot be reached or cannot write now; nothing was accepted."""


def open_engine(url: str) -> Engine:
    """Return an engine for a SQLite file or a PostgreSQL server (any spelling of its URL)."""
    if url.startswith("sqlite"):
        return _open_sqlite(url)
    plain = url.split("://", 1)[1]
    return create_engine(f"postgresql+psycopg://{plain}", pool_size=POSTGRES_THREADS + 2, pool_pre_ping=True)


def _open_sqlite(url: str) -> Engine:
    path = _sqlite_path(url)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    engine = create_engine(url, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


@contextmanager
def only_process(url: str) -> Iterator[None]:
    """Hold a SQLite file for one bot process; raise DatabaseInUse when another runs on it. Ends with the process."""
    path = _sqlite_path(url)
    if path is None:
        yield
        return
    with path.with_name(path.name + ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DatabaseInUse(path.name) from None
        yield


def _sqlite_path(url: str) -> Path | None:
    path = url.removeprefix("sqlite://").removeprefix("/")
    return Path(path) if url.startswith("sqlite") and path and path != ":memory:" else None


def _prepare(connection: sqlite3.Connection, _: Any) -> None:
    # The driver must not begin by itself: a transaction that reads first and writes later fails at once when locked.
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


class Database:
    """Runs work, each piece in one transaction, off the event loop."""

    def __init__(self, url: str, rules: Rules = DEFAULTS) -> None:
        self.engine = open_engine(url)
        self.rules = rules
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._threads = ThreadPoolExecutor(1 if self.is_sqlite else POSTGRES_THREADS, "database")

    async def run(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work(session, …)` in a worker thread, in one transaction; raise DatabaseAway when it cannot be."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, partial(self.transaction, work, *args, **kwargs))

    def transaction(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` in one transaction here and now; once more when somebody else was faster."""
        for attempt in range(AGAIN):
            try:
                with self.session() as s, s.begin():
                    done = work(s, *args, **kwargs)
            except (Stale, StaleDataError, IntegrityError):
                if attempt == AGAIN - 1:
                    raise
            except OperationalError as trouble:
                if _is_mistake(trouble):
                    raise
                if attempt == AGAIN - 1 or not _is_passing(trouble):
                    raise DatabaseAway(type(trouble.orig).__name__) from None
                time.sleep(0.05 * 2**attempt)
            else:
                if self.is_sqlite and erasure.take_mark(s):
                    self._empty_log()
                return done
        raise AssertionError("unreachable")

    def _empty_log(self) -> None:
        """After an erasure: pages of the write-ahead log still hold what the file no longer does.

        Whoever reads just now keeps the log; the next erasure, or the end of the process, empties it.
        """
        with self.engine.connect() as connection, suppress(sqlite3.OperationalError):
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def session(self) -> Session:
        """Return a session that carries the township's rules; the caller closes it."""
        return Session(self.engine, expire_on_commit=False, info={"rules": self.rules})

    def close(self) -> None:
        """Finish what runs and give the connections back."""
        self._threads.shutdown(wait=True)
        self.engine.dispose()


def _is_mistake(trouble: DBAPIError) -> bool:
    # SQLite calls a wrong statement an operational error too; waiting would not mend it.
    return str(trouble.orig).startswith(("no such", "near ", "too many", "unrecognized"))


def _is_passing(trouble: DBAPIError) -> bool:
    words = str(trouble.orig)
    return any(word in words for word in ("locked", "deadlock", "serializ"))
