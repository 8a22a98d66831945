"""Every number of a digest opens the opinions behind it."""

import json
import re
from pathlib import Path

import pytest
from flask import Flask, current_app

from portal.core.db import db
from portal.core.rights import SYSTEM, Grant, Role
from portal.digests.groups import MOST_MATTERS, group_lines, read_group
from portal.digests.models import Digest
from portal.digests.store import GROUPS_NAME, digest_folder
from portal.opinions.receipts import withdraw
from portal.opinions.states import OpinionState, Visibility
from tests.digests.example import example
from tests.factories.accounts import actor_with, make_user
from tests.factories.casework import make_reply
from tests.factories.digests import make_digest
from tests.factories.opinions import make_opinion
from tests.factories.taxonomy import make_topic, make_unit
from tests.kit.client import Page, PageClient

COORDINATOR = actor_with(Role.COORDINATOR)
LIFT = "滨河小区电梯三天两头坏，老人上不了楼，请尽快换新的。"


def office(app: Flask) -> PageClient:
    return PageClient(app).as_user(make_user("office", Role.COORDINATOR))


def opened(client: PageClient, digest: Digest, group: str, query: str = "") -> Page:
    return client.get(f"/desk/digests/{digest.id}/opinions/{group}{query}")


def numbers_shown(page: Page) -> list[str]:
    return re.findall(r"意见 ([0-9A-Za-z_-]+)", page.main)


def kept(digest: Digest) -> Path:
    folder: Path = current_app.extensions["portal_settings"].instance_dir
    return digest_folder(folder, digest.id)


def some_opinions() -> None:
    lifts, buses = make_topic("城乡建设/物业管理"), make_topic("交通运输/公共交通")
    for number in range(6):
        make_opinion(
            title=f"滨河小区{number}号楼电梯坏了", body=LIFT, state=OpinionState.PUBLISHED, topic=lifts
        )
    make_opinion(
        title="末班车太早",
        body="八点半就没有车了，加班的人回不了家。",
        state=OpinionState.PUBLISHED,
        topic=buses,
    )
    make_opinion(
        title="楼道堆物", body="楼道里堆满了杂物，请来看看。", state=OpinionState.ACCEPTED, visibility=Visibility.PRIVATE, topic=lifts,
    )  # fmt: skip


def test_each_group_that_the_page_names_holds_what_its_number_says(app: Flask) -> None:
    some_opinions()
    answered = make_opinion(title="路灯", state=OpinionState.PUBLISHED, unit=make_unit())
    make_reply(answered)
    digest, client = make_digest(COORDINATOR), office(app)
    document = json.loads((kept(digest) / "analysis-check-input.json").read_bytes())
    links = [link for link in client.get(f"/desk/digests/{digest.id}").links() if "/opinions/" in link]
    groups = {link.rsplit("/", 1)[1] for link in links if link.startswith("/desk/")}
    opinions, alone = document["opinions"], set(document["single_ids"])
    parts = {f"aspect-{one['id']}": one["opinion_ids"] for one in document["aspects"]}
    parts |= {f"matter-{one['id']}": one["opinion_ids"] for one in document["matters"]}
    parts |= {
        "counted": [one["id"] for one in opinions],
        "singles": document["single_ids"],
        "grouped": [one["id"] for one in opinions if one["id"] not in alone],
        "answered": [answered.public_id],
        "private": [one["id"] for one in opinions if one["public"] is False],
        "unsigned": [one["id"] for one in opinions if one["author"] is None],
    }
    assert groups == {key for key, ids in parts.items() if ids}
    assert document["matters"] and len(parts["private"]) == 1
    for key in groups:
        page = opened(client, digest, key)
        assert sorted(numbers_shown(page)) == sorted(parts[key])
        assert f"一共{len(parts[key])}条" in page.main


def test_an_opinion_in_several_aspects_is_found_in_each_and_as_such(tmp_path: Path) -> None:
    path = tmp_path / "groups"
    path.write_bytes(b"".join(group_lines(example())))

    def ids(key: str) -> list[str]:
        group = read_group(path, key)
        assert group is not None
        return group.opinion_ids

    assert ids("in_several") == ["m1"] and ids("answered") == ["m1"] and ids("private") == ["m2"]
    assert "m1" in ids("aspect-a1") and "m1" in ids("aspect-a2")
    assert ids("grouped") == ["m1", "m2", "m3"] and ids("singles") == ["m4", "m5"]
    assert read_group(path, "aspect-a") is None and read_group(path, "") is None


