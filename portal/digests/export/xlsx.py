"""digest.xlsx: the summary table, all opinions, and how everything was counted."""

import tempfile
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from portal.core.cells import guard_formula
from portal.core.files import replacing
from portal.digests.document import Document, private_ids
from portal.digests.export.opinion_table import OPINIONS, Cell, body, opinion_rows
from portal.digests.export.wording import (
    largest_first,
    ledger,
    made_at,
    people,
    period,
    privacy,
    quoted,
    tallied,
    visible,
)
from portal.digests.export.xlsx_cells import (
    CELL_LIMIT,
    continuations,
    make_styles,
    row_height,
    set_page,
    split_text,
    write_head,
    write_row,
)

_ID_LINES = 6

SUMMARY = (
    ("序号", 6.0),
    ("方面", 20),
    ("事项", 30),
    ("意见条数", 9),
    ("占比", 8),
    ("提出人数", 9),
    ("未留身份条数", 10),
    ("典型原话（意见编号）", 54),
    ("意见编号", 24),
)


def write_xlsx(document: Document, path: Path) -> None:
    """Write the workbook. Texts longer than a cell go on in columns at the right; none is cut."""
    with replacing(path) as target, tempfile.TemporaryDirectory() as folder:
        # What XlsxWriter packs is the same on every run: entries of a fixed date, files of a fixed mode.
        options = {
            "constant_memory": True,
            "tmpdir": folder,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        with xlsxwriter.Workbook(str(target), options) as book:
            title = f"{document['scope']['title']} 征求意见汇总"
            book.set_properties({"title": visible(title)[:255], "created": made_at(document)})
            styles = make_styles(book)
            _summary_sheet(book, styles, document)
            _opinions_sheet(book, styles, document)
            _notes_sheet(book, styles, document)


def _summary_sheet(book: xlsxwriter.Workbook, styles: dict[str, Any], document: Document) -> None:
    sheet = book.add_worksheet("征求意见汇总表")
    set_page(sheet, SUMMARY, 2)
    last = len(SUMMARY) - 1
    ids = [group["opinion_ids"] for group in (*document["aspects"], *document["matters"])]
    longest = max((len(split_text("、".join(one))) for one in ids), default=1)
    more = continuations(SUMMARY, {last: longest})
    sheet.set_row(0, 36)
    title = guard_formula(f"{visible(document['scope']['title'])} 征求意见汇总表")
    sheet.merge_range(0, 0, 0, last, title, styles["title"])
    sheet.set_row(1, 34)
    note = f"意见时间：{period(document)}。{ledger(document['counts'])}"
    sheet.merge_range(1, 0, 1, last, note, styles["note"])
    write_head(sheet, 2, SUMMARY, more, styles["head"])
    row = 2
    for row, (kind, cells) in enumerate(_summary_rows(document), start=3):
        suffix = "_strong" if kind == "aspect" else ""
        # Of the ids some lines are enough: the cell holds them all.
        sheet.set_row(row, row_height(SUMMARY, cells, {len(SUMMARY) - 1: _ID_LINES}))
        styled = [(value, styles[_style(value) + suffix]) for value in cells]
        write_row(sheet, row, styled, more, styles)
    sheet.autofilter(2, 0, max(row, 3), last + len(more))


def _summary_rows(document: Document) -> Iterator[tuple[str, list[Cell]]]:
    """Yield the rows of the summary: each aspect as a whole, its matters, then what stands alone in it."""
    matters = {matter["id"]: matter for matter in document["matters"]}
    known = {opinion["id"]: opinion for opinion in document["opinions"]}
    total = len(known)
    private = private_ids(document)
    for number, aspect in enumerate(document["aspects"], start=1):
        name = aspect["title"]
        yield "aspect", [number, name, "本方面合计", *_figures(aspect), "", "、".join(aspect["opinion_ids"])]
        ranked = largest_first([matters[matter_id] for matter_id in aspect["matter_ids"]])
        for place, matter in enumerate(ranked, start=1):
            ids = "、".join(matter["opinion_ids"])
            quotes = "\n".join(_quotes(matter, private))
            yield "matter", [f"{number}.{place}", name, matter["title"], *_figures(matter), quotes, ids]
        singles = aspect["single_ids"]
        if singles:
            authors = [known[single]["author"] for single in singles]
            signed = len({author for author in authors if author is not None})
            figures = [len(singles), len(singles) / total, signed, authors.count(None)]
            ids = "、".join(singles)
            quotes = "\n".join((*_quotes(aspect, private), "原文见“全部意见”表"))
            yield "single", ["", name, "单独意见（未归入事项）", *figures, quotes, ids]


def _quotes(group: dict[str, Any], private: Collection[str]) -> list[str]:
    return [quoted(quote, private) for quote in group["quotes"]]


def _figures(group: dict[str, Any]) -> list[Cell]:
    return [group["count"], group["share"], group["distinct_authors"], group["unsigned"]]


def _opinions_sheet(book: xlsxwriter.Workbook, styles: dict[str, Any], document: Document) -> None:
    sheet = book.add_worksheet("全部意见")
    set_page(sheet, OPINIONS, 0)
    longest: dict[int, int] = {}
    for opinion in document["opinions"]:
        reply_text = (opinion["reply"] or {}).get("text") or ""
        for place, text in ((10, opinion["title"]), (11, body(opinion)), (14, reply_text)):
            longest[place] = max(longest.get(place, 1), len(split_text(visible(text))))
    more = continuations(OPINIONS, longest)
    write_head(sheet, 0, OPINIONS, more, styles["head"])
    unused = _unused(document["opinions"])
    for place in unused:
        sheet.set_column(place, place, OPINIONS[place][1], None, {"hidden": True})
    row = 0
    for row, cells in enumerate(opinion_rows(document), start=1):
        sheet.set_row(row, row_height(OPINIONS, cells))
        # Nothing without a style is nothing at all: half of the cells of opinions that only have a text.
        styled = [
            (value, None if place in unused else styles[_style(value)]) for place, value in enumerate(cells)
        ]
        write_row(sheet, row, styled, more, styles)
    sheet.autofilter(0, 0, max(row, 1), len(OPINIONS) - 1 + len(more))


def _unused(opinions: Sequence[dict[str, Any]]) -> list[int]:
    """The columns of `OPINIONS` in which no opinion has anything; they are hidden, so that the others stay where they are."""
    replies = [opinion["reply"] for opinion in opinions if opinion["reply"]]
    return [
        place
        for place, key, holders in (
            (3, "topic", opinions),
            (4, "unit", opinions),
            (5, "channel", opinions),
            (6, "group", opinions),
            (7, "public", opinions),
            (12, "unit", replies),
            (13, "published_at", replies),
            (14, "text", replies),
        )
        if opinions and all(holder[key] in (None, "") for holder in holders)
    ]


def _style(value: Cell) -> str:
    if isinstance(value, date):
        return "date"
    if isinstance(value, float):
        return "share"
    return "number" if isinstance(value, int) else "text"


def _notes_sheet(book: xlsxwriter.Workbook, styles: dict[str, Any], document: Document) -> None:
    sheet = book.add_worksheet("口径说明")
    columns = (("项目", 22), ("说明", 110))
    set_page(sheet, columns, 0)
    write_head(sheet, 0, columns, (), styles["head"])
    for row, (name, note) in enumerate(_notes(document), start=1):
        sheet.set_row(row, row_height(columns, (name, note)))
        write_row(sheet, row, [(name, styles["text"]), (note, styles["text"])], (), styles)


def _notes(document: Document) -> Iterator[tuple[str, str]]:
    """Yield what a reader must know to read the numbers rightly."""
    scope, counts, sources = document["scope"], document["counts"], document["sources"]
    memberships = sum(aspect["count"] for aspect in document["aspects"])
    singles = len(document["single_ids"])
    yield "汇总对象", scope["title"]
    for key, name in (("unit", "单位"), ("topic", "类别")):
        if scope.get(key):
            yield name, scope[key]
    yield "意见时间", period(document)
    if scope.get("unused_columns"):
        yield "未用的列", "、".join(scope["unused_columns"])
    yield "生成时间", document["generated_at"]
    yield "收到与计入", ledger(counts) + "收到的条数等于待审核、未通过、已撤回、已合并与计入汇总之和。"
    yield "条", "一条是一条意见。不与人数、件数混用。"
    yield (
        "人",
        f"提出人按账号、联系方式或登记的姓名去重；三样都没有留下的，看不出是不是同一个人，另计条数。全部意见{people(sources)}。",
    )
    yield (
        "方面",
        (
            f"共 {len(document['aspects'])} 个方面，由意见的类别归并而成。一条意见可以属于几个方面；"
            f"各方面条数相加为 {memberships} 条，全部意见为 {counts['counted']} 条。"
        ),
    )
    yield (
        "事项",
        (
            f"共 {len(document['matters'])} 个事项，由程序提出：说同一处同一件事的两条以上意见。"
            f"没有归入事项的意见 {singles} 条，仍计入所属方面。"
        ),
    )
    yield from _notes_on_opinions(document)
    yield "原话", "逐字摘自所注编号的意见，未作改动。遮盖的个人信息以同样字数的 * 代替。"
    yield "长内容", f"超过 {CELL_LIMIT - 1} 字的内容接在右边的“续”列；格内显示不下的内容，选中该格可见全部。"
    yield "单引号", "以 = + - @ 等符号开头的内容前加了一个单引号（'），以免被当作公式；原文没有它。"


def _notes_on_opinions(document: Document) -> Iterator[tuple[str, str]]:
    counts, sources = document["counts"], document["sources"]
    yield "占比", f"条数除以计入汇总的 {counts['counted']} 条。"
    yield (
        "答复",
        f"已答复的意见 {len(document['answered_ids'])} 条，答复后又重新办理的不算。已答复不等于已解决。",
    )
    private = private_ids(document)
    if private:
        yield "公开", privacy(private)
    for kind, name in (("channels", "来源渠道"), ("groups", "参与群体")):
        if sources[kind]:
            yield name, tallied(sources[kind])
    unused = [OPINIONS[place][0] for place in _unused(document["opinions"])]
    if unused:
        yield "隐藏的列", f"“全部意见”表里，哪一条都没有内容的列没有显示：{'、'.join(unused)}。"
