"""Codes of what an author does with the query code: additions, and the rating of an answer."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l


class AdditionKind(StrEnum):
    """What an author's later words are."""

    INFORMATION = "information"
    ANSWER = "answer"
    RATING = "rating"
    APPEAL = "appeal"

    @property
    def label(self) -> str:
        """The kind as the author and staff read it."""
        return _KIND_LABELS[self]


class AdditionState(StrEnum):
    """Who reads an addition besides its author and the moderators."""

    WAITING = "waiting"
    PUBLIC = "public"
    UNIT = "unit"
    KEPT = "kept"

    @property
    def label(self) -> str:
        """The state as people read it."""
        return _STATE_LABELS[self]


class Rating(StrEnum):
    """Whether the author finds the matter solved once it is answered (requirement D4)."""

    SOLVED = "solved"
    PARTLY = "partly"
    UNSOLVED = "unsolved"

    @property
    def label(self) -> str:
        """The rating as people read it."""
        return _RATING_LABELS[self]


_KIND_LABELS = {
    AdditionKind.INFORMATION: _l("补充情况"),
    AdditionKind.ANSWER: _l("按要求补充"),
    AdditionKind.RATING: _l("评价时的说明"),
    AdditionKind.APPEAL: _l("请求复核的理由"),
}
_STATE_LABELS = {
    AdditionState.WAITING: _l("等待审核"),
    AdditionState.PUBLIC: _l("已公开"),
    AdditionState.UNIT: _l("已转给办理单位，不公开"),
    AdditionState.KEPT: _l("只有审核人员能看到"),
}
_RATING_LABELS = {
    Rating.SOLVED: _l("解决了"),
    Rating.PARTLY: _l("部分解决"),
    Rating.UNSOLVED: _l("没解决"),
}
