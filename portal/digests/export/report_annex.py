"""The annex of the report: opinions verbatim, by aspect."""

from typing import Any

from portal.digests.document import Document
from portal.digests.export.paper import Paper
from portal.digests.export.wording import WORKBOOK_WORDS, chinese_number, day, visible

_LINE = 30  # characters


def write_annex(paper: Paper, document: Document, most: int, most_characters: int) -> None:
    """Append every opinion under the first aspect that it is in.

    Of more than `most`, or than `most_characters` in all, a part of each aspect, saying how many it leaves out.
    """
    paper.add("附件", "Annex", new_page=True)
    paper.add("意见原文", "Title")
    opinions = {opinion["id"]: opinion for opinion in document["opinions"]}
    lengths = {identity: _length(opinion["text"]) for identity, opinion in opinions.items()}
    characters = sum(lengths.values())
    if len(opinions) > most or characters > most_characters:
        paper.add(
            f"计入汇总的意见共 {len(opinions)} 条，这里按各方面的比例刊登一部分，全部见{WORKBOOK_WORDS}。"
        )
    numbers: dict[str, int] = {}
    for place, aspect in enumerate(document["aspects"], start=1):
        paper.add(f"（{chinese_number(place)}）{aspect['title']}", "Heading 2")
        fresh = {identity: lengths[identity] for identity in aspect["opinion_ids"] if identity not in numbers}
        shown = _fitting(
            fresh,
            _portion(len(fresh), len(opinions), most),
            _portion(sum(fresh.values()), characters, most_characters),
        )
        for identity in shown:
            numbers[identity] = len(numbers) + 1
            _opinion(paper, numbers[identity], opinions[identity])
        if len(shown) < len(fresh):
            which = "其余" if shown else "的"
            paper.add(f"本方面{which} {len(fresh) - len(shown)} 条见{WORKBOOK_WORDS}。")
        if len(fresh) < aspect["count"]:
            paper.add(f"另有 {aspect['count'] - len(fresh)} 条的原文已在前面的方面刊登。")


def _length(text: str) -> int:
    """The characters that a text takes on paper: the shortest line takes a whole one."""
    return sum(max(_LINE, len(line)) for line in visible(text).split("\n"))


def _portion(count: int, total: int, most: int) -> int:
    return count if total <= most else max(1, count * most // total)


def _fitting(lengths: dict[str, int], most: int, room: int) -> list[str]:
    """The first `most` of these opinions that have room together; one that is too long is passed over."""
    fitting: list[str] = []
    for identity, length in lengths.items():
        if length <= room and len(fitting) < most:
            fitting.append(identity)
            room -= length
    return fitting


def _opinion(paper: Paper, number: int, opinion: dict[str, Any]) -> None:
    title = opinion["title"]
    paper.add(f"{number}. {title}（意见 {opinion['id']}）", "Item")
    facts = [day(opinion["created_at"]), *(opinion[key] for key in ("channel", "group", "unit", "topic"))]
    if opinion["support"]:
        facts.append(f"支持 {opinion['support']}")
    if opinion["answered"]:
        facts.append("已答复")
    if opinion["public"] is False:
        facts.append("不公开")
    paper.add("　".join(fact for fact in facts if fact), "Facts")
    for line in visible(opinion["text"][len(title) + 1 :]).split("\n"):
        if line.strip():
            paper.add(line.strip(), "Verbatim")
