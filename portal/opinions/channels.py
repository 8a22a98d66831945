"""The ways in which opinions come in."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l


class Channel(StrEnum):
    """The way an opinion came in (requirement A6)."""

    ONLINE = "online"
    FORM = "form"
    SYMPOSIUM = "symposium"
    TALK = "talk"
    VISIT = "visit"
    PETITION = "petition"
    HOTLINE = "hotline"
    LETTER = "letter"
    OPINION_BOX = "opinion_box"
    FIELD_RESEARCH = "field_research"

    @property
    def label(self) -> str:
        """The channel as people read it."""
        return _CHANNEL_LABELS[self]


_CHANNEL_LABELS = {
    Channel.ONLINE: _l("网上提交"),
    Channel.FORM: _l("征求意见表"),
    Channel.SYMPOSIUM: _l("座谈会"),
    Channel.TALK: _l("谈心"),
    Channel.VISIT: _l("走访"),
    Channel.PETITION: _l("信访"),
    Channel.HOTLINE: _l("热线"),
    Channel.LETTER: _l("来信"),
    Channel.OPINION_BOX: _l("意见箱"),
    Channel.FIELD_RESEARCH: _l("调研"),
}
