"""Migrations: how the tables come to be and change. `upgrade` brings any database to the newest version."""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

import models

# Every module with tables must be imported before the metadata is complete.
for _module in iter_modules(models.__path__, "models."):
    if not _module.ispkg:
        import_module(_module.name)

LOCK = 0x6368756973


def config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration; there is no alembic.ini."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent))
    made.attributes["connection"] = connection
    return made


def head() -> str:
    """Return the newest version."""
    return ScriptDirectory.from_config(config()).get_current_head() or ""


def version(engine: Engine) -> str:
    """Return the version of a database; nothing for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def upgrade(engine: Engine, to: str = "head") -> None:
    """Bring the tables to this version, in one transaction; two processes that start at once wait for each other."""
    _migrate(engine, command.upgrade, to)


def downgrade(engine: Engine, to: str) -> None:
    """Take the tables back to this version."""
    _migrate(engine, command.downgrade, to)


def _migrate(engine: Engine, act: object, to: str) -> None:
    if engine.dialect.name == "sqlite":
        _migrate_sqlite(engine, act, to)
        return
    with engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        act(config(connection), to)  # type: ignore[operator]


def _migrate_sqlite(engine: Engine, act: object, to: str) -> None:
    # With foreign keys on, rebuilding a parent table deletes its children; the switch only works outside a transaction.
    with engine.connect() as connection:
        connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")
        with connection.begin():
            act(config(connection), to)  # type: ignore[operator]
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"migration broke {len(broken)} references")
        connection.connection.cursor().execute("PRAGMA foreign_keys = ON")
