"""Where an opinion is about: a line of the author's own, part of the immutable original and masked like it."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLES = ("opinion_case", "opinion")
ORIGINAL = ("title", "body", "submitted_at", "external_id")


def upgrade() -> None:
    # Added by ALTER TABLE: no table is rebuilt, so no other trigger is lost.
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ADD COLUMN place VARCHAR(100) DEFAULT '' NOT NULL")
    _guard_original(*ORIGINAL, "place")


def downgrade() -> None:
    _guard_original(*ORIGINAL)
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} DROP COLUMN place")


def _guard_original(*columns: str) -> None:
    """Make the trigger anew that refuses a change of these columns of a case."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute("DROP TRIGGER opinion_case_original" + ("" if sqlite else " ON opinion_case"))
    refuse = (
        "BEGIN SELECT RAISE(ABORT, 'the original is immutable'); END"
        if sqlite
        else "FOR EACH ROW EXECUTE FUNCTION refuse_change('the original is immutable')"
    )
    op.execute(
        f"CREATE TRIGGER opinion_case_original BEFORE UPDATE OF {', '.join(columns)} ON opinion_case {refuse}"
    )
