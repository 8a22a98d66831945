"""Whoever has the account erased has the personal data in the own words masked for good: the one change of an original.

In the very statement that notes the erasure, once, and by as many characters as there were: the ranges of masks still fit.
"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

# Table, words that may be masked, and what never changes.
ORIGINALS = (
    ("opinion_case", ("title", "body", "place"), ("submitted_at", "external_id")),
    ("opinion_addition", ("words",), ("at", "kind", "opinion_id")),
)


def upgrade() -> None:
    kind = "DATETIME" if _is_sqlite() else "TIMESTAMP WITH TIME ZONE"
    for table, words, fixed in ORIGINALS:
        # Added by ALTER TABLE: no table is rebuilt, so no other trigger is lost.
        op.execute(f"ALTER TABLE {table} ADD COLUMN erased_at {kind}")
        same = [f"length(NEW.{name}) = length(OLD.{name})" for name in words]
        same += [f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in fixed]
        if _is_sqlite():
            same = [one.replace("IS NOT DISTINCT FROM", "IS") for one in same]
        allowed = " AND ".join(["OLD.erased_at IS NULL", "NEW.erased_at IS NOT NULL", *same])
        _guard(table, (*words, *fixed), f"WHEN (NOT ({allowed})) ")


def downgrade() -> None:
    for table, words, fixed in ORIGINALS:
        _guard(table, (*words, *fixed), "")
        op.execute(f"ALTER TABLE {table} DROP COLUMN erased_at")


def _guard(table: str, columns: tuple[str, ...], when: str) -> None:
    """Make the trigger anew that refuses a change of these columns, under that condition."""
    trigger = f"{table}_original"
    op.execute(f"DROP TRIGGER {trigger}" + ("" if _is_sqlite() else f" ON {table}"))
    start = f"CREATE TRIGGER {trigger} BEFORE UPDATE OF {', '.join(columns)} ON {table} "
    if _is_sqlite():
        op.execute(start + when + "BEGIN SELECT RAISE(ABORT, 'the original is immutable'); END")
    else:
        op.execute(
            start + f"FOR EACH ROW {when}EXECUTE FUNCTION refuse_change('the original is immutable')"
        )


def _is_sqlite() -> bool:
    return bool(op.get_bind().dialect.name == "sqlite")
