"""How often the busiest pages ask the database, exactly: what is added to one of them is added on purpose.

Tests keep nothing, so the switch of intake and the numbers of the home page, kept for a while by a server, count too.
"""

import pytest

from portal.campaigns.states import BoardKind, ModerationMode
from portal.core.db import is_sqlite
from portal.opinions.states import OpinionState
from tests.factories.campaigns import make_board
from tests.factories.casework import make_reply
from tests.factories.opinions import make_opinion
from tests.factories.taxonomy import make_topic, make_unit
from tests.kit.client import PageClient
from tests.kit.statements import of_tables, statements
from tests.kit.writing import GOOD

FORM = "/boards/suggestions/new"


def of_this_database(number: int | tuple[int, int]) -> int:
    """A number, or the first of a pair on SQLite and the second on PostgreSQL."""
    return number if isinstance(number, int) else number[not is_sqlite()]


def asked(client: PageClient, path: str) -> list[str]:
    """The statements behind the page at `path`, opened a second time."""
    client.get(path)
    with statements() as seen:
        client.get(path)
    return of_tables(seen)


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("/", 8),
        ("/campaigns/xianyice", 6),
        ("/boards/suggestions", 3),
        ("/boards/suggestions?cursor=b.", 3),
        ("/boards/suggestions?sort=supported", 3),
        ("/opinions/{id}", 4),
        ("/units/市/交通局", 5),
        ("/search?q=电梯", (8, 9)),
        ("/receipts", 1),
        (FORM, 7),
    ],
)
def test_a_page_asks_so_often(client: PageClient, path: str, number: int | tuple[int, int]) -> None:
    board = make_board()
    unit, topic = make_unit("市/交通局"), make_topic("交通/公交")
    opinions = [make_opinion(board, OpinionState.PUBLISHED, unit=unit, topic=topic) for _ in range(3)]
    make_reply(opinions[-1])
    seen = asked(client, path.replace("{id}", opinions[-1].public_id))
    assert len(seen) == of_this_database(number), "\n".join(seen)
    assert "COMMIT" not in seen


def test_more_opinions_on_a_page_ask_no_oftener(client: PageClient) -> None:
    board = make_board()
    make_opinion(board, OpinionState.PUBLISHED)
    few = len(asked(client, "/boards/suggestions"))
    for _ in range(5):
        make_opinion(board, OpinionState.PUBLISHED)
    assert len(asked(client, "/boards/suggestions")) == few


@pytest.mark.parametrize(
    ("moderation", "number"), [(ModerationMode.BEFORE, (9, 6)), (ModerationMode.AFTER, (18, 12))]
)
def test_handing_in_is_so_many_statements_and_one_commit(
    client: PageClient, moderation: ModerationMode, number: int | tuple[int, int]
) -> None:
    """Board; switch, repeats (where it publishes at once, rewordings too), case, opinion, entry and audit, which PostgreSQL
    takes at once, commit; the receipt asks for the switch once more."""
    make_board(kind=BoardKind.FORUM, moderation=moderation)
    page = client.get(FORM)
    with statements() as seen:
        client.post(FORM, {**page.form(), **GOOD}, 200)
    assert seen.count("COMMIT") == 1
    assert not any(statement.startswith("SAVEPOINT") for statement in seen)
    tables = of_tables(seen)
    assert len(tables) == of_this_database(number), "\n".join(tables)
