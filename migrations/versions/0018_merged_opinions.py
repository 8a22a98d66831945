"""Opinions merged into others, and the supports that they lend."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "opinion_merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opinion_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("opinion_id <> into_id", name=op.f("ck_opinion_merge_into_another")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_opinion_merge_reason_given")),
        sa.ForeignKeyConstraint(["into_id"], ["opinion.id"], name=op.f("fk_opinion_merge_into_id")),
        sa.ForeignKeyConstraint(["opinion_id"], ["opinion.id"], name=op.f("fk_opinion_merge_opinion_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_merge")),
    )
    in_force = sa.text("undone_at IS NULL")
    options = {"sqlite_where": in_force, "postgresql_where": in_force}
    op.create_index("ix_opinion_merge_in_force", "opinion_merge", ["opinion_id"], unique=True, **options)
    op.create_index("ix_opinion_merge_into", "opinion_merge", ["into_id"], **options)
    op.execute("ALTER TABLE opinion_support ADD COLUMN merged_from INTEGER")


def downgrade() -> None:
    # What is merged becomes an opinion of its own again; the version before knows no other way.
    op.execute(
        "UPDATE opinion SET state = 'published', published_at = (SELECT published_at FROM opinion_merge"
        " WHERE opinion_id = opinion.id AND undone_at IS NULL),"
        " public_state = CASE WHEN unit_id IS NULL THEN 'accepted' ELSE 'in_hand' END WHERE state = 'merged'"
    )
    op.execute("DELETE FROM opinion_event WHERE kind IN ('merged', 'unmerged', 'joined', 'parted', 'answered_there')")
    op.execute("DELETE FROM opinion_support WHERE merged_from IS NOT NULL")
    op.execute(
        "UPDATE opinion SET support_count = (SELECT count(*) FROM opinion_support WHERE opinion_id = opinion.id)"
        " WHERE id IN (SELECT into_id FROM opinion_merge)"
    )
    op.execute("ALTER TABLE opinion_support DROP COLUMN merged_from")
    op.drop_table("opinion_merge")
