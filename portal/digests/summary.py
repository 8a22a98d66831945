"""The few lines of a digest that its page shows, so that no page reads the whole document."""

import json
from collections.abc import Collection
from typing import Any

from portal.digests.document import Document, private_ids, times_placed

MATTERS_SHOWN = 3


def summary_of(document: Document) -> dict[str, Any]:
    """The counters and aspects of `document`, with the first `MATTERS_SHOWN` matters of each aspect."""
    matters = {matter["id"]: matter for matter in document["matters"]}
    private = private_ids(document)
    return {
        "counts": document["counts"],
        "distinct_authors": document["sources"]["distinct_authors"],
        "unsigned": document["sources"]["unsigned"],
        "matters": len(matters),
        "singles": len(document["single_ids"]),
        "answered": len(document["answered_ids"]),
        "in_several": sum(times > 1 for times in times_placed(document).values()),
        "private": len(private),
        "aspects": [_aspect(aspect, matters, private) for aspect in document["aspects"]],
    }


def quotes_of(summary: dict[str, Any]) -> list[tuple[str, str]]:
    """All quotes of a summary: the id of the opinion, and its words."""
    said = [
        quote
        for aspect in summary["aspects"]
        for quote in (*aspect.get("quotes", ()), *(matter["quote"] for matter in aspect["matters"]))
    ]
    return [(quote["opinion_id"], quote["text"]) for quote in said if quote]


def summary_bytes(document: Document) -> bytes:
    """The summary of `document` as UTF-8 JSON."""
    return json.dumps(summary_of(document), ensure_ascii=False).encode()


def _aspect(
    aspect: dict[str, Any], matters: dict[str, dict[str, Any]], private: Collection[str]
) -> dict[str, Any]:
    shown = [matters[number] for number in aspect["matter_ids"][:MATTERS_SHOWN]]
    return {
        **{key: aspect[key] for key in ("id", "title", "count", "share", "distinct_authors", "unsigned")},
        "matter_count": len(aspect["matter_ids"]),
        "single_count": len(aspect["single_ids"]),
        "matters": [_matter(matter, private) for matter in shown],
        "quotes": [_quote(quote, private) for quote in aspect["quotes"]],
    }


def _matter(matter: dict[str, Any], private: Collection[str]) -> dict[str, Any]:
    quotes = matter["quotes"]
    return {
        **{key: matter[key] for key in ("id", "title", "count", "share", "distinct_authors", "unsigned")},
        "quote": _quote(quotes[0], private) if quotes else None,
    }


def _quote(quote: dict[str, Any], private: Collection[str]) -> dict[str, Any]:
    """Summaries written before it was said lack `private`."""
    number = quote["opinion_id"]
    return {"opinion_id": number, "text": quote["text"], "private": number in private}
