"""The life of a reply, and how an opinion on a draft can end."""

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


class AdoptionOutcome(StrEnum):
    """What became of an opinion on a draft (requirement A5); each is published with a reason."""

    ADOPTED = "adopted"
    PARTLY = "partly"
    NOT_ADOPTED = "not_adopted"

    @property
    def label(self) -> str:
        """The outcome as everybody reads it."""
        return {
            AdoptionOutcome.ADOPTED: _l("采纳"),
            AdoptionOutcome.PARTLY: _l("部分采纳"),
            AdoptionOutcome.NOT_ADOPTED: _l("未采纳"),
        }[self]

    @property
    def kind(self) -> str:
        """The colour family of its badge."""
        return {AdoptionOutcome.ADOPTED: "answered", AdoptionOutcome.PARTLY: "progress"}.get(self, "closed")


REPLY_LENGTH = 20_000
ADOPTION_REASON_LENGTH = 1_000
REASON_LENGTH = 200