def test_of_very_many_matters_the_largest_are_named(tmp_path: Path) -> None:
    document = example()
    some = document["matters"][0]
    document["matters"] = [{**some, "id": f"t{number}", "count": number} for number in range(150)]
    document["aspects"][0]["matter_ids"] = [one["id"] for one in document["matters"]]
    path = tmp_path / "groups"
    path.write_bytes(b"".join(group_lines(document)))
    group = read_group(path, "aspect-a1")
    assert group is not None and group.matter_count == 150 and len(group.matters) == MOST_MATTERS
    assert group.matters[0] == ("matter-t149", some["title"], 149)


def test_an_aspect_names_all_its_matters_with_their_opinions(app: Flask) -> None:
    some_opinions()
    digest, client = make_digest(COORDINATOR), office(app)
    document = json.loads((kept(digest) / "analysis-check-input.json").read_bytes())
    aspect = next(one for one in document["aspects"] if one["matter_ids"])
    page = opened(client, digest, f"aspect-{aspect['id']}")
    for matter in document["matters"]:
        assert f"/desk/digests/{digest.id}/opinions/matter-{matter['id']}" in page.links()
        assert matter["title"] in page.main


def test_what_changed_since_is_shown_as_it_is_now_or_not_at_all(app: Flask) -> None:
    masked = make_opinion(title="请回电话", body="我的电话是13812345678。", state=OpinionState.PUBLISHED)
    gone = make_opinion(title="不提了", body="这条我撤回。", state=OpinionState.PUBLISHED)
    digest, client = make_digest(COORDINATOR), office(app)
    masked.body = "我的电话是***********。"
    withdraw(gone, SYSTEM)
    db.session.commit()
    page = opened(client, digest, "counted")
    assert "***********" in page.main and "13812345678" not in page.main
    assert "这条我撤回" not in page.main and f"意见 {gone.public_id}：汇总以后有了变动" in page.main
    assert (
        f"/opinions/{masked.public_id}" in page.links() and f"/opinions/{gone.public_id}" not in page.links()
    )


def test_the_page_quotes_only_what_still_stands(app: Flask) -> None:
    bureau, other = make_unit("市直单位/住建局"), make_unit("市直单位/交通局")
    stays = make_opinion(
        title="电梯", body="电梯坏了三个月没人修，老人上不了楼。", state=OpinionState.PUBLISHED, unit=bureau
    )
    masked = make_opinion(
        title="保安", body="小区保安夜里打人，喊了半天没有人管。", state=OpinionState.PUBLISHED, unit=bureau
    )
    moved = make_opinion(
        title="末班车",
        body="末班车八点半就没有了，加班的人回不了家。",
        state=OpinionState.ACCEPTED,
        unit=bureau,
    )
    digest = make_digest(actor_with(Grant(Role.OFFICER, bureau.path)), unit=bureau)
    client = PageClient(app).as_user(make_user("bureau", Grant(Role.OFFICER, bureau.path)))
    before = client.get(f"/desk/digests/{digest.id}").main
    assert all(words in before for words in ("电梯坏了三个月", "小区保安", "回不了家"))
    masked.body, moved.unit = "****夜里打人，喊了半天没有人管。", other
    db.session.commit()
    page = client.get(f"/desk/digests/{digest.id}")
    assert "电梯坏了三个月" in page.main and f"/opinions/{stays.public_id}" in page.links()
    assert "小区保安" not in page.main and "回不了家" not in page.main
    assert page.main.count("的话不再显示") == 2


def test_whoever_also_works_for_a_unit_reads_nothing_about_it_in_digests(app: Flask) -> None:
    bureau, other = make_unit("市直单位/住建局"), make_unit("市直单位/交通局")
    make_opinion(title="路灯", body="路灯不亮，请来修。", state=OpinionState.PUBLISHED, unit=other)
    two_hats = make_user("two-hats", Role.COORDINATOR, Grant(Role.OFFICER, bureau.path))
    digest = make_digest(COORDINATOR)
    client = PageClient(app).as_user(two_hats)
    assert "路灯不亮" in opened(client, digest, "counted").main
    about = make_opinion(title="住建局吃拿卡要", state=OpinionState.ACCEPTED, complained=bureau, unit=other)
    about.unit = other
    db.session.commit()
    later = make_digest(COORDINATOR)
    for path in ("", "/opinions/counted", "/files/digest.docx", "/progress"):
        client.get(f"/desk/digests/{later.id}{path}", status=404)
    assert "吃拿卡要" in opened(office(app), later, "counted").main


