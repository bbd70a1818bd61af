"""Places and patrols in full: contacts, history, files, versions of checklists, corrections, campaigns, letters."""

import sqlalchemy as sa
from alembic import op

from models.place_names import rows_of

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


_PLACES = ("cluster", "floors", "people", "square_metres", "merged_into_id")
_INDEXES = ("ix_places_on_map", "ix_places_listed", "ix_places_due")
_PATROLS = ("kind", "area_path", "score", "taps", "messages", "seconds", "corrected_at")


def upgrade() -> None:
    _places_know_more()
    _patrols_know_more()
    _codes_are_printed()
    _place_names()
    _place_contacts()
    _place_events()
    _uploads()
    _checklist_versions()
    _patrol_corrections()
    _burdens()
    _campaigns()
    _visit_letters()


def downgrade() -> None:
    op.drop_table("visit_letters")
    op.drop_table("campaigns")
    op.drop_table("burdens")
    op.drop_table("patrol_corrections")
    op.drop_table("checklist_versions")
    op.drop_table("uploads")
    op.drop_table("place_events")
    op.drop_table("place_contacts")
    with op.batch_alter_table("place_links") as links:
        links.drop_column("printed_at")
    op.drop_table("place_names")
    with op.batch_alter_table("patrol_items") as items:
        items.drop_column("after")
    op.drop_index("ix_patrols_counted", "patrols")
    with op.batch_alter_table("patrols") as patrols:
        for name in _PATROLS:
            patrols.drop_column(name)
    for name in ("ix_places_counted", *_INDEXES, op.f("ix_places_cluster"), op.f("ix_places_merged_into_id")):
        op.drop_index(name, "places")
    op.create_index("ix_places_due", "places", ["next_patrol_on", "area_path"])
    with op.batch_alter_table("places") as places:
        places.drop_constraint(op.f("fk_places_merged_into_id"), type_="foreignkey")
        for name in _PLACES:
            places.drop_column(name)


def _places_know_more() -> None:
    with op.batch_alter_table("places") as places:
        places.add_column(sa.Column("cluster", sa.String(40), nullable=False, server_default=""))
        for name in ("floors", "people", "square_metres", "merged_into_id"):
            places.add_column(sa.Column(name, sa.Integer(), nullable=True))
        places.create_foreign_key(op.f("fk_places_merged_into_id"), "places", ["merged_into_id"], ["id"])
    with op.batch_alter_table("places") as places:
        places.alter_column("cluster", server_default=None)
    op.drop_index("ix_places_due", "places")
    op.create_index("ix_places_due", "places", ["next_patrol_on", "id", "area_path", "status"])
    listed = ["area_path", "cluster", "id", "status", "kind", "risk", "next_patrol_on"]
    op.create_index("ix_places_listed", "places", listed)
    op.create_index(op.f("ix_places_cluster"), "places", ["cluster"])
    op.create_index(op.f("ix_places_merged_into_id"), "places", ["merged_into_id"])
    op.create_index("ix_places_on_map", "places", ["latitude", "longitude", "area_path", "status"])
    op.create_index("ix_places_counted", "places", ["area_id", "status", "kind", "next_patrol_on"])


