"""The main job, end to end: what somebody writes on a phone stands, masked, counted and quoted, in a unit's digest."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from jsonschema import Draft202012Validator
from openpyxl import load_workbook

from portal.config import ROOT
from tests.journeys.conftest import Arrive
from tests.kit.browser import DESK, PHONE
from tests.kit.site import Site
from tests.pages.desk import DeskPage, DigestPage, DigestsPage, QueuePage, WorkPage
from tests.pages.public import BoardPage, LookUpPage, OpinionPage, SearchPage, WritePage

pytestmark = pytest.mark.journey

SCHEMA = ROOT / "portal" / "digests" / "schema" / "analysis-check-input-1.json"
UNIT, UNIT_PATH = "市城市管理局", "云川市/市城市管理局"
MOBILE, MASKED_MOBILE = "13812345678", "138****5678"
PLACE = "三单元老周家"


@dataclass(frozen=True)
class Story:
    """Two opinions on one thing, the two characters that it is searched by, and the unit's reply."""

    thing: str
    title: str
    body: str
    second_title: str
    second_body: str
    reply: str


WITH_SCRIPTS = Story(
    "井盖",
    "桐花街幼儿园门口的井盖松动",
    "桐花街幼儿园门口的井盖松动很久了，车一压就响，孩子天天从上面走，请尽快换掉井盖。",
    "桐花街幼儿园井盖松了没人换",
    "桐花街幼儿园门口的井盖松动了。车一压就响，晚上看不清。",
    "您好，井盖已经在本周二换成新的，并加装了防坠网。感谢您提醒。",
)
WITHOUT_SCRIPTS = Story(
    "长椅",
    "百草公园湖边的长椅断了",
    "百草公园湖边的长椅断了腿，散步的老人没有地方坐，木板上还有钉子，请修好长椅。",
    "百草公园长椅坏了没地方坐",
    "百草公园湖边的长椅断了腿。老人没有地方坐。",
    "您好，湖边六张长椅都已检修，断腿的两张换成了新的。",
)


@pytest.mark.parametrize(
    ("bare_site", "scripts"), [("sqlite", True), ("postgresql", False)], indirect=["bare_site"]
)
def test_an_opinion_written_on_a_phone_ends_in_the_digest_of_a_unit(
    bare_site: Site, arrive: Arrive, tmp_path: Path, scripts: bool
) -> None:
    story = WITH_SCRIPTS if scripts else WITHOUT_SCRIPTS
    author = arrive(bare_site, PHONE, scripts=scripts)
    body = f"{story.body}我的电话是{MOBILE}，也可以到{PLACE}找我。"
    code = WritePage.of_board(author).fill(story.title, body, contact=MOBILE).submit().code
    neighbour = arrive(bare_site, PHONE, scripts=scripts)
    WritePage.of_board(neighbour).fill(story.second_title, story.second_body).submit()

    moderate(bare_site, arrive, scripts, story)
    address = read_in_public(bare_site, arrive, scripts, story)
    answer(bare_site, arrive, scripts, story)
    at_last = LookUpPage.opened(author).look_up(code)
    assert story.reply in at_last.main and "已答复" in at_last.main
    support(bare_site, arrive, scripts, address)

    files = sum_up(bare_site, arrive, scripts, tmp_path)
    document = json.loads(files[".json"].read_bytes())
    held = require_counted(document, address.rpartition("/")[2], story)
    require_listed(files, held)
    assert "逐条核对无误" in bare_site.flask("digest", "verify", str(files[".json"]))


def moderate(site: Site, arrive: Arrive, scripts: bool, story: Story) -> None:
    """The moderator masks, assigns and publishes both opinions."""
    moderator = arrive(site, DESK, scripts=scripts)
    DeskPage.signed_in(moderator, "moderator", site.passwords["moderator"]).go_to("审核")
    decision = QueuePage(moderator).open(story.title)
    assert decision.masks() == {f"手机号：{MOBILE}": True}
    decision.decide("受理并公开", unit=UNIT, topic="城市公共设施", hide=(PLACE,))
    QueuePage.opened(moderator).open(story.second_title).decide("受理并公开", unit=UNIT, topic="城市公共设施")
    assert story.title not in QueuePage.opened(moderator).main


