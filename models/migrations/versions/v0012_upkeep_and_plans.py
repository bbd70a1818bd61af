"""What runs out at a place, what its responsible person checks, and one plan per enterprise."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _invites_to_places()
    _self_checks()
    _commitments()
    _assets()
    _asset_events()
    _enterprises()
    _enterprise_problems()
    _supervision_notes()


def downgrade() -> None:
    op.drop_table("supervision_notes")
    op.drop_table("enterprise_problems")
    op.drop_table("enterprises")
    op.drop_table("asset_events")
    op.drop_table("assets")
    op.drop_table("commitments")
    op.drop_table("self_checks")
    with op.batch_alter_table("invites") as invites:
        invites.drop_constraint(op.f("fk_invites_place_id"), type_="foreignkey")
        invites.drop_column("place_id")


def _invites_to_places() -> None:
    with op.batch_alter_table("invites") as invites:
        invites.add_column(sa.Column("place_id", sa.Integer(), nullable=True))
        invites.create_foreign_key(op.f("fk_invites_place_id"), "places", ["place_id"], ["id"])


def _self_checks() -> None:
    op.create_table(
        "self_checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("who_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.String(20), nullable=False),
        sa.Column("items", sa.LargeBinary(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("mended", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_self_checks_place_id")),
        sa.ForeignKeyConstraint(["who_id"], ["people.id"], name=op.f("fk_self_checks_who_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_self_checks")),
        sa.UniqueConstraint("place_id", "month", name=op.f("uq_self_checks_place_id_month")),
    )
    op.create_index(op.f("ix_self_checks_who_id"), "self_checks", ["who_id"], unique=False)


def _commitments() -> None:
    op.create_table(
        "commitments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("who_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(1000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_commitments_place_id")),
        sa.ForeignKeyConstraint(["who_id"], ["people.id"], name=op.f("fk_commitments_who_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitments")),
        sa.UniqueConstraint("place_id", "year", name=op.f("uq_commitments_place_id_year")),
    )


def _assets() -> None:
    op.create_table(
        "assets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("label", sa.String(60), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_act", sa.String(10), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["added_by_id"], ["people.id"], name=op.f("fk_assets_added_by_id")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_assets_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assets")),
    )
    op.create_index(op.f("ix_assets_due_on"), "assets", ["due_on"], unique=False)
    op.create_index(op.f("ix_assets_place_id"), "assets", ["place_id"], unique=False)


def _asset_events() -> None:
    op.create_table(
        "asset_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(10), nullable=False),
        sa.Column("who_id", sa.Integer(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("media", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_asset_events_asset_id")),
        sa.ForeignKeyConstraint(["who_id"], ["people.id"], name=op.f("fk_asset_events_who_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_events")),
    )
    op.create_index(op.f("ix_asset_events_asset_id"), "asset_events", ["asset_id"], unique=False)


def _enterprises() -> None:
    op.create_table(
        "enterprises",
        sa.Column("place_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fields", sa.LargeBinary(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["people.id"], name=op.f("fk_enterprises_lead_id")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_enterprises_place_id")),
        sa.PrimaryKeyConstraint("place_id", name=op.f("pk_enterprises")),
    )
    op.create_index(op.f("ix_enterprises_lead_id"), "enterprises", ["lead_id"], unique=False)


def _enterprise_problems() -> None:
    op.create_table(
        "enterprise_problems",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(300), nullable=False),
        sa.Column("severity", sa.String(10), nullable=False),
        sa.Column("measure", sa.String(300), nullable=False),
        sa.Column("sort", sa.String(10), nullable=False),
        sa.Column("funds", sa.String(60), nullable=False),
        sa.Column("owner", sa.LargeBinary(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("hazard_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["closed_by_id"], ["people.id"], name=op.f("fk_enterprise_problems_closed_by_id")),
        sa.ForeignKeyConstraint(["hazard_id"], ["hazards.id"], name=op.f("fk_enterprise_problems_hazard_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["people.id"], name=op.f("fk_enterprise_problems_lead_id")),
        sa.ForeignKeyConstraint(["place_id"], ["enterprises.place_id"], name=op.f("fk_enterprise_problems_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enterprise_problems")),
        sa.UniqueConstraint("place_id", "number", name=op.f("uq_enterprise_problems_place_id_number")),
    )
    op.create_index(op.f("ix_enterprise_problems_due_on"), "enterprise_problems", ["due_on"], unique=False)
    op.create_index(op.f("ix_enterprise_problems_lead_id"), "enterprise_problems", ["lead_id"], unique=False)


def _supervision_notes() -> None:
    op.create_table(
        "supervision_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("problem_id", sa.Integer(), nullable=True),
        sa.Column("who_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("act", sa.String(12), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("media", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["enterprises.place_id"], name=op.f("fk_supervision_notes_place_id")),
        sa.ForeignKeyConstraint(
            ["problem_id"], ["enterprise_problems.id"], name=op.f("fk_supervision_notes_problem_id")
        ),
        sa.ForeignKeyConstraint(["who_id"], ["people.id"], name=op.f("fk_supervision_notes_who_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision_notes")),
    )
    op.create_index(op.f("ix_supervision_notes_place_id"), "supervision_notes", ["place_id"], unique=False)
    op.create_index(op.f("ix_supervision_notes_problem_id"), "supervision_notes", ["problem_id"], unique=False)
