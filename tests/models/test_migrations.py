"""Migrations: every version up and down on both databases, with rows in the tables, and by two who start at once."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlmodel import Session

from bot.database import open_engine
from models import pictures
from models.base import Base
from models.migrations import config, downgrade, head, upgrade, version

REVISIONS = [script.revision for script in reversed(list(ScriptDirectory.from_config(config()).walk_revisions()))]
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An empty database of each kind, opened as the bot opens it."""
    opened = open_engine(database_url)
    yield opened
    opened.dispose()


def schema(engine: Engine) -> dict[str, Any]:
    """Return what a database says of its tables; in which order columns stand means nothing."""
    seen = sa.inspect(engine)
    return {
        table: {
            "columns": sorted((c["name"], str(c["type"]), c["nullable"]) for c in seen.get_columns(table)),
            "indexes": sorted((i["name"] or "", tuple(i["column_names"]), bool(i["unique"]))
                              for i in seen.get_indexes(table)),
            "keys": sorted((k["name"] or "", tuple(k["constrained_columns"]), k["referred_table"])
                           for k in seen.get_foreign_keys(table)),
            "unique": sorted((u["name"] or "", tuple(u["column_names"])) for u in seen.get_unique_constraints(table)),
            "primary": seen.get_pk_constraint(table)["constrained_columns"],
        }
        for table in sorted(seen.get_table_names()) if table != "alembic_version"
    }  # fmt: skip


def fill(connection: Connection) -> dict[str, int]:
    """Put one row into every table that the database has now; return how many rows each has."""
    tables = sa.MetaData()
    tables.reflect(connection)
    for table in tables.sorted_tables:
        if table.name != "alembic_version":
            connection.execute(table.insert().values({c.name: worth(c) for c in table.columns if must(c)}))
    return counts(connection)


def must(column: sa.Column[Any]) -> bool:
    """Say whether a row needs a value here; references are set wherever they can be."""
    return not column.nullable or bool(column.foreign_keys)


def worth(column: sa.Column[Any]) -> Any:
    """Return some value of a column's type; 1 refers to the only row of another table."""
    if isinstance(column.type, sa.Boolean):
        return False
    if isinstance(column.type, sa.DateTime):
        return NOW
    if isinstance(column.type, sa.Date):
        return date(2026, 11, 23)
    if isinstance(column.type, sa.LargeBinary):
        return b"x"
    if isinstance(column.type, sa.JSON):
        return {}
    return "x" if isinstance(column.type, sa.String) else 1


def counts(connection: Connection) -> dict[str, int]:
    """Return how many rows each table has."""
    names = [name for name in sa.inspect(connection).get_table_names() if name != "alembic_version"]
    return {name: connection.execute(sa.text(f"select count(*) from {name}")).scalar_one() for name in names}


def test_there_is_one_line_of_versions_and_it_ends_in_one_head() -> None:
    assert ScriptDirectory.from_config(config()).get_heads() == [head()]
    assert REVISIONS[-1] == head()


def test_the_newest_version_is_what_the_models_say(engine: Engine) -> None:
    upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_every_table_of_the_models_is_there(engine: Engine) -> None:
    upgrade(engine)
    assert set(schema(engine)) == set(Base.metadata.tables)


def test_an_empty_database_has_no_version_and_then_the_newest(engine: Engine) -> None:
    assert version(engine) == ""
    upgrade(engine)
    assert version(engine) == head()


@pytest.mark.parametrize("revision", REVISIONS)
def test_up_and_down_and_up_again_gives_the_same_tables(engine: Engine, revision: str) -> None:
    before = previous(revision)
    upgrade(engine, before) if before else None
    below = schema(engine)
    upgrade(engine, revision)
    above = schema(engine)
    downgrade(engine, before or "base")
    assert schema(engine) == below
    upgrade(engine, revision)
    assert schema(engine) == above
    assert version(engine) == revision


