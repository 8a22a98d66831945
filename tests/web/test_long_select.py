"""The fast select writes what WTForms' own writes."""

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Form
from wtforms.fields.choices import SelectField
from wtforms.validators import InputRequired
from wtforms.widgets import Select

from portal.web.forms import LongSelect

CHOICES = [("", "不清楚，请帮我选"), ("1", "　城市<建设>&\"'"), ('"><script>', ""), ("7", "交通局")]


class _Both(Form):
    usual = SelectField("", [InputRequired()], widget=Select())
    fast = SelectField("", [InputRequired()], widget=LongSelect(), name="usual", id="usual")


@pytest.mark.parametrize("chosen", ["", "7", '"><script>', "nobody offered this"])
@pytest.mark.parametrize(
    "attributes", [{}, {"class": "form-select", "aria_describedby": "hint", "required": False}]
)
def test_a_select_is_written_as_wtforms_writes_it(chosen: str, attributes: dict[str, object]) -> None:
    form = _Both(MultiDict({"usual": chosen}))
    form.fast.choices = form.usual.choices = CHOICES
    form.fast.data = form.usual.data
    assert form.fast(**attributes) == form.usual(**attributes)
