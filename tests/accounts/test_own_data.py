"""A copy of one's own data holds all that was put in; leaving leaves nothing by which the person could be found."""

import json
import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.accounts.models import User
from portal.core.clock import now
from portal.core.crypto import decrypt
from portal.core.db import db
from portal.core.rights import Actor, Role
from portal.notices.operations import WISH_PURPOSE, wish_mail
from portal.opinions.models import Case, Opinion, Support
from portal.opinions.operations import add_event
from portal.opinions.receipt_states import Rating
from portal.opinions.receipts import add_information, rate
from portal.opinions.states import EventKind, OpinionState, ParticipantGroup
from portal.opinions.submission import CONTACT_PURPOSE
from portal.opinions.telling import CASE
from tests.factories.accounts import make_user
from tests.factories.casework import make_reply
from tests.factories.opinions import bring_to, keys, make_opinion, make_receipt
from tests.factories.taxonomy import make_unit
from tests.kit.client import PASSWORD, PageClient

NAME, MAIL, PHONE, WISH = "dianzi-mao-63", "plant-one@example.org", "13912345678", "plant-two@example.org"
# What somebody writes of themselves into the text.
WRITTEN, ADDED = "13612349876", "13612340001"
# Far from the numbers of other rows, so that it can be searched for.
NUMBER = 918_273_645


@pytest.fixture
def author(app: Flask) -> User:
    """An account with planted values in all that it can fill in."""
    user = make_user(NAME)
    db.session.execute(sa.update(User).where(User.id == user.id).values(id=NUMBER))
    db.session.commit()
    db.session.expire_all()
    return db.session.get_one(User, NUMBER)


@pytest.fixture
def client(app: Flask, author: User) -> PageClient:
    """The author's browser, after some deeds."""
    browser = PageClient(app).as_user(author)
    browser.submit("/me/mail", {"mail": MAIL, "notices": "y"})
    for state in (OpinionState.PUBLISHED, OpinionState.WAITING):
        opinion = make_opinion(
            author=db.session.get_one(User, NUMBER), contact=PHONE, state=state, title=f"我的{state}",
            body=f"请打我电话{WRITTEN}。",
        )  # fmt: skip
        add_information(opinion, f"打{ADDED}也行", f"0123456789{state}"[:16].ljust(16, "0"), Actor(), keys())
        wish_mail(CASE, opinion.case_id, WISH, app.extensions["portal_settings"])
    add_event(opinion, EventKind.ACCEPTED)
    other = make_opinion(state=OpinionState.PUBLISHED, title="别人的")
    db.session.commit()
    path = f"/opinions/{other.public_id}"
    browser.submit(path, {}, form=f'form[action="{path}/support"]')
    return browser


def everything(app: Flask) -> str:
    """All rows of all tables, sealed columns opened, audit numbers apart."""
    key = app.extensions["portal_settings"].contact_key
    found: list[Any] = []
    db.session.rollback()
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(sa.select(table)).mappings():
            values = dict(row)
            if table.name == "audit_event":
                # Pseudonyms stay by intent.
                values.pop("actor_id"), values.pop("target_id")
            if table.name == "user_account":
                values.pop("id")
            found.append((table.name, values, _opened(key, values)))
    return repr(found)


def _opened(key: str, values: dict[str, Any]) -> list[str]:
    plain = []
    for name, purpose in (("contact_sealed", CONTACT_PURPOSE), ("address_sealed", WISH_PURPOSE)):
        if values.get(name):
            plain.append(decrypt(key, purpose, values[name]))
    if values.get("sealed"):
        plain.append(decrypt(key, "mail", values["sealed"]))
    if values.get("mail_sealed"):
        plain.append(decrypt(key, "account-mail", values["mail_sealed"]))
    return plain


def leave(client: PageClient, opinions: str, status: int = 302, password: str = PASSWORD) -> Any:
    typed = {"opinions": opinions, "current": password, "sure": "y"}
    return client.submit("/me/erasure", typed, status=status)


def test_the_copy_holds_all_that_was_put_in(client: PageClient) -> None:
    response = client.get("/me/data.json").response
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Disposition"].startswith("attachment")
    copied = json.loads(response.get_data())
    text = json.dumps(copied, ensure_ascii=False)
    for planted in (NAME, MAIL, PHONE, WISH, "我的published", "我的waiting"):
        assert planted in text, planted
    assert len(copied["opinions"]) == 2 and len(copied["supports"]) == 1 and len(copied["notices"]) == 2
    assert "argon2" not in text and "别人的" not in text
    page = client.get("/me/data").main
    for planted in (NAME, MAIL, PHONE, WISH, "我的published"):
        assert planted in page


def test_nobody_elses_data_is_in_the_copy(app: Flask, client: PageClient) -> None:
    copied = PageClient(app).as_user(make_user("li")).get("/me/data.json").response.get_data(as_text=True)
    for planted in (NAME, MAIL, PHONE, WISH, "我的"):
        assert planted not in copied


