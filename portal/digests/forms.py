"""What a person chooses for a digest."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, SelectField
from wtforms.validators import InputRequired, Optional, ValidationError

from portal.campaigns.models import Campaign
from portal.campaigns.queries import all_campaigns
from portal.core.db import db
from portal.core.errors import PortalError
from portal.core.rights import Actor, Permission
from portal.digests.operations import Choice
from portal.digests.scope import require_days
from portal.opinions.forms import indented
from portal.taxonomy.queries import Choice as TreeChoice
from portal.taxonomy.queries import topic_by_id, topic_choices, unit_by_id, unit_choices, units_within
from portal.web.forms import PageForm


def _number(value: Any) -> int | None:
    """A select's value as an id; None for the empty one. Raises ValueError, which the field reports."""
    return int(value) if value not in (None, "", "None") else None


class DigestForm(PageForm):
    """Campaign, unit, topic and days of a digest; offers only what the person may choose."""

    campaign = SelectField(_l("征集活动"), coerce=_number)
    unit = SelectField(_l("单位"), coerce=_number, description=_l("包括它的下级单位"))
    topic = SelectField(_l("类别"), coerce=_number)
    from_day = DateField(_l("从哪天提出的"), [Optional()], description=_l("可不填，含这一天"))
    to_day = DateField(_l("到哪天提出的"), [Optional()], description=_l("可不填，含这一天"))

    def __init__(self, actor: Actor, **values: Any) -> None:
        super().__init__(**values)
        self.campaign.choices = [(campaign.id, campaign.title) for campaign in all_campaigns()]
        self.unit.choices = _unit_options(actor)
        self.topic.choices = [("", _("全部类别")), *_set_in(topic_choices())]

    def validate_from_day(self, field: DateField) -> None:
        """Refuse a day of another age."""
        _check_days(field.data, None)

    def validate_to_day(self, field: DateField) -> None:
        """Refuse a day of another age, or one before the first."""
        _check_days(None, field.data)
        _check_days(self.from_day.data, field.data)

    def choice(self) -> Choice:
        """What was chosen, once the form is valid."""
        return Choice(
            campaign=db.session.get_one(Campaign, self.campaign.data),
            unit=unit_by_id(self.unit.data) if self.unit.data else None,
            topic=topic_by_id(self.topic.data) if self.topic.data else None,
            from_day=self.from_day.data,
            to_day=self.to_day.data,
        )


class PublishForm(PageForm):
    """That somebody has read a digest before it gets its number, which is for good."""

    checked = BooleanField(
        _l("我看过这份汇总，数字和摘录都对"), [InputRequired(_l("请先看过汇总，再勾选这一项"))]
    )


def _check_days(from_day: date | None, to_day: date | None) -> None:
    try:
        require_days(from_day, to_day)
    except PortalError as error:
        raise ValidationError(error.message) from None


def _unit_options(actor: Actor) -> list[tuple[Any, str]]:
    """The units that `actor` may have summed up; “all” only for a site-wide office."""
    scopes = actor.scopes(Permission.DIGESTS_BUILD)
    if scopes is None:
        return [("", _("全部单位")), *_set_in(unit_choices())]
    own = {number for scope in scopes for number in units_within(scope)}
    return _set_in([choice for choice in unit_choices() if choice.id in own])


def _set_in(choices: list[TreeChoice]) -> list[tuple[str, str]]:
    """The choices as in every form, the highest of them at the edge."""
    top = min((choice.depth for choice in choices), default=0)
    return indented([choice._replace(depth=choice.depth - top) for choice in choices])
