"""Where an opinion is about: typed as text, part of the original, published and masked like it."""

import pytest

from portal.core.db import db
from portal.core.rights import Role
from portal.opinions.models import Case, Opinion
from portal.opinions.operations import set_masks
from portal.opinions.states import OpinionState
from portal.search.queries import search
from tests.factories.accounts import actor_with, make_user
from tests.factories.campaigns import make_board
from tests.factories.opinions import make_opinion
from tests.kit.client import PageClient
from tests.kit.writing import FORM, GOOD, hand_in, send

PLACE = "滨河路桥头，找老周13812345678"
MASKED = "滨河路桥头，找老周138****5678"


def handed_in() -> Opinion:
    db.session.expire_all()
    return db.session.scalars(db.select(Opinion)).one()


def test_it_is_stored_as_typed_and_shown_masked(client: PageClient) -> None:
    make_board()
    page = client.submit(FORM, {**GOOD, "place": PLACE}, status=200)
    shown = " ".join(page.one("#check-text").get_text().split())
    assert "138****5678" in shown and "13812345678" not in shown
    client.submit(page, {}, status=200)
    opinion = handed_in()
    assert (opinion.case.place, opinion.place) == (PLACE, MASKED)
    assert (opinion.title, opinion.body) == (GOOD["title"], GOOD["body"])


def test_masks_of_a_moderator_reach_it_and_leave_title_and_body(client: PageClient) -> None:
    make_board()
    hand_in(client, {**GOOD, "place": PLACE})
    opinion = handed_in()
    moderator = PageClient(client.app).as_user(make_user("moderator", Role.MODERATOR))
    page = moderator.get(f"/desk/moderation/{opinion.public_id}")
    assert "滨河路桥头" in page.main
    set_masks(opinion, [], actor_with(Role.MODERATOR), "moderation")
    assert (opinion.title, opinion.body, opinion.place) == (GOOD["title"], GOOD["body"], PLACE)


def test_everybody_reads_and_finds_it_once_published(client: PageClient) -> None:
    opinion = make_opinion(state=OpinionState.PUBLISHED, place=PLACE)
    assert f"地点：{MASKED}" in client.get(f"/opinions/{opinion.public_id}").main
    assert search("滨河路桥头", kind="opinion").rows == [opinion.id]


def test_it_cannot_be_changed_afterwards(client: PageClient) -> None:
    make_board()
    hand_in(client, {**GOOD, "place": PLACE})
    case = db.session.scalars(db.select(Case)).one()
    case.place = "elsewhere"
    with pytest.raises(Exception, match="original is immutable"):
        db.session.flush()
    db.session.rollback()


def test_a_long_one_is_refused_by_name(client: PageClient) -> None:
    make_board()
    assert "地点最多100个字" in send(client, {**GOOD, "place": "长" * 101}, status=400).main
