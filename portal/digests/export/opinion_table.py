"""All opinions of a digest as a table: the sheet 全部意见 of digest.xlsx, and digest.csv."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from portal.digests.document import Document
from portal.digests.export.wording import iso_day

Cell = str | int | float | date | None

OPINIONS = (
    ("意见编号", 10.0),
    ("方面", 12),
    ("事项", 15),
    ("类别", 11),
    ("单位", 11),
    ("渠道", 7),
    ("群体", 8),
    ("公开", 7),
    ("提出日期", 11),
    ("支持", 6),
    ("标题", 18),
    ("原文", 52),
    ("答复单位", 10),
    ("答复日期", 11),
    ("答复", 30),
)
"""Header of each column, and its width in characters on a sheet."""
_PUBLIC = {True: "公开", False: "不公开", None: None}


def opinion_rows(document: Document) -> Iterator[list[Cell]]:
    """Yield the cells of each opinion, in the order of `OPINIONS`; texts are whole, however long."""
    aspects, matters = _titles(document["aspects"]), _titles(document["matters"])
    for opinion in document["opinions"]:
        reply = opinion["reply"] or {}
        identity = opinion["id"]
        yield [
            identity,
            "；".join(aspects.get(identity, ())),
            "；".join(matters.get(identity, ("单独意见",))),
            opinion["topic"],
            opinion["unit"],
            opinion["channel"],
            opinion["group"],
            _PUBLIC[opinion["public"]],
            iso_day(opinion["created_at"]),
            opinion["support"],
            opinion["title"],
            body(opinion),
            reply.get("unit"),
            iso_day(reply.get("published_at")),
            reply.get("text"),
        ]


def body(opinion: dict[str, Any]) -> str:
    """The text of an opinion without the title that stands before it."""
    return str(opinion["text"][len(opinion["title"]) + 1 :])


def _titles(groups: Sequence[dict[str, Any]]) -> dict[str, list[str]]:
    titles: dict[str, list[str]] = {}
    for group in groups:
        for member in group["opinion_ids"]:
            titles.setdefault(member, []).append(group["title"])
    return titles
