"""Opinions as they stand in a spreadsheet: which columns are read, and what a row must hold to be taken.

Reading only; `portal.casework.imports` writes, because rows bring replies with them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.core.cells import unguard_formula
from portal.core.moments import MomentError, parse_moment
from portal.core.refused_rows import HEAD
from portal.core.tables import Row, Table, TableError, read_table
from portal.core.text import clean_block, clean_line
from portal.opinions.channels import Channel
from portal.opinions.models import BODY_LENGTH, TITLE_LENGTH
from portal.opinions.states import ParticipantGroup

# For each field the headers accepted for it. 序号 is no identity: every list counts its rows from 1.
COLUMNS: dict[str, tuple[str, ...]] = {
    "external_id": ("external_id", "id", "编号", "留言编号", "意见编号"),
    "title": ("title", "标题", "主题", "留言主题"),
    "body": ("body", "正文", "内容", "留言详情", "意见内容", "意见", "原文", "text"),
    "created_at": ("created_at", "时间", "留言时间", "提交时间", "提出时间", "提出日期", "日期"),
    "author": ("author", "作者", "留言用户", "留言人", "姓名"),
    "unit": ("unit", "单位", "承办单位", "责任单位"),
    "topic": ("topic", "类别", "一级标签", "一级分类", "分类"),
    "channel": ("channel", "渠道", "来源"),
    "group": ("group", "群体", "参与群体", "人员类别"),
    "reply": ("reply", "答复", "答复意见", "回复", "回复内容"),
    "replied_at": ("replied_at", "答复时间", "答复日期", "回复时间"),
}
_LIMITS = {"title": TITLE_LENGTH * 4, "body": BODY_LENGTH, "reply": BODY_LENGTH, "external_id": 100}
_LABELS = {"title": _l("标题"), "body": _l("正文"), "reply": _l("答复"), "external_id": _l("编号")}

_EARLIEST_YEAR = 1970
# Clocks and time zones differ; more than this ahead is a slip of the pen.
_AHEAD = timedelta(days=1)
# Names that name nobody: counting authors, they are unsigned (requirement B12).
_NOBODY = frozenset({"匿名", "匿名用户", "匿名网友", "网友", "无名", "不详", "无", "anonymous", "-", "/"})
_OTHER_WORDS: dict[str, Channel] = {
    "网站": Channel.ONLINE, "网络": Channel.ONLINE, "互联网": Channel.ONLINE, "电话": Channel.HOTLINE,
    "12345": Channel.HOTLINE, "信件": Channel.LETTER, "意见表": Channel.FORM,
}  # fmt: skip
_Code = TypeVar("_Code", bound=StrEnum)


class RowRefused(Exception):
    """A row cannot be taken; the message is the reason, in the interface's language."""


@dataclass(frozen=True, slots=True)
class OpinionRow:
    """A row fit to be taken. `unit` and `topic` are as written, not yet looked up; texts are "" where absent."""

    external_id: str | None
    title: str
    body: str
    created_at: datetime | None
    author: str
    unit: str
    topic: str
    channel: Channel
    group: ParticipantGroup | None
    unknown_group: bool
    reply: str
    replied_at: datetime | None


def open_opinions(path: Path, mapping: Mapping[str, str]) -> Table:
    """The rows of FILE by `COLUMNS`. Raises TableError where it cannot be read or has neither title nor text."""
    table = read_table(path, COLUMNS, required=(), mapping=mapping)
    if not {"title", "body"} & table.columns.keys():
        raise TableError("missing_columns", columns="body", found="、".join(table.headers[:30]))
    return table


def is_refused_list(table: Table) -> bool:
    """Whether the table is one that an import wrote of refused rows, corrected and handed in again."""
    return table.headers[: len(HEAD)] == HEAD


def opinion_row(row: Row, zone: ZoneInfo, latest: datetime, *, guarded: bool = False) -> OpinionRow:
    """Read one row; times without a zone are those of `zone`. Raises RowRefused.

    `latest` is the present; `guarded` says that the cells were written by `guard_formula`.
    """
    if row.error:
        raise RowRefused(str(row.error))
    values = {key: unguard_formula(text) for key, text in row.values.items()} if guarded else row.values
    title, body = clean_line(values["title"]), clean_block(values["body"])
    if not title and not body:
        raise RowRefused(_("标题和正文都是空的"))
    reply = clean_block(values["reply"])
    external_id = clean_line(values["external_id"])
    for what, text in (("title", title), ("body", body), ("reply", reply), ("external_id", external_id)):
        if len(text) > _LIMITS[what]:
            raise RowRefused(_too_long(what, len(text)))
    channel = _code(Channel, values["channel"]) or _OTHER_WORDS.get(clean_line(values["channel"]))
    if channel is None and values["channel"].strip():
        raise RowRefused(_("没有“%(name)s”这个渠道", name=clean_line(values["channel"])[:30]))
    group = _code(ParticipantGroup, values["group"])
    author = clean_line(values["author"])
    return OpinionRow(
        external_id=external_id or None,
        title=title,
        body=body,
        created_at=_moment(values["created_at"], zone, latest),
        author="" if author.casefold() in _NOBODY else author,
        unit=_path(values["unit"]),
        topic=_path(values["topic"]),
        channel=channel or Channel.ONLINE,
        group=group,
        unknown_group=group is None and bool(values["group"].strip()),
        reply=reply,
        replied_at=_moment(values["replied_at"], zone, latest) if reply else None,
    )


def _too_long(what: str, length: int) -> str:
    return _(
        "%(what)s有 %(length)s 个字，最多 %(limit)s 个",
        what=_LABELS[what],
        length=length,
        limit=_LIMITS[what],
    )


def _path(typed: str) -> str:
    return "/".join(clean_line(part) for part in typed.split("/")) if typed else ""


def _code(codes: type[_Code], typed: str) -> _Code | None:
    """The code that is meant by its name or by its label."""
    written = clean_line(typed).casefold()
    if not written:
        return None
    for code in codes:
        if written in (code.value, str(code.label).casefold()):  # type: ignore[attr-defined]
            return code
    return None


def _moment(typed: str, zone: ZoneInfo, latest: datetime) -> datetime | None:
    try:
        moment = parse_moment(typed, zone)
    except MomentError as error:
        raise RowRefused(str(error)) from error
    if moment is None:
        return None
    if moment.year < _EARLIEST_YEAR:
        raise RowRefused(_("时间太早：%(typed)s", typed=typed.strip()[:30]))
    if moment.year > latest.year + 1 or moment > latest + _AHEAD:
        raise RowRefused(_("时间在将来：%(typed)s", typed=typed.strip()[:30]))
    return moment
