"""Pages kept for a second: the same for every visitor without cookies, never somebody's own."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from portal.core.db import db
from portal.core.rights import Role
from portal.opinions.models import Opinion
from portal.opinions.operations import move, write_text
from portal.opinions.states import OpinionAction, OpinionState
from portal.web import kept
from tests.factories.accounts import actor_with
from tests.factories.opinions import make_opinion
from tests.kit.client import PageClient


class _Watch:
    """Stands where `time` stands in the module: goes on only when told."""

    def __init__(self) -> None:
        self.moment = 1000.0

    def monotonic(self) -> float:
        """The moment it is set to."""
        return self.moment


@pytest.fixture
def watch(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[_Watch]:
    """A running site, which keeps pages, and the watch it goes by."""
    stopped = _Watch()
    monkeypatch.setattr(kept, "time", stopped)
    kept.install(app)
    app.testing = False
    yield stopped
    app.testing = True
    kept.install(app)


def _nonce(client: PageClient, path: str) -> str:
    page = client.get(path)
    [found] = set(re.findall(r'nonce="([^"]+)"', page.html))
    assert f"'nonce-{found}'" in page.response.headers["Content-Security-Policy"]
    return found


def _rename(opinion: Opinion, title: str) -> None:
    write_text(opinion, title, "新的内容")
    db.session.commit()


def test_a_page_is_made_once_a_second(app: Flask, watch: _Watch) -> None:
    opinion = make_opinion(state=OpinionState.PUBLISHED, title="旧的标题")
    path = f"/boards/{opinion.board.slug}"
    assert "旧的标题" in PageClient(app).get(path).main
    _rename(opinion, "新的标题")
    watch.moment += kept.KEPT_SECONDS * 0.99
    assert "旧的标题" in PageClient(app).get(path).main
    watch.moment += kept.KEPT_SECONDS * 0.02
    assert "新的标题" in PageClient(app).get(path).main


def test_every_answer_has_a_nonce_of_its_own(app: Flask, watch: _Watch) -> None:
    opinion = make_opinion(state=OpinionState.PUBLISHED)
    path = f"/opinions/{opinion.public_id}"
    nonces = {_nonce(PageClient(app), path) for _visitor in range(5)}
    assert len(nonces) == 5


def test_every_visitor_has_a_token_of_their_own_that_works(app: Flask, watch: _Watch) -> None:
    opinion = make_opinion(state=OpinionState.PUBLISHED)
    path = f"/opinions/{opinion.public_id}"
    tokens = set()
    for _visitor in range(3):
        visitor = PageClient(app)
        page = visitor.get(path)
        assert page.response.headers["Cache-Control"] == "no-store"
        tokens.add(page.form("main form")["csrf_token"])
        visitor.submit(page, {})
    assert len(tokens) == 3
    db.session.refresh(opinion)
    assert opinion.support_count == 3


def test_whoever_has_a_cookie_sees_the_page_as_it_is(app: Flask, watch: _Watch) -> None:
    opinion = make_opinion(state=OpinionState.PUBLISHED)
    path = f"/opinions/{opinion.public_id}"
    supporter = PageClient(app)
    supporter.submit(supporter.get(path), {})
    assert "取消支持" in supporter.get(path).main
    assert "取消支持" not in PageClient(app).get(path).main


def test_large_text_is_kept_apart_and_for_everybody(app: Flask, watch: _Watch) -> None:
    opinion = make_opinion(state=OpinionState.PUBLISHED, title="旧的标题")
    path = f"/boards/{opinion.board.slug}"
    large, usual = PageClient(app), PageClient(app)
    large.get("/view/large", status=302)
    assert large.get(path).one("html").get("class") and not usual.get(path).one("html").get("class")
    _rename(opinion, "新的标题")
    assert "旧的标题" in large.get(path).main
    assert large.get(path).one("html").get("class") and not usual.get(path).one("html").get("class")


def test_what_is_not_there_is_not_kept(app: Flask, watch: _Watch) -> None:
    opinion = make_opinion(state=OpinionState.WAITING)
    path = f"/opinions/{opinion.public_id}"
    PageClient(app).get(path, status=404)
    move(opinion, OpinionAction.PUBLISH, actor_with(Role.MODERATOR))
    db.session.commit()
    assert opinion.title in PageClient(app).get(path).main


def test_the_oldest_pages_go_first(app: Flask) -> None:
    pages = kept.KeptPages()
    for number in range(kept.KEPT_PAGES + 1):
        pages.keep(number, b"", False)
    assert pages.find(0) is None
    assert pages.find(1) is not None
    assert pages.find(kept.KEPT_PAGES) is not None


def test_tests_keep_nothing(app: Flask, client: PageClient) -> None:
    opinion = make_opinion(state=OpinionState.PUBLISHED)
    path = f"/boards/{opinion.board.slug}"
    client.get(path)
    _rename(opinion, "马上就是新的")
    assert "马上就是新的" in client.get(path).main
