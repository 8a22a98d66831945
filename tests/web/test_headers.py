"""Headers of every answer."""

from pathlib import Path

from flask import Flask
from flask_migrate import upgrade

from portal import create_app
from tests.conftest import settings_for
from tests.factories.campaigns import make_board
from tests.kit.client import PageClient


def test_every_page_has_a_strict_policy_with_a_fresh_nonce(client: PageClient) -> None:
    first, second = (
        client.get("/receipts").response.headers["Content-Security-Policy"] for _time in range(2)
    )
    assert first != second
    for policy in (first, second):
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy and "*" not in policy and "http" not in policy


def test_a_visitors_page_needs_no_cookie_and_may_be_revalidated(client: PageClient) -> None:
    make_board()
    for path in ("/", "/boards/suggestions", "/campaigns/xianyice", "/search?q=公交"):
        response = client.get(path).response
        assert "Set-Cookie" not in response.headers, path
        assert response.headers["Cache-Control"] == "no-cache", path


def test_33_whatever_is_personal_is_not_stored(client: PageClient) -> None:
    """CVE-2023-30861: a page made from a session carries no-store and Vary: Cookie."""
    make_board()
    for path in ("/boards/suggestions/new", "/sign-in", "/receipts"):
        response = client.get(path).response
        assert response.headers["Cache-Control"] == "no-store", path
        assert "Cookie" in response.headers["Vary"], path


def test_cookies_are_marked(tmp_path: Path) -> None:
    secure = create_app(
        settings_for(tmp_path, f"sqlite:///{tmp_path / 'p.sqlite'}", BASE_URL="https://x.example")
    )
    with secure.app_context():
        upgrade()
    cookie = PageClient(secure).get("/sign-in").response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    for mark in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert mark in cookie
    assert "Domain" not in cookie


def test_static_files_carry_the_hash_of_their_content_and_may_be_kept(app: Flask) -> None:
    client = PageClient(app)
    address = str(client.get("/receipts").one('link[rel="stylesheet"]')["href"])
    response = client.get(address).response
    assert response.mimetype == "text/css"
    assert "immutable" in response.headers["Cache-Control"]
    client.get("/static/../portal/config.py", status=404)
