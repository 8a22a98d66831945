"""The life of a reply."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l


class ReplyState(StrEnum):
    """Where a reply is."""

    DRAFT = "draft"
    PUBLISHED = "published"

    @property
    def label(self) -> str:
        """The state as staff read it."""
        return {ReplyState.DRAFT: _l("草稿"), ReplyState.PUBLISHED: _l("已发布")}[self]


REPLY_LENGTH = 20_000
