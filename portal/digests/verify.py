"""Check a digest against itself: its schema, its numbers against its ids, its quotes against its texts."""

import hashlib
from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from portal.core.errors import PortalError
from portal.digests.document import COUNTERS, Document, share
from portal.digests.schema_check import validate_document


class DigestBroken(PortalError):
    """A digest does not agree with itself; nothing of it may be handed out."""


def verify_document(document: Any) -> list[str]:
    """Return everything in the document that does not hold, each as a sentence; nothing when all of it does.

    The schema comes first: when that is broken, nothing else is checked.
    """
    problems = validate_document(document)
    if problems:
        return problems
    known = {opinion["id"]: opinion for opinion in document["opinions"]}
    return [
        *_opinions(document, known),
        *_counts(document),
        *_references(document, known),
        *_coverage(document, known),
        *_groups(document, known),
        *_sources(document, known),
        *_quotes(document, known),
    ]


def require_sound(document: Document) -> None:
    """Raise `DigestBroken` with the first few sentences where anything in the document does not hold."""
    problems = verify_document(document)
    if problems:
        raise DigestBroken(_("汇总自查没有通过：%(problems)s", problems="；".join(problems[:5])))


def _opinions(document: Document, known: dict[str, Any]) -> Iterator[str]:
    if len(known) != len(document["opinions"]):
        yield "意见编号有重复"
    for opinion in document["opinions"]:
        if _sha256(opinion["text"]) != opinion["sha256"]:
            yield f"意见 {opinion['id']}：原文与校验值不符"
        if not opinion["text"].startswith(opinion["title"] + "\n"):
            yield f"意见 {opinion['id']}：原文不以标题开头"


def _counts(document: Document) -> Iterator[str]:
    counts = document["counts"]
    parts = sum(counts[name] for name in COUNTERS[1:])
    if counts["received"] != parts:
        yield f"收到 {counts['received']} 条，与各项之和 {parts} 条不等"
    if counts["counted"] != len(document["opinions"]):
        yield f"计入 {counts['counted']} 条，实有意见 {len(document['opinions'])} 条"


def _references(document: Document, known: dict[str, Any]) -> Iterator[str]:
    matters = {matter["id"] for matter in document["matters"]}
    if len(matters) != len(document["matters"]):
        yield "事项编号有重复"
    if len({aspect["id"] for aspect in document["aspects"]}) != len(document["aspects"]):
        yield "方面编号有重复"
    for place, ids in _id_lists(document):
        if len(set(ids)) != len(ids):
            yield f"{place}：意见编号有重复"
        yield from (f"{place}：没有意见 {unknown}" for unknown in ids if unknown not in known)
    for aspect in document["aspects"]:
        place = f"方面 {aspect['id']}"
        if len(set(aspect["matter_ids"])) != len(aspect["matter_ids"]):
            yield f"{place}：事项编号有重复"
        yield from (f"{place}：没有事项 {lost}" for lost in aspect["matter_ids"] if lost not in matters)


def _id_lists(document: Document) -> Iterator[tuple[str, list[str]]]:
    for aspect in document["aspects"]:
        yield f"方面 {aspect['id']}", aspect["opinion_ids"]
        yield f"方面 {aspect['id']} 的单独意见", aspect["single_ids"]
    for matter in document["matters"]:
        yield f"事项 {matter['id']}", matter["opinion_ids"]
    for kind in ("channels", "groups"):
        for tally in document["sources"][kind]:
            yield f"来源 {tally['name'] or '未注明'}", tally["opinion_ids"]
    yield "单独意见", document["single_ids"]
    yield "已答复", document["answered_ids"]


def _coverage(document: Document, known: dict[str, Any]) -> Iterator[str]:
    """Every opinion in an aspect, and in one matter or none; answered are those that say so."""
    in_aspects = {member for aspect in document["aspects"] for member in aspect["opinion_ids"]}
    yield from (f"意见 {lost} 不在任何方面" for lost in known if lost not in in_aspects)
    places: dict[str, str] = dict.fromkeys(document["single_ids"], "单独意见")
    for matter in document["matters"]:
        for member in matter["opinion_ids"]:
            if member in places:
                yield f"意见 {member} 同时在{places[member]}和事项 {matter['id']}"
            places[member] = f"事项 {matter['id']}"
    yield from (f"意见 {lost} 既不在事项里，也不是单独意见" for lost in known if lost not in places)
    # In documents that were built before it was said, whoever has a reply is answered.
    answered = {number for number, one in known.items() if one.get("answered", one["reply"])}
    if set(document["answered_ids"]) != answered:
        yield "已答复的编号与各条意见不符"
    singles = set(document["single_ids"])
    for aspect in document["aspects"]:
        if set(aspect["single_ids"]) != singles.intersection(aspect["opinion_ids"]):
            yield f"方面 {aspect['id']}：单独意见与总表不符"


def _groups(document: Document, known: dict[str, Any]) -> Iterator[str]:
    """Count again what every aspect and matter says of itself."""
    total = len(document["opinions"])
    for word, groups in (("方面", document["aspects"]), ("事项", document["matters"])):
        for group in groups:
            ids = group["opinion_ids"]
            yield from _people(f"{word} {group['id']}", group, ids, known)
            if group["count"] != len(ids):
                yield f"{word} {group['id']}：条数 {group['count']}，编号 {len(ids)} 个"
            if group["share"] != share(len(ids), total):
                yield f"{word} {group['id']}：占比 {group['share']}，应为 {share(len(ids), total)}"


def _people(place: str, stated: dict[str, Any], ids: list[str], known: dict[str, Any]) -> Iterator[str]:
    authors = [known[number]["author"] for number in ids if number in known]
    signed = len({author for author in authors if author is not None})
    unsigned = authors.count(None)
    if stated["distinct_authors"] != signed:
        yield f"{place}：提出人 {stated['distinct_authors']} 人，应为 {signed} 人"
    if stated["unsigned"] != unsigned:
        yield f"{place}：未留身份 {stated['unsigned']} 条，应为 {unsigned} 条"


def _sources(document: Document, known: dict[str, Any]) -> Iterator[str]:
    sources = document["sources"]
    yield from _people("来源", sources, list(known), known)
    for kind, field in (("channels", "channel"), ("groups", "group")):
        for tally in sources[kind]:
            expected = {number for number, opinion in known.items() if opinion[field] == tally["name"]}
            if tally["count"] != len(tally["opinion_ids"]) or set(tally["opinion_ids"]) != expected:
                yield f"来源 {tally['name'] or '未注明'}：条数或编号与意见不符"
        if {tally["name"] for tally in sources[kind]} != {opinion[field] for opinion in known.values()}:
            yield f"来源 {kind}：没有列全"


def _quotes(document: Document, known: dict[str, Any]) -> Iterator[str]:
    for kind, groups in (("事项", document["matters"]), ("方面", document["aspects"])):
        for group in groups:
            # Aspects have quotes since they were added to schema 1; older documents have none.
            for quote in group.get("quotes", ()):
                problem = _quote(quote, group, known.get(quote["opinion_id"]))
                if problem:
                    yield f"{kind} {group['id']} 引用意见 {quote['opinion_id']}：{problem}"


def _quote(quote: dict[str, Any], group: dict[str, Any], source: dict[str, Any] | None) -> str | None:
    if source is None or quote["opinion_id"] not in group["opinion_ids"]:
        return "该意见不在其中"
    if source["text"][quote["start"] : quote["end"]] != quote["text"]:
        return "与原文不符"
    return None if quote["sha256"] == source["sha256"] else "校验值与原文不符"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
