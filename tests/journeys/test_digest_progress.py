"""A digest that is being built: the page follows it by itself, and what it then shows is what the files hold."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Arrive
from tests.kit.browser import PHONE
from tests.kit.site import Site
from tests.pages.desk import DeskPage, DigestsPage

pytestmark = pytest.mark.journey


def test_the_page_follows_the_digest_until_it_is_there(
    demo_site: Site, arrive: Arrive, tmp_path: Path
) -> None:
    office = arrive(demo_site, PHONE)
    DeskPage.signed_in(office, "coordinator", demo_site.passwords["coordinator"]).go_to("意见汇总")
    with demo_site.resting_runner():
        waiting = DigestsPage(office).ask()
        assert waiting.progress == "排队中 0%"
        for _time in range(2):
            with office.page.expect_response("**/progress") as answer:
                pass
            assert answer.value.json()["state"] == "queued"
        expect(office.page.get_by_role("progressbar")).to_be_visible()

    done = waiting.done()
    document = json.loads(done.download(tmp_path)[".json"].read_bytes())
    assert done.numbers()["计入的意见（条）"] == str(document["counts"]["counted"])
    assert done.numbers()["方面（个）"] == str(len(document["aspects"]))
    assert done.numbers()["事项（个）"] == str(len(document["matters"])) != "0"
    assert all(aspect["title"] in done.main for aspect in document["aspects"])
