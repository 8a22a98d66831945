"""Topic models of the site, and the topics they suggested."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "topic_model",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("training_hash", sa.String(length=64), nullable=False),
        sa.Column("labels", sa.Integer(), nullable=False),
        sa.Column("metrics", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("labels > 0", name=op.f("ck_topic_model_labels_positive")),
        sa.CheckConstraint("source IN ('decisions', 'file')", name=op.f("ck_topic_model_source_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic_model")),
    )
    op.create_table(
        "topic_suggestion",
        sa.Column("opinion_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=True),
        sa.Column("first_chance", sa.Float(), nullable=True),
        sa.Column("second_id", sa.Integer(), nullable=True),
        sa.Column("second_chance", sa.Float(), nullable=True),
        sa.CheckConstraint(
            "(first_id IS NULL) = (first_chance IS NULL)", name=op.f("ck_topic_suggestion_first_with_chance")
        ),
        sa.CheckConstraint(
            "(second_id IS NULL) = (second_chance IS NULL)", name=op.f("ck_topic_suggestion_second_with_chance")
        ),
        sa.CheckConstraint(
            "second_id IS NULL OR first_id IS NOT NULL", name=op.f("ck_topic_suggestion_second_after_first")
        ),
        sa.CheckConstraint(
            "second_id IS NULL OR second_id <> first_id", name=op.f("ck_topic_suggestion_second_is_another")
        ),
        sa.CheckConstraint(
            "(first_chance IS NULL OR first_chance BETWEEN 0 AND 1)"
            " AND (second_chance IS NULL OR second_chance BETWEEN 0 AND 1)",
            name=op.f("ck_topic_suggestion_chance_range"),
        ),
        sa.ForeignKeyConstraint(["first_id"], ["topic.id"], name=op.f("fk_topic_suggestion_first_id")),
        sa.ForeignKeyConstraint(["second_id"], ["topic.id"], name=op.f("fk_topic_suggestion_second_id")),
        sa.ForeignKeyConstraint(["model_id"], ["topic_model.id"], name=op.f("fk_topic_suggestion_model_id")),
        sa.ForeignKeyConstraint(["opinion_id"], ["opinion.id"], name=op.f("fk_topic_suggestion_opinion_id")),
        sa.PrimaryKeyConstraint("opinion_id", name=op.f("pk_topic_suggestion")),
    )


def downgrade() -> None:
    op.drop_table("topic_suggestion")
    op.drop_table("topic_model")
