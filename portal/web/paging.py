"""The addresses of the pages beside the present one of a list."""

from dataclasses import replace
from typing import Any

from flask import url_for

from portal.core.pagination import Page


def with_urls(page: Page, endpoint: str, **values: Any) -> Page:
    """The page with the addresses of its neighbours; `values` are the filters that stay."""
    after, before = page.next_cursor, page.previous_cursor
    return replace(
        page,
        next_url=url_for(endpoint, **{**values, "cursor": after}) if after else None,
        previous_url=url_for(endpoint, **{**values, "cursor": before}) if before else None,
    )
