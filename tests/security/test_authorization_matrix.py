"""Every route x every role: the expected status of each, written down in one table.

The world: an opinion assigned to 甲局 and public, one waiting, and a digest built at the desk of 甲局. “own” works for
甲局, “other” for 乙局; the inspector looks over 甲局. A POST is sent with a valid token and nothing else, so that who
may pass the guard meets the form (400) or the deed (302), and who may not meets 403 or 404.
"""

from dataclasses import dataclass

import pytest
from flask import Flask

from portal.core.db import db
from portal.core.rights import Actor, Grant, Role
from portal.notices.operations import stop_token
from portal.opinions.receipts import add_information
from portal.opinions.states import OpinionState
from tests.conftest import SECRETS
from tests.factories.accounts import make_user
from tests.factories.attachments import make_attachment
from tests.factories.campaigns import make_consultation
from tests.factories.comments import make_comment
from tests.factories.digests import make_digest
from tests.factories.opinions import keys, make_opinion
from tests.factories.taxonomy import make_topic, make_unit
from tests.kit.client import PageClient

OWN, OTHER = "市/甲局", "市/乙局"

ROLES: dict[str, Grant | None] = {
    "citizen": Grant(Role.CITIZEN),
    "moderator": Grant(Role.MODERATOR),
    "officer own": Grant(Role.OFFICER, OWN),
    "editor own": Grant(Role.EDITOR, OWN),
    "officer other": Grant(Role.OFFICER, OTHER),
    "coordinator": Grant(Role.COORDINATOR),
    "inspector own": Grant(Role.INSPECTOR, OWN),
    "administrator": Grant(Role.ADMINISTRATOR),
}
COLUMNS = ("visitor", *ROLES)
STOP = stop_token(SECRETS["LOOKUP_KEY"], "w999")

