"""What happens after handing in: asking back, additions, due dates, ratings, reopening, appeals."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ORIGINAL = ("words", "at", "kind", "opinion_id")

# The constraints of `opinion` that go and that come.
BEFORE = {
    "waiting_needs_review": "state <> 'waiting' OR needs_review",
    "decided_with_state": "state = 'waiting' OR state = 'withdrawn' OR decided_at IS NOT NULL",
}
AFTER = {
    "waiting_needs_review": "state NOT IN ('waiting', 'appealed') OR needs_review",
    "decided_with_state": "state IN ('waiting', 'held', 'withdrawn') OR decided_at IS NOT NULL",
    "question_with_state": "(question IS NOT NULL) = (state = 'held')",
    "held_is_the_authors_turn": "state <> 'held' OR NOT needs_review",
    "appealed_with_state": "state <> 'appealed' OR appealed_at IS NOT NULL",
    "public_state_of_state": (
        "(public_state = 'waiting') = (state IN ('waiting', 'appealed'))"
        " AND (public_state = 'held') = (state = 'held')"
        " AND (public_state = 'rejected') = (state = 'rejected')"
        " AND (public_state = 'withdrawn') = (state = 'withdrawn')"
        " AND (public_state = 'answered') = (state IN ('published', 'accepted') AND answered_at IS NOT NULL)"
    ),
    "rating_known": "rating IN ('solved', 'partly', 'unsolved')",
    "rating_of_an_answer": "rating IS NULL OR answered_at IS NOT NULL OR reopened_at IS NOT NULL",
    "reopened_by_a_rating": (
        "reopened_at IS NULL OR answered_at IS NOT NULL OR (rating IS NOT NULL AND rating = 'unsolved')"
    ),
    "put_off_to_a_day": "put_off_at IS NULL OR due_on IS NOT NULL",
    "addition_count_positive": "addition_count >= 0",
}
COLUMNS = (
    ("question", sa.Text()),
    ("due_on", sa.Date()),
    ("put_off_at", sa.DateTime(timezone=True)),
    ("rating", sa.String(length=10)),
    ("reopened_at", sa.DateTime(timezone=True)),
    ("appealed_at", sa.DateTime(timezone=True)),
)


def _exchange(batch: Any, gone: dict[str, str], come: dict[str, str]) -> None:
    for name in gone:
        batch.drop_constraint(op.f(f"ck_opinion_{name}"), type_="check")
    for name, rule in come.items():
        batch.create_check_constraint(op.f(f"ck_opinion_{name}"), sa.text(rule))


def upgrade() -> None:
    # Boards that publish first left the public's word of the state behind.
    op.execute(
        "UPDATE opinion SET public_state = CASE WHEN answered_at IS NOT NULL THEN 'answered'"
        " WHEN unit_id IS NOT NULL THEN 'in_hand' ELSE 'accepted' END"
        " WHERE public_state = 'waiting' AND state IN ('published', 'accepted')"
    )
    with op.batch_alter_table("opinion") as batch_op:
        for name, kind in COLUMNS:
            batch_op.add_column(sa.Column(name, kind, nullable=True))
        batch_op.add_column(sa.Column("addition_count", sa.Integer(), server_default="0", nullable=False))
        _exchange(batch_op, BEFORE, AFTER)
        held = sa.text("state = 'held'")
        batch_op.create_index(
            "ix_opinion_held", ["submitted_at", "id"], unique=False, sqlite_where=held, postgresql_where=held
        )
    _create_additions()
    op.create_table(
        "opinion_rating",
        sa.Column("opinion_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("rating", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "rating IN ('solved', 'partly', 'unsolved')", name=op.f("ck_opinion_rating_rating_known")
        ),
        sa.CheckConstraint("round IN (1, 2)", name=op.f("ck_opinion_rating_round_known")),
        sa.ForeignKeyConstraint(["opinion_id"], ["opinion.id"], name=op.f("fk_opinion_rating_opinion_id")),
        sa.PrimaryKeyConstraint("opinion_id", "round", name=op.f("pk_opinion_rating")),
    )


def _create_additions() -> None:
    op.create_table(
        "opinion_addition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opinion_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("form_key_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (state = 'waiting')", name=op.f("ck_opinion_addition_decided_with_state")
        ),
        sa.ForeignKeyConstraint(["opinion_id"], ["opinion.id"], name=op.f("fk_opinion_addition_opinion_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_addition")),
        sa.UniqueConstraint("form_key_hash", name=op.f("uq_opinion_addition_form_key_hash")),
    )
    waiting = sa.text("state = 'waiting'")
    with op.batch_alter_table("opinion_addition") as batch_op:
        batch_op.create_index(batch_op.f("ix_opinion_addition_opinion_id"), ["opinion_id"], unique=False)
        batch_op.create_index(
            "ix_opinion_addition_waiting", ["opinion_id"], unique=False,
            sqlite_where=waiting, postgresql_where=waiting,
        )  # fmt: skip
    columns = ", ".join(ORIGINAL)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER opinion_addition_original BEFORE UPDATE OF {columns} ON opinion_addition "
            "BEGIN SELECT RAISE(ABORT, 'the original is immutable'); END"
        )
        return
    op.execute(
        f"CREATE TRIGGER opinion_addition_original BEFORE UPDATE OF {columns} ON opinion_addition "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change('the original is immutable')"
    )


def downgrade() -> None:
    # The older states know neither asking back nor appeals: the one waits, the other stays rejected.
    op.execute(
        "UPDATE opinion SET state = 'waiting', public_state = 'waiting', needs_review = true, question = NULL"
        " WHERE state = 'held'"
    )
    op.execute(
        "UPDATE opinion SET state = 'rejected', public_state = 'rejected', needs_review = false"
        " WHERE state = 'appealed'"
    )
    op.drop_table("opinion_rating")
    op.drop_table("opinion_addition")
    with op.batch_alter_table("opinion") as batch_op:
        batch_op.drop_index("ix_opinion_held")
        _exchange(batch_op, AFTER, BEFORE)
        for name in ["addition_count", *[name for name, _kind in reversed(COLUMNS)]]:
            batch_op.drop_column(name)
