"""PostgreSQL for tests: an empty schema for each, and tables that are made once and handed on emptied.

Making the tables takes longer than most scenes. What one scene leaves behind is put aside under another name, emptied,
and given to the next that wants tables; a test that brings its own gets a schema with nothing in it.
"""

from sqlalchemy import Connection, Engine, text

from models.base import Base
from models.migrations import upgrade

KEPT = "kept"
_MADE = "tables as the migrations make them"


def set_aside(connection: Connection) -> None:
    """Leave an empty schema; tables that `give_tables` made are put aside for the next that wants some."""
    made = connection.execute(text("select obj_description('public'::regnamespace)")).scalar() == _MADE
    if made and not _exists(connection):
        connection.execute(text(f"alter schema public rename to {KEPT}"))
    else:
        connection.execute(text("drop schema public cascade"))
    connection.execute(text("create schema public"))


def give_tables(engine: Engine) -> None:
    """Put the newest tables, with nothing in them, into an empty schema."""
    with engine.begin() as connection:
        found = _exists(connection)
        if found:
            connection.execute(text("drop schema public cascade"))
            connection.execute(text(f"alter schema {KEPT} rename to public"))
            _empty(connection)
    if not found:
        upgrade(engine)
        with engine.begin() as connection:
            connection.execute(text(f"comment on schema public is '{_MADE}'"))


def _exists(connection: Connection) -> bool:
    return connection.execute(text(f"select to_regnamespace('{KEPT}')")).scalar() is not None


def _empty(connection: Connection) -> None:
    """Remove all rows and let every table count from 1 again."""
    each = (f"select '{name}' where exists (select from \"{name}\")" for name in Base.metadata.tables)
    full = connection.execute(text(" union all ".join(each))).scalars().all()
    if full:
        connection.execute(text(f"truncate {', '.join(full)} cascade"))
    counted = "select setval(format('public.%I', sequencename)::regclass, 1, false) from pg_sequences"
    connection.execute(text(f"{counted} where schemaname = 'public' and last_value is not null"))
