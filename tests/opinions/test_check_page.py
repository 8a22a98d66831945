"""The page between the form and the receipt: what will be public, what is hidden in it, and nothing stored yet."""

from io import BytesIO
from unittest.mock import patch

import pytest

from portal.campaigns.states import ModerationMode
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import TooFast
from portal.opinions.models import Case, Opinion, TextLayer
from portal.web.limits import Limits
from tests.factories.attachments import picture
from tests.factories.campaigns import make_board, make_consultation
from tests.factories.taxonomy import make_topic, make_unit
from tests.kit.client import Page, PageClient
from tests.kit.writing import FORM, GOOD, hand_in, send

NAMED = "电话13812345678。王小明先生住滨河路12号3单元502。王小明先生找过物业。"


def look(client: PageClient, **typed: str) -> Page:
    return client.submit(FORM, {**GOOD, **typed}, status=200)


def tap(client: PageClient, page: Page, words: str) -> Page:
    """The page after a tap on the button that reads so (its hidden part included)."""
    (button,) = [each for each in page.soup.select("main button") if each.get_text().strip() == words]
    values = page.form()
    name = button.get("name")
    if name:
        held = values.get(str(name), [])
        values[str(name)] = [*([held] if isinstance(held, str) else held), button["value"]]
    return client.post(str(button["formaction"]).partition("#")[0], values, status=200)


def public_text(page: Page) -> str:
    return page.one("#check-text").get_text()


def handed_in() -> Opinion:
    db.session.expire_all()
    return db.session.scalars(db.select(Opinion)).one()


def test_it_shows_the_masked_text_and_stores_nothing(client: PageClient) -> None:
    make_board()
    page = look(client, body="请打13812345678找我。")
    assert "138****5678" in public_text(page) and "13812345678" not in public_text(page)
    assert "还没有提交" in page.main
    assert page.response.headers["Cache-Control"] == "no-store"
    assert db.session.scalars(db.select(Case)).all() == []


def test_what_is_uncertain_is_masked_by_one_tap_wherever_it_stands(client: PageClient) -> None:
    make_board()
    page = look(client, body=NAMED)
    offered = [button["value"] for button in page.soup.select('button[name="masks"]')]
    assert offered, page.main
    word = str(offered[0])
    tapped = tap(client, page, f"遮住：{word}")
    assert word not in public_text(tapped)
    back = tap(client, tapped, f"不遮了：{word}")
    assert word in public_text(back)
    client.submit(tapped, {}, status=200)
    opinion = handed_in()
    assert word not in f"{opinion.title}{opinion.body}"
    assert opinion.case.body == NAMED
    layer = db.session.scalars(db.select(TextLayer)).one()
    assert layer.reason == "author" and layer.actor_id is None


def test_words_of_ones_own_are_masked_in_title_and_text(client: PageClient) -> None:
    make_board()
    page = look(client, title="李小红家漏水", body="李小红家漏水三个月。")
    values = page.form()
    again = client.post(f"{FORM}/check", {**values, "masks": ["李小红"]}, status=200)
    assert "李小红" not in public_text(again)
    hand_in(client, {**GOOD, "title": "李小红家漏水", "body": "李小红家漏水三个月。"}, masks=["李小红"])
    opinion = handed_in()
    assert (opinion.title, opinion.body) == ("***家漏水", "***家漏水三个月。")


def test_what_is_certain_cannot_be_unmasked(client: PageClient) -> None:
    """Requirement B8: not even one's own number stands in public."""
    make_board(moderation=ModerationMode.AFTER)
    page = look(client, body="请打13812345678找我。")
    assert not page.soup.select('button[name="unmask"]')
    client.post(FORM, {**page.form(), "unmask": "13812345678"}, status=200)
    assert "13812345678" not in handed_in().body


def test_an_empty_title_is_proposed_and_can_be_changed(client: PageClient) -> None:
    make_board()
    body = "尊敬的领导您好！滨河路12路公交车早高峰要等四十分钟，希望加两班车。谢谢！"
    page = look(client, title="", body=body)
    assert "公交车" in page.form()["title"]
    client.submit(page, {"title": "12路公交车要加车"}, status=200)
    assert handed_in().case.title == "12路公交车要加车"


def test_going_back_keeps_everything(client: PageClient) -> None:
    make_board()
    unit, topic = make_unit("市/交通局"), make_topic("交通/公交")
    typed = {
        **GOOD, "unit": str(unit.id), "topic": str(topic.id), "about_unit": "y", "visibility": "private",
        "group": "business", "contact": "微信 abc", "body": "一行\n\n两行 <b>&amp;</b>",
    }  # fmt: skip
    page = client.submit(FORM, typed, status=200)
    values = {**page.form(), "masks": ["两行"]}
    form = client.post(f"{FORM}/edit", values, status=200).form()
    assert {name: str(form[name]).replace("\r", "").strip() for name in typed} == typed
    assert form["masks"] == "两行"
    assert form["form_key"] == values["form_key"]


