"""Who wrote is sealed: the accounts and names of people, and the chats of what is under way."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import sqlalchemy as sa
from alembic import op

from models.sealing import Unreadable, sealer

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


class Sealed(NamedTuple):
    """A column that was readable so far: its type then, and whether it may be empty."""

    plain: Any
    nullable: bool


SEALED = {
    "people": {"telegram_id": Sealed(sa.BigInteger(), False), "name": Sealed(sa.String(80), False)},
    "inbox": {"chat": Sealed(sa.BigInteger(), True), "person": Sealed(sa.BigInteger(), True)},
    "outgoing": {"chat_id": Sealed(sa.BigInteger(), True)},
    "drafts": {"chat_id": Sealed(sa.BigInteger(), False)},
}
_NEW, _ACTIVE = sa.text("state = 'new'"), sa.text("not parked")


def upgrade() -> None:
    _without_keys()
    for table in SEALED:
        _exchange(table, _seal, lambda _: sa.LargeBinary())
    _with_keys()


def downgrade() -> None:
    _without_keys()
    for table in SEALED:
        _exchange(table, _open, lambda sealed: sealed.plain)
    _with_keys()


def _without_keys() -> None:
    for name in ("ix_inbox_open_chat", "ix_inbox_open_person"):
        op.drop_index(name, "inbox")
    op.drop_index("uq_drafts_active", "drafts")
    with op.batch_alter_table("people") as people:
        people.drop_constraint(op.f("uq_people_telegram_id"), type_="unique")


def _with_keys() -> None:
    for name, column in (("ix_inbox_open_chat", "chat"), ("ix_inbox_open_person", "person")):
        op.create_index(name, "inbox", [column, "id"], sqlite_where=_NEW, postgresql_where=_NEW)
    columns = ["person_id", "chat_id"]
    op.create_index("uq_drafts_active", "drafts", columns, unique=True, sqlite_where=_ACTIVE, postgresql_where=_ACTIVE)
    with op.batch_alter_table("people") as people:
        people.create_unique_constraint(op.f("uq_people_telegram_id"), ["telegram_id"])


def _exchange(table: str, turn: Callable[[str, Any, int], Any], kind: Callable[[Sealed], Any]) -> None:
    """Write every value of these columns anew, into columns of another type with the same names."""
    columns = SEALED[table]
    with op.batch_alter_table(table) as made:
        for name, sealed in columns.items():
            made.add_column(sa.Column(f"{name}_new", kind(sealed), nullable=True))
    bind = op.get_bind()
    new = ", ".join(f"{name}_new = :{name}" for name in columns)
    for row in bind.execute(sa.text(f"SELECT id, {', '.join(columns)} FROM {table}")).mappings().all():
        told = {c: None if row[c] is None else turn(f"{table}.{c}", row[c], row["id"]) for c in columns}
        bind.execute(sa.text(f"UPDATE {table} SET {new} WHERE id = :id"), {"id": row["id"], **told})
    with op.batch_alter_table(table) as made:
        for name in columns:
            made.drop_column(name)
    with op.batch_alter_table(table) as made:
        for name, sealed in columns.items():
            to = {"new_column_name": name, "existing_type": kind(sealed), "nullable": sealed.nullable}
            made.alter_column(f"{name}_new", **to)


def _seal(purpose: str, value: Any, _: int) -> bytes:
    return sealer().seal_same(purpose, json.dumps(value, ensure_ascii=False).encode())


def _open(purpose: str, value: bytes, row: int) -> Any:
    try:
        return json.loads(sealer().open_same(purpose, bytes(value)))
    except Unreadable:  # an account that cannot be read must stay different from every other
        return "" if purpose == "people.name" else -row
