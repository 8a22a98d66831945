"""What an author types."""

import secrets
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Regexp, ValidationError

from portal.analysis.personal_data import find_personal_data
from portal.analysis.proposed_title import proposed_title
from portal.attachments.forms import FilesField
from portal.campaigns.models import Board
from portal.campaigns.queries import BoardHead
from portal.campaigns.states import BoardKind
from portal.core.addresses import ADDRESS_LENGTH
from portal.core.text import clean
from portal.opinions.models import BODY_LENGTH, PLACE_LENGTH, TITLE_LENGTH
from portal.opinions.states import ParticipantGroup, Visibility
from portal.opinions.submission import Draft
from portal.taxonomy.models import Topic, Unit
from portal.taxonomy.queries import Choice, active_topic, active_unit, topic_choices, unit_choices
from portal.web.forms import LongSelect, PageForm, block, chosen, line, plausible_mail
from portal.web.network import settings

CONTACT_LENGTH = 100
MOST_MASKS, MASK_LENGTH = 30, 100
_DRAFT_LENGTHS = {
    "body": BODY_LENGTH, "title": TITLE_LENGTH, "place": PLACE_LENGTH, "unit": 10, "topic": 10, "visibility": 10, "group": 30,
}  # fmt: skip


def indented(choices: list[Choice]) -> list[tuple[str, str]]:
    """Choices of a tree as (value, label) pairs, deeper ones set in by full-width spaces."""
    return [(str(choice.id), "　" * choice.depth + choice.label) for choice in choices]


def refuse_personal_data(words: str, what: str) -> None:
    """Raise `ValidationError` where what staff write for everybody seems to hold personal data; `what` names it, as 原因."""
    found = dict.fromkeys(words[place.start : place.end] for place in find_personal_data(words))
    if found:
        raise ValidationError(
            _("%(what)s里疑似有个人信息：%(places)s，请去掉", what=what, places="、".join(found))
        )