@pytest.mark.parametrize("revision", REVISIONS)
def test_going_up_twice_changes_nothing(engine: Engine, revision: str) -> None:
    upgrade(engine, revision)
    with engine.begin() as connection:
        rows = fill(connection)
    before = schema(engine)
    upgrade(engine, revision)
    assert schema(engine) == before
    with engine.connect() as connection:
        assert counts(connection) == rows


@pytest.mark.parametrize("revision", REVISIONS)
def test_rows_survive_the_way_up_and_down(engine: Engine, revision: str) -> None:
    before = previous(revision)
    if before:
        upgrade(engine, before)
        with engine.begin() as connection:
            rows = fill(connection)
        upgrade(engine, revision)
        with engine.connect() as connection:
            assert {name: n for name, n in counts(connection).items() if name in rows} == rows
        downgrade(engine, before)
        with engine.connect() as connection:
            assert counts(connection) == rows
    else:
        upgrade(engine, revision)
        with engine.begin() as connection:
            fill(connection)
        downgrade(engine, "base")
        assert schema(engine) == {}


@pytest.mark.parametrize("revision", REVISIONS)
def test_from_every_version_with_rows_the_way_leads_to_the_newest(engine: Engine, revision: str) -> None:
    upgrade(engine, revision)
    with engine.begin() as connection:
        rows = fill(connection)
    upgrade(engine)
    with engine.connect() as connection:
        now = counts(connection)
    assert {name: now[name] for name in rows} == rows


def test_foreign_keys_are_on_again_after_a_migration(engine: Engine) -> None:
    upgrade(engine)
    bad = "insert into grants (person_id, role, area_id, post, since) values (9, 'grid', 9, '', '2026-01-01')"
    with engine.connect() as connection, pytest.raises(sa.exc.IntegrityError):
        connection.execute(sa.text(bad))


def previous(revision: str) -> str:
    """Return the version before this one."""
    index = REVISIONS.index(revision)
    return REVISIONS[index - 1] if index else ""


UPGRADE = """
import sys
from bot.database import open_engine
from models.migrations import upgrade
engine = open_engine(sys.argv[1])
sys.stdin.readline()
upgrade(engine)
"""


def test_two_processes_that_start_at_once_both_come_up(engine: Engine) -> None:
    url = engine.url.render_as_string(hide_password=False)
    options: dict[str, Any] = {"stdin": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    command = [sys.executable, "-c", UPGRADE, url]
    running = [subprocess.Popen(command, cwd=Path(__file__).parents[2], **options) for _ in range(2)]
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in running:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    assert version(engine) == head()
    assert set(schema(engine)) == set(Base.metadata.tables)


def test_a_tip_that_is_still_on_its_way_is_sent_on_by_the_newer_version(engine: Engine) -> None:
    upgrade(engine, "0004")
    with engine.begin() as connection:
        fill(connection)
        connection.execute(sa.text("UPDATE outgoing SET key = 'broadcast|1|1', state = 'due'"))
    upgrade(engine)
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT broadcast_id FROM outgoing")).scalar_one() == 1
        assert connection.execute(sa.text("SELECT stage FROM broadcasts")).scalar_one() == "sending"


def test_photos_of_earlier_reports_are_cleaned_too_and_those_of_staff_are_not(engine: Engine) -> None:
    upgrade(engine, "0008")
    with engine.begin() as connection:
        fill(connection)
        connection.execute(sa.text("DELETE FROM pictures"))
        connection.execute(sa.text("UPDATE evidence SET kind = 'photo'"))
    upgrade(engine)
    with engine.connect() as connection:
        assert counts(connection)["pictures"] == 0
    downgrade(engine, "0008")
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE hazard_steps SET who_id = NULL"))
    upgrade(engine)
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT evidence_id, state FROM pictures")).all() == [(1, "expected")]
    with Session(engine) as s:
        assert pictures.claim(s, now=datetime.now(UTC)) is not None
