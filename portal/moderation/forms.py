"""What moderators choose and type."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, IntegerField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from portal.analysis.personal_data import Found
from portal.campaigns.models import Board
from portal.moderation.masking import original
from portal.moderation.operations import NOTE_LENGTH, Choice, is_complained_of
from portal.moderation.queries import QueueFilter, QueuePart
from portal.moderation.reasons import ContactReason, RejectionReason
from portal.moderation.suggestions import Suggested
from portal.opinions.forms import indented, refuse_personal_data
from portal.opinions.masks import Place, occurrences
from portal.opinions.models import Opinion
from portal.opinions.states import MOVES, OpinionAction, OpinionState, Visibility
from portal.taxonomy.models import Topic, Unit
from portal.taxonomy.queries import (
    MODERATOR_TOPIC_LEVEL,
    topic_by_id,
    topic_choices,
    unit_by_id,
    unit_choices,
)
from portal.web.forms import FilterForm, PageForm, block, chosen, words_field

NO_UNIT = "none"
MARKED_LENGTH = 1000
_DECISIONS = (OpinionAction.PUBLISH, OpinionAction.ACCEPT, OpinionAction.REJECT, OpinionAction.HOLD)


class QueueFilterForm(FilterForm):
    """Which part of the queue to look at."""

    q = words_field()
    part = SelectField(_l("看哪些"), default=QueuePart.QUEUE.value)
    board = SelectField(_l("板块"), default="")
    unit = SelectField(_l("单位"), default="")
    topic = SelectField(_l("类别"), default="")

    def __init__(self, boards: list[Board]) -> None:
        super().__init__()
        self._boards = {board.slug: board for board in boards}
        everything = ("", _("全部"))
        self.part.choices = [(part.value, part.label) for part in QueuePart]
        if not self.part.data:
            self.part.data = QueuePart.QUEUE.value
        self.board.choices = [everything, *[(board.slug, board.title) for board in boards]]
        self.unit.choices = [everything, (NO_UNIT, _("没有选单位")), *indented(unit_choices())]
        self.topic.choices = [everything, *indented(topic_choices(MODERATOR_TOPIC_LEVEL))]

    def wanted(self) -> QueueFilter:
        """The settled form as a filter."""
        unit, topic = self.unit.data, self.topic.data
        return QueueFilter(
            part=QueuePart(self.part.data),
            board=self._boards.get(self.board.data),
            unit=unit_by_id(int(unit)) if unit and unit != NO_UNIT else None,
            without_unit=unit == NO_UNIT,
            topic=topic_by_id(int(topic)) if topic else None,
            words=self.q.data or "",
        )


class DecisionForm(PageForm):
    """A decision on one opinion, with the version of it that was read."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired(_l("页面不完整，请再提交一次"))])
    masks = SelectMultipleField(
        _l("遮住个人信息"), option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False)
    )
    marked = TextAreaField(
        _l("还要遮住的文字（可不填）"),
        [Length(max=MARKED_LENGTH, message=_l("最多%(max)d个字"))],
        filters=[block],
        description=_l("系统没有找出来的，从原文里照抄，一行一处；出现几次就遮几次"),
    )
    unit = SelectField(_l("交哪个单位办理"), validate_choice=False)
    topic = SelectField(_l("类别"), validate_choice=False)
    # Pressed instead of the form's own button: chooses a suggested topic, and the form is shown again.
    take_topic = IntegerField(validators=[Optional()])
    action = RadioField(_l("怎么处理"), [InputRequired(_l("请选择怎么处理"))], validate_choice=False)
    reason = SelectField(_l("不通过的原因"), description=_l("只在不通过时填写，作者会看到"))
    note = TextAreaField(
        _l("给作者的说明"),
        [Length(max=NOTE_LENGTH, message=_l("说明最多%(max)d个字"))],
        filters=[block],
        description=_l("不通过、请作者补充时必填，只有作者能看到；公开时写的，大家都能看到"),
    )

    def __init__(self, opinion: Opinion, listed: list[Place], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._opinion = opinion
        self._marked: list[Found] = []
        self._list(listed)
        self.action.choices = [(action.value, action.label) for action in allowed_actions(opinion)]
        self.reason.choices = [("", _("请选择")), *[(item.value, item.label) for item in RejectionReason]]
        self.unit.choices = self.topic.choices = []
        self.chosen_unit: Unit | None = None
        self.chosen_topic: Topic | None = None

    @classmethod
    def begun(cls, opinion: Opinion, listed: list[Place]) -> "DecisionForm":
        """The form as it is first shown: what the author proposed or was decided before, the surer masks ticked."""
        return cls(
            opinion,
            listed,
            formdata=None,
            version=opinion.version,
            masks=[place.key for place in listed if place.masked],
            unit=str(opinion.unit_id or ""),
            topic=str(opinion.topic_id or ""),
        )

    def _list(self, listed: list[Place]) -> None:
        self._places = {place.key: place.found for place in listed}
        self.masks.choices = [(place.key, f"{place.label}：{place.text}") for place in listed]

    def prepare(self, listed: list[Place]) -> None:
        """Fill in what only a form that is shown needs: the choices, and a version where it has none.

        A mask that somebody else set since this form was read is ticked too: it is not taken off by oversight.
        """
        new = [place.key for place in listed if place.masked and place.key not in self._places]
        self.masks.data = [*(self.masks.data or []), *new]
        self._list(listed)
        if self.version.data is None:
            self.catch_up()
        self.unit.choices = [("", _("不清楚，先不交办")), *indented(unit_choices())]
        self.topic.choices = [("", _("还没定")), *indented(topic_choices(MODERATOR_TOPIC_LEVEL))]
        # A unit or topic that is no longer in use stays what it is until somebody chooses another.
        _keep(self.unit, self._opinion.unit)
        _keep(self.topic, self._opinion.topic)

    def take_suggestion(self, suggested: Sequence[Suggested]) -> bool:
        """Choose the suggested topic whose button was pressed; whether one was. Nothing else that was typed changes."""
        taken = self.take_topic.data
        if taken not in {one.topic_id for one in suggested} or not self.csrf_token.validate(self):
            return False
        self.topic.data = str(taken)
        return True

    def catch_up(self) -> None:
        """Take the opinion's present version, once the moderator is told what changed."""
        self.version.data, self.version.raw_data = self._opinion.version, None

    def validate_marked(self, field: Field) -> None:
        """Every line must stand in the original, or it would hide nothing without anybody noticing."""
        text = original(self._opinion)
        for line in filter(None, (field.data or "").split("\n")):
            found = occurrences(text, [line.strip()])
            if not found:
                raise ValidationError(_("原文里没有“%(words)s”，请照抄", words=line.strip()))
            self._marked += found

    def validate_unit(self, field: Field) -> None:
        """The unit must be there, and not be the one complained of or lie below it."""
        self.chosen_unit = chosen(field, unit_by_id)
        if self.chosen_unit is not None and is_complained_of(self._opinion, self.chosen_unit):
            raise ValidationError(_("作者反映的就是这个单位，不能交给它或它的下级单位"))

    def validate_topic(self, field: Field) -> None:
        """The topic must be there."""
        self.chosen_topic = chosen(field, topic_by_id)

    def validate_action(self, field: Field) -> None:
        """The action must be one that this opinion allows."""
        if field.data in {action.value for action in allowed_actions(self._opinion)}:
            return
        if field.data == OpinionAction.PUBLISH and self._opinion.visibility == Visibility.PRIVATE:
            raise ValidationError(_("作者选择了不公开，只能“受理不公开”"))
        raise ValidationError(_("现在不能这样处理，请选择列出的办法"))

    def validate_reason(self, field: Field) -> None:
        """A rejection names its reason."""
        if self.action.data == OpinionAction.REJECT and not field.data:
            raise ValidationError(_("请选择不通过的原因"))

    def validate_note(self, field: Field) -> None:
        """A rejection says why, asking back says what, in words for the author; what is published names nobody."""
        if self.action.data == OpinionAction.REJECT and not field.data:
            raise ValidationError(_("请写几句话，告诉作者为什么不通过"))
        if self.action.data == OpinionAction.HOLD and not field.data:
            raise ValidationError(_("请写清楚要作者补充什么"))
        if self.action.data == OpinionAction.PUBLISH:
            refuse_personal_data(field.data or "", _("说明"))

    def choice(self, due_on: date | None) -> Choice:
        """What the valid form decides; a new unit is to answer until `due_on`, if any."""
        rejected = self.action.data == OpinionAction.REJECT
        ticked = [self._places[key] for key in self.masks.data]
        return Choice(
            action=OpinionAction(self.action.data),
            version=self.version.data,
            unit=self.chosen_unit,
            topic=self.chosen_topic,
            masks=tuple(dict.fromkeys([*ticked, *self._marked])),
            reason=RejectionReason(self.reason.data) if rejected else None,
            note=self.note.data or "",
            due_on=due_on,
        )


def allowed_actions(opinion: Opinion) -> list[OpinionAction]:
    """The decisions that are open for the opinion: the state's, and no publishing against the author's will."""
    state = OpinionState(opinion.state)
    return [
        action
        for action in _DECISIONS
        if (state, action) in MOVES
        and (action is not OpinionAction.PUBLISH or opinion.visibility == Visibility.PUBLIC)
    ]


def _keep(field: SelectField, row: Unit | Topic | None) -> None:
    if row is not None and not any(value == str(row.id) for value, _label in field.choices):
        field.choices.append((str(row.id), row.path))


class ContactForm(PageForm):
    """Why a moderator needs the author's contact."""

    reason = SelectField(_l("为什么要看"), [InputRequired(_l("请选择查看的原因"))])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(prefix="contact", **kwargs)
        self.reason.choices = [("", _("请选择")), *[(item.value, item.label) for item in ContactReason]]

    def chosen_reason(self) -> ContactReason:
        """The reason in the valid form."""
        return ContactReason(self.reason.data)
