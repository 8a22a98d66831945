"""我要提意见 without choosing a board: which form is opened, and what is said where none is open."""

from datetime import timedelta

from portal.campaigns.states import BoardKind, WhoMayPost
from portal.core.clock import now
from tests.factories.campaigns import make_board, make_campaign
from tests.kit.client import PageClient
from tests.kit.writing import GOOD

NEW = "/opinions/new"


def action(client: PageClient, **query: str) -> str:
    return str(client.get(NEW, **query).one("main form")["action"])


def test_the_forum_is_chosen_and_said_and_the_others_are_a_link_away(client: PageClient) -> None:
    make_board("messages", kind=BoardKind.MESSAGE_BOARD, title="留言板", position=0)
    make_board("suggestions", position=1)
    page = client.get(NEW)
    assert str(page.one("main form")["action"]).startswith("/boards/suggestions/new")
    assert "写到「我为发展献一策」的献策论坛" in page.main
    assert "/boards/messages/new" in page.links()


def test_every_page_leads_there(client: PageClient) -> None:
    make_board()
    for path in ("/", "/campaigns/xianyice", "/search"):
        assert NEW in client.get(path).links()


def test_a_campaign_may_be_named(client: PageClient) -> None:
    make_board()
    other = make_campaign("other", "另一个活动", opens_at=now() - timedelta(days=1))
    make_board("other-board", other)
    assert "/boards/suggestions/new" in action(client, campaign="xianyice")
    assert "/boards/other-board/new" in action(client)


def test_a_closed_board_is_passed_over(client: PageClient) -> None:
    make_board("suggestions", closes_at=now())
    make_board("messages", kind=BoardKind.MESSAGE_BOARD)
    assert "/boards/messages/new" in action(client)


def test_nothing_open_says_so_and_what_comes_next(client: PageClient) -> None:
    assert "现在没有正在进行的征集" in client.get(NEW).main
    make_campaign("next", "下个月的征集", opens_at=now() + timedelta(days=30))
    page = client.get(NEW)
    assert "下个月的征集" in page.main and "/receipts" in page.links() and "草稿还在" in page.main


def test_a_named_campaign_that_is_over_offers_the_others(client: PageClient) -> None:
    make_board()
    over = make_campaign("over", "结束的活动", closes_at=now())
    make_board("over-board", over)
    for path in (f"{NEW}?campaign=over", "/boards/over-board/new", f"{NEW}?campaign=nothing"):
        page = client.get(path)
        assert "/boards/suggestions/new" in page.links() and not page.soup.select("main form")


def test_boards_for_accounts_send_a_visitor_to_sign_in(client: PageClient) -> None:
    make_board(who_may_post=WhoMayPost.REGISTERED)
    away = client.get(NEW, status=302).response.location
    assert away.startswith("/sign-in") and "opinions" in away
    make_board("messages", kind=BoardKind.MESSAGE_BOARD)
    assert "/boards/messages/new" in action(client)


def test_a_kind_of_board_has_its_own_words_and_limit(client: PageClient) -> None:
    make_board(kind=BoardKind.SENTIMENT)
    page = client.get(NEW)
    assert "问题、原因、建议" in page.main and page.one("#body")["data-counter"] == "1500"
    long = client.submit(page, {**GOOD, "body": "长" * 1501}, status=400)
    assert "内容最多1500个字" in long.main