# endpoint: path, then the status for each of COLUMNS. GET unless the endpoint only takes POST.
MATRIX = {
    #                                                  visit citi mode offi edit other coor insp admin
    "health.live": ("/healthz", "200 200 200 200 200 200 200 200 200"),
    "health.ready": ("/readyz", "200 200 200 200 200 200 200 200 200"),
    "view.choose": ("/view/large", "302 302 302 302 302 302 302 302 302"),
    "site.home": ("/", "200 200 200 200 200 200 200 200 200"),
    "site.campaign": ("/campaigns/xianyice", "200 200 200 200 200 200 200 200 200"),
    "site.board": ("/boards/suggestions", "200 200 200 200 200 200 200 200 200"),
    "site.outcome": ("/boards/draft/outcome", "404 404 404 404 404 404 404 404 404"),
    "site.opinion": ("/opinions/{opinion}", "200 200 200 200 200 200 200 200 200"),
    "site.unit": ("/units/市/甲局", "200 200 200 200 200 200 200 200 200"),
    "site.topic": ("/topics/交通", "200 200 200 200 200 200 200 200 200"),
    "site.search": ("/search?q=电梯", "200 200 200 200 200 200 200 200 200"),
    "help.usage": ("/help", "200 200 200 200 200 200 200 200 200"),
    "help.privacy": ("/privacy", "200 200 200 200 200 200 200 200 200"),
    "site.receipt": ("/receipts", "200 200 200 200 200 200 200 200 200"),
    "receipts.show": ("/receipts", "400 400 400 400 400 400 400 400 400"),
    "receipts.add": ("/receipts/add", "400 400 400 400 400 400 400 400 400"),
    "receipts.rate_answer": ("/receipts/rate", "400 400 400 400 400 400 400 400 400"),
    "receipts.ask_for_review": ("/receipts/appeal", "400 400 400 400 400 400 400 400 400"),
    "receipts.change_contact": ("/receipts/contact", "400 400 400 400 400 400 400 400 400"),
    "receipts.withdraw_own": ("/receipts/withdraw", "400 400 400 400 400 400 400 400 400"),
    "receipts.remember_here": ("/receipts/remember", "400 400 400 400 400 400 400 400 400"),
    "receipts.forget_here": ("/receipts/forget", "302 302 302 302 302 302 302 302 302"),
    "opinions.write": ("/boards/suggestions/new", "200 200 200 200 200 200 200 200 200"),
    "proposals.propose": ("/opinions/new/proposals", "200 200 200 200 200 200 200 200 200"),
    "opinions.begin": ("/opinions/new", "200 200 200 200 200 200 200 200 200"),
    "opinions.check": ("/boards/suggestions/new/check", "400 400 400 400 400 400 400 400 400"),
    "opinions.edit": ("/boards/suggestions/new/edit", "400 400 400 400 400 400 400 400 400"),
    "opinions.hand_in": ("/boards/suggestions/new", "400 400 400 400 400 400 400 400 400"),
    "supports.add": ("/opinions/{opinion}/support", "302 302 302 302 302 302 302 302 302"),
    "supports.take_back": ("/opinions/{opinion}/support/undo", "302 302 302 302 302 302 302 302 302"),
    "opinion_files.download": ("/opinions/{opinion}/files/{file}", "200 200 200 200 200 200 200 200 200"),
    "moderation_files.download": (
        "/desk/moderation/{opinion}/files/{file}",
        "302 403 200 403 403 403 200 403 403",
    ),
    "moderation_files.decide_on": (
        "/desk/moderation/{opinion}/files/{file}",
        "403 403 409 403 403 403 403 403 403",
    ),
    "casework_files.download": (
        "/desk/casework/{opinion}/files/{file}",
        "302 403 403 200 200 404 200 200 403",
    ),
    "accounts.sign_in": ("/sign-in", "200 302 302 302 302 302 302 302 302"),
    "accounts.open_session": ("/sign-in", "400 400 400 400 400 400 400 400 400"),
    "accounts.sign_out": ("/sign-out", "403 302 302 302 302 302 302 302 302"),
    "accounts.registration": ("/registration", "200 302 302 302 302 302 302 302 302"),
    "accounts.add_account": ("/registration", "400 400 400 400 400 400 400 400 400"),
    "account.overview": ("/me/account", "302 200 200 200 200 200 200 200 200"),
    "account.password": ("/me/password", "302 200 200 200 200 200 200 200 200"),
    "account.change_password": ("/me/password", "403 400 400 400 400 400 400 400 400"),
    "account.mail": ("/me/mail", "302 200 200 200 200 200 200 200 200"),
    "account.change_mail": ("/me/mail", "403 302 302 302 302 302 302 302 302"),
    "account.sign_out_everywhere": ("/me/sessions/end", "403 302 302 302 302 302 302 302 302"),
    "recovery.choose": ("/password-reset", "200 200 200 200 200 200 200 200 200"),
    "recovery.ask_for_link": ("/password-reset", "400 400 400 400 400 400 400 400 400"),
    "recovery.code": ("/password-reset/code", "200 200 200 200 200 200 200 200 200"),
    "recovery.use_code": ("/password-reset/code", "400 400 400 400 400 400 400 400 400"),
    "recovery.link": ("/password-reset/links/none", "404 404 404 404 404 404 404 404 404"),
    "recovery.use_link": ("/password-reset/links/none", "404 404 404 404 404 404 404 404 404"),
    "leaving.data": ("/me/data", "302 200 200 200 200 200 200 200 200"),
    "leaving.data_file": ("/me/data.json", "302 200 200 200 200 200 200 200 200"),
    "leaving.erasure": ("/me/erasure", "302 200 200 200 200 200 200 200 200"),
    "leaving.erase": ("/me/erasure", "403 400 400 400 400 400 400 400 400"),
    "me.opinions": ("/me", "302 200 200 200 200 200 200 200 200"),
    "me.opinion": ("/me/opinions/{opinion}", "302 404 404 404 404 404 404 404 404"),
    "me.claim_opinion": ("/me/claims", "403 400 400 400 400 400 400 400 400"),
    "drafts.index": ("/me/drafts", "302 200 200 200 200 200 200 200 200"),
    "drafts.resume": ("/me/drafts/none", "302 404 404 404 404 404 404 404 404"),
    "drafts.delete": ("/me/drafts/none/delete", "403 404 404 404 404 404 404 404 404"),
    "drafts.save": ("/boards/suggestions/new/draft", "403 400 400 400 400 400 400 400 400"),
    "me.notices": ("/me/notices", "302 200 200 200 200 200 200 200 200"),
    "me.read_notices": ("/me/notices/read", "403 302 302 302 302 302 302 302 302"),
    # The token of an account that is not there, genuine all the same.
    "notices.stop": (f"/mail-news/{STOP}", "200 200 200 200 200 200 200 200 200"),
    "notices.stop_now": (f"/mail-news/{STOP}", "200 200 200 200 200 200 200 200 200"),
    "accounts_desk.index": ("/desk/accounts", "302 403 403 403 403 403 403 403 200"),
    "accounts_desk.hand_over_code": ("/desk/accounts/reset-codes", "403 403 403 403 403 403 403 403 400"),
    "desk.home": ("/desk/", "302 403 200 200 200 200 200 200 200"),
    "moderation_desk.queue": ("/desk/moderation", "302 403 200 403 403 403 200 403 403"),
    "moderation_desk.opinion": ("/desk/moderation/{waiting}", "302 403 200 403 403 403 200 403 403"),
    "moderation_desk.decide_on": ("/desk/moderation/{waiting}", "403 403 400 403 403 403 403 403 403"),
    "moderation_additions.decide_on": (
        "/desk/moderation/{waiting}/additions/{addition}",
        "403 403 400 403 403 403 403 403 403",
    ),
    "moderation_merging.merge_into": (
        "/desk/moderation/{opinion}/merge",
        "403 403 400 403 403 403 403 403 403",
    ),
    "moderation_merging.part": ("/desk/moderation/{opinion}/unmerge", "403 403 409 403 403 403 403 403 403"),
    "moderation_desk.contact": ("/desk/moderation/{waiting}/contact", "403 403 400 403 403 403 403 403 403"),
    "intake_desk.show": ("/desk/intake", "302 403 403 403 403 403 403 403 200"),
    "intake_desk.switch": ("/desk/intake", "403 403 403 403 403 403 403 403 400"),
    "comments.write": ("/opinions/{opinion}/comments/new", "200 200 200 200 200 200 200 200 200"),
    "comments.hand_in": ("/opinions/{opinion}/comments/new", "400 400 400 400 400 400 400 400 400"),
    "comments.withdraw_own": ("/comments/{comment}/withdraw", "404 404 404 404 404 404 404 404 404"),
    "comments_desk.queue": ("/desk/comments", "302 403 200 403 403 403 200 403 403"),
    "comments_desk.comment": ("/desk/comments/{comment}", "302 403 200 403 403 403 200 403 403"),
    "comments_desk.decide_on": ("/desk/comments/{comment}", "403 403 400 403 403 403 403 403 403"),
    "casework_desk.opinions": ("/desk/casework", "302 403 403 200 200 200 200 200 403"),
    "casework_desk.opinion": ("/desk/casework/{opinion}", "302 403 403 200 200 404 200 200 403"),
    "casework_put_off.promise": ("/desk/casework/{opinion}/put-off", "403 403 403 409 409 404 403 403 403"),
    "casework_desk.reply": ("/desk/casework/{opinion}", "403 403 403 400 400 404 403 403 403"),
    "consultations_desk.index": ("/desk/consultations", "302 403 403 200 200 200 200 403 403"),
    "consultations_desk.show": ("/desk/consultations/draft", "302 403 403 200 200 200 200 403 403"),
    "consultations_desk.edit": (
        "/desk/consultations/draft/{on_draft}",
        "302 403 403 200 200 404 200 403 403",
    ),
    "consultations_desk.save": (
        "/desk/consultations/draft/{on_draft}",
        "403 403 403 400 400 404 400 403 403",
    ),
    # The draft is still open: who may publish is told so (409).
    "consultations_desk.publish": (
        "/desk/consultations/draft/publish",
        "403 403 403 403 403 403 409 403 403",
    ),
    "digests_desk.index": ("/desk/digests", "302 403 403 200 200 200 200 200 403"),
    "digests_desk.build": ("/desk/digests", "403 403 403 400 400 400 400 403 403"),
    "digests_desk.show": ("/desk/digests/{digest}", "302 403 403 200 200 404 200 200 403"),
    "digests_desk.publish": ("/desk/digests/{digest}/publish", "403 403 403 403 403 403 400 403 403"),
    "digests_desk.progress": ("/desk/digests/{digest}/progress", "302 403 403 200 200 404 200 200 403"),
    "digests_desk.opinions": (
        "/desk/digests/{digest}/opinions/counted",
        "302 403 403 200 200 404 200 200 403",
    ),
    "digests_desk.download": (
        "/desk/digests/{digest}/files/digest.docx",
        "302 403 403 200 200 404 200 200 403",
    ),
}


