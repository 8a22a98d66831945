"""Races that only a served portal can lose: replayed forms (CVE-2023-47634), supports in parallel."""

import os
import re
import secrets
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat

import pytest
import sqlalchemy as sa

from bench.client import Connection, get, post
from bench.measures import Author
from portal.core.db import db
from portal.opinions.models import Case, Opinion, Support
from portal.opinions.states import OpinionState
from tests.factories.campaigns import make_board
from tests.factories.opinions import make_opinion
from tests.soak.citizens import BODY, code_in
from tests.soak.site import BOARD, Site

THREADS = 8
AT_ONCE = 40
REPLAYS = int(os.environ.get("SOAK_REPLAYS", "10000"))

Answer = tuple[int, bytes, bytes]


def _at_once(port: int, requests: list[bytes]) -> list[Answer]:
    """The answers to `requests`, sent over THREADS connections that all begin at the same moment."""
    barrier = threading.Barrier(THREADS)

    def send(share: list[bytes]) -> list[Answer]:
        connection = Connection(port)
        try:
            barrier.wait(timeout=30)
            return [connection.exchange(request) for request in share]
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        shares = pool.map(send, [requests[start::THREADS] for start in range(THREADS)])
        return [answer for share in shares for answer in share]


def _replay(site: Site, replays: int) -> None:
    author = Author(site.server.port, BOARD, 1)
    for number in range(replays // AT_ONCE):
        title = f"重复提交 {secrets.token_hex(4)} {number}"
        request = author.form(title, BODY, secrets.token_urlsafe(16))
        answers = _at_once(site.server.port, [request] * AT_ONCE)
        [code] = {code_in(status, body) for status, _head, body in answers}
        with site.database() as session:
            assert site.titles_of_code(code) == [title]
            query = sa.select(sa.func.count()).select_from(Opinion).join(Case).where(Case.title == title)
            assert session.scalar(query) == 1


def test_a_form_sent_many_times_at_once_is_one_opinion(served: Site) -> None:
    _replay(served, 200)


@pytest.mark.soak
def test_no_form_of_many_is_doubled(served: Site) -> None:
    _replay(served, REPLAYS)


class _Supporter:
    """One person with one browser: a session, its token and the visitor's cookie."""

    def __init__(self, site: Site, public_id: str) -> None:
        self._path = f"/opinions/{public_id}/support"
        connection = Connection(site.server.port)
        _status, head, body = connection.exchange(get(f"/opinions/{public_id}"))
        token = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', body)
        assert token
        self._form = b"csrf_token=" + token[1]
        self._cookies = _cookies(head)
        status, head, _body = connection.exchange(self.support())
        connection.close()
        assert status == 302
        self._cookies |= _cookies(head)

    def support(self) -> bytes:
        """The request that supports the opinion."""
        return post(self._path, self._form, self._cookie())

    def undo(self) -> bytes:
        """The request that takes it back."""
        return post(f"{self._path}/undo", self._form, self._cookie())

    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())


def _cookies(head: bytes) -> dict[str, str]:
    found = re.findall(r"(?im)^set-cookie: ([^=]+)=([^;]*)", head.decode())
    return dict(found)


@pytest.fixture
def opinion(served: Site) -> tuple[int, str]:
    """Id and public id of a published opinion."""
    with served.database():
        made = make_opinion(make_board(BOARD), OpinionState.PUBLISHED)
        return made.id, made.public_id


def _supports(site: Site, opinion_id: int) -> tuple[int, int]:
    """Supports stored one by one, and as counted on the opinion."""
    with site.database():
        rows = db.session.scalar(
            sa.select(sa.func.count()).select_from(Support).where(Support.opinion_id == opinion_id)
        )
        counted = db.session.scalar(sa.select(Opinion.support_count).where(Opinion.id == opinion_id))
    return rows or 0, counted or 0


def test_supports_in_parallel_by_one_person_count_once(served: Site, opinion: tuple[int, str]) -> None:
    opinion_id, public_id = opinion
    person = _Supporter(served, public_id)
    # Nothing of the person is left but the cookie: all the following are equally the first.
    assert [status for status, _head, _body in _at_once(served.server.port, [person.undo()])] == [302]
    answers = _at_once(served.server.port, list(repeat(person.support(), AT_ONCE)))
    assert Counter(status for status, _head, _body in answers) == {302: AT_ONCE}
    assert _supports(served, opinion_id) == (1, 1)


def test_supports_and_their_undoing_at_once_leave_the_count_right(
    served: Site, opinion: tuple[int, str]
) -> None:
    opinion_id, public_id = opinion
    person, other = _Supporter(served, public_id), _Supporter(served, public_id)
    requests = [person.support(), person.undo(), other.undo(), other.support()] * (AT_ONCE // 4)
    answers = _at_once(served.server.port, requests)
    assert Counter(status for status, _head, _body in answers) == {302: AT_ONCE}
    rows, counted = _supports(served, opinion_id)
    assert rows == counted
    assert rows in (0, 1, 2)
