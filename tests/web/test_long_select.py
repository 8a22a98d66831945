"""The fast select writes what WTForms' own writes."""

import pytest
from wtforms.fields.choices import Choice
from wtforms.widgets import Select

from portal.web.forms import LongSelect


@pytest.mark.parametrize(
    "choice",
    [
        Choice("1", "　城市<建设>&\"'", False, {}),
        Choice('"><script>', "", True, {}),
        Choice("", "不清楚，请帮我选", True, {}),
        Choice("7", "关闭的单位", False, {"disabled": True}),
    ],
)
def test_a_choice_is_written_as_wtforms_writes_it(choice: Choice) -> None:
    assert LongSelect.render_option(choice) == Select.render_option(choice)
