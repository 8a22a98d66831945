"""Triggers: the audit log only grows, and the words of a case are never changed."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

GROWING = ("audit_event", "audit_seal")
ORIGINAL = ("title", "body", "submitted_at", "external_id")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in GROWING:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
                )
        # INSERT OR REPLACE deletes without firing the triggers above.
        for table in GROWING:
            op.execute(
                f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
                f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) "
                f"BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
            )
        op.execute(
            f"CREATE TRIGGER opinion_case_original BEFORE UPDATE OF {', '.join(ORIGINAL)} ON opinion_case "
            "BEGIN SELECT RAISE(ABORT, 'the original is immutable'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '%: %', TG_TABLE_NAME, TG_ARGV[0]; END $$"
    )
    for table in GROWING:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change('only grows')"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('only grows')"
        )
    op.execute(
        f"CREATE TRIGGER opinion_case_original BEFORE UPDATE OF {', '.join(ORIGINAL)} ON opinion_case "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change('the original is immutable')"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in GROWING:
            for verb in ("update", "delete", "replace"):
                op.execute(f"DROP TRIGGER {table}_no_{verb}")
        op.execute("DROP TRIGGER opinion_case_original")
        return
    for table in GROWING:
        op.execute(f"DROP TRIGGER {table}_no_change ON {table}")
        op.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")
    op.execute("DROP TRIGGER opinion_case_original ON opinion_case")
    op.execute("DROP FUNCTION refuse_change()")
