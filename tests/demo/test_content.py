"""The demo's content holds together: every file against every other, and against what the demo promises."""

import csv
import itertools
import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from portal.analysis.personal_data import SURE, find_personal_data

ROOT = Path(__file__).resolve().parents[2] / "portal"
CONTENT = ROOT / "demo" / "content"
TOPICS_FILE = ROOT / "taxonomy" / "data" / "topics.csv"

CITY = "云川市"
OPINION_KEYS = {
    "external_id",
    "board",
    "title",
    "body",
    "author",
    "days_ago",
    "unit",
    "topic",
    "visibility",
    "group",
    "about_unit",
    "outcome",
    "reason",
    "note",
    "supports",
    "reply",
}
GROUPS = {
    "party_delegate",
    "people_delegate",
    "cppcc_member",
    "department",
    "service_user",
    "subordinate_unit",
    "community",
    "rural_cadre",
    "business",
    "retired_cadre",
    "other_party",
    "public",
}
REASONS = {
    "duplicate",
    "unclear",
    "out_of_scope",
    "personal_attack",
    "advertising",
    "not_lawful",
    "personal_data",
    "other",
}
ROLES = {
    "citizen": "citizen",
    "moderator": "moderator",
    "officer": "officer",
    "editor": "editor",
    "coordinator": "coordinator",
    "inspector": "inspector",
    "admin": "administrator",
}

# One thing at one place, told by several people: words that all of its opinions share (any of each tuple).
MATTERS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "night unloading": (("批发市场", "鱼市口市场", "批发那块"), ("卸货", "卸菜", "装卸")),
    "waste station": (("槐荫里",), ("中转站", "垃圾站", "转运站")),
    "riverside lamps": (("步道",), ("路灯", "灯杆")),
    "last bus": (("12路",), ("末班", "收班", "晚上", "延")),
    "school gate": (("三小",), ("放学", "校门口", "单行")),
    "lifts": (("桐花苑",), ("电梯",)),
    "yellow water": (("船厂家属院",), ("水",)),
    "children's clinic": (("新桥",), ("儿科",)),
    "orchard road": (("桃园村",), ("路",)),
    "canteen": (("锦绣社区",), ("助餐", "食堂")),
}

# Numbers that nobody can be called by: one zero-filled block of mobile numbers, an identity card of a
# region that issues none and of the year 1900, and a bank card of zeros. The rest of the demo has none.
RESERVED = re.compile(r"1380000\d{4}|11000019000101\d{3}[\dXx]|62000000000000\d{2}")
DIGIT_RUN = re.compile(r"\d(?:[ -]?\d){6,}[Xx]?")
PLATE = re.compile(r"[A-Z]·?(?=[A-Z0-9]*\d)[A-Z0-9]{5}")


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def _document(name: str) -> Any:
    return json.loads((CONTENT / name).read_text(encoding="utf-8"))


OPINIONS: list[dict[str, Any]] = _document("opinions.json")
DRAFTS: list[dict[str, Any]] = _document("drafts.json")
UNITS = _rows(CONTENT / "units.csv")
UNIT_PATHS = {row["path"] for row in UNITS}
CAMPAIGN = _document("campaign.json")
ACCOUNTS = {row["username"]: row for row in _document("accounts.json")}
TOPIC_ROWS = _rows(TOPICS_FILE)
TOPIC_PATHS = {"/".join(row.values()) for row in TOPIC_ROWS} | {
    f"{row['level1']}/{row['level2']}" for row in TOPIC_ROWS
}
EVERY = [*OPINIONS, *[{key: value for key, value in row.items() if key != "adoption"} for row in DRAFTS]]
each_opinion = pytest.mark.parametrize("opinion", EVERY, ids=[row["external_id"] for row in EVERY])


def _text(opinion: dict[str, Any]) -> str:
    return f"{opinion['title']}\n{opinion['body']}"


def _likenesses(texts: list[str]) -> list[float]:
    """Of each pair of texts, the Jaccard likeness of their three-character pieces."""
    pieces = [{text[at : at + 3] for at in range(len(text) - 2)} for text in texts]
    return [len(one & other) / len(one | other) for one, other in itertools.combinations(pieces, 2)]


def _with(outcome: str) -> list[dict[str, Any]]:
    return [row for row in OPINIONS if row["outcome"] == outcome]


@pytest.mark.parametrize("path", [TOPICS_FILE, CONTENT / "units.csv"], ids=lambda path: path.name)
def test_tables_are_plain_utf8_without_duplicates(path: Path) -> None:
    raw = path.read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw and raw.endswith(b"\n")
    lines = raw.decode("utf-8").splitlines()
    assert len(lines) == len(set(lines))


