"""The life of a comment: which move is legal from where."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l


class CommentState(StrEnum):
    """Where a comment is."""

    WAITING = "waiting"
    PUBLISHED = "published"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The state as people read it."""
        return _STATE_LABELS[self]


class CommentAction(StrEnum):
    """What can be done to a comment: the first two by moderators, the last by its author."""

    PUBLISH = "publish"
    REJECT = "reject"
    WITHDRAW = "withdraw"

    @property
    def label(self) -> str:
        """The action as the person who takes it reads it."""
        return _ACTION_LABELS[self]


_S, _A = CommentState, CommentAction
MOVES: dict[tuple[CommentState, CommentAction], CommentState] = {
    (_S.WAITING, _A.PUBLISH): _S.PUBLISHED,
    (_S.WAITING, _A.REJECT): _S.REJECTED,
    (_S.WAITING, _A.WITHDRAW): _S.WITHDRAWN,
    # One that was published at once is read afterwards: it stays, or goes.
    (_S.PUBLISHED, _A.PUBLISH): _S.PUBLISHED,
    (_S.PUBLISHED, _A.REJECT): _S.REJECTED,
    (_S.PUBLISHED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.REJECTED, _A.PUBLISH): _S.PUBLISHED,
}

_STATE_LABELS = {
    _S.WAITING: _l("正在审核"),
    _S.PUBLISHED: _l("已公开"),
    _S.REJECTED: _l("未通过"),
    _S.WITHDRAWN: _l("已撤回"),
}
_ACTION_LABELS = {
    _A.PUBLISH: _l("公开"),
    _A.REJECT: _l("不通过"),
    _A.WITHDRAW: _l("撤回"),
}
