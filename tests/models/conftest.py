"""A tiny invented township on both databases: county > town > two villages > two grids each, and a few people."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Engine, StaticPool, create_engine, event, make_url, text
from sqlmodel import Session, select

import models.migrations  # noqa: F401 - all tables
from models import queues
from models.areas import Area
from models.base import Base
from models.hazards import Hazard
from models.outbox import Outgoing
from models.people import Actor, Grant, Person, Role, actor_of
from models.rules import ZONE

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)

AREAS = (
    ("county", "示范县", "county", "/county/"),
    ("town", "示范镇", "town", "/county/town/"),
    ("east", "东村", "village", "/county/town/east/"),
    ("west", "西村", "village", "/county/town/west/"),
    ("east-1", "东村一网格", "grid", "/county/town/east/east-1/"),
    ("east-2", "东村二网格", "grid", "/county/town/east/east-2/"),
    ("west-1", "西村一网格", "grid", "/county/town/west/west-1/"),
    ("west-2", "西村二网格", "grid", "/county/town/west/west-2/"),
)


@dataclass
class Town:
    """The people as actors, the areas by code. `grid_a` works in east-1, `grid_b` in east-2, `village` in east."""

    areas: dict[str, Area] = field(default_factory=dict)
    post: Actor = field(init=False)
    grid_a: Actor = field(init=False)
    grid_b: Actor = field(init=False)
    village: Actor = field(init=False)
    leader: Actor = field(init=False)
    resident: Actor = field(init=False)
    known: int = 0

    def id_of(self, code: str) -> int:
        """Return the id of the area with this code."""
        return self.areas[code].id or 0

    def newcomer(
        self, s: Session, name: str, role: Role | None = None, code: str = "town", post: str = ""
    ) -> Actor:
        """Add one more invented person, with a role (and a post) in an area when asked."""
        self.known += 1
        person = Person(telegram_id=7_000_000_000 + self.known, name=name, seen_at=NOW)
        s.add(person)
        s.flush()
        if role is not None:
            s.add(Grant(person_id=person.id or 0, role=role.value, area_id=self.id_of(code), post=post, since=NOW))
            s.flush()
        return actor_of(s, person)


def build_town(s: Session) -> Town:
    """Add the areas and the people of the tiny township."""
    town = Town()
    for code, name, level, path in AREAS:
        town.areas[code] = Area(code=code, name=name, level=level, path=path)
        s.add(town.areas[code])
    s.flush()
    town.post = town.newcomer(s, "李岗", Role.POST, "town")
    town.grid_a = town.newcomer(s, "张网格", Role.GRID, "east-1")
    town.grid_b = town.newcomer(s, "陈网格", Role.GRID, "east-2")
    town.village = town.newcomer(s, "赵干部", Role.VILLAGE, "east")
    town.leader = town.newcomer(s, "周镇长", Role.LEADER, "town")
    town.resident = town.newcomer(s, "王居民")
    return town


def foreign_keys_on(connection: Any, _record: Any) -> None:
    """SQLite checks foreign keys only when asked."""
    connection.execute("PRAGMA foreign_keys=ON")


@pytest.fixture(scope="session")
def in_memory() -> Iterator[Engine]:
    """SQLite in memory with every table, for the whole session; each test undoes what it did."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _as_the_bot_opens_it)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


def _as_the_bot_opens_it(connection: Any, record: Any) -> None:
    foreign_keys_on(connection, record)
    connection.isolation_level = None


@pytest.fixture(scope="session")
def on_postgres(postgres: str) -> Iterator[Engine]:
    """A PostgreSQL schema of its own with every table, for the whole session; each test undoes what it did."""
    url = make_url(postgres).set(drivername="postgresql+psycopg")
    engine = create_engine(url, connect_args={"options": "-c search_path=models_tests"})
    with engine.begin() as connection:
        connection.execute(text("drop schema if exists models_tests cascade"))
        connection.execute(text("create schema models_tests"))
        Base.metadata.create_all(connection)
    yield engine
    engine.dispose()


@pytest.fixture(params=["in_memory", "on_postgres"])
def s(request: pytest.FixtureRequest) -> Iterator[Session]:
    """A session on empty tables, on both databases; what a test commits is undone as well."""
    engine: Engine = request.getfixturevalue(request.param)
    with engine.connect() as connection:
        everything = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session
        everything.rollback()


@pytest.fixture
def now() -> datetime:
    """Monday 2026-11-23, ten in the morning in Asia/Shanghai."""
    return NOW


@pytest.fixture
def town(s: Session) -> Town:
    """The tiny township in the session's database."""
    return build_town(s)


def notices_to(s: Session, to: int | str) -> list[str]:
    """Return what is queued for a person (id) or a sealed reporter (alias), oldest first."""
    s.flush()
    rows = s.exec(select(Outgoing).order_by(Outgoing.id)).all()
    return [row.what for row in rows if to in (row.person_id, row.alias)]


def inbox_of(s: Session, who: Actor, now: datetime = NOW) -> list[Hazard]:
    """Return what waits for somebody, as it stands in the queue."""
    return [line.hazard for line in queues.page(s, who, queues.View(), now=now).lines]
