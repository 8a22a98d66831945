"""The pages that say how the site is used and what becomes of personal data."""

from dataclasses import replace

import pytest
from flask import Flask

from tests.factories.campaigns import make_board
from tests.kit.client import PageClient


@pytest.mark.parametrize("path", ["/help", "/privacy"])
def test_every_page_leads_to_them(client: PageClient, path: str) -> None:
    for page in ("/", "/receipts", "/nothing-here"):
        assert path in client.get(page, status=404 if page == "/nothing-here" else 200).links()
    client.get(path)


def test_what_they_say_is_what_the_settings_are(
    app: Flask, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = replace(
        app.extensions["portal_settings"],
        contact_days=77, reply_working_days=9, session_hours=5, smtp_host="",
    )  # fmt: skip
    assert "邮箱" in client.get("/privacy").main and "邮箱" in client.get("/help").main
    monkeypatch.setitem(app.extensions, "portal_settings", changed)
    privacy, usage = client.get("/privacy").main, client.get("/help").main
    assert "77天" in privacy and "5小时" in privacy and "邮箱" not in privacy
    assert "9个工作日" in usage and "邮箱" not in usage


def test_the_open_campaigns_are_named(client: PageClient) -> None:
    board = make_board()
    assert f"/campaigns/{board.campaign.slug}" in client.get("/help").links()