class OpinionForm(PageForm):
    """An opinion as its author writes it. `form_key` makes a double submit one opinion."""

    body = TextAreaField(
        _l("内容"),
        [DataRequired(_l("请写下您的意见")), Length(max=BODY_LENGTH, message=_l("内容最多%(max)d个字"))],
        filters=[block],
        description=_l("什么地方、什么事、希望怎么办"),
    )
    title = StringField(
        _l("标题（可不填）"),
        [Length(max=TITLE_LENGTH, message=_l("标题最多%(max)d个字"))],
        filters=[line],
        description=_l("不填就按内容拟一个，提交前还能改"),
    )
    place = StringField(
        _l("地点（可不填）"),
        [Length(max=PLACE_LENGTH, message=_l("地点最多%(max)d个字"))],
        filters=[line],
        description=_l("哪条路、哪个小区、哪个村；会随意见一起公开，不用写到门牌"),
    )
    unit = SelectField(_l("归哪个单位管"), validate_choice=False, widget=LongSelect())
    about_unit = BooleanField(_l("我反映的就是这个单位（不把原文转给它）"))
    topic = SelectField(_l("属于哪一类"), validate_choice=False, widget=LongSelect())
    visibility = RadioField(_l("是否公开"), default=Visibility.PUBLIC)
    group = SelectField(_l("您的身份"), default="")
    contact = StringField(
        _l("联系电话（可不填；不给办理单位）"),
        [Length(max=CONTACT_LENGTH, message=_l("联系方式最多%(max)d个字"))],
        filters=[line],
        description=_l("只有审核人员在需要向您核实时能看到，加密保存"),
    )
    mail = StringField(
        _l("有进展发邮件告诉我（可不填）"),
        [Length(max=ADDRESS_LENGTH, message=_l("邮箱最多%(max)d个字符")), plausible_mail],
        filters=[line],
        description=_l("填邮箱。信里不写意见内容，加密保存，随时可以停"),
    )
    consent = BooleanField(
        _l("我同意为办理这条意见而使用我填写的内容"), [InputRequired(_l("请先勾选同意，我们才能办理"))]
    )
    # What the author wants hidden besides what is always masked; typed or tapped on the check page.
    masks = SelectMultipleField(_l("遮住"), validate_choice=False)
    unmask = SelectMultipleField(_l("取消遮住"), validate_choice=False)
    files = FilesField()
    # The draft in the author's account from which this was continued.
    draft = HiddenField()
    form_key = HiddenField(
        validators=[Regexp(r"\A[A-Za-z0-9_-]{16,64}\Z", message=_l("页面不完整，请再点一次提交"))]
    )

    def __init__(self, board: Board | BoardHead, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not settings().mail_works:
            del self.mail
        kind = BoardKind(board.kind)
        self.body.label.text, self.body.description = kind.body_label, kind.body_hint
        self._body_limit = kind.body_limit
        self.body.flags.maxlength = kind.body_limit or BODY_LENGTH
        self.visibility.choices = [(item.value, item.label) for item in Visibility]
        groups = [(item.value, item.label) for item in ParticipantGroup]
        self.group.choices = [("", _("不填")), *groups]
        self.unit.choices = self.topic.choices = self.masks.choices = self.unmask.choices = []
        self.chosen_unit: Unit | None = None
        self.chosen_topic: Topic | None = None

    def prepare(self) -> None:
        """Fill in what only a form that is shown needs: the choices, and a key if it has none that can be used."""
        self.unit.choices = [("", _("不清楚归谁管，请帮我选")), *indented(unit_choices())]
        self.topic.choices = [("", _("不清楚，请帮我选")), *indented(topic_choices())]
        self._mend_key()

    def settle(self) -> None:
        """Fill in what only the check page needs: the title it proposes, and a key as `prepare` does."""
        self.title.data = self.handed_in().title
        self._mend_key()

    def unsettle(self) -> None:
        """Leave out a title that is only what was proposed: the text may be changed now, and with it what is proposed."""
        if self.body.data and self.title.data == self._proposed_title():
            self.title.data = ""

    def _proposed_title(self) -> str:
        return proposed_title(self.body.data) or str(self.body.data[:TITLE_LENGTH])

    def _mend_key(self) -> None:
        if not self.form_key.data or self.form_key.errors:
            self.form_key.data = secrets.token_urlsafe(16)

    def validate_unit(self, field: Field) -> None:
        """The unit must be one that is there and in use."""
        self.chosen_unit = chosen(field, active_unit)

    def validate_topic(self, field: Field) -> None:
        """The topic must be one that is there and in use."""
        self.chosen_topic = chosen(field, active_topic)

    def validate_body(self, field: Field) -> None:
        """Some kinds of boards take short texts only."""
        if self._body_limit is not None and len(field.data or "") > self._body_limit:
            raise ValidationError(_("内容最多%(max)d个字", max=self._body_limit))

    def validate_masks(self, field: Field) -> None:
        """A few words or numbers, each once, cleaned as the text is; without those in `unmask`."""
        words = list(dict.fromkeys(filter(None, (clean(word).strip() for word in field.data or []))))
        words = [word for word in words if word not in (self.unmask.data or ())]
        if len(words) > MOST_MASKS or any(len(word) > MASK_LENGTH for word in words):
            raise ValidationError(
                _("要遮住的最多%(most)d处，每处最多%(length)d个字", most=MOST_MASKS, length=MASK_LENGTH)
            )
        field.data = words

    def validate_about_unit(self, field: Field) -> None:
        """The tick speaks of a unit, so one must be chosen."""
        if field.data and not self.unit.data:
            raise ValidationError(_("请先选择您反映的是哪个单位"))

    def why_no_draft(self) -> str:
        """Why what is typed cannot be kept as a draft, in words for its author; empty where it can.

        It need not be ready: nothing has to be chosen, and no consent given.
        """
        if not self.validate_on_submit() and "csrf_token" in self.errors:
            return _("页面开得太久，请再点一次“存草稿”。")
        if not (self.body.data or "").strip():
            return _("还没有写内容，没有草稿可存。")
        if any(len(str(self[name].data or "")) > most for name, most in _DRAFT_LENGTHS.items()):
            return _("写得太长，存不下。请先删短一些。")
        return ""

    def forgive(self) -> None:
        """Leave out what would only be wrong if it were handed in now."""
        for field in self:
            field.errors = []

    def draft_id(self) -> str:
        """The draft in the account that this goes on with; empty where there is none."""
        return str(self.draft.data or "")[:22].replace("\x00", "")

    def draft_values(self) -> dict[str, Any]:
        """What a draft keeps. Contact, mail and files are left out: they are given anew when it is handed in."""
        kept = {name: str(self[name].data or "") for name in _DRAFT_LENGTHS}
        if self.about_unit.data:
            kept["about_unit"] = "y"
        return {**kept, "masks": [str(word) for word in self.masks.data or []][:MOST_MASKS]}

    def handed_in(self) -> Draft:
        """What the valid form hands in."""
        return Draft(
            title=self.title.data or self._proposed_title(),
            body=self.body.data,
            form_key=self.form_key.data,
            unit=self.chosen_unit,
            topic=self.chosen_topic,
            visibility=Visibility(self.visibility.data),
            about_unit=self.about_unit.data,
            group=ParticipantGroup(self.group.data) if self.group.data else None,
            contact=self.contact.data or "",
            mail=(self.mail.data or "") if self.mail is not None else "",
            place=self.place.data or "",
            masks=tuple(self.masks.data),
        )
