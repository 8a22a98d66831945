"""How a digest says its numbers: 条 are opinions, 人 are signed authors, 个 are matters and aspects; never
mixed.
"""

import re
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from typing import Any

from portal.digests.document import Document

WORKBOOK_WORDS = "同一份汇总的 Excel 表格"
"""How the other files name digest.xlsx, which whoever downloads it may have under another name."""
_NOT_PUBLIC = "，不公开"
_DIGITS = "零一二三四五六七八九"
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
# What XML 1.0 cannot hold: C0 controls but tab and line feed become their pictures (U+2400 …), the rest
# U+FFFD.
_VISIBLE = {code: 0x2400 + code for code in range(0x20) if code not in (0x9, 0xA, 0xD)} | {
    code: 0xFFFD for code in (*range(0xD800, 0xE000), 0xFFFE, 0xFFFF)
}
_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def visible(text: str) -> str:
    """Return `text` with line feeds for newlines and a visible character for each that XML cannot hold."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.translate(_VISIBLE) if _HIDDEN.search(text) else text


def percent(fraction: float) -> str:
    """Return a share as people write it: 0.1234 is “12.3%”."""
    return f"{fraction * 100:.1f}%"


def people(group: dict[str, Any]) -> str:
    """Say who stands behind a group of opinions: “提出人 12 人，另有 3 条未留身份”."""
    if not group["distinct_authors"]:
        return "均未留身份"
    signed = f"提出人 {group['distinct_authors']} 人"
    return f"{signed}，另有 {group['unsigned']} 条未留身份" if group["unsigned"] else signed


def quoted(quote: dict[str, Any], private: Collection[str]) -> str:
    """A quote with the number of its opinion: “路灯坏了。”（意见 a1），or （意见 a1，不公开） where it is one of `private`."""
    return f"“{quote['text']}”（意见 {quote['opinion_id']}{_NOT_PUBLIC if quote['opinion_id'] in private else ''}）"


def privacy(private: Collection[str]) -> str:
    """What a reader must know of the opinions that are not public."""
    return f"其中 {len(private)} 条不公开，标有“不公开”：只供办理和研究，不要对外引用。"


def largest_first(matters: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return matters by number of opinions; among equals, as the engine ordered them."""
    return sorted(matters, key=lambda matter: -int(matter["count"]))


def listed(ids: Sequence[str], most: int) -> str:
    """List ids, saying how many there are when not all are shown."""
    # With the space, programs know where the line may break.
    shown = "、 ".join(ids[:most])
    return f"{shown} 等 {len(ids)} 条，编号全见{WORKBOOK_WORDS}" if len(ids) > most else shown


def day(moment: str | None) -> str:
    """Return the day of an ISO moment as “2026年11月2日”, or “时间不详”."""
    found = _DAY.match(moment or "")
    return f"{found[1]}年{int(found[2])}月{int(found[3])}日" if found else "时间不详"


def iso_day(moment: str | None) -> date | None:
    """Return the day of an ISO moment, None when there is none."""
    found = _DAY.match(moment or "")
    return date(int(found[1]), int(found[2]), int(found[3])) if found else None


def made_at(document: Document) -> datetime:
    """Return when the document was made, in UTC, without time zone, as Office files store it."""
    moment = datetime.fromisoformat(document["generated_at"])
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def tallied(tallies: Sequence[dict[str, Any]]) -> str:
    """Say how many opinions came from where: “网上 80 条；座谈会 18 条”."""
    return "；".join(f"{tally['name'] or '未注明'} {tally['count']} 条" for tally in tallies)


def chinese_number(number: int) -> str:
    """Return 1 to 99 in Chinese, as headings are numbered: 12 is “十二”; larger ones in digits."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones else "")


def period(document: Document) -> str:
    """Say from which days the opinions are: the days asked for, else those of the first and the last opinion."""
    scope, sources = document["scope"], document["sources"]
    begin, end = scope.get("from"), scope.get("to")
    if begin or end:
        return f"{day(begin) if begin else '开始'}至{day(end) if end else '今'}"
    if sources["first_at"]:
        return f"{day(sources['first_at'])}至{day(sources['last_at'])}"
    return "不限"


def ledger(counts: dict[str, int]) -> str:
    """Say the six counters in one sentence that adds up."""
    words = {"waiting": "待审核", "rejected": "未通过", "withdrawn": "已撤回", "merged": "已合并"}
    parts = [f"{word} {counts[name]} 条" for name, word in words.items() if counts[name]]
    rest = f"，其中{'、'.join(parts)}，" if parts else "，"
    return f"共收到意见 {counts['received']} 条{rest}计入汇总 {counts['counted']} 条。"
