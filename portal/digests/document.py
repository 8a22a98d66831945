"""The analysis-check input (分析检查材料): one JSON document with everything that a digest says.

Every number in it stands beside the ids of the opinions it counts; every quote says where in which text it
stands. `schema/analysis-check-input-1.json` describes it, `verify.py` checks it, `export/` writes it for
people.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from portal.analysis.records import Analysis, Aspect, Gone, Matter, Message, Quote

SCHEMA = "analysis-check-input"
VERSION = 1
COUNTERS = ("received", "waiting", "rejected", "withdrawn", "merged", "counted")
SHARE_DIGITS = 4

Document = dict[str, Any]


def build_document(
    *,
    scope: Mapping[str, Any],
    counts: Mapping[str, int],
    messages: Sequence[Message],
    analysis: Analysis,
    generated_at: str,
    facts: Mapping[str, Mapping[str, Any]] | None = None,
    topic_model: str | None = None,
) -> Document:
    """Return the document of one digest; the same input gives the same, whatever the order of `messages`.

    `scope` says what was summed up: `title` (of the campaign or file) and, where they apply, `campaign` (slug),
    `unit`, `topic` (paths), `from`, `to` (ISO dates, both included). `counts` has the six `COUNTERS`.
    `messages` are the counted opinions in their published layer, `generated_at` is ISO 8601 with zone. `facts`
    adds what the engine does not need, by opinion id: `channel`, `unit`, `group` (texts), `public` (bool),
    `reply` ({`text`, `unit`, `published_at`}), `answered` (bool; where it is not said: whether there is a reply). `topic_model` is the SHA-256 of the model that gave topics to opinions
    without one; None: the lexicon. Raises ValueError for a text that is not valid Unicode.
    """
    facts = facts or {}
    ordered = sorted(messages, key=_age)
    hashes = {message.id: text_sha256(message) for message in ordered}
    authors = _author_numbers(ordered)
    opinions = [_opinion(message, facts.get(message.id, {}), hashes, authors) for message in ordered]
    total = len(opinions)
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "generated_at": generated_at,
        "scope": {key: scope[key] for key in sorted(scope)},
        "counts": {name: counts[name] for name in COUNTERS},
        "sources": _sources(opinions),
        "topic_model": topic_model,
        "aspects": [_aspect(aspect, analysis, hashes, total) for aspect in analysis.aspects],
        "matters": [_matter(matter, hashes, total) for matter in analysis.matters],
        "single_ids": list(analysis.single_ids),
        "answered_ids": [opinion["id"] for opinion in opinions if opinion["answered"]],
        "gone": {
            "matters": [_gone(one) for one in analysis.gone_matters],
            "aspects": [_gone(one) for one in analysis.gone_aspects],
        },
        "opinions": opinions,
    }


def private_ids(document: Document) -> frozenset[str]:
    """The opinions of a document that are not public: whoever quotes them must be told."""
    return frozenset(opinion["id"] for opinion in document["opinions"] if opinion["public"] is False)


def times_placed(document: Document) -> Counter[str]:
    """In how many aspects each opinion of a document stands."""
    return Counter(number for aspect in document["aspects"] for number in aspect["opinion_ids"])


def json_bytes(document: Document) -> bytes:
    """Return the document as UTF-8 JSON, always the same bytes for the same document."""
    return b"".join(json_lines(document))


def json_lines(document: Document) -> Iterator[bytes]:
    """Yield the lines of `json_bytes`: one key of the document a line, and of a list one item a line."""
    opening = b"{\n"
    for key, value in document.items():
        yield opening + _json(key) + b": "
        opening = b",\n"
        if isinstance(value, list) and value:
            for place, item in enumerate(value):
                yield (b",\n" if place else b"[\n") + _json(item)
            yield b"\n]"
        else:
            yield _json(value)
    yield b"\n}\n"


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode()


def text_sha256(message: Message) -> str:
    """Return the SHA-256 of an opinion's text in UTF-8. Raises ValueError, naming the opinion, for a lone
    surrogate.
    """
    try:
        return hashlib.sha256(message.text.encode()).hexdigest()
    except UnicodeEncodeError as error:
        raise ValueError(f"opinion {message.id}: its text is not valid Unicode") from error


def share(count: int, total: int) -> float:
    """Return `count` of `total` as a fraction of four digits; 0 of nothing."""
    return round(count / total, SHARE_DIGITS) if total else 0.0


def _age(message: Message) -> tuple[bool, str, str]:
    moment = message.created_at
    return moment is None, moment.isoformat() if moment else "", message.id


def _author_numbers(messages: Iterable[Message]) -> dict[str, int]:
    """Number the authors as they first appear: who wrote two opinions can be told, who it is cannot."""
    numbers: dict[str, int] = {}
    for message in messages:
        if message.author:
            numbers.setdefault(message.author, len(numbers) + 1)
    return numbers


def _opinion(
    message: Message, facts: Mapping[str, Any], hashes: Mapping[str, str], authors: Mapping[str, int]
) -> dict[str, Any]:
    reply = facts.get("reply")
    return {
        "id": message.id,
        "title": message.title,
        "text": message.text,
        "sha256": hashes[message.id],
        "created_at": message.created_at.isoformat() if message.created_at else None,
        "author": authors[message.author] if message.author else None,
        "channel": facts.get("channel") or None,
        "group": facts.get("group") or None,
        "topic": message.topic or None,
        "unit": facts.get("unit") or None,
        "public": facts.get("public"),
        "support": message.support,
        "reply": {key: reply.get(key) or None for key in ("text", "unit", "published_at")} if reply else None,
        "answered": bool(facts.get("answered", reply)),
    }


def _sources(opinions: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Say how the counted opinions were sought: when, through which channels, from which groups of people."""
    moments = [opinion["created_at"] for opinion in opinions if opinion["created_at"]]
    authors = {opinion["author"] for opinion in opinions if opinion["author"]}
    return {
        "first_at": moments[0] if moments else None,
        "last_at": moments[-1] if moments else None,
        "distinct_authors": len(authors),
        "unsigned": sum(opinion["author"] is None for opinion in opinions),
        "channels": _tally(opinions, "channel"),
        "groups": _tally(opinions, "group"),
    }


