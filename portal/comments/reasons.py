"""Reasons for not showing a comment, as data: the code is stored, the label is what the author reads."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l


class CommentReason(StrEnum):
    """Why a comment is not shown."""

    OFF_TOPIC = "off_topic"
    DUPLICATE = "duplicate"
    PERSONAL_ATTACK = "personal_attack"
    ADVERTISING = "advertising"
    NOT_LAWFUL = "not_lawful"
    PERSONAL_DATA = "personal_data"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The reason as the author reads it."""
        return _LABELS[self]


_R = CommentReason
_LABELS = {
    _R.OFF_TOPIC: _l("和这条意见没有关系"),
    _R.DUPLICATE: _l("和已有的评论重复"),
    _R.PERSONAL_ATTACK: _l("有侮辱、攻击别人的话"),
    _R.ADVERTISING: _l("是广告或推广"),
    _R.NOT_LAWFUL: _l("有法律法规禁止的内容"),
    _R.PERSONAL_DATA: _l("有别人的隐私，遮住后也不能公开"),
    _R.OTHER: _l("其他原因"),
}
