"""Pages with forms that only some deed or state brings up, and so no path of the authorization matrix."""

from collections.abc import Iterator
from datetime import timedelta

from portal.accounts.recovery import make_link_token
from portal.core.clock import now
from portal.core.db import db
from portal.opinions.states import OpinionState
from tests.factories.accounts import make_user
from tests.factories.campaigns import make_consultation
from tests.factories.casework import make_reply
from tests.factories.opinions import bring_to, make_opinion, make_receipt
from tests.factories.taxonomy import make_unit
from tests.kit.client import Page, PageClient
from tests.security.test_authorization_matrix import OWN, World


def pages_in_some_state(clients: dict[str, PageClient], world: World) -> Iterator[tuple[str, Page]]:
    """Role and page, one for each state in which a form is shown that is not shown otherwise. Add a page here when
    `test_every_post_is_reached_by_a_form` misses a route."""
    visitor = clients["visitor"]
    waiting, rejected, answered = [make_receipt(title=f"凭码查看的第{number}条") for number in range(3)]
    bring_to(rejected.opinion, OpinionState.REJECTED)
    bring_to(answered.opinion, OpinionState.PUBLISHED, make_unit("市/甲局"))
    make_reply(answered.opinion)
    reader = PageClient(visitor.app)
    for receipt in (waiting, rejected, answered):
        page = reader.submit("/receipts", {"code": receipt.code}, status=200)
        yield "visitor", page
    reader.submit(page, {}, form='form[action="/receipts/remember"]', status=200)
    yield "visitor", reader.get("/receipts")
    typed = {"body": "电话13812345678。王小明先生住滨河路12号3单元502。", "consent": "y"}
    yield "visitor", visitor.submit("/boards/suggestions/new", typed, status=200)
    shown = f"/opinions/{world.opinion}"
    visitor.submit(shown, {}, form=f'form[action="{shown}/support"]')
    visitor.submit(f"{shown}/comments/new", {"body": "我也这样想，希望早点办。"})
    yield "visitor", visitor.get(shown)
    token = make_link_token(make_user("citizen"))
    db.session.commit()
    yield "visitor", visitor.get(f"/password-reset/links/{token}")
    # Not answered yet, so that its unit may put the day off.
    open_one = make_opinion(state=OpinionState.PUBLISHED, unit=make_unit(OWN))
    open_one.due_on = now().date() + timedelta(days=9)
    db.session.commit()
    yield "officer own", clients["officer own"].get(f"/desk/casework/{open_one.public_id}")
    merged = make_opinion(state=OpinionState.MERGED)
    yield "moderator", clients["moderator"].get(f"/desk/moderation/{merged.public_id}")
    # With an attached file, which the opinion that waits does not have.
    yield "moderator", clients["moderator"].get(f"/desk/moderation/{world.opinion}")
    yield from (("citizen", page) for page in _with_news(clients["citizen"]))
    # A draft that is over and on which nothing has come in: its table can be published.
    past = now() - timedelta(days=40), now() - timedelta(days=1)
    make_consultation("over", opens_at=past[0], closes_at=past[1])
    yield "coordinator", clients["coordinator"].get("/desk/consultations/over")


def _with_news(client: PageClient) -> list[Page]:
    own = make_opinion(author=make_user("citizen"), title="有进展的一条", state=OpinionState.ACCEPTED)
    saved = client.post(
        "/boards/suggestions/new/draft", {**client.get("/boards/suggestions/new").form(), "body": "还没写完"}
    )
    return [
        client.get("/me/drafts"),
        client.get(str(saved.response.location)),
        client.get("/me/notices"),
        client.get(f"/me/opinions/{own.public_id}"),
    ]
