"""The large-text view: a choice that stays on the device, leads back to where it was made, and to nowhere else."""

import pytest
from flask import Flask

from portal.opinions.states import OpinionState
from tests.factories.opinions import make_opinion
from tests.kit.client import PageClient


def is_large(client: PageClient, path: str, status: int = 200) -> bool:
    return client.get(path, status=status).one("html").get("class") == ["view-large"]


def test_the_choice_stays_on_every_page_until_it_is_undone(client: PageClient) -> None:
    make_opinion(state=OpinionState.PUBLISHED)
    assert not is_large(client, "/")
    [link] = [each for each in client.get("/search?q=电梯").links() if each.startswith("/view/large")]
    back = client.get(link, status=302)
    assert back.response.location == "/search?q=%E7%94%B5%E6%A2%AF"
    for path in ("/", "/boards/suggestions", "/sign-in", "/receipts"):
        assert is_large(client, path), path
    assert is_large(client, "/nowhere", status=404)
    [link] = [each for each in client.get("/").links() if each.startswith("/view/usual")]
    client.get(link, status=302)
    assert not is_large(client, "/")


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\nx", ""],
)
def test_07_it_leads_back_to_this_site_only(client: PageClient, target: str) -> None:
    """CVE-2023-49438: `next` never leads away."""
    assert client.get("/view/large", status=302, next=target).response.location == "/"


def test_the_cookie_says_nothing_else_and_scripts_cannot_read_it(app: Flask, client: PageClient) -> None:
    cookie = client.get("/view/large", status=302).response.headers["Set-Cookie"]
    assert cookie.startswith("view=large;") and "HttpOnly" in cookie and "SameSite=Lax" in cookie
    client.get("/view/huge", status=404)


def test_a_page_that_cannot_be_opened_again_does_not_offer_it(client: PageClient) -> None:
    refused = client.submit("/receipts", {"code": "x"}, status=400)
    assert not [link for link in refused.links() if link.startswith("/view/")]
