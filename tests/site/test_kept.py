"""Numbers of the whole site: counted now and then, by one thread, from an index."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask

from portal.opinions.states import OpinionState
from portal.site.queries import kept, totals
from tests.factories.opinions import make_opinion
from tests.kit.plans import plan_of


@pytest.fixture
def served(app: Flask) -> Iterator[Flask]:
    """The application as it serves, which keeps what it has made."""
    app.testing = False
    yield app
    app.testing = True
    app.extensions["portal_counted"].clear()


def test_whoever_asks_while_it_is_made_anew_gets_what_was(served: Flask) -> None:
    assert kept("number", lambda: 1, 0) == 1
    begun, go_on = threading.Event(), threading.Event()
    made: list[int] = []

    def slowly() -> int:
        begun.set()
        assert go_on.wait(60)
        return 2

    def ask() -> None:
        with served.app_context():
            made.append(kept("number", slowly, -1))

    thread = threading.Thread(target=ask)
    thread.start()
    assert begun.wait(60)
    assert kept("number", lambda: pytest.fail("made twice"), -1) == 1
    go_on.set()
    thread.join(60)
    assert made == [2]
    assert kept("number", lambda: pytest.fail("made again"), 60) == 2


def test_a_fault_is_not_kept(served: Flask) -> None:
    with pytest.raises(ZeroDivisionError):
        kept("number", lambda: 1 // 0, 60)
    assert kept("number", lambda: 1, 60) == 1


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # PostgreSQL plans by what a table holds
def test_states_are_counted_from_their_index(app: Flask) -> None:
    make_opinion(state=OpinionState.PUBLISHED)
    with app.test_request_context():
        plan = plan_of(totals, "public_state")
    assert "ix_opinion_state_newest" in plan
