"""What people wrote is sealed, and a case knows its posts, its basis, its returns and who stands in for whom."""

import json
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

from models.sealing import Unreadable, sealer
from models.spots import spot

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# Columns that were readable so far; those of places on the map may be empty.
SEALED = {
    "hazards": ("place_text", "detail", "latitude", "longitude", "rating_note"),
    "hazard_steps": ("note",),
    "evidence": ("file_id",),
}
NULLABLE = frozenset({"latitude", "longitude"})
WORDS = {"told": None, "tags": 60, "lead": 40, "enforcement": 40, "basis": 200, "end_reason": 20, "erased": 8}


def upgrade() -> None:
    for table, columns in SEALED.items():
        _exchange(table, columns, _seal, sa.LargeBinary())
    _case()
    _find_spots()
    _around()
    _desk()
    _expect_pictures()


def downgrade() -> None:
    _no_desk()
    with op.batch_alter_table("hazards") as table:
        table.drop_constraint(op.f("fk_hazards_relapse_of"), type_="foreignkey")
        table.drop_constraint(op.f("uq_hazards_receipt_tag"), type_="unique")
        table.drop_index(op.f("ix_hazards_album_tag"))
        table.drop_index(op.f("ix_hazards_duplicate_of"))
        table.drop_index(op.f("ix_hazards_spot"))
        table.drop_index("ix_hazards_alike")
        for name in (*WORDS, "relapse_of", "returns", "escalated", "receipt_tag", "album_tag", "spot"):
            table.drop_column(name)
    with op.batch_alter_table("hazard_steps") as table:
        table.alter_column("act", existing_type=sa.String(20), type_=sa.String(12), existing_nullable=False)
        table.drop_column("told")
        table.drop_column("by")
    with op.batch_alter_table("grants") as table:
        table.drop_constraint(op.f("fk_grants_standing_for"), type_="foreignkey")
        once = ["person_id", "role", "area_id", "post", "standing_for", "ended_at"]
        table.drop_constraint(op.f("uq_grants_" + "_".join(once)), type_="unique")
        before = ["person_id", "role", "area_id", "ended_at"]
        table.create_unique_constraint(op.f("uq_grants_" + "_".join(before)), before)
        table.drop_column("until")
        table.drop_column("standing_for")
    for column in ("counts", "told_at"):
        with op.batch_alter_table("deadlines") as table:
            table.drop_column(column)
    for table_name, column in (("deadlines", "paused_at"), ("chats", "is_desk"), ("identities", "key_id")):
        with op.batch_alter_table(table_name) as table:
            table.drop_column(column)
    for table_name, columns in SEALED.items():
        _exchange(table_name, columns, _open, None)


def _exchange(table: str, columns: tuple[str, ...], turn: Callable[[str, Any], Any], to: Any) -> None:
    """Write every value of these columns anew, into columns of another type with the same names."""
    with op.batch_alter_table(table) as made:
        for column in columns:
            made.add_column(sa.Column(f"{column}_new", to or _plain(table, column), nullable=True))
    bind = op.get_bind()
    rows = bind.execute(sa.text(f"SELECT id, {', '.join(columns)} FROM {table}")).mappings().all()
    new = ", ".join(f"{column}_new = :{column}" for column in columns)
    for row in rows:
        told = {c: row[c] if row[c] is None else turn(f"{table}.{c}", row[c]) for c in columns}
        bind.execute(sa.text(f"UPDATE {table} SET {new} WHERE id = :id"), {"id": row["id"], **told})
    with op.batch_alter_table(table) as made:
        for column in columns:
            made.drop_column(column)
    with op.batch_alter_table(table) as made:
        for column in columns:
            made.alter_column(
                f"{column}_new",
                new_column_name=column,
                existing_type=to or _plain(table, column),
                nullable=column in NULLABLE,
            )


def _plain(table: str, column: str) -> Any:
    if column in NULLABLE:
        return sa.Float()
    return sa.String(200) if table == "evidence" else sa.String()


def _seal(purpose: str, value: Any) -> bytes:
    plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return sealer().seal(purpose, plain)


def _open(purpose: str, value: bytes) -> Any:
    try:
        return json.loads(sealer().open(purpose, bytes(value)))
    except Unreadable:
        return 0.0 if purpose.split(".")[1] in NULLABLE else ""


