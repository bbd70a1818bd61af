"""Broadcasts with an author, an approver, a segment and a result; groups and channels; words to the editor."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WORDS = {"kind": (10, "tip"), "stage": (10, "done"), "question_id": (80, ""), "media_kind": (10, ""),
         "media_file": (200, ""), "reason": (300, "")}  # fmt: skip
MOMENTS = ("send_at", "until", "began_at", "ended_at")
PEOPLE = ("author_id", "approver_id")
NUMBERS = {"edition": 1, "cursor": 0, "delivered": 0, "failed": 0, "uncertain": 0}


def upgrade() -> None:
    _chats()
    _deliveries()
    _broadcasts()
    _misses()
    op.execute("UPDATE broadcasts SET began_at = created_at, ended_at = created_at, is_queued = true")
    _go_on_with_what_is_under_way()


def _go_on_with_what_is_under_way() -> None:
    """Deliveries that are still waiting belong to a broadcast that is being sent; their keys say to which."""
    tables = op.get_bind()
    waiting = tables.execute(
        sa.text("SELECT id, key FROM outgoing WHERE key LIKE 'broadcast|%' AND state IN ('due', 'inflight')")
    ).all()
    for row, key in waiting:
        found = {"row": row, "broadcast": int(key.split("|")[1])}
        tables.execute(sa.text("UPDATE outgoing SET broadcast_id = :broadcast WHERE id = :row"), found)
    for broadcast in {int(key.split("|")[1]) for _, key in waiting}:
        going_on = sa.text("UPDATE broadcasts SET stage = 'sending', ended_at = NULL WHERE id = :broadcast")
        tables.execute(going_on, {"broadcast": broadcast})


def downgrade() -> None:
    # Unfinished business has no place in the older tables: only what was sent stays.
    op.execute("DELETE FROM broadcasts WHERE stage <> 'done'")
    with op.batch_alter_table("broadcasts") as table:
        table.drop_index(op.f("ix_broadcasts_stage"))
        table.drop_index(op.f("ix_broadcasts_began_at"))
        for name in PEOPLE:
            table.drop_constraint(op.f(f"fk_broadcasts_{name}_people"), type_="foreignkey")
        for name in (*WORDS, *MOMENTS, *PEOPLE, *NUMBERS, "segment", "is_queued"):
            table.drop_column(name)
    with op.batch_alter_table("misses") as table:
        table.drop_column("remark")
        table.drop_column("article_id")
    op.drop_index(op.f("ix_outgoing_broadcast_id"), table_name="outgoing")
    op.drop_column("outgoing", "broadcast_id")
    op.drop_table("chats")


def _chats() -> None:
    op.create_table(
        "chats",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(128), nullable=False),
        sa.Column("is_channel", sa.Boolean(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("is_member", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_chats_area_id_areas")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chats")),
        sa.UniqueConstraint("telegram_id", name=op.f("uq_chats_telegram_id")),
    )


def _deliveries() -> None:
    op.add_column("outgoing", sa.Column("broadcast_id", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_outgoing_broadcast_id"), "outgoing", ["broadcast_id"], unique=False)


def _broadcasts() -> None:
    with op.batch_alter_table("broadcasts") as table:
        for name, (length, default) in WORDS.items():
            table.add_column(sa.Column(name, sa.String(length), nullable=False, server_default=default))
        for name in MOMENTS:
            table.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        for name in PEOPLE:
            table.add_column(sa.Column(name, sa.Integer(), nullable=True))
            table.create_foreign_key(op.f(f"fk_broadcasts_{name}_people"), "people", [name], ["id"])
        for name, number in NUMBERS.items():
            table.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default=str(number)))
        table.add_column(sa.Column("segment", sa.JSON(), nullable=False, server_default="{}"))
        table.add_column(sa.Column("is_queued", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.create_index(op.f("ix_broadcasts_stage"), ["stage"])
        table.create_index(op.f("ix_broadcasts_began_at"), ["began_at"])


def _misses() -> None:
    with op.batch_alter_table("misses") as table:
        table.add_column(sa.Column("article_id", sa.String(80), nullable=False, server_default=""))
        table.add_column(sa.Column("remark", sa.String(200), nullable=False, server_default=""))