def test_a_private_opinion_is_marked_and_leads_nowhere(app: Flask) -> None:
    private = make_opinion(title="楼道堆物", state=OpinionState.ACCEPTED, visibility=Visibility.PRIVATE)
    page = opened(office(app), make_digest(COORDINATOR), "private")
    assert page.one("article .state").get_text() == "不公开"
    assert f"/opinions/{private.public_id}" not in page.links()


def test_a_unit_reads_the_opinions_of_its_own_digests_while_they_are_its_own(app: Flask) -> None:
    bureau, other = make_unit("市直单位/住建局"), make_unit("市直单位/交通局")
    stays = make_opinion(title="电梯", body=LIFT, state=OpinionState.PUBLISHED, unit=bureau)
    moved = make_opinion(
        title="末班车", body="末班车太早，回不了家。", state=OpinionState.ACCEPTED, unit=bureau
    )
    digest = make_digest(actor_with(Grant(Role.OFFICER, bureau.path)), unit=bureau)
    moved.unit = other
    db.session.commit()
    page = opened(
        PageClient(app).as_user(make_user("roads", Grant(Role.OFFICER, bureau.path))), digest, "counted"
    )
    assert LIFT in page.main and stays.title in page.main
    assert "回不了家" not in page.main
    stranger = PageClient(app).as_user(make_user("stranger", Grant(Role.OFFICER, other.path)))
    stranger.get(f"/desk/digests/{digest.id}/opinions/counted", status=404)


def test_who_handles_an_opinion_comes_from_a_number_to_the_desk(app: Flask) -> None:
    bureau = make_unit("市直单位/住建局")
    private = make_opinion(
        title="电梯", body=LIFT, state=OpinionState.ACCEPTED, unit=bureau, visibility=Visibility.PRIVATE
    )
    digest = make_digest(actor_with(Grant(Role.OFFICER, bureau.path)), unit=bureau)
    page = opened(
        PageClient(app).as_user(make_user("bureau", Grant(Role.OFFICER, bureau.path))), digest, "private"
    )
    link = f"/desk/casework/{private.public_id}"
    assert link in page.links()
    assert LIFT in PageClient(app).as_user(make_user("bureau")).get(link).main


def test_long_groups_are_turned_by_the_page(app: Flask) -> None:
    for number in range(27):
        make_opinion(title=f"第{number}条", state=OpinionState.PUBLISHED)
    digest, client = make_digest(COORDINATOR), office(app)
    first = opened(client, digest, "counted")
    second = client.get(str(first.one("a[rel=next]")["href"]))
    assert len(numbers_shown(first)) == 25 and len(numbers_shown(second)) == 2
    assert not set(numbers_shown(first)) & set(numbers_shown(second))
    assert second.soup.select_one("a[rel=next]") is None
    assert numbers_shown(client.get(str(second.one("a[rel=prev]")["href"]))) == numbers_shown(first)
    for query, page in (("?page=99", second), ("?page=-3", first), ("?page=x", first), ("?page=0", first)):
        assert numbers_shown(opened(client, digest, "counted", query)) == numbers_shown(page)


@pytest.mark.parametrize("group", ["aspect-none", "nobody", "matter-", "..%2fsummary.json"])
def test_groups_that_the_digest_has_not_are_not_there(app: Flask, group: str) -> None:
    make_opinion(state=OpinionState.PUBLISHED)
    office(app).get(f"/desk/digests/{make_digest(COORDINATOR).id}/opinions/{group}", status=404)


def test_digests_built_before_groups_were_kept_show_their_numbers_alone(app: Flask) -> None:
    some_opinions()
    digest, client = make_digest(COORDINATOR), office(app)
    (kept(digest) / GROUPS_NAME).unlink()
    page = client.get(f"/desk/digests/{digest.id}")
    assert not [link for link in page.links() if link.startswith(f"/desk/digests/{digest.id}/opinions/")]
    client.get(f"/desk/digests/{digest.id}/opinions/counted", status=404)
