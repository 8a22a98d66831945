"""What visitors type and choose on pages that compose several slices."""

from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from portal.campaigns.queries import campaign_by_slug
from portal.core.clock import day_end, day_start
from portal.opinions.states import PublicState
from portal.site.finding import Choices, Wanted
from portal.taxonomy.queries import topic_by_path, topics_within, unit_by_path, units_within
from portal.web.forms import FilterForm, LongSelect, PageForm, line, plausible_day

Row = TypeVar("Row")

QUERY_LENGTH = 100
PATH_LENGTH = 400
# What a published opinion can be; the states before and after publishing list nothing.
LISTED_STATES = (PublicState.ACCEPTED, PublicState.IN_HAND, PublicState.ANSWERED)


class ReceiptForm(PageForm):
    """A query code, in any case and spacing."""

    code = StringField(
        _l("查询码"),
        [InputRequired(_l("请输入查询码")), Length(max=60)],
        description=_l("12位，例如 8X4K-M2PR-T7HW，大小写和空格都不要紧"),
    )


class FindForm(FilterForm):
    """Words and filters of the list of all published opinions. Units and topics are named by their paths."""

    q = StringField(_l("要找什么"), [Length(max=QUERY_LENGTH)], filters=[line], default="")
    campaign = SelectField(_l("征集活动"), default="", validate_choice=False)
    unit = SelectField(_l("办理单位"), default="", validate_choice=False, widget=LongSelect())
    topic = SelectField(_l("类别"), default="", validate_choice=False, widget=LongSelect())
    state = SelectField(_l("进度"), default="")
    since = DateField(_l("公开日期从"), [Optional(), plausible_day])
    until = DateField(_l("到"), [Optional(), plausible_day])

    def __init__(self, choices: Choices) -> None:
        super().__init__()
        everything = ("", _("全部"))
        self.campaign.choices = [everything, *choices.campaigns]
        self.unit.choices = [everything, *choices.units]
        self.topic.choices = [everything, *choices.topics]
        self.state.choices = [everything, *[(state.value, state.label) for state in LISTED_STATES]]
        self._restrictions: dict[str, Any] = {}
        self._names: dict[str, str] = {}

    def validate_campaign(self, field: Field) -> None:
        """A campaign that is there."""
        if field.data:
            found = _there(campaign_by_slug(_path(field)))
            self._restrict(field, found.title, campaign_id=found.id)

    def validate_unit(self, field: Field) -> None:
        """A unit that is there; those below it are meant as well."""
        if field.data:
            found = _there(unit_by_path(_path(field)))
            self._restrict(field, found.name, unit_ids=units_within(found.path))

    def validate_topic(self, field: Field) -> None:
        """A topic that is there; those below it are meant as well."""
        if field.data:
            found = _there(topic_by_path(_path(field)))
            self._restrict(field, found.name, topic_ids=topics_within(found.path))

    def _restrict(self, field: Field, label: str, **restriction: Any) -> None:
        self._restrictions.update(restriction)
        self._names[field.name] = label

    def wanted(self, zone: ZoneInfo) -> Wanted:
        """What the settled form asks for; its days are those of `zone`."""
        restrictions = dict(self._restrictions)
        if self.state.data:
            restrictions["public_state"] = self.state.data
        if self.since.data:
            restrictions["since"] = day_start(self.since.data, zone)
        if self.until.data:
            restrictions["until"] = day_end(self.until.data, zone)
        return Wanted(self.q.data or "", restrictions)

    def labels(self) -> dict[str, str]:
        """The filters that are set, words apart, as people read them."""
        found = dict(self._names)
        if self.state.data:
            found["state"] = str(PublicState(self.state.data).label)
        if self.since.data:
            found["since"] = _("%(day)s起", day=self.since.data.isoformat())
        if self.until.data:
            found["until"] = _("%(day)s止", day=self.until.data.isoformat())
        return found


def _path(field: Field) -> str:
    # PostgreSQL refuses a NUL, and no path is so long.
    return str(field.data)[:PATH_LENGTH].replace("\x00", "")


def _there(found: Row | None) -> Row:
    if found is None:
        raise ValidationError(_("请从列表里选一个"))
    return found
