"""What every table and every operation share: instants, refusals, and the metadata of the whole township."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import CursorResult, DateTime, Executable, MetaData, Table, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Session, SQLModel

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


Values = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None


class Base(SQLModel):
    """The parent of all tables; constraint names are fixed so that both databases migrate alike."""

    metadata = MetaData(naming_convention=NAMES)


class Instant(TypeDecorator[datetime]):
    """An aware instant, stored as UTC. SQLite drops time zones, so a naive value is refused on the way in."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None or value.tzinfo is not None:
            return None if value is None else value.astimezone(UTC)
        return value.replace(tzinfo=UTC)

    def process_literal_param(self, value: datetime | None, dialect: Dialect) -> Any:
        return repr(self.process_bind_param(value, dialect))


class Refused(Exception):
    """An act that the rules do not allow; its text is the Chinese sentence that the person reads."""


class Stale(Exception):
    """Somebody else changed the row in between; the caller runs the whole update once more."""


NOT_FOUND = "没有找到，或者不归您办。可以核对编号，或联系镇消防管理岗。"


def table_of(model: type[Base]) -> Table:
    """Return the plain table of a mapped class, for statements that skip the mapper."""
    found: Table = model.__table__  # type: ignore[attr-defined]
    return found


def plain(s: Session, statement: Executable, values: Values = None) -> CursorResult[Any]:
    """Run a prepared statement in the session's transaction, past the mapper (measured: 0.05 ms instead of 0.3).

    For the few statements that every update needs; what is pending in the session is not flushed first.
    """
    return s.connection().execute(statement, values)


def insert_new(s: Session, model: type[Base], rows: list[dict[str, Any]]) -> int:
    """Insert rows and ignore those whose unique key exists; return how many are new."""
    # Without the option PostgreSQL does not say how many rows there were.
    statement = _ignoring(model, s.get_bind().dialect.name)
    return plain(s, statement, rows).rowcount


@cache
def _ignoring(model: type[Base], dialect: str) -> Executable:
    module = sqlite if dialect == "sqlite" else postgresql
    statement: Executable = module.insert(table_of(model)).on_conflict_do_nothing()
    return statement.execution_options(preserve_rowcount=True)


def write_once(s: Session, row: Base, column: str, too_late: str, **values: object) -> None:
    """Write what may be written once only, while `column` is empty; of two who do it at once, one is refused."""
    table = table_of(type(row))
    still = (table.c.id == row.id, table.c[column].is_(None))  # type: ignore[attr-defined]
    s.flush()
    done = s.execute(update(table).where(*still).values(**values))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Refused(too_late)
    s.refresh(row)