@dataclass(frozen=True)
class World:
    """What the paths of the matrix name."""

    opinion: str
    waiting: str
    digest: str
    file: str
    comment: str
    on_draft: str
    addition: int


@pytest.fixture
def world(app: Flask) -> World:
    """Units, opinions, a digest, and one account per role, all committed."""
    own = make_unit(OWN)
    make_unit(OTHER)
    topic = make_topic("交通/公交")
    for name, grant in ROLES.items():
        make_user(name, grant or Role.CITIZEN)
    opinion = make_opinion(state=OpinionState.PUBLISHED, unit=own, topic=topic)
    waiting = make_opinion(unit=own, contact="13800000001", title="等待审核的")
    digest = make_digest(make_user("officer own").actor(), unit=own)
    file = make_attachment(opinion, released=True)
    comment = make_comment(opinion)
    on_draft = make_opinion(make_consultation("draft").board, OpinionState.PUBLISHED, unit=own)
    addition = add_information(waiting, "在路口东侧", "0123456789abcdef", Actor(), keys())
    db.session.commit()
    return World(
        opinion.public_id,
        waiting.public_id,
        digest.id,
        file.id,
        comment.public_id,
        on_draft.public_id,
        addition.id,
    )


def test_the_matrix_has_a_row_for_every_route_and_no_other(shared_app: Flask) -> None:
    assert {rule.endpoint for rule in shared_app.url_map.iter_rules()} == set(MATRIX)


def test_every_route_answers_every_role_as_written(app: Flask, world: World) -> None:
    methods = {
        rule.endpoint: "POST" if "POST" in (rule.methods or ()) else "GET"
        for rule in app.url_map.iter_rules()
    }
    wrong = []
    for column, role in enumerate(COLUMNS):
        for endpoint, (pattern, statuses) in MATRIX.items():
            client = PageClient(app)
            if role != "visitor":
                client.as_user(make_user(role))
            path, expected = pattern.format(**vars(world)), int(statuses.split()[column])
            if methods[endpoint] == "POST":
                response = client._open(path, method="POST", data={"csrf_token": client.token()})
            else:
                response = client._open(path)
            if response.status_code != expected:
                wrong.append(f"{endpoint} for {role}: {response.status_code}, expected {expected}")
    db.session.rollback()
    assert not wrong, "\n".join(wrong)
