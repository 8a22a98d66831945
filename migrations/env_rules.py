"""What a comparison of models and database looks at, and how it writes types down. Shared with the tests."""

from typing import Any

from portal.core.db import UTCDateTime

# Tables and columns that only one database has, made by hand in migrations: the search index of each.
BY_HAND = {"search_index"}


def include_object(item: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    """What a comparison of models and database looks at."""
    if kind == "table":
        return not any(name == own or str(name).startswith(f"{own}_") for own in BY_HAND)
    return not (kind in ("column", "index") and name in ("tokens", "ix_search_document_tokens"))


def render_item(kind: str, item: Any, autogen: Any) -> str | bool:
    """Write the portal's own types as SQLAlchemy's, so that old migrations never depend on today's code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UTCDateTime) else False
