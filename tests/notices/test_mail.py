"""News by mail: only a row when it happens, sent by the job, once, with nothing in it that should not be."""

from dataclasses import replace
from unittest.mock import Mock

import pytest
from flask import Flask

from portal.core.db import db
from portal.core.rights import Role
from portal.notices import jobs
from portal.notices.jobs import BACKOFF_MINUTES, deliver
from portal.notices.models import Mail, MailWish
from portal.notices.operations import address_key
from portal.notices.queries import outbox
from portal.opinions.models import Opinion
from portal.opinions.operations import add_event, move
from portal.opinions.states import EventKind, OpinionAction
from tests.factories.accounts import actor_with, make_user
from tests.factories.campaigns import make_board
from tests.factories.opinions import make_opinion
from tests.kit.client import PageClient
from tests.kit.mail_server import text_of
from tests.notices.conftest import Post

ADDRESS = "li@example.org"
WRITING = 'main form[action*="/new"]'
TITLE = "举报某镇政府拖欠工资"


def accept(opinion: Opinion) -> None:
    """A moderator takes the opinion up."""
    move(opinion, OpinionAction.ACCEPT, actor_with(Role.MODERATOR))
    add_event(opinion, EventKind.ACCEPTED)
    db.session.commit()


def mails() -> list[Mail]:
    db.session.expire_all()
    return list(db.session.scalars(db.select(Mail).order_by(Mail.id)))


@pytest.fixture
def opinion(app: Flask, post: Post) -> Opinion:
    made = make_opinion(title=TITLE, body="正文里的秘密")
    post.wish(made, ADDRESS)
    return made


def test_a_decision_sends_one_mail_without_title_and_text(post: Post, opinion: Opinion) -> None:
    accept(opinion)
    assert post.server.letters == []
    assert post.deliver() == 1
    [(address, letter)] = post.server.letters
    text = text_of(letter)
    assert address == letter["To"] == ADDRESS
    assert letter["From"].addresses[0].addr_spec == "portal@example.cn"
    assert "「已受理」" in text and "https://xianyice.example.cn/receipts" in text
    assert TITLE not in str(letter) + text and "秘密" not in text and opinion.public_id not in text
    assert post.deliver() == 0
    [mail] = mails()
    assert mail.state == "sent" and mail.sealed is None and mail.sent_at is not None


def test_what_is_sealed_is_not_readable_in_the_outbox(post: Post, opinion: Opinion) -> None:
    accept(opinion)
    [mail] = mails()
    [wish] = db.session.scalars(db.select(MailWish)).all()
    kept = repr(vars(mail)) + repr(vars(wish))
    assert ADDRESS not in kept and "已受理" not in kept
    assert mail.address_key == address_key(post.settings.lookup_key, "LI@example.org")


def test_several_news_that_wait_together_become_one_mail_with_the_last_state(
    post: Post, opinion: Opinion
) -> None:
    accept(opinion)
    move(opinion, OpinionAction.PUBLISH, actor_with(Role.MODERATOR))
    add_event(opinion, EventKind.PUBLISHED)
    db.session.commit()
    assert len(mails()) == 1
    assert post.deliver() == 1


def test_the_authors_own_doing_is_no_news(post: Post, client: PageClient) -> None:
    make_opinion(author=make_user("zhang"))
    assert mails() == []


def test_while_the_server_is_gone_handing_in_and_deciding_go_on_and_the_mail_comes_later_once(
    post: Post, opinion: Opinion, client: PageClient
) -> None:
    accept(opinion)
    for _try in range(len(BACKOFF_MINUTES) + 2):
        assert post.deliver(running=False) == 0
    [mail] = mails()
    # A server that cannot be reached uses no attempt up.
    assert mail.state == "queued" and mail.attempts == 0
    assert post.deliver() == 1
    assert post.deliver() == 0
    assert len(post.server.letters) == 1


