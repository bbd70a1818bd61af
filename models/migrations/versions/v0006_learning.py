"""Answers to quiz questions, the daily question, trainings and drills with their attendances."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _quiz_asked()
    _quiz_daily()
    _trainings()
    _attendances()


def downgrade() -> None:
    op.drop_table("attendances")
    op.drop_table("trainings")
    op.drop_table("quiz_daily")
    op.drop_table("quiz_asked")


def _quiz_asked() -> None:
    op.create_table(
        "quiz_asked",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.String(64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(80), nullable=False),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("right", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chosen", sa.Integer(), nullable=True),
        sa.Column("is_right", sa.Boolean(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_quiz_asked_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_asked")),
        sa.UniqueConstraint("poll_id", name=op.f("uq_quiz_asked_poll_id")),
    )
    for column in ("answered_at", "person_id"):
        op.create_index(op.f(f"ix_quiz_asked_{column}"), "quiz_asked", [column], unique=False)


def _quiz_daily() -> None:
    op.create_table(
        "quiz_daily",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_quiz_daily_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_quiz_daily")),
    )
    op.create_index(op.f("ix_quiz_daily_last_on"), "quiz_daily", ["last_on"], unique=False)


def _trainings() -> None:
    op.create_table(
        "trainings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("title", sa.String(60), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("area_path", sa.String(200), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("spot", sa.String(80), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("organiser_id", sa.Integer(), nullable=False),
        sa.Column("code_tag", sa.String(64), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("without_phone", sa.Integer(), nullable=False),
        sa.Column("practised", sa.String(300), nullable=False),
        sa.Column("summary", sa.String(1000), nullable=False),
        sa.Column("photos", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_trainings_area_id")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_trainings_place_id")),
        sa.ForeignKeyConstraint(["organiser_id"], ["people.id"], name=op.f("fk_trainings_organiser_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trainings")),
        sa.UniqueConstraint("code_tag", name=op.f("uq_trainings_code_tag")),
    )
    for column in ("area_path", "organiser_id", "place_id", "started_at", "state"):
        op.create_index(op.f(f"ix_trainings_{column}"), "trainings", [column], unique=False)


def _attendances() -> None:
    op.create_table(
        "attendances",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("training_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_attendances_person_id")),
        sa.ForeignKeyConstraint(["training_id"], ["trainings.id"], name=op.f("fk_attendances_training_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendances")),
        sa.UniqueConstraint("training_id", "person_id", name=op.f("uq_attendances_training_id_person_id")),
    )
    for column in ("person_id", "training_id"):
        op.create_index(op.f(f"ix_attendances_{column}"), "attendances", [column], unique=False)
