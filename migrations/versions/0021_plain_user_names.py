"""User names kept before full-width letters counted as the plain ones: written plainly, so that they sign in again."""

import logging
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

log = logging.getLogger("alembic.runtime.migration")
LENGTH = 40
_user = sa.table("user_account", sa.column("id", sa.Integer), sa.column("username", sa.String))


def _plain(name: str) -> str:
    # As `accounts.queries.folded_name` is now: a migration keeps its own, which later changes leave alone.
    folded = unicodedata.normalize("NFKC", name).strip().casefold()
    return unicodedata.normalize("NFKC", folded)


def _free(name: str, taken: set[str]) -> str:
    """`name`, or where somebody has it, with the first number behind it that makes it another."""
    number, free = 1, name[:LENGTH].strip()
    while free in taken:
        number += 1
        free = f"{name[: LENGTH - 4]}-{number}"
    return free


def upgrade() -> None:
    connection = op.get_bind()
    names = dict(connection.execute(sa.select(_user.c.id, _user.c.username).order_by(_user.c.id)).all())
    taken = set(names.values())
    for number, name in names.items():
        plain = _plain(name)
        if plain == name:
            continue
        free = _free(plain, taken)
        taken = taken - {name} | {free}
        connection.execute(sa.update(_user).where(_user.c.id == number).values(username=free))
        if free != plain:
            log.warning("account %s has another name now, for its own is that of another account: %s", number, free)


def downgrade() -> None:
    """Nothing: a plain name signs in before this migration as well."""
