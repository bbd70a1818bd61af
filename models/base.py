"""What every table and every operation share: instants, refusals, and the metadata of the whole township."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, MetaData
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


def insert_new(s: Session, table: type[Base], rows: list[dict[str, Any]]) -> int:
    """Insert rows in one statement and ignore those whose unique key exists; return how many are new."""
    dialect = sqlite if s.get_bind().dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).values(rows).on_conflict_do_nothing()
    return s.execute(statement).rowcount  # type: ignore[attr-defined, no-any-return]
