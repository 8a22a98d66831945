"""The annex of digest.docx: opinions verbatim, by aspect."""

from typing import Any

from portal.digests.document import Document
from portal.digests.export.docx_paper import Paper
from portal.digests.export.wording import chinese_number, day, visible

# 2,816 real messages make 1,111 pages (LibreOffice): past this length digest.xlsx is the better place to look.
MOST_OPINIONS = 5_000


def write_annex(paper: Paper, document: Document) -> None:
    """Append every opinion under the first aspect that it is in; past the limit, say how many each aspect
    leaves out.
    """
    paper.add("附件", "Annex", new_page=True)
    paper.add("意见原文", "Title")
    opinions = {opinion["id"]: opinion for opinion in document["opinions"]}
    if len(opinions) > MOST_OPINIONS:
        paper.add(f"计入汇总的意见共 {len(opinions)} 条，这里按各方面的比例刊登一部分，全部见 digest.xlsx。")
    numbers: dict[str, int] = {}
    for place, aspect in enumerate(document["aspects"], start=1):
        paper.add(f"（{chinese_number(place)}）{aspect['title']}", "Heading 2")
        fresh = [identity for identity in aspect["opinion_ids"] if identity not in numbers]
        shown = fresh[: _quota(len(fresh), len(opinions))]
        for identity in shown:
            numbers[identity] = len(numbers) + 1
            _opinion(paper, numbers[identity], opinions[identity])
        if len(shown) < len(fresh):
            paper.add(f"本方面其余 {len(fresh) - len(shown)} 条见 digest.xlsx。")
        if len(fresh) < aspect["count"]:
            paper.add(f"另有 {aspect['count'] - len(fresh)} 条的原文已在前面的方面刊登。")


def _quota(count: int, total: int) -> int:
    return count if total <= MOST_OPINIONS else max(1, count * MOST_OPINIONS // total)


def _opinion(paper: Paper, number: int, opinion: dict[str, Any]) -> None:
    title = opinion["title"]
    paper.add(f"{number}. {title}（意见 {opinion['id']}）", "Item")
    facts = [day(opinion["created_at"]), *(opinion[key] for key in ("channel", "group", "unit", "topic"))]
    if opinion["support"]:
        facts.append(f"附议 {opinion['support']}")
    if opinion["answered"]:
        facts.append("已答复")
    if opinion["public"] is False:
        facts.append("不公开")
    paper.add("　".join(fact for fact in facts if fact), "Facts")
    for line in visible(opinion["text"][len(title) + 1 :]).split("\n"):
        if line.strip():
            paper.add(line.strip(), "Verbatim")
