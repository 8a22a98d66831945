"""Whatever error page answers a form: what was typed into it stands there, and can be sent once more."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from portal.casework.models import Reply
from portal.core.db import db
from portal.core.rights import Grant, Role
from portal.opinions.models import Opinion
from portal.opinions.states import OpinionState
from tests.factories.accounts import make_user
from tests.factories.opinions import make_opinion
from tests.factories.taxonomy import make_unit
from tests.kit.client import Page, PageClient

AGAIN = "form.typed-again"
ANSWER = "我们已经联系施工单位，\n三月底前修好 <b>路灯</b>。\n\n请您监督。"


@pytest.fixture
def answered() -> Opinion:
    return make_opinion(state=OpinionState.PUBLISHED, unit=make_unit("市/甲局"))


def officer(app: Flask) -> PageClient:
    return PageClient(app).as_user(make_user("officer", Grant(Role.OFFICER, "市/甲局")))


def sent_after_the_session(app: Flask, opinion: Opinion) -> tuple[PageClient, Page]:
    """An officer's answer, sent when the session is over."""
    person = officer(app)
    page = person.get(f"/desk/casework/{opinion.public_id}")
    person.browser.delete_cookie("session")
    return person, person.submit(page, {"body": ANSWER, "step": "save"}, form="#reply", status=403)


def again(page: Page) -> dict[str, Any]:
    return {name: value for name, value in page.form(AGAIN).items() if value is not None}


def test_an_answer_sent_after_the_session_is_over_is_given_back(app: Flask, answered: Opinion) -> None:
    _person, page = sent_after_the_session(app, answered)
    assert page.one(f"{AGAIN} textarea").get_text().removeprefix("\n") == ANSWER
    assert "no-store" in page.response.headers["Cache-Control"]
    assert page.one("main a[href='/sign-in']")["target"] == "_blank"


def test_signed_in_again_it_is_sent_from_that_very_page(app: Flask, answered: Opinion) -> None:
    person, page = sent_after_the_session(app, answered)
    person.sign_in("officer")
    shown = person.post(str(page.one(AGAIN)["action"]), again(page), status=400)
    # Signing in begins a session with tokens of its own: the desk's own form comes, with the words in it.
    assert "页面打开太久，请再提交一次" in shown.main and "CSRF" not in shown.main
    person.submit(shown, {"step": "save"}, form="#reply")
    assert db.session.scalar(select(Reply.body)) == ANSWER


def test_a_stale_token_costs_no_words(app: Flask, answered: Opinion) -> None:
    """On a form that does not look at its token itself."""
    person, path = officer(app), f"/desk/casework/{answered.public_id}/put-off"
    typed = {"until": "2026-12-24", "reason": "等配件，\n一到就修", "csrf_token": "old"}
    page = person.post(path, typed, status=400)
    assert "凭证已过期" in page.main
    assert again(page)["until"] == "2026-12-24" and again(page)["reason"] == typed["reason"]
    answer = person.browser.post(path, data=again(page))
    assert "凭证已过期" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("fault", "status"), [(OperationalError("", {}, Exception()), 503), (ZeroDivisionError(), 500)]
)
def test_a_fault_of_the_site_costs_no_words(
    app: Flask, answered: Opinion, monkeypatch: pytest.MonkeyPatch, fault: Exception, status: int
) -> None:
    def fail(*_given: Any, **_more: Any) -> None:
        raise fault

    monkeypatch.setattr("portal.casework.desk.save_draft", fail)
    page = officer(app).submit(
        f"/desk/casework/{answered.public_id}", {"body": ANSWER, "step": "save"}, form="#reply", status=status
    )
    assert again(page)["body"] == ANSWER and again(page)["step"] == "save"


def test_who_is_signed_out_is_told_so_by_every_form(app: Flask, answered: Opinion) -> None:
    """Also by one that does not look at its token itself."""
    path = f"/desk/casework/{answered.public_id}/put-off"
    page = PageClient(app).post(path, {"reason": "等配件，一到就修", "csrf_token": "old"}, status=403)
    assert "登录已过期" in page.main and again(page)["reason"] == "等配件，一到就修"


def test_what_cannot_succeed_is_given_back_to_copy_only(app: Flask, answered: Opinion) -> None:
    moderator = PageClient(app).as_user(make_user("moderator", Role.MODERATOR))
    path = f"/desk/casework/{answered.public_id}"
    page = moderator.post(path, {"body": ANSWER, "csrf_token": moderator.token()}, status=403)
    assert page.one("main textarea").get_text().removeprefix("\n") == ANSWER
    assert not page.soup.select(AGAIN)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_what_another_site_sends_is_not_shown_as_one_s_own(
    app: Flask, answered: Opinion, headers: dict[str, str]
) -> None:
    sent = {"reason": ANSWER}
    path = f"/desk/casework/{answered.public_id}/put-off"
    response = officer(app).browser.post(path, data=sent, headers=headers)
    assert response.status_code in (400, 403)
    assert "三月底前" not in response.get_data(as_text=True)


def test_a_form_from_another_site_ends_nobody_s_session(app: Flask) -> None:
    """Sent from elsewhere it comes without cookies: an answer that begins a session would overwrite the one there is."""
    response = app.test_client().post(
        "/boards/none/new", data={"body": ANSWER}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert response.status_code == 403
    assert "Set-Cookie" not in response.headers