def test_topics_have_three_levels_each() -> None:
    assert len(TOPIC_ROWS) == 517
    assert list(TOPIC_ROWS[0]) == ["level1", "level2", "level3"]
    assert len({row["level1"] for row in TOPIC_ROWS}) == 15
    assert len({(row["level1"], row["level2"]) for row in TOPIC_ROWS}) == 118
    names = {name for row in TOPIC_ROWS for name in row.values()}
    assert all(name and name == name.strip() and "/" not in name for name in names)


def test_units_form_one_tree_with_parents_first() -> None:
    assert len(UNITS) >= 30
    seen: set[str] = set()
    for row in UNITS:
        parent, _, name = row["path"].rpartition("/")
        assert name == row["name"]
        assert parent in seen or (row["path"] == CITY and not seen)
        assert row["batch"] in {"第一批", "第二批", "第三批"}
        seen.add(row["path"])
    assert max(path.count("/") for path in seen) == 3
    assert {row["batch"] for row in UNITS} == {"第一批", "第二批", "第三批"}


def test_an_alias_names_one_unit_only() -> None:
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for row in UNITS:
        for name in [row["name"], *filter(None, row["aliases"].split("、"))]:
            owners[name].add(row["path"])
    assert {name: paths for name, paths in owners.items() if len(paths) > 1} == {}


def test_campaign_and_boards_are_those_of_the_contract() -> None:
    campaign = CAMPAIGN["campaign"]
    assert (campaign["slug"], campaign["title"], campaign["days_open"]) == (
        "xianyice",
        "我为云川发展献一策",
        90,
    )
    assert 2 <= len(campaign["purpose"].split("\n\n")) <= 3
    boards = {board["slug"]: board for board in CAMPAIGN["boards"]}
    assert {slug: board["kind"] for slug, board in boards.items()} == {
        "suggestions": "forum",
        "messages": "message_board",
        "voices": "sentiment",
        "bike-parking": "consultation",
        "stalls": "consultation",
    }
    for board in boards.values():
        assert board["title"] and board["description"]
        assert (board["who_may_post"], board["moderation"]) == ("anonymous", "pre")


def test_accounts_have_their_roles_and_scopes() -> None:
    assert {name: row["role"] for name, row in ACCOUNTS.items()} == ROLES
    assert all(row["display_name"] for row in ACCOUNTS.values())
    scoped = {name: row["unit"] for name, row in ACCOUNTS.items() if row["unit"]}
    assert set(scoped) == {"officer", "editor", "inspector"}
    assert set(scoped.values()) <= UNIT_PATHS
    assert scoped["officer"] == scoped["editor"]


def test_the_officers_unit_has_enough_for_a_digest() -> None:
    unit = ACCOUNTS["officer"]["unit"]
    counted = [
        row
        for row in _with("published") + _with("accepted")
        if row["unit"] and (row["unit"] + "/").startswith(unit + "/")
    ]
    assert len(counted) >= 25
    assert len({row["topic"] for row in counted}) >= 5


def test_the_inspectors_district_has_opinions() -> None:
    district = ACCOUNTS["inspector"]["unit"]
    inside = [row for row in OPINIONS if row["unit"] and row["unit"].startswith(district + "/")]
    assert len(inside) >= 5


@each_opinion
def test_an_opinion_has_the_promised_shape(opinion: dict[str, Any]) -> None:
    assert set(opinion) == OPINION_KEYS
    assert opinion["board"] in {board["slug"] for board in CAMPAIGN["boards"]}
    assert 0 < len(opinion["title"]) <= 40
    assert 20 <= len(opinion["body"]) <= 600
    assert opinion["title"] == opinion["title"].strip() and opinion["body"] == opinion["body"].strip()
    assert opinion["author"] is None or opinion["author"]
    assert 0 < opinion["days_ago"] <= 60
    assert opinion["unit"] is None or opinion["unit"] in UNIT_PATHS
    assert opinion["topic"] in TOPIC_PATHS or (opinion["topic"] is None and opinion["outcome"] == "waiting")
    assert opinion["visibility"] in {"public", "private"}
    assert opinion["group"] is None or opinion["group"] in GROUPS
    assert 0 <= opinion["supports"] <= 60


@each_opinion
def test_an_outcome_agrees_with_the_rest(opinion: dict[str, Any]) -> None:
    outcome, reply = opinion["outcome"], opinion["reply"]
    assert outcome in {"waiting", "published", "accepted", "rejected"}
    assert (opinion["reason"] in REASONS) == (outcome == "rejected")
    assert bool(opinion["note"]) == (outcome == "rejected")
    assert opinion["visibility"] == "public" or outcome != "published"
    assert opinion["supports"] == 0 or outcome == "published"
    assert opinion["unit"] is not None or outcome not in {"published", "accepted"}
    assert reply is None or outcome in {"published", "accepted"}
    if reply:
        assert reply["unit"] == opinion["unit"]
        assert len(reply["body"]) >= 60
        assert 0 < reply["days_after"] < opinion["days_ago"]


