"""Duties, broadcasts and missed questions."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _broadcasts()
    _broadcasts_indexes()
    _installation()
    _misses()
    _misses_indexes()
    _duties()
    _duty_instances()
    _duty_instances_indexes()


def downgrade() -> None:
    op.drop_table("duty_instances")
    op.drop_table("duties")
    op.drop_table("misses")
    op.drop_table("installation")
    op.drop_table("broadcasts")


def _broadcasts() -> None:
    op.create_table(
        "broadcasts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slot_key", sa.String(80), nullable=False),
        sa.Column("article_id", sa.String(80), nullable=False),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("text", sa.String(4000), nullable=False),
        sa.Column("audience", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcasts")),
        sa.UniqueConstraint("slot_key", name=op.f("uq_broadcasts_slot_key")),
    )


def _broadcasts_indexes() -> None:
    op.create_index(op.f("ix_broadcasts_created_at"), "broadcasts", ["created_at"], unique=False)


def _installation() -> None:
    op.create_table(
        "installation",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_installation")),
    )


def _misses() -> None:
    op.create_table(
        "misses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_misses")),
    )


def _misses_indexes() -> None:
    op.create_index(op.f("ix_misses_at"), "misses", ["at"], unique=False)


def _duties() -> None:
    op.create_table(
        "duties",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("clause", sa.String(40), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("cadence", sa.String(10), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("post", sa.String(40), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("every_village", sa.Boolean(), nullable=False),
        sa.Column("evidence", sa.String(120), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_duties_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duties")),
        sa.UniqueConstraint("code", name=op.f("uq_duties_code")),
    )


def _duty_instances() -> None:
    op.create_table(
        "duty_instances",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("duty_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(10), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("area_path", sa.String(200), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("evidence_text", sa.String(2000), nullable=False),
        sa.Column("evidence_media", sa.JSON(), nullable=False),
        sa.Column("remark", sa.String(500), nullable=False),
        sa.Column("submitted_by", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Integer(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_duty_instances_area_id")),
        sa.ForeignKeyConstraint(["done_by"], ["people.id"], name=op.f("fk_duty_instances_done_by")),
        sa.ForeignKeyConstraint(["duty_id"], ["duties.id"], name=op.f("fk_duty_instances_duty_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_duty_instances_owner_id")),
        sa.ForeignKeyConstraint(["submitted_by"], ["people.id"], name=op.f("fk_duty_instances_submitted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_instances")),
        sa.UniqueConstraint("duty_id", "period", "area_id", name=op.f("uq_duty_instances_duty_id_period_area_id")),
    )


def _duty_instances_indexes() -> None:
    op.create_index(op.f("ix_duty_instances_area_path"), "duty_instances", ["area_path"], unique=False)
    op.create_index(op.f("ix_duty_instances_due_on"), "duty_instances", ["due_on"], unique=False)
    op.create_index(op.f("ix_duty_instances_owner_id"), "duty_instances", ["owner_id"], unique=False)