def test_a_proposed_title_follows_the_text_and_a_typed_one_stays(client: PageClient) -> None:
    make_board()
    page = look(client, title="", body="滨河路12路公交车早高峰要等四十分钟，希望加两班车。")
    assert "公交车" in page.form()["title"]
    back = client.post(f"{FORM}/edit", page.form(), status=200)
    assert back.form().get("title", "") == ""
    changed = {**back.form(), "body": "景蓉小区东门的路灯坏了三个月，晚上看不清路。"}
    assert "路灯" in client.post(f"{FORM}/check", changed, status=200).form()["title"]
    again = client.post(FORM, {**page.form(), "unit": "999999"}, status=400)
    assert again.form().get("title", "") == ""
    mine = client.post(f"{FORM}/edit", {**page.form(), "title": "公交车要加班车"}, status=200)
    assert mine.form()["title"] == "公交车要加班车"


def test_files_that_another_button_cannot_bring_along_are_spoken_of(client: PageClient) -> None:
    make_board()
    page = look(client)
    assert "重新选" in page.main and "没有带过来" not in page.main
    sent = {**page.form(), "masks": "滨河", "files": (BytesIO(picture()), "photo.jpg")}
    assert "刚才选的文件没有带过来" in client.post(f"{FORM}/check", sent, status=200).main


def test_whoever_writes_on_a_draft_has_it_before_their_eyes(client: PageClient) -> None:
    make_consultation()
    page = client.get("/boards/draft/new")
    assert page.one("details .clauses").get_text(" ", strip=True) == "第一条 总则。 第二条 附则。"
    faulty = client.submit(page, {"body": ""}, status=400)
    assert "第二条 附则" in faulty.one("details .clauses").get_text()
    make_board()
    assert client.get(FORM).soup.select(".clauses") == []


def test_it_says_who_sees_what(client: PageClient) -> None:
    board = make_board()
    unit = make_unit("市/交通局")
    assert "审核通过后看到上面的内容" in look(client).main
    about = look(client, unit=str(unit.id), about_unit="y").main
    assert "不公开" in about and "交通局和它的下级看不到这条意见" in about
    assert "要向您核实时才打开联系电话" in look(client, contact="13800000001").main
    board.moderation = ModerationMode.AFTER
    db.session.commit()
    assert "提交后就能看到上面的内容" in look(client).main


def test_an_expired_token_shows_the_check_page_again_with_everything(client: PageClient) -> None:
    make_board()
    page = look(client, body=NAMED)
    again = client.submit(page, {"csrf_token": "old", "masks": ["王小明"]}, status=400)
    assert "没提交成功，内容还在" in again.main and "王小明" not in public_text(again)
    client.submit(again, {}, status=200)
    assert handed_in().case.body == NAMED


def test_too_fast_keeps_the_text_and_says_when_to_come_again(client: PageClient) -> None:
    make_board()
    page = look(client)
    with patch.object(Limits, "hit", side_effect=TooFast("操作太频繁了，请过一会儿再试。", 40)):
        again = client.submit(page, {}, status=429)
    assert again.response.headers["Retry-After"] == "40"
    assert "操作太频繁了" in again.main and again.form()["body"].replace("\r", "") == GOOD["body"]
    client.submit(again, {}, status=200)
    assert handed_in()


def test_a_board_that_closes_meanwhile_keeps_the_text(client: PageClient) -> None:
    board = make_board()
    page = look(client)
    board.closes_at = now()
    db.session.commit()
    again = client.submit(page, {}, status=409)
    assert "本次征集已结束" in again.main and again.form()["body"].replace("\r", "") == GOOD["body"]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("body", "长" * 110_000, "内容最多20000个字"),
        ("title", "长" * 110_000, "标题最多80个字"),
        ("contact", "1" * 1_000_000, "联系方式最多100个字"),
        ("masks", "长" * 110_000, "每处最多100个字"),
        ("masks", [str(number) for number in range(40)], "最多30处"),
    ],
)
def test_38_a_megabyte_in_a_field_is_refused_by_its_name(
    client: PageClient, name: str, value: str, words: str
) -> None:
    """CVE-2020-28493."""
    make_board()
    assert words in send(client, {**GOOD, name: value}, status=400).main
    assert words in client.submit(FORM, {**GOOD, name: value}, status=400).main


def test_03_a_payload_is_inert_on_the_check_page(client: PageClient) -> None:
    """CVE-2024-32034 and the like: what was typed and what is to be hidden stays text."""
    make_board()
    payload = '"><script>alert(1)</script>'
    page = look(client, title=payload, body=payload, contact=payload)
    again = client.post(f"{FORM}/check", {**page.form(), "masks": [payload[:12]]}, status=200)
    for each in (page, again):
        assert not [tag for tag in each.soup.find_all("script") if "alert" in tag.get_text()]
