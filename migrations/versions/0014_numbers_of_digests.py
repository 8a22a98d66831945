"""Digests have a number within their campaign."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE digest ADD COLUMN number INTEGER")
    # Those built before are numbered in the order in which they were asked for.
    op.execute(
        "UPDATE digest SET number = (SELECT count(*) FROM digest AS earlier JOIN job ON job.id = earlier.job_id"
        " WHERE job.state = 'done' AND earlier.campaign_id = digest.campaign_id"
        " AND (earlier.created_at < digest.created_at"
        " OR (earlier.created_at = digest.created_at AND earlier.id <= digest.id)))"
        " WHERE job_id IN (SELECT id FROM job WHERE state = 'done')"
    )
    op.create_index("ix_digest_campaign_id_number", "digest", ["campaign_id", "number"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_digest_campaign_id_number", "digest")
    op.execute("ALTER TABLE digest DROP COLUMN number")