@each_opinion
def test_every_number_is_reserved(opinion: dict[str, Any]) -> None:
    everything = " | ".join((_text(opinion), opinion["note"] or "", (opinion["reply"] or {}).get("body", "")))
    for run in DIGIT_RUN.findall(everything):
        assert RESERVED.fullmatch(re.sub(r"[ -]", "", run)), run
    for plate in PLATE.findall(everything):
        assert "000" in plate, plate
    for address in re.findall(r"@\S+", everything):
        assert address.startswith("@example.com")


def test_ids_are_unique_and_in_order_of_arrival() -> None:
    assert [row["external_id"] for row in OPINIONS] == [f"demo-{n:03d}" for n in range(1, len(OPINIONS) + 1)]
    days = [row["days_ago"] for row in OPINIONS]
    assert days == sorted(days, reverse=True)
    assert days[0] > 50 and days[-1] < 1


def test_there_is_enough_of_everything() -> None:
    assert len(OPINIONS) >= 130
    assert len(_with("rejected")) >= 8 and {row["reason"] for row in _with("rejected")} == REASONS
    assert len(_with("accepted")) >= 8
    assert len(_with("waiting")) >= 15
    assert sum(row["reply"] is not None for row in OPINIONS) >= 25
    assert len({row["unit"] for row in OPINIONS} - {None}) >= 12
    assert len({row["topic"].split("/")[0] for row in OPINIONS if row["topic"]}) >= 8
    assert len({row["group"] for row in OPINIONS} - {None}) == len(GROUPS)
    assert sum(len(row["body"]) >= 350 for row in OPINIONS) >= 4
    assert {row["board"] for row in OPINIONS} == {"suggestions", "messages"}


def test_some_authors_write_again_and_some_do_not_sign() -> None:
    written = Counter(row["author"] for row in OPINIONS)
    assert written.pop(None) >= 2
    assert sum(times > 1 for times in written.values()) >= 5


def test_complaints_about_the_unit_itself_stay_private() -> None:
    about = [row for row in OPINIONS if row["about_unit"]]
    assert len(about) == 2
    for row in about:
        assert row["visibility"] == "private" and row["unit"] is not None
        assert row["outcome"] == "accepted" and row["reply"] is None
    assert ACCOUNTS["officer"]["unit"] in {row["unit"] for row in about}


@pytest.mark.parametrize("matter", MATTERS)
def test_a_matter_has_several_voices(matter: str) -> None:
    place, thing = MATTERS[matter]
    members = [
        row
        for row in OPINIONS
        if any(word in _text(row) for word in place)
        and any(word in _text(row) for word in thing)
        and row["outcome"] == "published"
    ]
    assert len({row["author"] for row in members}) >= 4


def test_near_duplicates_are_edited_copies() -> None:
    near = [share for share in _likenesses([_text(row) for row in OPINIONS]) if share >= 0.5]
    assert len(near) >= 4
    assert max(near) < 1


def test_personal_data_is_there_to_be_masked() -> None:
    kinds: Counter[str] = Counter()
    carriers = {"published": 0, "elsewhere": 0}
    for row in OPINIONS:
        found = [place.kind for place in find_personal_data(row["body"]) if place.confidence >= SURE]
        kinds.update(set(found))
        if found:
            carriers["published" if row["outcome"] == "published" else "elsewhere"] += 1
    assert sum(carriers.values()) >= 12
    assert carriers["published"] >= 4
    assert {"mobile", "plate", "address", "name", "email", "id_card", "bank_card"} <= set(kinds)


def test_replies_are_not_canned() -> None:
    assert max(_likenesses([row["reply"]["body"] for row in OPINIONS if row["reply"]])) < 0.1


def test_replies_and_notes_show_nobodys_data() -> None:
    for row in OPINIONS:
        for text in filter(None, (row["note"], (row["reply"] or {}).get("body"))):
            assert [place for place in find_personal_data(text) if place.confidence >= SURE] == []


def test_every_opinion_on_a_finished_draft_has_an_outcome_of_each_kind() -> None:
    finished = {board["slug"] for board in CAMPAIGN["boards"] if "published_day" in board}
    for row in DRAFTS:
        assert (row["adoption"] is not None) == (row["board"] in finished)
    assert {row["adoption"]["outcome"] for row in DRAFTS if row["adoption"]} == {
        "adopted",
        "partly",
        "not_adopted",
    }
    assert any(row["visibility"] == "private" for row in DRAFTS if row["adoption"])
    assert {row["board"] for row in DRAFTS} == {"voices", "bike-parking", "stalls"}
