"""Comments under opinions, their number on each opinion, and whether a board takes any."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# Added column by column, each with its own constraint: no table is rebuilt, so no trigger is lost.
COLUMNS = {
    ("board", "takes_comments"): "BOOLEAN DEFAULT true NOT NULL",
    ("opinion", "comment_count"): "INTEGER DEFAULT 0 NOT NULL CONSTRAINT ck_opinion_comment_count_positive"
    " CHECK (comment_count >= 0)",
}
PUBLISHED, QUEUED, KEYED = (
    sa.text(condition) for condition in ("state = 'published'", "needs_review", "text_key IS NOT NULL")
)


def upgrade() -> None:
    for (table, column), definition in COLUMNS.items():
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {definition}")
    op.create_table(
        "opinion_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("opinion_id", sa.Integer(), nullable=False),
        sa.Column("original", sa.Text()),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("masks", sa.JSON(), nullable=False),
        sa.Column("author_key", sa.String(66)),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("needs_review", sa.Boolean(), nullable=False),
        sa.Column("held_for", sa.String(10)),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True)),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("decided_by", sa.Integer()),
        sa.Column("reason", sa.String(30)),
        sa.Column("note", sa.String(300), nullable=False),
        sa.Column("form_key_hash", sa.String(64), nullable=False),
        sa.Column("text_key", sa.String(64)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'published', 'rejected', 'withdrawn')",
                           name=op.f("ck_opinion_comment_state_known")),
        sa.CheckConstraint("(published_at IS NOT NULL) = (state = 'published')",
                           name=op.f("ck_opinion_comment_published_with_state")),
        sa.CheckConstraint("(reason IS NOT NULL) = (state = 'rejected')",
                           name=op.f("ck_opinion_comment_reason_with_rejection")),
        sa.CheckConstraint("state <> 'waiting' OR needs_review",
                           name=op.f("ck_opinion_comment_waiting_needs_review")),
        sa.CheckConstraint("held_for IN ('links', 'repeated', 'busy', 'intake')",
                           name=op.f("ck_opinion_comment_held_for_known")),
        sa.ForeignKeyConstraint(["opinion_id"], ["opinion.id"], name=op.f("fk_opinion_comment_opinion_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_comment")),
        sa.UniqueConstraint("public_id", name=op.f("uq_opinion_comment_public_id")),
        sa.UniqueConstraint("form_key_hash", name=op.f("uq_opinion_comment_form_key_hash")),
    )  # fmt: skip
    for name, columns, condition in (
        ("newest", ["opinion_id", "published_at", "id"], PUBLISHED),
        ("queue", ["submitted_at", "id"], QUEUED),
        ("author", ["author_key", "opinion_id"], None),
        ("text", ["text_key", "submitted_at"], KEYED),
    ):
        op.create_index(
            f"ix_opinion_comment_{name}", "opinion_comment", columns,
            sqlite_where=condition, postgresql_where=condition,
        )  # fmt: skip
    _guard_the_original()


def _guard_the_original() -> None:
    """The words stay as typed until they go."""
    start = "CREATE TRIGGER opinion_comment_original BEFORE UPDATE OF original ON opinion_comment "
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            start + "WHEN NEW.original IS NOT NULL AND NEW.original IS NOT OLD.original "
            "BEGIN SELECT RAISE(ABORT, 'the original is immutable'); END"
        )
    else:
        op.execute(
            start + "FOR EACH ROW WHEN (NEW.original IS NOT NULL AND NEW.original IS DISTINCT FROM OLD.original) "
            "EXECUTE FUNCTION refuse_change('the original is immutable')"
        )


def downgrade() -> None:
    op.drop_table("opinion_comment")
    for table, column in reversed(COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
