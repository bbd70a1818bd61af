"""Trust: reveals with a second person, complaints, cleaned pictures, alarms, rewards, limits on guessing."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _reveals()
    _complaints()
    _pictures()
    _late_albums()
    _alarms()
    _alarm_answers()
    _rewards()
    _claims()
    _reward_totals()
    _limits()
    _callers()
    _place_links()


def downgrade() -> None:
    op.drop_table("place_links")
    op.drop_table("callers")
    op.drop_table("limits")
    op.drop_table("reward_totals")
    op.drop_table("claims")
    op.drop_table("rewards")
    op.drop_table("alarm_answers")
    op.drop_table("alarms")
    op.drop_table("late_albums")
    op.drop_table("pictures")
    op.drop_table("complaints")
    op.drop_table("reveals")


def _reveals() -> None:
    op.create_table(
        "reveals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hazard_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["people.id"], name=op.f("fk_reveals_asked_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_reveals_decided_by")),
        sa.ForeignKeyConstraint(["hazard_id"], ["hazards.id"], name=op.f("fk_reveals_hazard_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reveals")),
    )
    op.create_index(op.f("ix_reveals_hazard_id"), "reveals", ["hazard_id"], unique=False)


def _complaints() -> None:
    op.create_table(
        "complaints",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hazard_id", sa.Integer(), nullable=True),
        sa.Column("area_path", sa.String(200), nullable=False),
        sa.Column("alias", sa.String(22), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("handled_by", sa.Integer(), nullable=True),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.LargeBinary(), nullable=False),
        sa.Column("erased", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["handled_by"], ["people.id"], name=op.f("fk_complaints_handled_by")),
        sa.ForeignKeyConstraint(["hazard_id"], ["hazards.id"], name=op.f("fk_complaints_hazard_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaints")),
    )
    op.create_index(op.f("ix_complaints_hazard_id"), "complaints", ["hazard_id"], unique=False)


def _pictures() -> None:
    op.create_table(
        "pictures",
        sa.Column("evidence_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("original", sa.LargeBinary(), nullable=True),
        sa.Column("clean", sa.LargeBinary(), nullable=True),
        sa.Column("file_id", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_pictures_evidence_id")),
        sa.PrimaryKeyConstraint("evidence_id", name=op.f("pk_pictures")),
    )
    op.create_index(op.f("ix_pictures_state"), "pictures", ["state"], unique=False)


def _late_albums() -> None:
    op.create_table(
        "late_albums",
        sa.Column("tag", sa.String(64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("tag", name=op.f("pk_late_albums")),
    )


def _alarms() -> None:
    op.create_table(
        "alarms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sender_tag", sa.String(64), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("place", sa.LargeBinary(), nullable=False),
        sa.Column("more", sa.LargeBinary(), nullable=False),
        sa.Column("area_path", sa.String(200), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarms")),
    )
    op.create_index(op.f("ix_alarms_sender_tag"), "alarms", ["sender_tag"], unique=False)


def _alarm_answers() -> None:
    op.create_table(
        "alarm_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alarm_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["alarm_id"], ["alarms.id"], name=op.f("fk_alarm_answers_alarm_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_alarm_answers_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm_answers")),
        sa.UniqueConstraint("alarm_id", "person_id", "answer", name=op.f("uq_alarm_answers_alarm_id_person_id_answer")),
    )
    op.create_index(op.f("ix_alarm_answers_alarm_id"), "alarm_answers", ["alarm_id"], unique=False)


def _rewards() -> None:
    op.create_table(
        "rewards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hazard_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("taken_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_rewards_decided_by")),
        sa.ForeignKeyConstraint(["hazard_id"], ["hazards.id"], name=op.f("fk_rewards_hazard_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["people.id"], name=op.f("fk_rewards_proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rewards")),
        sa.UniqueConstraint("hazard_id", name=op.f("uq_rewards_hazard_id")),
    )


def _claims() -> None:
    op.create_table(
        "claims",
        sa.Column("code_tag", sa.String(64), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("paid_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["paid_by"], ["people.id"], name=op.f("fk_claims_paid_by")),
        sa.PrimaryKeyConstraint("code_tag", name=op.f("pk_claims")),
    )


def _reward_totals() -> None:
    op.create_table(
        "reward_totals",
        sa.Column("tag", sa.String(64), nullable=False),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tag", "period", name=op.f("pk_reward_totals")),
    )


def _limits() -> None:
    op.create_table(
        "limits",
        sa.Column("tag", sa.String(64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tag", "since", name=op.f("pk_limits")),
    )


def _callers() -> None:
    op.create_table(
        "callers",
        sa.Column("hazard_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("contact", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["hazard_id"], ["hazards.id"], name=op.f("fk_callers_hazard_id")),
        sa.PrimaryKeyConstraint("hazard_id", name=op.f("pk_callers")),
    )


def _place_links() -> None:
    op.create_table(
        "place_links",
        sa.Column("place_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("nonce", sa.String(16), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_place_links_place_id")),
        sa.PrimaryKeyConstraint("place_id", name=op.f("pk_place_links")),
    )
