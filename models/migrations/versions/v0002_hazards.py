"""Hazards: files, steps, evidence, deadlines, and the sealed identities of those who reported."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _identities()
    _identities_indexes()
    _deadlines()
    _deadlines_indexes()
    _hazards()
    _hazards_indexes()
    _hazard_steps()
    _hazard_steps_indexes()
    _evidence()
    _evidence_indexes()


def downgrade() -> None:
    op.drop_table("evidence")
    op.drop_table("hazard_steps")
    op.drop_table("hazards")
    op.drop_table("deadlines")
    op.drop_table("identities")


def _identities() -> None:
    op.create_table(
        "identities",
        sa.Column("alias", sa.String(22), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("tag", sa.String(64), nullable=False),
        sa.Column("concealed_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("alias", name=op.f("pk_identities")),
    )


def _identities_indexes() -> None:
    op.create_index(op.f("ix_identities_tag"), "identities", ["tag"], unique=False)


def _deadlines() -> None:
    op.create_table(
        "deadlines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thing", sa.String(20), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column("clock", sa.String(20), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("area_path", sa.String(200), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("rule", sa.String(80), nullable=False),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_deadlines_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadlines")),
    )


def _deadlines_indexes() -> None:
    op.create_index(
        "ix_deadlines_open_due",
        "deadlines",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("met_at IS NULL AND cancelled_at IS NULL"),
        postgresql_where=sa.text("met_at IS NULL AND cancelled_at IS NULL"),
    )
    op.create_index("ix_deadlines_thing", "deadlines", ["thing", "thing_id"], unique=False)
    op.create_index(
        "uq_deadlines_open",
        "deadlines",
        ["thing", "thing_id", "clock"],
        unique=True,
        sqlite_where=sa.text("met_at IS NULL AND cancelled_at IS NULL"),
        postgresql_where=sa.text("met_at IS NULL AND cancelled_at IS NULL"),
    )


def _hazards() -> None:
    op.create_table(
        "hazards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("severity", sa.String(10), nullable=False),
        sa.Column("evacuation", sa.Boolean(), nullable=False),
        sa.Column("place_text", sa.String(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("area_path", sa.String(200), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("step", sa.String(12), nullable=False),
        sa.Column("track", sa.String(10), nullable=True),
        sa.Column("assignee_id", sa.Integer(), nullable=True),
        sa.Column("fixer_id", sa.Integer(), nullable=True),
        sa.Column("duplicate_of", sa.Integer(), nullable=True),
        sa.Column("reporter_alias", sa.String(22), nullable=True),
        sa.Column("privacy", sa.String(12), nullable=False),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("patrol_id", sa.Integer(), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("rating_note", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_hazards_area_id")),
        sa.ForeignKeyConstraint(["assignee_id"], ["people.id"], name=op.f("fk_hazards_assignee_id")),
        sa.ForeignKeyConstraint(["duplicate_of"], ["hazards.id"], name=op.f("fk_hazards_duplicate_of")),
        sa.ForeignKeyConstraint(["fixer_id"], ["people.id"], name=op.f("fk_hazards_fixer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hazards")),
        sa.UniqueConstraint("number", name=op.f("uq_hazards_number")),
    )


def _hazards_indexes() -> None:
    op.create_index(op.f("ix_hazards_area_path"), "hazards", ["area_path"], unique=False)
    op.create_index(op.f("ix_hazards_assignee_id"), "hazards", ["assignee_id"], unique=False)
    op.create_index(op.f("ix_hazards_place_id"), "hazards", ["place_id"], unique=False)
    op.create_index(op.f("ix_hazards_reporter_alias"), "hazards", ["reporter_alias"], unique=False)
    op.create_index(op.f("ix_hazards_step"), "hazards", ["step"], unique=False)


def _hazard_steps() -> None:
    op.create_table(
        "hazard_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hazard_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(12), nullable=False),
        sa.Column("act", sa.String(12), nullable=False),
        sa.Column("who_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["hazard_id"], ["hazards.id"], name=op.f("fk_hazard_steps_hazard_id")),
        sa.ForeignKeyConstraint(["who_id"], ["people.id"], name=op.f("fk_hazard_steps_who_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hazard_steps")),
    )


def _hazard_steps_indexes() -> None:
    op.create_index(op.f("ix_hazard_steps_hazard_id"), "hazard_steps", ["hazard_id"], unique=False)


def _evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hazard_id", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(6), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("file_id", sa.String(200), nullable=False),
        sa.Column("unique_id", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(["hazard_id"], ["hazards.id"], name=op.f("fk_evidence_hazard_id")),
        sa.ForeignKeyConstraint(["step_id"], ["hazard_steps.id"], name=op.f("fk_evidence_step_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )


def _evidence_indexes() -> None:
    op.create_index(op.f("ix_evidence_hazard_id"), "evidence", ["hazard_id"], unique=False)
