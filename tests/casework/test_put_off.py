"""A unit puts its answer off: once, before the day, with a reason; and what its desk shows of due days and ratings."""

from datetime import date, timedelta

import pytest
from flask import current_app

from portal.core.db import db
from portal.core.workdays import add_working_days
from portal.opinions.models import Opinion
from portal.opinions.states import OpinionState
from portal.taxonomy.models import Unit
from tests.factories.opinions import make_opinion
from tests.kit.client import PageClient

FORM = "#put-off form"


def handed_over(unit: Unit, days: int = 5) -> Opinion:
    """An opinion at the unit's desk that is due in so many days."""
    opinion = make_opinion(state=OpinionState.PUBLISHED, unit=unit)
    opinion.due_on = date.today() + timedelta(days=days)
    db.session.commit()
    return opinion


def test_an_answer_is_put_off_once_and_everybody_reads_why(
    officer: PageClient, client: PageClient, housing: Unit
) -> None:
    opinion = handed_over(housing)
    assert opinion.due_on is not None
    later = opinion.due_on + timedelta(days=7)
    address = f"/desk/casework/{opinion.public_id}"
    page = officer.get(address)
    officer.submit(page, {"due_on": later.isoformat(), "grounds": "要等材料"}, form=FORM)
    told = f"改为{later.month}月{later.day}日前答复，原因：要等材料"
    assert told in client.get(f"/opinions/{opinion.public_id}").main
    assert not officer.get(address).soup.select(FORM)
    officer.submit(
        page, {"due_on": (later + timedelta(days=1)).isoformat(), "grounds": "还要等"}, form=FORM, status=409
    )
    db.session.rollback()
    assert opinion.due_on == later


def test_the_form_says_how_far_the_day_may_be_put(officer: PageClient, housing: Unit) -> None:
    opinion = handed_over(housing)
    assert opinion.due_on is not None
    latest = add_working_days(opinion.due_on, current_app.extensions["portal_settings"].put_off_working_days)
    page = officer.get(f"/desk/casework/{opinion.public_id}")
    assert page.one("#put-off input[name=due_on]")["max"] == latest.isoformat()
    assert f"最晚可以延到{latest.year}年{latest.month}月{latest.day}日" in page.one("#put-off").get_text()


@pytest.mark.parametrize(
    ("days", "grounds", "problem"),
    [(0, "要等材料", "晚于原来的期限"), (400, "要等材料", "最晚可以延到"), (7, "", "请写明延期的原因"),
     (7, "等张经理13812345678回话", "疑似有个人信息")],
)  # fmt: skip
def test_an_impossible_postponement_is_refused_and_kept(
    officer: PageClient, housing: Unit, days: int, grounds: str, problem: str
) -> None:
    opinion = handed_over(housing)
    assert opinion.due_on is not None
    wanted = (opinion.due_on + timedelta(days=days)).isoformat()
    page = officer.get(f"/desk/casework/{opinion.public_id}")
    refused = officer.submit(page, {"due_on": wanted, "grounds": grounds}, form=FORM, status=400)
    assert problem in refused.main
    assert refused.form(FORM)["due_on"] == wanted and refused.form(FORM)["grounds"].strip() == grounds


def test_after_the_day_it_is_too_late(officer: PageClient, housing: Unit) -> None:
    opinion = handed_over(housing, days=-1)
    page = officer.get(f"/desk/casework/{opinion.public_id}")
    assert "已过期限" in page.main and not page.soup.select(FORM)
    assert "已过期限" in officer.get("/desk/casework").main


def test_17_another_unit_puts_nothing_off(stranger: PageClient, housing: Unit) -> None:
    """CVE-2026-45330."""
    opinion = handed_over(housing)
    data = {"csrf_token": stranger.token(), "due_on": "2030-01-01", "grounds": "x"}
    stranger.post(f"/desk/casework/{opinion.public_id}/put-off", data, status=404)
