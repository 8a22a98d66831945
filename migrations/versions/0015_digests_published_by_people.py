"""Digests get their number when somebody publishes them, not when they are built."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

RULE = "ck_digest_number_when_published"


def upgrade() -> None:
    op.add_column("digest", sa.Column("published_at", sa.DateTime(timezone=True), nullable=True))
    # Those numbered before stay what timelines call them.
    op.execute(
        "UPDATE digest SET published_at = (SELECT coalesce(job.finished_at, digest.created_at) FROM job"
        " WHERE job.id = digest.job_id) WHERE number IS NOT NULL"
    )
    # Rebuilt on SQLite: the table has no triggers to lose.
    with op.batch_alter_table("digest") as table:
        table.create_check_constraint(op.f(RULE), "(number IS NOT NULL) = (published_at IS NOT NULL)")


def downgrade() -> None:
    with op.batch_alter_table("digest") as table:
        table.drop_constraint(op.f(RULE), type_="check")
    op.execute("ALTER TABLE digest DROP COLUMN published_at")
