"""What officers and editors of units choose and type."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, Field, IntegerField, RadioField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import HiddenInput

from portal.analysis.personal_data import find_personal_data
from portal.campaigns.models import Board
from portal.casework.adoptions import NONE_YET
from portal.casework.models import Adoption, Reply
from portal.casework.operations import NO_DRAFT
from portal.casework.queries import Answered, WorkFilter, times_used
from portal.casework.states import ADOPTION_REASON_LENGTH, REASON_LENGTH, REPLY_LENGTH, AdoptionOutcome
from portal.core.clock import day_end, day_start, local
from portal.core.workdays import add_working_days
from portal.opinions.forms import indented, refuse_personal_data
from portal.opinions.models import Opinion
from portal.taxonomy.models import Unit
from portal.taxonomy.queries import MODERATOR_TOPIC_LEVEL, Choice, topic_by_id, topic_choices, unit_by_id
from portal.web.forms import FilterForm, PageForm, block, plausible_day, words_field
from portal.web.network import settings


class WorkFilterForm(FilterForm):
    """Which part of the work to look at."""

    q = words_field()
    answered = SelectField(_l("答复"), default=Answered.NO.value)
    unit = SelectField(_l("单位"), default="")
    topic = SelectField(_l("类别"), default="")
    board = SelectField(_l("板块"), default="")
    start = DateField(_l("提交日期从"), [Optional(), plausible_day])
    end = DateField(_l("到"), [Optional(), plausible_day])

    def __init__(self, boards: list[Board], units: list[Choice]) -> None:
        super().__init__()
        self._boards = {board.slug: board for board in boards}
        everything = ("", _("全部"))
        self.answered.choices = [(item.value, item.label) for item in Answered]
        self.unit.choices = [everything, *indented(units)]
        self.topic.choices = [everything, *indented(topic_choices(MODERATOR_TOPIC_LEVEL))]
        self.board.choices = [everything, *[(board.slug, board.title) for board in boards]]
        if not self.answered.data:
            self.answered.data = Answered.NO.value

    def wanted(self, moment: datetime, zone: ZoneInfo) -> WorkFilter:
        """The settled form as a filter, asked at `moment`; its days are those of `zone`."""
        return WorkFilter(
            today=local(moment, zone).date(),
            answered=Answered(self.answered.data),
            unit=unit_by_id(int(self.unit.data)) if self.unit.data else None,
            topic=topic_by_id(int(self.topic.data)) if self.topic.data else None,
            board=self._boards.get(self.board.data),
            start=day_start(self.start.data, zone) if self.start.data else None,
            end=day_end(self.end.data, zone) if self.end.data else None,
            words=self.q.data or "",
        )


class ReplyForm(PageForm):
    """A reply, with the version of the draft that was read; two buttons: keep the draft, publish."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired(_l("页面不完整，请再提交一次"))])
    body = TextAreaField(
        _l("答复内容"),
        [DataRequired(_l("请写下答复")), Length(max=REPLY_LENGTH, message=_l("答复最多%(max)d个字"))],
        filters=[block],
        description=_l("说清楚：问题是否属实，做了什么，什么时候办好；办不了的，说明原因"),
    )
    confirmed = BooleanField(_l("已经核对，仍要发布"))

    @classmethod
    def begun(cls, draft: Reply | None) -> "ReplyForm":
        """The form as it is first shown: with the draft, if there is one."""
        return cls(
            formdata=None, version=draft.version if draft else NO_DRAFT, body=draft.body if draft else ""
        )

    def catch_up(self, draft: Reply | None) -> None:
        """Take the version of the draft as it is now; what was typed stays."""
        self.version.data, self.version.raw_data = draft.version if draft else NO_DRAFT, None

    def may_publish(self, unit: Unit) -> bool:
        """Whether nothing speaks against publishing, or the officer has said that it was checked."""
        found = warnings(self.body.data or "", unit)
        if found and not self.confirmed.data:
            self.confirmed.errors = [_("请先核对上面的提醒；没有问题就勾上，再点发布")]
            return False
        return True


class AdoptionForm(PageForm):
    """What became of an opinion on a draft, with the version that was read."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired(_l("页面不完整，请再提交一次"))])
    outcome = RadioField(_l("采纳情况"), [InputRequired(_l("请选一项"))])
    reason = TextAreaField(
        _l("理由"),
        [
            DataRequired(_l("请写明理由，采纳的也要写")),
            Length(max=ADOPTION_REASON_LENGTH, message=_l("理由最多%(max)d个字")),
        ],
        filters=[block],
        description=_l("会和采纳情况一起公布，不要写出别人的姓名、电话，也不要引用不公开的意见"),
    )

    @classmethod
    def begun(cls, adoption: Adoption | None) -> "AdoptionForm":
        """The form as it is first shown: with what is recorded, if anything is."""
        form = cls(
            formdata=None,
            outcome=adoption.outcome if adoption else None,
            reason=adoption.reason if adoption else "",
        )
        form.catch_up(adoption)
        return form

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.outcome.choices = [(item.value, item.label) for item in AdoptionOutcome]

    def validate_reason(self, field: Field) -> None:
        """The reason becomes public and cannot be changed then: nobody's personal data belong there."""
        refuse_personal_data(field.data or "", _("理由"))

    def catch_up(self, adoption: Adoption | None) -> None:
        """Take the version as it is now; what was typed stays."""
        self.version.data, self.version.raw_data = adoption.version if adoption else NONE_YET, None


def warnings(body: str, unit: Unit) -> list[str]:
    """What an officer should look at before the reply is published; nothing of it forbids publishing."""
    found = []
    personal = list(dict.fromkeys(body[place.start : place.end] for place in find_personal_data(body)))
    if personal:
        found.append(_("答复里疑似有个人信息：%(places)s", places="、".join(personal)))
    used = times_used(body, unit) if body else 0
    if used:
        found.append(_("本单位发布过%(count)s次一字不差的答复，请看是否答到了这条意见", count=used))
    return found


class PutOffForm(PageForm):
    """Until when the answer is put off, and why."""

    due_on = DateField(_l("改到哪一天"), [InputRequired(_l("请选择新的日期")), plausible_day])
    grounds = TextAreaField(
        _l("延期的原因"),
        [
            DataRequired(_l("请写明延期的原因")),
            Length(max=REASON_LENGTH, message=_l("原因最多%(max)d个字")),
        ],
        filters=[block],
        description=_l("作者能看到；意见公开的，大家都能看到"),
    )

    def __init__(self, opinion: Opinion, today: date, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._earlier = opinion.due_on
        self.latest = add_working_days(opinion.due_on or today, settings().put_off_working_days)
        self.due_on.description = self._latest_in_words()
        self.due_on.render_kw = {"max": self.latest.isoformat()}

    def validate_due_on(self, field: Field) -> None:
        """The day must be later than the present one, and not too far."""
        if field.data and self._earlier and field.data <= self._earlier:
            raise ValidationError(_("新的日期要晚于原来的期限"))
        if field.data and field.data > self.latest:
            raise ValidationError(self._latest_in_words())

    def _latest_in_words(self) -> str:
        year, month, day = self.latest.timetuple()[:3]
        latest = _("%(year)s年%(month)s月%(day)s日", year=year, month=month, day=day)
        return _("最晚可以延到%(latest)s", latest=latest)

    def validate_grounds(self, field: Field) -> None:
        """The reason is public: nobody's personal data belong there."""
        refuse_personal_data(field.data or "", _("原因"))
