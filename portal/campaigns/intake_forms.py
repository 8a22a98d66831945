"""What the administrator sets the switch of intake to."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, Field, RadioField, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from portal.campaigns.intake import REASON_LENGTH, IntakeNow
from portal.campaigns.states import IntakeMode
from portal.core.clock import local, now
from portal.web.forms import PageForm, line, plausible_day


class IntakeForm(PageForm):
    """How opinions and comments are taken in, and what citizens read of it."""

    mode = RadioField(_l("怎样接收"), [InputRequired(_l("请选择怎样接收"))])
    reason = StringField(
        _l("原因"),
        [Length(max=REASON_LENGTH, message=_l("原因最多%(max)d个字"))],
        filters=[line],
        description=_l("暂停时必填，所有人都能看到，例如：系统维护"),
    )
    until = DateTimeLocalField(
        _l("到什么时候自动恢复（可不填）"),
        [Optional(), plausible_day],
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        description=_l("不填就一直这样，直到有人改回来"),
    )

    def __init__(self, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._zone = zone
        self.mode.choices = [(mode.value, mode.label) for mode in IntakeMode]

    @classmethod
    def begun(cls, state: IntakeNow, zone: ZoneInfo) -> "IntakeForm":
        """The form as it is first shown: how the switch stands."""
        until = local(state.until, zone).replace(tzinfo=None) if state.until else None
        return cls(zone, formdata=None, mode=state.mode.value, reason=state.reason, until=until)

    def validate_reason(self, field: Field) -> None:
        """Citizens are told why nothing is taken in."""
        if self.mode.data == IntakeMode.PAUSED and not field.data:
            raise ValidationError(_("暂停接收时，请告诉大家原因"))

    def validate_until(self, field: Field) -> None:
        """The end lies ahead."""
        moment = self.chosen_until()
        if moment is not None and moment <= now():
            raise ValidationError(_("恢复时间要在现在以后"))

    def chosen_until(self) -> datetime | None:
        """When it ends, as a clock on the site's wall shows it; None: when somebody ends it."""
        return self.until.data.replace(tzinfo=self._zone) if self.until.data else None
