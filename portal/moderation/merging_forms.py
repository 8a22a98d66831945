"""What moderators choose where one opinion is merged into another."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import BooleanField, Field, RadioField, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from portal.core.db import db
from portal.moderation.models import REASON_LENGTH
from portal.opinions.models import Opinion
from portal.opinions.queries import published_opinion
from portal.opinions.similar import similar_opinions
from portal.web.forms import PageForm, line

ADDRESS_LENGTH = 300


class MergeForm(PageForm):
    """Which opinion this one is merged into: one of the similar ones, or another by its address; and why."""

    pick = RadioField(_l("并入哪一条"), validate_choice=False)
    address = StringField(
        _l("或者填那一条的网址或编号"),
        [Length(max=ADDRESS_LENGTH, message=_l("最多%(max)d个字"))],
        filters=[line],
    )
    reason = StringField(
        _l("为什么合并"),
        [DataRequired(_l("请写一句为什么合并")), Length(max=REASON_LENGTH, message=_l("最多%(max)d个字"))],
        filters=[line],
        description=_l("只有工作人员看到"),
    )
    confirmed = BooleanField(_l("我看过两条，说的是同一件事"))

    def __init__(self, opinion: Opinion, **kwargs: Any) -> None:
        super().__init__(prefix="merge", **kwargs)
        self._opinion = opinion
        self.pick.choices = []
        self.chosen: Opinion | None = None
        # Shown once the two seem to be about different things.
        self.asks_to_confirm = bool(self.confirmed.data)

    def prepare(self) -> None:
        """Fill in what only a form that is shown needs: the similar opinions of the board."""
        found = similar_opinions(self._opinion.title, self._opinion.body)
        here = select(Opinion.id).where(
            Opinion.id.in_([row.id for row in found]), Opinion.board_id == self._opinion.board_id
        )
        of_the_board = set(db.session.scalars(here)) - {self._opinion.id}
        self.pick.choices = [
            (row.public_id, _("%(title)s（%(count)s人支持）", title=row.title, count=row.support_count))
            for row in found
            if row.id in of_the_board
        ]

    def validate_address(self, field: Field) -> None:
        """One published opinion must be named, by its address if that is filled in."""
        address, _mark, _beyond = (field.data or self.pick.data or "").partition("#")
        wanted = address.partition("?")[0].rstrip("/").rpartition("/")[2]
        if not wanted:
            raise ValidationError(_("请选一条，或者填网址"))
        self.chosen = published_opinion(wanted[:16].replace("\x00", ""))
        if self.chosen is None:
            raise ValidationError(_("没有这一条公开的意见，请核对网址"))

    def target(self) -> Opinion:
        """The opinion that the valid form names."""
        assert self.chosen is not None  # the form is valid
        return self.chosen
