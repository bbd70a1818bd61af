"""Places and patrols."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _places()
    _places_indexes()
    _patrols()
    _patrols_indexes()
    _patrol_items()
    _patrol_items_indexes()


def downgrade() -> None:
    op.drop_table("patrol_items")
    op.drop_table("patrols")
    op.drop_table("places")


def _places() -> None:
    op.create_table(
        "places",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("aliases", sa.String(200), nullable=False),
        sa.Column("initials", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("area_path", sa.String(200), nullable=False),
        sa.Column("address", sa.String(200), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("risk", sa.String(10), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("next_patrol_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_places_area_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_places_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places")),
        sa.UniqueConstraint("code", name=op.f("uq_places_code")),
    )


def _places_indexes() -> None:
    op.create_index(op.f("ix_places_area_id"), "places", ["area_id"], unique=False)
    op.create_index(op.f("ix_places_area_path"), "places", ["area_path"], unique=False)
    op.create_index("ix_places_due", "places", ["next_patrol_on", "area_path"], unique=False)
    op.create_index(op.f("ix_places_owner_id"), "places", ["owner_id"], unique=False)


def _patrols() -> None:
    op.create_table(
        "patrols",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("who_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(12), nullable=False),
        sa.Column("checklist_name", sa.String(80), nullable=False),
        sa.Column("checklist_version", sa.String(20), nullable=False),
        sa.Column("checklist", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(1000), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_patrols_place_id")),
        sa.ForeignKeyConstraint(["who_id"], ["people.id"], name=op.f("fk_patrols_who_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrols")),
        sa.UniqueConstraint("who_id", "place_id", "claimed_at", name=op.f("uq_patrols_who_id_place_id_claimed_at")),
    )


def _patrols_indexes() -> None:
    op.create_index(op.f("ix_patrols_finished_at"), "patrols", ["finished_at"], unique=False)
    op.create_index("ix_patrols_place_finished", "patrols", ["place_id", "finished_at"], unique=False)
    op.create_index(op.f("ix_patrols_who_id"), "patrols", ["who_id"], unique=False)


def _patrol_items() -> None:
    op.create_table(
        "patrol_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patrol_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("text", sa.String(200), nullable=False),
        sa.Column("result", sa.String(10), nullable=False),
        sa.Column("note", sa.String(1000), nullable=False),
        sa.Column("media", sa.JSON(), nullable=False),
        sa.Column("hazard_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["hazard_id"], ["hazards.id"], name=op.f("fk_patrol_items_hazard_id")),
        sa.ForeignKeyConstraint(["patrol_id"], ["patrols.id"], name=op.f("fk_patrol_items_patrol_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol_items")),
        sa.UniqueConstraint("patrol_id", "key", name=op.f("uq_patrol_items_patrol_id_key")),
    )


def _patrol_items_indexes() -> None:
    op.create_index(op.f("ix_patrol_items_hazard_id"), "patrol_items", ["hazard_id"], unique=False)
