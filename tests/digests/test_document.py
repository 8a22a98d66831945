"""The document itself: complete, checked, and the same every time."""

import copy
import json
import random
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.digests.document import Document, json_bytes
from portal.digests.schema_check import SCHEMA_FILE, validate_document
from portal.digests.verify import verify_document
from tests.digests.example import MESSAGES, example, message, single


def test_the_example_is_valid_and_verifies() -> None:
    assert validate_document(example()) == []
    assert verify_document(example()) == []


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))


def test_every_key_of_the_contract_is_there() -> None:
    document = example()
    keys = {"schema", "generated_at", "scope", "counts", "aspects", "matters", "single_ids", "opinions"}
    assert keys <= set(document)
    assert {"id", "title", "opinion_ids", "distinct_authors", "matter_ids"} <= set(document["aspects"][0])
    matter = {"id", "title", "keywords", "opinion_ids", "distinct_authors", "quotes"}
    assert matter <= set(document["matters"][0])
    assert {"opinion_id", "start", "end", "text"} <= set(document["matters"][0]["quotes"][0])
    assert document["opinions"][0]["text"] == MESSAGES[0].title + "\n" + MESSAGES[0].body


def test_the_order_of_the_input_does_not_matter() -> None:
    expected = json_bytes(example())
    for seed in range(5):
        shuffled = list(MESSAGES)
        random.Random(seed).shuffle(shuffled)
        assert json_bytes(example(messages=shuffled)) == expected


def test_authors_are_numbers_and_nobody_is_named() -> None:
    document = example(messages=[message(1, "t", "b", "张三"), message(2, "t", "b", "李四"), *MESSAGES[2:]])
    assert [opinion["author"] for opinion in document["opinions"]] == [1, 2, None, 3, None]
    assert "张三" not in json_bytes(document).decode()


def test_sources_count_every_opinion_once() -> None:
    sources = example()["sources"]
    assert [(tally["name"], tally["opinion_ids"]) for tally in sources["channels"]] == [
        ("网上", ["m1", "m2"]),
        ("座谈会", ["m3"]),
        (None, ["m4", "m5"]),
    ]


def test_a_lone_surrogate_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="m1"):
        single("\ud800")


def test_added_keys_are_allowed() -> None:
    document = example()
    document["later"] = document["aspects"][0]["later"] = document["opinions"][0]["later"] = 1
    assert verify_document(document) == []


Change = Callable[[Document], Any]
FAULTS: dict[str, Change] = {
    "a counter": lambda d: d["counts"].update(received=10),
    "counted": lambda d: d["counts"].update(counted=4, rejected=3),
    "an aspect's count": lambda d: d["aspects"][0].update(count=4),
    "an aspect's share": lambda d: d["aspects"][0].update(share=0.61),
    "an aspect's authors": lambda d: d["aspects"][0].update(distinct_authors=3),
    "an aspect's unsigned": lambda d: d["aspects"][0].update(unsigned=0),
    "a matter's authors": lambda d: d["matters"][0].update(distinct_authors=1),
    "an unknown opinion": lambda d: d["matters"][0]["opinion_ids"].append("m99"),
    "an opinion twice": lambda d: d["aspects"][0]["opinion_ids"].append("m1"),
    "an unknown matter": lambda d: d["aspects"][0]["matter_ids"].append("t9"),
    "an opinion in no aspect": lambda d: d["aspects"][1]["opinion_ids"].remove("m5"),
    "a single in a matter": lambda d: d["single_ids"].append("m1"),
    "an opinion nowhere": lambda d: d["single_ids"].remove("m4"),
    "an aspect's singles": lambda d: d["aspects"][1]["single_ids"].remove("m4"),
    "a quote moved": lambda d: d["matters"][0]["quotes"][0].update(start=0),
    "a quote edited": lambda d: d["matters"][0]["quotes"][0].update(text="小区西门的路灯坏了三个月。"),
    "a quote's hash": lambda d: d["matters"][0]["quotes"][0].update(sha256="0" * 64),
    "a quote from outside": lambda d: d["matters"][0]["quotes"][0].update(opinion_id="m4"),
    "an aspect's quote moved": lambda d: d["aspects"][1]["quotes"][0].update(start=0),
    "an aspect's quote from outside": lambda d: d["aspects"][1]["quotes"][0].update(opinion_id="m2"),
    "a text edited": lambda d: d["opinions"][3].update(text="公交末班太早\n没事"),
    "a title edited": lambda d: d["opinions"][3].update(title="公交"),
    "an id twice": lambda d: d["opinions"].append(copy.deepcopy(d["opinions"][0])),
    "an aspect twice": lambda d: d["aspects"].append(copy.deepcopy(d["aspects"][0])),
    "a matter twice": lambda d: d["matters"].append(copy.deepcopy(d["matters"][0])),
    "a channel's ids": lambda d: d["sources"]["channels"][0]["opinion_ids"].remove("m1"),
    "a channel lost": lambda d: d["sources"]["channels"].pop(),
    "the sources' authors": lambda d: d["sources"].update(distinct_authors=5),
    "an answer forgotten": lambda d: d["answered_ids"].clear(),
    "a key lost": lambda d: d.pop("matters"),
    "a wrong type": lambda d: d["opinions"][0].update(support="12"),
    "a long title": lambda d: d["aspects"][0].update(title="长" * 41),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_verify_finds(fault: str) -> None:
    document = example()
    FAULTS[fault](document)
    assert verify_document(document)


def test_a_document_made_before_aspects_had_quotes_still_holds() -> None:
    document = example()
    for aspect in document["aspects"]:
        del aspect["quotes"]
    assert verify_document(document) == []


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), st.lists, max_leaves=5))
def test_anything_else_is_a_list_of_problems(value: object) -> None:
    assert verify_document(value)
    assert verify_document({**example(), "aspects": value}) or value == []


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=200))
def test_any_text_goes_through_json_unharmed(text: str) -> None:
    document = json.loads(json_bytes(single(text)))
    assert document["opinions"][0]["text"] == "题\n" + text
    assert verify_document(document) == []