def _tally(opinions: Sequence[Mapping[str, Any]], key: str) -> list[dict[str, Any]]:
    ids: dict[str | None, list[str]] = {}
    for opinion in opinions:
        ids.setdefault(opinion[key], []).append(opinion["id"])
    # Largest first; what is not known comes last and is said.
    names = sorted(ids, key=lambda name: (name is None, -len(ids[name]), name or ""))
    return [{"name": name, "count": len(ids[name]), "opinion_ids": ids[name]} for name in names]


def _aspect(aspect: Aspect, analysis: Analysis, hashes: Mapping[str, str], total: int) -> dict[str, Any]:
    members = set(aspect.opinion_ids)
    return {
        "id": aspect.id,
        "title": aspect.title,
        "count": len(aspect.opinion_ids),
        "share": share(len(aspect.opinion_ids), total),
        "distinct_authors": aspect.distinct_authors,
        "unsigned": aspect.unsigned,
        "topic_paths": list(aspect.topic_paths),
        "matter_ids": list(aspect.matter_ids),
        "single_ids": [single for single in analysis.single_ids if single in members],
        "opinion_ids": list(aspect.opinion_ids),
        "quotes": [_quote(quote, hashes) for quote in aspect.quotes],
        **_standing(aspect),
    }


def _matter(matter: Matter, hashes: Mapping[str, str], total: int) -> dict[str, Any]:
    return {
        "id": matter.id,
        "title": matter.title,
        "keywords": list(matter.keywords),
        "count": len(matter.opinion_ids),
        "share": share(len(matter.opinion_ids), total),
        "distinct_authors": matter.distinct_authors,
        "unsigned": matter.unsigned,
        "heat": round(float(matter.heat), 4),
        "quotes": [_quote(quote, hashes) for quote in matter.quotes],
        "opinion_ids": list(matter.opinion_ids),
        "heat_parts": asdict(matter.heat_parts) if matter.heat_parts else None,
        "trend": [{"week": week, "count": count} for week, count in matter.trend],
        **_standing(matter),
    }


def _standing(part: Aspect | Matter) -> dict[str, Any]:
    """How a part stands to the previous digest, and what people made of it."""
    return {
        "change": part.change,
        "previous_count": part.previous_count,
        "renamed": part.renamed,
        "merged": part.merged,
        "pinned": part.pinned,
    }


def _gone(one: Gone) -> dict[str, Any]:
    return {"id": one.id, "title": one.title, "into": one.into}


def _quote(quote: Quote, hashes: Mapping[str, str]) -> dict[str, Any]:
    return {
        "opinion_id": quote.opinion_id,
        "start": quote.start,
        "end": quote.end,
        "text": quote.text,
        "sha256": hashes[quote.opinion_id],
    }