def test_a_sender_that_died_is_followed_by_the_same_mail_and_not_at_once(
    post: Post, opinion: Opinion, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept(opinion)
    # It dies after the server took the mail and before that is noted.
    with monkeypatch.context() as dying:
        dying.setattr(jobs, "_end", Mock(side_effect=SystemExit))
        with pytest.raises(SystemExit):
            post.deliver()
    db.session.rollback()
    [mail] = mails()
    assert mail.state == "queued" and mail.attempts == 1
    with post.server.running(post.settings.smtp_port):
        assert deliver() == 0
    assert post.deliver() == 1
    first, second = [letter["Message-ID"] for _address, letter in post.server.letters]
    assert first == second


@pytest.mark.parametrize(("answer", "state"), [("550 no such user", "failed"), ("451 try later", "queued")])
def test_a_refused_reader_ends_or_waits_and_holds_up_nobody(
    post: Post, opinion: Opinion, answer: str, state: str
) -> None:
    other = make_opinion()
    post.wish(other, "wang@example.org")
    accept(opinion)
    accept(other)
    post.server.refusals[ADDRESS] = answer
    assert post.deliver() == 1
    assert [mail.state for mail in mails()] == [state, "sent"]
    if state == "queued":
        post.server.refusals.clear()
        assert post.deliver() == 1


def test_a_reader_who_is_refused_again_and_again_is_given_up(post: Post, opinion: Opinion) -> None:
    accept(opinion)
    post.server.refusals[ADDRESS] = "451 try later"
    for _try in BACKOFF_MINUTES:
        post.deliver()
    assert mails()[0].state == "failed" and mails()[0].sealed is None
    assert outbox()["failed"] == 1


def test_29_one_address_gets_so_many_a_day_and_no_more(post: Post) -> None:
    """CVE-2022-31184: an address cannot be flooded by whoever types it into many forms."""
    for number in range(post.settings.mails_per_day + 2):
        made = make_opinion(title=f"第{number}条")
        post.wish(made, ADDRESS)
        post.wish(made, ADDRESS.upper())
        accept(made)
    post.deliver()
    assert len(post.server.letters) == post.settings.mails_per_day


def test_an_address_left_while_writing_is_shown_on_the_check_page_and_kept_sealed(
    post: Post, client: PageClient
) -> None:
    board = make_board()
    typed = {"body": "村口的路灯坏了三个月", "consent": "y", "mail": "not an address"}
    path = f"/boards/{board.slug}/new"
    refused = client.submit(path, typed, form=WRITING, status=400)
    assert "请检查邮箱地址" in refused.main and refused.form(WRITING)["mail"] == "not an address"
    page = client.submit(refused, {"mail": f" {ADDRESS} "}, form=WRITING, status=200)
    assert ADDRESS in page.main
    # The server is gone: handing in only writes rows, and never asks for it.
    receipt = client.submit(page, {}, form=WRITING, status=200)
    assert "已收到" in receipt.main
    [wish] = db.session.scalars(db.select(MailWish)).all()
    assert ADDRESS.encode() not in wish.address_sealed
    accept(db.session.scalars(db.select(Opinion)).one())
    assert post.deliver() == 1
    assert post.server.letters[0][0] == ADDRESS


def test_where_no_mail_is_sent_the_form_does_not_ask_for_an_address(
    app: Flask, post: Post, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/boards/{make_board().slug}/new"
    assert "mail" in client.get(path).form(WRITING)
    monkeypatch.setitem(app.extensions, "portal_settings", replace(post.settings, smtp_host=""))
    page = client.get(path)
    assert "mail" not in page.form(WRITING) and "邮" not in page.main
    typed = {"body": "村口的路灯坏了三个月", "consent": "y", "mail": ADDRESS}
    client.submit(client.submit(page, typed, form=WRITING, status=200), {}, form=WRITING, status=200)
    assert db.session.query(MailWish).count() == 0


def test_a_link_in_the_mail_stops_them_by_post_only(app: Flask, post: Post, opinion: Opinion) -> None:
    accept(opinion)
    post.deliver()
    link = post.server.letters[0][1]["List-Unsubscribe"].strip(" <>")
    path = link.removeprefix("https://xianyice.example.cn")
    assert path in text_of(post.server.letters[0][1])
    client = PageClient(app)
    # As a mail scanner does: opening changes nothing (CVE-2019-1020018).
    page = client.get(path)
    assert db.session.query(MailWish).count() == 1
    client.submit(page, {}, status=200)
    assert db.session.query(MailWish).count() == 0
    add_event(opinion, EventKind.ANSWERED)
    db.session.commit()
    assert post.deliver() == 0
    client.get(path[:-1] + ("0" if path[-1] != "0" else "1"), status=404)
    client.get("/mail-news/w1", status=404)


def test_an_account_gets_mail_if_it_asked_for_it(app: Flask, post: Post) -> None:
    user = make_user("zhang")
    client = PageClient(app).as_user(user)
    client.submit("/me/mail", {"mail": "zhang@example.org", "notices": None})
    accept(make_opinion(author=user))
    assert post.deliver() == 0
    client.submit("/me/mail", {"mail": "zhang@example.org", "notices": "y"})
    accept(make_opinion(author=user))
    assert post.deliver() == 1
    text = text_of(post.server.letters[0][1])
    assert "https://xianyice.example.cn/me" in text
    stop = (
        post.server.letters[0][1]["List-Unsubscribe"].strip(" <>").removeprefix("https://xianyice.example.cn")
    )
    client.submit(stop, {}, status=200)
    accept(make_opinion(author=user))
    assert post.deliver() == 0


def test_a_name_of_the_site_that_no_header_takes_drops_the_mail_and_no_other_work(
    app: Flask, post: Post, opinion: Opinion, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept(opinion)
    hostile = replace(post.settings, site_name="献一策\r\nBcc: thief@example.org")
    monkeypatch.setitem(app.extensions, "portal_settings", hostile)
    assert post.deliver() == 0
    assert post.server.letters == [] and mails()[0].state == "dropped"
