"""Digests made by hand, so that the files can be tested without the text engine."""

from datetime import UTC, datetime, timedelta
from typing import Any

from portal.analysis.records import Analysis, Aspect, Matter, Message, Quote
from portal.digests.document import Document, build_document

MADE_AT = "2026-11-22T10:00:00+08:00"


def message(number: int, title: str, body: str, author: str | None = None, **more: Any) -> Message:
    moment = datetime(2026, 10, 1, 8, tzinfo=UTC) + timedelta(hours=number)
    return Message(id=f"m{number}", title=title, body=body, author=author, created_at=moment, **more)


def quote(source: Message, piece: str) -> Quote:
    start = source.text.index(piece)
    return Quote(source.id, start, start + len(piece), piece)


NIGHT = "小区东门的路灯坏了三个月。\n晚上老人出门看不清路，希望尽快修好。"
LAST_BUS = "36 路末班八点半就没了，加班的人回不了家。"
MESSAGES = (
    message(1, "景蓉小区路灯不亮", NIGHT, "a", topic="城乡建设", support=12),
    message(2, "东门路灯一直没人修", "景蓉小区东门路灯坏了，物业说归街道管。", "b", topic="城乡建设"),
    message(3, "路灯", "景蓉小区东门的路灯什么时候修？", None, topic="城乡建设"),
    message(4, "公交末班太早", LAST_BUS, "a", topic="交通运输"),
    message(5, '=HYPERLINK("http://evil")', "+1\t@cmd\x0b<b>&amp;</b> 𠮷", None, topic="交通运输"),
)
FACTS: dict[str, dict[str, Any]] = {
    "m1": {
        "channel": "网上",
        "unit": "市城管局",
        "group": "社区",
        "public": True,
        "reply": {"text": "路灯已修复。", "unit": "市城管局", "published_at": "2026-10-10T09:00:00+08:00"},
    },
    "m2": {"channel": "网上", "public": False},
    "m3": {"channel": "座谈会"},
}


def analysis() -> Analysis:
    """Two aspects that share an opinion, one matter, two single opinions."""
    first, second = MESSAGES[0], MESSAGES[1]
    matter = Matter(
        "t1",
        "景蓉小区东门路灯",
        ("路灯", "景蓉小区"),
        ("m1", "m2", "m3"),
        2,
        1,
        3.25,
        (quote(first, "小区东门的路灯坏了三个月。"), quote(second, "物业说归街道管")),
    )
    aspects = (
        Aspect("a1", "城乡建设", ("m1", "m2", "m3"), 2, 1, ("t1",), ("城乡建设",)),
        Aspect("a2", "其他", ("m4", "m5", "m1"), 1, 1, (), ("交通运输",), (quote(MESSAGES[3], LAST_BUS),)),
    )
    return Analysis((matter,), aspects, ("m4", "m5"))


def example(**changes: Any) -> Document:
    """Return the document of the example; `changes` replace arguments of `build_document`."""
    arguments: dict[str, Any] = {
        "scope": {"title": "我为平凉科学发展献一策", "from": "2026-10-01", "to": "2026-10-31"},
        "counts": {"received": 9, "waiting": 1, "rejected": 2, "withdrawn": 1, "merged": 0, "counted": 5},
        "messages": MESSAGES,
        "analysis": analysis(),
        "generated_at": MADE_AT,
        "facts": FACTS,
    }
    return build_document(**{**arguments, **changes})


def single(text: str, title: str = "题") -> Document:
    """Return a document with one opinion of any text, quoted whole in no matter."""
    one = message(1, title, text)
    return example(
        scope={"title": text[:20]},
        messages=[one],
        counts={"received": 1, "waiting": 0, "rejected": 0, "withdrawn": 0, "merged": 0, "counted": 1},
        analysis=Analysis((), (Aspect("a1", "其他", ("m1",), 0, 1, (), ()),), ("m1",)),
        facts={"m1": {"unit": text[:50] or None, "reply": {"text": text}}},
    )