def read_in_public(site: Site, arrive: Arrive, scripts: bool, story: Story) -> str:
    """Somebody finds the opinion by two characters and reads it masked; its address."""
    reader = arrive(site, PHONE, scripts=scripts)
    results = SearchPage.found(reader, story.thing)
    assert story.title in results.titles()
    assert all(story.thing in found for found in results.titles())
    results.follow(story.title)
    page = OpinionPage(reader)
    assert MASKED_MOBILE in page.main and "*" * len(PLACE) in page.main
    assert MOBILE not in reader.page.content() and PLACE not in reader.page.content()
    address = reader.page.url
    reader.open("/boards/suggestions")
    assert story.title in BoardPage(reader).titles()
    return address


def answer(site: Site, arrive: Arrive, scripts: bool, story: Story) -> None:
    """The unit's officer replies, without ever seeing what the masks hide."""
    officer = arrive(site, DESK, scripts=scripts)
    DeskPage.signed_in(officer, "officer", site.passwords["officer"]).go_to("办理")
    work = WorkPage(officer).open(story.title)
    assert MASKED_MOBILE in work.main and MOBILE not in officer.page.content()
    assert "草稿已保存" in work.write_reply(story.reply, "保存草稿").main
    assert "答复已发布" in WorkPage.opened(officer).open(story.title).write_reply(story.reply).main


def support(site: Site, arrive: Arrive, scripts: bool, address: str) -> None:
    """Two people support it; one of them twice, which counts once."""
    path = address.removeprefix(site.url)
    first, second = arrive(site, PHONE, scripts=scripts), arrive(site, PHONE, scripts=scripts)
    for person in (first, second):
        person.open(path)
        OpinionPage(person).press_support("我也支持")
    assert OpinionPage(second).support == "2人支持"
    assert OpinionPage(second).press_support("取消支持").support == "1人支持"
    assert OpinionPage(second).press_support("我也支持").support == "2人支持"


def sum_up(site: Site, arrive: Arrive, scripts: bool, folder: Path) -> dict[str, Path]:
    """The officer asks for the unit's digest, watches it being built and downloads its files."""
    officer = arrive(site, DESK, scripts=scripts)
    DeskPage.signed_in(officer, "officer", site.passwords["officer"]).go_to("意见汇总")
    done: DigestPage = DigestsPage(officer).ask(UNIT).done()
    files = done.download(folder)
    assert sorted(set(files) - {".pdf"}) == [".csv", ".docx", ".json", ".xlsx"]
    assert len({path.stem for path in files.values()}) == 1
    return files


def require_counted(document: dict[str, Any], opinion_id: str, story: Story) -> dict[str, Any]:
    """The JSON is valid and holds the opinion: counted, in an aspect, in a matter that is quoted; the opinion."""
    Draft202012Validator(json.loads(SCHEMA.read_bytes())).validate(document)
    assert document["scope"]["unit"] == UNIT_PATH
    held = next(opinion for opinion in document["opinions"] if opinion["id"] == opinion_id)
    assert held["title"] == story.title and held["support"] == 2
    assert MASKED_MOBILE in held["text"] and MOBILE not in json.dumps(document, ensure_ascii=False)
    assert PLACE not in json.dumps(document, ensure_ascii=False)
    assert held["reply"]["text"] == story.reply and opinion_id in document["answered_ids"]
    assert document["counts"]["counted"] == len(document["opinions"])
    assert any(opinion_id in aspect["opinion_ids"] for aspect in document["aspects"])
    matter = next(matter for matter in document["matters"] if opinion_id in matter["opinion_ids"])
    assert matter["count"] == len(matter["opinion_ids"]) >= 2
    quotes = [quote["text"] for quote in matter["quotes"] if quote["opinion_id"] == opinion_id]
    assert quotes and all(quote in held["text"] for quote in quotes)
    return held


def require_listed(files: dict[str, Path], held: dict[str, Any]) -> None:
    """Word and Excel hold the opinion's number, its text and the reply; neither holds what is masked."""
    word = Document(str(files[".docx"]))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    report = "\n".join([*(paragraph.text for paragraph in word.paragraphs), *cells])
    book = load_workbook(files[".xlsx"], read_only=True)
    sheets = "\n".join(
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell
    )
    book.close()
    sentence = held["text"].split("\n")[1]
    for shown in (report, sheets):
        assert held["id"] in shown and sentence in shown
        assert MOBILE not in shown and PLACE not in shown
    assert held["reply"]["text"] in sheets
