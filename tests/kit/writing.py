"""Handing an opinion in as a browser without JavaScript does it: the form, the check page, the receipt."""

from typing import Any

from tests.kit.client import Page, PageClient

FORM = "/boards/suggestions/new"
GOOD = {"title": "12路公交车太少", "body": "早上等了四十分钟。\n\n希望加两班。", "consent": "y"}


def hand_in(client: PageClient, typed: dict[str, Any], page: Page | str = FORM, **last: Any) -> Page:
    """The receipt after filling `typed` into a form and `last` into its check page."""
    return client.submit(client.submit(page, typed, status=200), last, status=200)


def send(client: PageClient, typed: dict[str, Any], *, page: Page | str = FORM, status: int = 200) -> Page:
    """What answers a form that is sent to be handed in at once, as the check page sends it."""
    opened = client.get(page) if isinstance(page, str) else page
    data = {**opened.form(), **typed}
    return client.post(FORM, {name: value for name, value in data.items() if value is not None}, status)