def _patrols_know_more() -> None:
    """What was patrolled so far is counted where the place stands now."""
    with op.batch_alter_table("patrols") as patrols:
        patrols.add_column(sa.Column("kind", sa.String(20), nullable=False, server_default=""))
        patrols.add_column(sa.Column("area_path", sa.String(200), nullable=False, server_default=""))
        for name in ("score", "taps", "messages", "seconds"):
            patrols.add_column(sa.Column(name, sa.Integer(), nullable=True))
        patrols.add_column(sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True))
    for column in ("kind", "area_path"):
        op.execute(f"UPDATE patrols SET {column} = (SELECT {column} FROM places WHERE places.id = patrols.place_id)")
    with op.batch_alter_table("patrols") as patrols:
        patrols.alter_column("kind", server_default=None)
        patrols.alter_column("area_path", server_default=None)
    op.create_index("ix_patrols_counted", "patrols", ["finished_at", "area_path", "kind", "outcome", "place_id"])
    with op.batch_alter_table("patrol_items") as items:
        items.add_column(sa.Column("after", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("patrol_items") as items:
        items.alter_column("after", server_default=None)


def _codes_are_printed() -> None:
    op.add_column("place_links", sa.Column("printed_at", sa.DateTime(timezone=True), nullable=True))


def _place_names() -> None:
    """Every place that is there is found by its names from now on."""
    names = op.create_table(
        "place_names",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("area_path", sa.String(200), nullable=False),
        sa.Column("cluster", sa.String(40), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("initials", sa.String(80), nullable=False),
        sa.Column("sound", sa.String(600), nullable=False),
        sa.Column("typed", sa.String(600), nullable=False),
        sa.Column("head", sa.String(2), nullable=False),
        sa.Column("sound_head", sa.String(20), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_place_names_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_names")),
    )
    connection = op.get_bind()
    town = connection.execute(sa.text("SELECT name FROM areas WHERE level = 'town' ORDER BY id")).scalar() or ""
    for place in connection.execute(sa.text("SELECT id, area_path, name, aliases FROM places")).all():
        called = [place.name, *(alias for alias in place.aliases.split(",") if alias)]
        if rows := rows_of(place.id, {"area_path": place.area_path, "cluster": ""}, called, town):
            connection.execute(sa.insert(names), rows)
    for column in ("place_id", "head", "sound_head"):
        op.create_index(op.f(f"ix_place_names_{column}"), "place_names", [column], unique=False)


def _place_contacts() -> None:
    op.create_table(
        "place_contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_place_contacts_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_contacts")),
    )
    op.create_index(op.f("ix_place_contacts_place_id"), "place_contacts", ["place_id"], unique=False)


def _place_events() -> None:
    op.create_table(
        "place_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(20), nullable=False),
        sa.Column("who_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_place_events_place_id")),
        sa.ForeignKeyConstraint(["who_id"], ["people.id"], name=op.f("fk_place_events_who_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_events")),
    )
    op.create_index(op.f("ix_place_events_place_id"), "place_events", ["place_id"], unique=False)


def _uploads() -> None:
    op.create_table(
        "uploads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("who_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("about", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("rows", sa.LargeBinary(), nullable=True),
        sa.Column("report", sa.LargeBinary(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["who_id"], ["people.id"], name=op.f("fk_uploads_who_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
    )
    op.create_index(op.f("ix_uploads_state"), "uploads", ["state"], unique=False)
    op.create_index(op.f("ix_uploads_who_id"), "uploads", ["who_id"], unique=False)


def _checklist_versions() -> None:
    op.create_table(
        "checklist_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_checklist_versions_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_versions")),
        sa.UniqueConstraint("kind", "number", name=op.f("uq_checklist_versions_kind_number")),
    )


def _patrol_corrections() -> None:
    op.create_table(
        "patrol_corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patrol_id", sa.Integer(), nullable=False),
        sa.Column("who_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["patrol_id"], ["patrols.id"], name=op.f("fk_patrol_corrections_patrol_id")),
        sa.ForeignKeyConstraint(["who_id"], ["people.id"], name=op.f("fk_patrol_corrections_who_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol_corrections")),
    )
    op.create_index(op.f("ix_patrol_corrections_patrol_id"), "patrol_corrections", ["patrol_id"], unique=False)


def _burdens() -> None:
    op.create_table(
        "burdens",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taps", sa.Integer(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("is_away", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_burdens_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_burdens")),
    )


def _campaigns() -> None:
    op.create_table(
        "campaigns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(60), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("area_path", sa.String(200), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_campaigns_area_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_campaigns_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
    )
    op.create_index(op.f("ix_campaigns_until"), "campaigns", ["until"], unique=False)


def _visit_letters() -> None:
    op.create_table(
        "visit_letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tried", sa.JSON(), nullable=False),
        sa.Column("again_on", sa.Date(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("media", sa.JSON(), nullable=False),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.Column("met_morning", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_visit_letters_by_id")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_visit_letters_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_letters")),
        sa.UniqueConstraint("year", "number", name=op.f("uq_visit_letters_year_number")),
    )
    op.create_index(op.f("ix_visit_letters_place_id"), "visit_letters", ["place_id"], unique=False)