@pytest.mark.parametrize("choice", ["keep", "withdraw"])
def test_leaving_leaves_nothing_that_leads_to_the_person(app: Flask, client: PageClient, choice: str) -> None:
    before = everything(app)
    for planted in (NAME, MAIL, PHONE, WISH, str(NUMBER), WRITTEN, ADDED):
        assert planted in before, planted
    leave(client, choice)
    after = everything(app)
    for planted in (NAME, MAIL, PHONE, WISH, str(NUMBER), WRITTEN, ADDED):
        assert planted not in after, (planted, re.findall(f".{{80}}{re.escape(planted)}.{{40}}", after)[:3])
    user = db.session.get_one(User, NUMBER)
    assert not user.active and user.erased_at is not None and user.username.startswith("erased-")
    states = list(db.session.scalars(db.select(Opinion.state).where(Opinion.title.like("我的%"))))
    assert sorted(states) == (["published", "waiting"] if choice == "keep" else ["withdrawn", "withdrawn"])
    # One author stays one author in what is counted, and the support stays counted.
    keys = set(db.session.scalars(db.select(Opinion.author_key).where(Opinion.title.like("我的%"))))
    assert len(keys) == 1 and next(iter(keys)).startswith("e:")
    assert db.session.scalars(db.select(Support.person_key)).one().startswith("e:")


def test_who_has_left_is_signed_out_everywhere_and_cannot_come_back(app: Flask, client: PageClient) -> None:
    other = PageClient(app).as_user(db.session.get_one(User, NUMBER))
    leave(client, "keep")
    for browser in (client, other):
        browser.get("/me", status=302)
    PageClient(app).submit("/sign-in", {"username": NAME, "password": PASSWORD}, status=400)
    # The name is free again, and leads to an account of its own.
    make_user(NAME)
    assert "还没有提过意见" in PageClient(app).sign_in(NAME).get("/me").main


def test_leaving_needs_the_password_the_choice_and_the_tick(client: PageClient) -> None:
    assert "现在的密码不对" in leave(client, "keep", 400, "wrong password").main
    leave(client, "neither", 400)
    client.submit("/me/erasure", {"opinions": "keep", "current": PASSWORD, "sure": None}, status=400)
    assert db.session.get_one(User, NUMBER).active


def test_who_holds_a_role_cannot_leave_alone(app: Flask) -> None:
    staff = PageClient(app).as_user(make_user("li", Role.MODERATOR))
    assert "还有工作角色" in staff.get("/me/erasure").main
    values = {"opinions": "keep", "current": PASSWORD, "sure": "y", "csrf_token": staff.token()}
    staff.post("/me/erasure", values, status=400)
    assert db.session.scalars(db.select(User.active).where(User.username == "li")).one()


def test_a_code_claims_an_opinion_written_before_and_another_account_cannot(app: Flask) -> None:
    receipt = make_receipt(title="没登录时写的", contact=PHONE)
    first, second = PageClient(app).as_user(make_user("zhang")), PageClient(app).as_user(make_user("li"))
    page = first.submit("/me", {"code": receipt.code.lower()}, follow=True, status=200)
    assert "没登录时写的" in page.main
    first.submit("/me", {"code": receipt.code})
    assert "没有找到这个查询码" in second.submit("/me", {"code": receipt.code}, status=400).main
    assert "没有找到这个查询码" in second.submit("/me", {"code": "AAAA-BBBB-CCCC"}, status=400).main
    second.get(f"/me/opinions/{receipt.opinion.public_id}", status=404)
    assert "没登录时写的" in first.get("/me").main
    case = db.session.scalars(db.select(Case)).one()
    assert case.author_id is not None


def test_every_personal_column_is_claimed_by_a_slice(app: Flask) -> None:
    marked = {
        f"{table.name}.{column.name}"
        for table in db.metadata.sorted_tables
        for column in table.columns
        if column.info.get("personal")
    }
    claimed: set[str] = set()
    for holding in app.extensions["portal_personal"]:
        assert not claimed & holding.columns
        claimed |= holding.columns
    assert marked == claimed
    assert len(marked) >= 7


def test_pages_of_ones_data_are_never_stored(client: PageClient) -> None:
    for path in ("/me", "/me/data", "/me/notices", "/me/erasure"):
        assert client.get(path).response.headers["Cache-Control"] == "no-store"


def test_after_leaving_the_original_reads_as_others_read_it_and_changes_no_more(
    app: Flask, client: PageClient
) -> None:
    leave(client, "keep")
    moderator = PageClient(app).as_user(make_user("moderator", Role.MODERATOR))
    for opinion in db.session.scalars(db.select(Opinion).where(Opinion.title.like("我的%"))):
        assert (opinion.case.body, opinion.case.title) == (opinion.body, opinion.title)
        assert "136****9876" in moderator.get(f"/desk/moderation/{opinion.public_id}").main
        opinion = db.session.get_one(Opinion, opinion.id)
        opinion.case.body = opinion.case.body.replace("请", "别")
        with pytest.raises(Exception, match="original is immutable"):
            db.session.flush()
        db.session.rollback()


def test_the_copy_is_in_words_and_not_in_codes(app: Flask, author: User) -> None:
    browser = PageClient(app).as_user(author)
    receipt = make_receipt(author=db.session.get_one(User, NUMBER), group=ParticipantGroup.RETIRED_CADRE)
    bring_to(receipt.opinion, OpinionState.PUBLISHED, make_unit("市/甲局"))
    make_reply(receipt.opinion)
    rate(
        receipt.opinion, Rating.PARTLY, "还差一点", "0123456789abcdef", db.session.get_one(User, NUMBER).actor(),
        keys(), now().date(),
    )  # fmt: skip
    db.session.commit()
    page = browser.get("/me/data").main
    for words in ("登录", "评价答复", "部分解决", "离退休干部", "提交意见"):
        assert words in page
    # No code of ours is left in what a person reads; types of files and ids are none.
    assert not re.findall(r"[a-z]+_[a-z_]+|partly|unsolved", page)