def _case() -> None:
    with op.batch_alter_table("hazards") as table:
        for name, length in WORDS.items():
            table.add_column(sa.Column(name, sa.String(length), nullable=False, server_default=""))
        table.add_column(sa.Column("relapse_of", sa.Integer(), nullable=True))
        table.add_column(sa.Column("returns", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("escalated", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("receipt_tag", sa.String(64), nullable=True))
        table.add_column(sa.Column("album_tag", sa.String(64), nullable=True))
        table.add_column(sa.Column("spot", sa.String(64), nullable=True))
        table.create_index(op.f("ix_hazards_album_tag"), ["album_tag"], unique=False)
        table.create_index(op.f("ix_hazards_spot"), ["spot"], unique=False)
        table.create_index(op.f("ix_hazards_duplicate_of"), ["duplicate_of"], unique=False)
        table.create_index("ix_hazards_alike", ["kind", "closed_at", "area_path"], unique=False)
        table.create_unique_constraint(op.f("uq_hazards_receipt_tag"), ["receipt_tag"])
        table.create_foreign_key(op.f("fk_hazards_relapse_of"), "hazards", ["relapse_of"], ["id"])
    with op.batch_alter_table("hazard_steps") as table:
        table.alter_column("act", existing_type=sa.String(12), type_=sa.String(20), existing_nullable=False)
        table.add_column(sa.Column("by", sa.String(10), nullable=False, server_default="none"))
        table.add_column(sa.Column("told", sa.String(), nullable=False, server_default=""))


def _desk() -> None:
    """The queue reads an index of the open cases and one of the running clocks."""
    is_open, is_running = sa.text("closed_at IS NULL"), sa.text("met_at IS NULL AND cancelled_at IS NULL")
    queue = ["area_path", "step", "severity", "kind", "assignee_id", "fixer_id", "place_id", "escalated", "closed_at"]
    op.create_index("ix_hazards_open", "hazards", queue, sqlite_where=is_open, postgresql_where=is_open)
    ended = sa.text("closed_at IS NOT NULL")
    op.create_index("ix_hazards_ended", "hazards", ["closed_at"], sqlite_where=ended, postgresql_where=ended)
    clock = ["thing", "thing_id", "due_at", "paused_at", "met_at", "cancelled_at"]
    op.create_index("ix_deadlines_running", "deadlines", clock, sqlite_where=is_running, postgresql_where=is_running)
    _case_cards()
    _absences()


def _case_cards() -> None:
    op.create_table(
        "case_cards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hazard_id", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["hazard_id"], ["hazards.id"], name=op.f("fk_case_cards_hazard_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_case_cards_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_cards")),
        sa.UniqueConstraint("hazard_id", "chat_id", name=op.f("uq_case_cards_hazard_id_chat_id")),
    )
    op.create_index(op.f("ix_case_cards_hazard_id"), "case_cards", ["hazard_id"])
    op.create_index(op.f("ix_case_cards_since"), "case_cards", ["since"])


def _absences() -> None:
    op.create_table(
        "absences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_absences_person_id")),
        sa.ForeignKeyConstraint(["deputy_id"], ["people.id"], name=op.f("fk_absences_deputy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index(
        "ix_absences_open",
        "absences",
        ["person_id"],
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _no_desk() -> None:
    op.drop_table("absences")
    op.drop_table("case_cards")
    op.drop_index("ix_deadlines_running", "deadlines")
    op.drop_index("ix_hazards_ended", "hazards")
    op.drop_index("ix_hazards_open", "hazards")


def _find_spots() -> None:
    """Give the cases that have a point the hash of its square."""
    bind = op.get_bind()
    located = "SELECT id, latitude, longitude FROM hazards WHERE latitude IS NOT NULL AND longitude IS NOT NULL"
    for row in bind.execute(sa.text(located)).mappings().all():
        at = [_open(f"hazards.{column}", row[column]) for column in ("latitude", "longitude")]
        bind.execute(sa.text("UPDATE hazards SET spot = :spot WHERE id = :id"), {"id": row["id"], "spot": spot(*at)})


def _around() -> None:
    with op.batch_alter_table("grants") as table:
        table.add_column(sa.Column("standing_for", sa.Integer(), nullable=True))
        table.add_column(sa.Column("until", sa.DateTime(timezone=True), nullable=True))
        table.create_foreign_key(op.f("fk_grants_standing_for"), "people", ["standing_for"], ["id"])
        # One's own role and the same one lent may end at the same moment.
        table.drop_constraint(op.f("uq_grants_person_id_role_area_id_ended_at"), type_="unique")
        once = ["person_id", "role", "area_id", "post", "standing_for", "ended_at"]
        table.create_unique_constraint(op.f("uq_grants_" + "_".join(once)), once)
    with op.batch_alter_table("deadlines") as table:
        table.add_column(sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("counts", sa.String(7), nullable=False, server_default="wall"))
    for counts, rule in (("working", "%个工作日内%"), ("urgent", "紧急隐患，%小时内到场%")):
        change = sa.text("UPDATE deadlines SET counts = :counts WHERE rule LIKE :rule")
        op.get_bind().execute(change, {"counts": counts, "rule": rule})
    with op.batch_alter_table("chats") as table:
        table.add_column(sa.Column("is_desk", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("identities") as table:
        table.add_column(sa.Column("key_id", sa.String(16), nullable=False, server_default=""))


def _expect_pictures() -> None:
    """Photos of earlier reports were seen as they came; from now on they are cleaned first, like all others."""
    op.execute(
        "INSERT INTO pictures (evidence_id, state, attempts, not_before)"
        " SELECT evidence.id, 'expected', 0, CURRENT_TIMESTAMP FROM evidence"
        " JOIN hazard_steps ON hazard_steps.id = evidence.step_id"
        " WHERE hazard_steps.who_id IS NULL AND evidence.kind = 'photo'"
        " AND NOT EXISTS (SELECT 1 FROM pictures WHERE pictures.evidence_id = evidence.id)"
    )
