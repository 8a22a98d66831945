"""What commenters type, and what moderators decide on it."""

import secrets
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, IntegerField, RadioField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Regexp, ValidationError
from wtforms.widgets import HiddenInput

from portal.analysis.personal_data import Found
from portal.comments.models import BODY_LENGTH, NOTE_LENGTH, Comment
from portal.comments.operations import CommentChoice, CommentDraft
from portal.comments.reasons import CommentReason
from portal.comments.states import MOVES, CommentAction, CommentState
from portal.opinions.masks import occurrences
from portal.web.forms import PageForm, block

MARKED_LENGTH = 500
_DECISIONS = (CommentAction.PUBLISH, CommentAction.REJECT)


class CommentForm(PageForm):
    """A comment as its author writes it. `form_key` makes a double submit one comment."""

    body = TextAreaField(
        _l("您的评论"),
        [DataRequired(_l("请写下您的评论")), Length(max=BODY_LENGTH, message=_l("评论最多%(max)d个字"))],
        filters=[block],
        description=_l("公开后大家都能看到，不显示您的名字；手机号等个人信息会先遮住"),
    )
    form_key = HiddenField(
        validators=[Regexp(r"\A[A-Za-z0-9_-]{16,64}\Z", message=_l("页面不完整，请再点一次提交"))]
    )

    def prepare(self) -> None:
        """Give a form that is shown a key where it has none that can be used."""
        if not self.form_key.data or self.form_key.errors:
            self.form_key.data = secrets.token_urlsafe(16)

    def draft(self) -> CommentDraft:
        """What the valid form hands in."""
        return CommentDraft(body=self.body.data, form_key=self.form_key.data)


class CommentDecisionForm(PageForm):
    """A decision on one comment, with the version of it that was read."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired(_l("页面不完整，请再提交一次"))])
    marked = TextAreaField(
        _l("还要遮住的文字（可不填）"),
        [Length(max=MARKED_LENGTH, message=_l("最多%(max)d个字"))],
        filters=[block],
        description=_l("系统没有找出来的，从原文里照抄，一行一处；出现几次就遮几次"),
    )
    action = RadioField(_l("怎么处理"), [InputRequired(_l("请选择怎么处理"))], validate_choice=False)
    reason = SelectField(_l("不通过的原因"), description=_l("只在不通过时填写，作者会看到"))
    note = TextAreaField(
        _l("给作者的说明（可不填）"),
        [Length(max=NOTE_LENGTH, message=_l("说明最多%(max)d个字"))],
        filters=[block],
        description=_l("只在不通过时用，只有作者能看到"),
    )

    def __init__(self, comment: Comment, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._comment = comment
        self._marked: list[Found] = []
        self.action.choices = [(action.value, action.label) for action in allowed_actions(comment)]
        self.reason.choices = [("", _("请选择")), *[(item.value, item.label) for item in CommentReason]]

    @classmethod
    def begun(cls, comment: Comment) -> "CommentDecisionForm":
        """The form as it is first shown."""
        return cls(comment, formdata=None, version=comment.version)

    def prepare(self) -> None:
        """Give a form that is shown the version where it has none."""
        if self.version.data is None:
            self.catch_up()

    def catch_up(self) -> None:
        """Take the comment's present version, once the moderator is told what changed."""
        self.version.data, self.version.raw_data = self._comment.version, None
        self.action.choices = [(action.value, action.label) for action in allowed_actions(self._comment)]

    def validate_marked(self, field: Field) -> None:
        """Every line must stand in the original, or it would hide nothing without anybody noticing."""
        for line in filter(None, (field.data or "").split("\n")):
            found = occurrences(self._comment.original or "", [line.strip()])
            if not found:
                raise ValidationError(_("原文里没有“%(words)s”，请照抄", words=line.strip()))
            self._marked += found

    def validate_action(self, field: Field) -> None:
        """The action must be one that this comment allows; of one that changed meanwhile, the decision itself says so."""
        stale = self.version.data != self._comment.version
        open_now = _DECISIONS if stale else allowed_actions(self._comment)
        if field.data not in {action.value for action in open_now}:
            raise ValidationError(_("现在不能这样处理，请选择列出的办法"))

    def validate_reason(self, field: Field) -> None:
        """A rejection names its reason."""
        if self.action.data == CommentAction.REJECT and not field.data:
            raise ValidationError(_("请选择不通过的原因"))

    def choice(self) -> CommentChoice:
        """What the valid form decides."""
        rejected = self.action.data == CommentAction.REJECT
        return CommentChoice(
            action=CommentAction(self.action.data),
            version=self.version.data,
            marked=tuple(dict.fromkeys(self._marked)),
            reason=CommentReason(self.reason.data) if rejected else None,
            note=self.note.data or "",
        )


def allowed_actions(comment: Comment) -> list[CommentAction]:
    """The decisions that are open for the comment; a rejected one whose author is erased cannot come back."""
    state = CommentState(comment.state)
    return [
        action
        for action in _DECISIONS
        if (state, action) in MOVES and (comment.original is not None or action is CommentAction.REJECT)
    ]
