"""Reasons for a rejection, as data: the code is stored, the label is what the author reads."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l


class RejectionReason(StrEnum):
    """Why an opinion was not accepted (requirement B3)."""

    DUPLICATE = "duplicate"
    UNCLEAR = "unclear"
    OUT_OF_SCOPE = "out_of_scope"
    PERSONAL_ATTACK = "personal_attack"
    ADVERTISING = "advertising"
    NOT_LAWFUL = "not_lawful"
    PERSONAL_DATA = "personal_data"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The reason as the author reads it."""
        return _LABELS[self]


class ContactReason(StrEnum):
    """What a moderator needs an author's contact for; a code, so that the audit log holds no text."""

    VERIFY = "verify"
    COMPLETE = "complete"
    INFORM = "inform"
    DANGER = "danger"

    @property
    def label(self) -> str:
        """The reason as moderators read it."""
        return _CONTACT_LABELS[self]


_R = RejectionReason
_LABELS = {
    _R.DUPLICATE: _l("您已提交过相同的意见"),
    _R.UNCLEAR: _l("内容不够清楚，无法办理"),
    _R.OUT_OF_SCOPE: _l("不属于本次征集的范围"),
    _R.PERSONAL_ATTACK: _l("含有侮辱、攻击他人的内容"),
    _R.ADVERTISING: _l("含有广告或推广内容"),
    _R.NOT_LAWFUL: _l("含有法律法规禁止的内容"),
    _R.PERSONAL_DATA: _l("含有他人隐私，遮住后也无法公开"),
    _R.OTHER: _l("其他原因"),
}
_CONTACT_LABELS = {
    ContactReason.VERIFY: _l("向作者核实情况"),
    ContactReason.COMPLETE: _l("请作者补充材料"),
    ContactReason.INFORM: _l("告诉作者处理结果"),
    ContactReason.DANGER: _l("有人遇到危险，需要马上联系"),
}
