"""The digest as a report in official layout, in the order in which it is read; on whatever paper."""

from collections.abc import Collection
from typing import Any

from portal.digests.document import Document, private_ids
from portal.digests.export.paper import Paper
from portal.digests.export.report_annex import write_annex
from portal.digests.export.wording import (
    WORKBOOK_WORDS,
    chinese_number,
    day,
    largest_first,
    ledger,
    listed,
    people,
    percent,
    period,
    privacy,
    quoted,
    tallied,
)

MOST_MATTERS = 10
"""Matters of each aspect that the report tells of; how many more there are is said, and digest.xlsx has all."""
MOST_IDS = 12


def title_of(document: Document) -> str:
    """The title of the report."""
    return f"{document['scope']['title']}征求意见情况汇总"


def write_report(paper: Paper, document: Document, most_opinions: int, most_characters: int) -> None:
    """Write the report with an annex of at most about `most_opinions` opinions of `most_characters` in all, verbatim."""
    paper.add(title_of(document), "Title")
    paper.add(f"（{day(document['generated_at'])}）", "Subtitle")
    _sought(paper, document)
    _summed_up(paper, document)
    _alone(paper, document)
    _answered(paper, document)
    paper.add("附件：意见原文")
    paper.add(day(document["generated_at"]), "Date")
    write_annex(paper, document, most_opinions, most_characters)


def _sought(paper: Paper, document: Document) -> None:
    scope, sources, counted = document["scope"], document["sources"], document["counts"]["counted"]
    paper.add("一、征求意见的情况", "Heading 1")
    parts = [f"汇总对象：{scope['title']}"]
    for key, name in (("unit", "单位"), ("topic", "类别")):
        if scope.get(key):
            parts.append(f"{name}：{scope[key]}")
    paper.add(f"{'；'.join(parts)}；意见时间：{period(document)}。")
    paper.add(ledger(document["counts"]))
    if not counted:
        return
    paper.add(f"计入汇总的 {counted} 条意见，{people(sources)}。提出人按账号、联系方式或登记的姓名去重。")
    private = private_ids(document)
    if private:
        paper.add(privacy(private))
    for kind, name in (("channels", "来源渠道"), ("groups", "参与群体")):
        if any(tally["name"] for tally in sources[kind]):
            paper.add(f"按{name}分：{tallied(sources[kind])}。")


def _summed_up(paper: Paper, document: Document) -> None:
    aspects, counted = document["aspects"], document["counts"]["counted"]
    paper.add("二、意见汇总情况", "Heading 1")
    if not aspects:
        paper.add("没有计入汇总的意见。")
        return
    memberships = sum(aspect["count"] for aspect in aspects)
    text = f"计入汇总的 {counted} 条意见归纳为 {len(aspects)} 个方面。"
    if memberships != counted:
        text += f"一条意见可以属于几个方面，各方面条数相加为 {memberships} 条，多于 {counted} 条。"
    text += "同一处、同一件事有两条以上意见的，列为一个事项；事项由程序提出，原话逐字摘自原文。"
    paper.add(text)
    head = ("序号", "方面", "意见（条）", "占比", "提出人（人）", "未留身份（条）", "事项（个）")
    rows = [(str(place), *_table_row(aspect)) for place, aspect in enumerate(aspects, start=1)]
    paper.table(head, rows, (14, 54, 18, 17, 18, 18, 17), left=1)
    matters = {matter["id"]: matter for matter in document["matters"]}
    private = private_ids(document)
    for place, aspect in enumerate(aspects, start=1):
        _aspect(paper, place, aspect, [matters[matter_id] for matter_id in aspect["matter_ids"]], private)


def _table_row(aspect: dict[str, Any]) -> tuple[str, ...]:
    numbers = (aspect["distinct_authors"], aspect["unsigned"], len(aspect["matter_ids"]))
    return aspect["title"], str(aspect["count"]), percent(aspect["share"]), *map(str, numbers)


def _aspect(
    paper: Paper,
    place: int,
    aspect: dict[str, Any],
    matters: list[dict[str, Any]],
    private: Collection[str],
) -> None:
    paper.add(f"（{chinese_number(place)}）{aspect['title']}", "Heading 2")
    text = f"意见 {aspect['count']} 条，占 {percent(aspect['share'])}，{people(aspect)}。"
    if matters:
        text += f"有事项 {len(matters)} 个"
        text += f"，另有单独意见 {len(aspect['single_ids'])} 条。" if aspect["single_ids"] else "。"
    else:
        text += "没有两条以上说同一件事的意见，原文见附件。"
    paper.add(text)
    ranked = largest_first(matters)
    for number, matter in enumerate(ranked[:MOST_MATTERS], start=1):
        paper.add(f"{number}. {matter['title']}", "Heading 3")
        ids = listed(matter["opinion_ids"], MOST_IDS)
        paper.add(f"意见 {matter['count']} 条，{people(matter)}。")
        paper.add(f"意见编号：{ids}。", "Figures")
        _quotes(paper, matter, private)
    if aspect["quotes"]:
        paper.add("单独意见摘录：" if matters else "意见摘录：")
        _quotes(paper, aspect, private)
    rest = ranked[MOST_MATTERS:]
    if rest:
        opinions = sum(matter["count"] for matter in rest)
        paper.add(f"本方面其余 {len(rest)} 个事项（意见 {opinions} 条）见{WORKBOOK_WORDS}。")


def _quotes(paper: Paper, group: dict[str, Any], private: Collection[str]) -> None:
    for quote in group["quotes"]:
        paper.add(quoted(quote, private))


def _alone(paper: Paper, document: Document) -> None:
    singles = document["single_ids"]
    paper.add("三、单独意见", "Heading 1")
    if not singles:
        paper.add("没有单独意见。")
        return
    paper.add(
        f"有 {len(singles)} 条意见各说一件事，没有归入事项，同样计入所属方面。"
        f"意见编号：{listed(singles, MOST_IDS)}。"
    )


def _answered(paper: Paper, document: Document) -> None:
    answered, counted = document["answered_ids"], document["counts"]["counted"]
    paper.add("四、已经答复的意见", "Heading 1")
    if not answered:
        paper.add("计入汇总的意见尚无答复。")
        return
    portion = percent(len(answered) / counted)
    paper.add(
        f"计入汇总的 {counted} 条意见中，已答复 {len(answered)} 条，占 {portion}。已答复不等于已解决。"
        f"意见编号：{listed(answered, MOST_IDS)}。答复全文见{WORKBOOK_WORDS}。"
    )
