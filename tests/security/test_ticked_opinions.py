"""我反映的就是这个单位 (requirement A9): the unit complained of, and those below it, must not even see that there is one.

What they can open is compared before and after: pages, lists, filters, counts, files, digests. A leak to whom one complains
of is the worst that can happen.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask

from portal.core.clock import now
from portal.core.db import db
from portal.core.rights import UNIT_ROLES, Actor, Grant, Role
from portal.digests.models import Digest
from portal.opinions.models import Case, Opinion
from portal.opinions.operations import assign
from portal.opinions.receipt_states import Rating
from portal.opinions.receipts import add_information, rate
from portal.opinions.states import OpinionState
from portal.taxonomy.models import Unit
from tests.factories.accounts import make_user
from tests.factories.attachments import make_attachment
from tests.factories.casework import make_reply
from tests.factories.digests import make_digest
from tests.factories.opinions import keys, make_opinion
from tests.factories.taxonomy import make_topic, make_unit
from tests.kit.client import PageClient
from tests.security.test_authorization_matrix import MATRIX, OWN, World

MARK = "小王说食堂里有老鼠"
STATES = (OpinionState.WAITING, OpinionState.HELD, OpinionState.ACCEPTED, OpinionState.REJECTED)
FILTERS = (
    "/desk/casework?answered=all", "/desk/casework?answered=yes", "/desk/casework?unit={own}&answered=all",
    "/desk/casework?topic={topic}&answered=all", "/desk/casework?board=suggestions&answered=all",
    "/search?q=食堂里有老鼠", "/search?q=老鼠&unit=市/甲局", "/search?unit=市/甲局", "/search?topic=交通",
    "/units/市", "/units/市/甲局", "/boards/suggestions?sort=supported", "/me", "/me/notices",
)  # fmt: skip
# What differs from one answer to the next by itself.
_PASSING = re.compile(
    r'name="form_key"[^>]*|"made_at": "[^"]*"|'
    r'nonce="[^"]*"|name="csrf_token"[^>]*|[0-9A-F]{8}(?=\D{0,40}</)|value="[\w.-]{60,}"'
)
# The number of all that came in, on public pages, counts what is not public too; it names no unit.
_RECEIVED = re.compile(r"收到[^<]*(<[^>]*>[^<]*)*?\d+[^<]*条")


def readers(app: Flask, complained: Unit, below: Unit) -> dict[str, PageClient]:
    """Everybody of the unit, somebody of one below it, and somebody from outside."""
    people = {"visitor": PageClient(app)}
    for role, unit in [*((role, complained) for role in UNIT_ROLES), (Role.OFFICER, below)]:
        name = f"{role} of {unit.path}"
        people[name] = PageClient(app).as_user(make_user(name[:40], Grant(role, unit.path)))
    return people


def pages(
    app: Flask, people: dict[str, PageClient], patterns: list[str], values: dict[str, Any]
) -> Iterator[tuple[tuple[str, str], str]]:
    """(Who, address) and what they read there."""
    for name, reader in people.items():
        for pattern in patterns:
            path = pattern.format(**values)
            response = reader._open(path)
            text = response.get_data().decode(errors="replace")
            yield (name, path), f"{response.status_code} {_RECEIVED.sub('', _PASSING.sub('', text))}"


def digested(people: list[Actor], units: list[Unit], folder: Path) -> list[dict[str, Any]]:
    """What digests of the units hold: the documents, without their own number and time."""
    documents = []
    for actor, unit in zip(people, units, strict=True):
        digest: Digest = make_digest(actor, unit=unit)
        files = folder / "digests" / digest.id
        assert not [path for path in files.iterdir() if MARK.encode() in path.read_bytes()]
        document = json.loads((files / "analysis-check-input.json").read_bytes())
        documents.append({name: document[name] for name in ("counts", "opinions", "aspects", "matters")})
    return documents


def complain(unit: Unit, other: Unit, state: OpinionState) -> Opinion:
    """Somebody complains of `unit`; where it is accepted `other` deals with it, with all that can happen then."""
    opinion = make_opinion(
        title=MARK, body=f"{MARK}，请查一查。", complained=unit, topic=make_topic("交通"), state=state, contact="13812345678"
    )  # fmt: skip
    assert db.session.get_one(Case, opinion.case_id).complained_unit_id == unit.id
    make_attachment(opinion, released=True)
    if state is OpinionState.ACCEPTED:
        assign(opinion, other, make_topic("交通"))
        make_reply(opinion, body=f"关于{MARK}一事，已经查实。")
        add_information(opinion, f"{MARK}，昨天又有", "0123456789abcdee", Actor(), keys())
        rate(opinion, Rating.UNSOLVED, MARK, "0123456789abcdef", Actor(), keys(), now().date())
    db.session.commit()
    return opinion


def test_nothing_the_unit_can_open_is_another_than_before(app: Flask, world: World) -> None:
    own, below, other = make_unit(OWN), make_unit(f"{OWN}/窗口"), make_unit("市/乙局")
    people = readers(app, own, below)
    actors = [make_user(f"{Role.OFFICER} of {unit.path}").actor() for unit in (own, below)]
    folder = Path(app.extensions["portal_settings"].instance_dir)
    values = {**vars(world), "own": own.id, "topic": make_topic("交通").id}
    reading = [rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    patterns = [MATRIX[name][0] for name in reading if not name.startswith("health.")]
    documents = digested(actors, [own, below], folder)
    before = dict(pages(app, people, [*patterns, *FILTERS], values))
    named = [complain(own, other, state).public_id for state in STATES]
    after = dict(pages(app, people, [*patterns, *FILTERS], values))
    wrong = [f"{where} is another page than before" for where in before if after[where] != before[where]]
    theirs = PageClient(app).as_user(make_user("other unit", Grant(Role.OFFICER, other.path)))
    assert MARK in theirs.get("/desk/casework?answered=all").main
    of_one = [
        one for one in patterns if any(name in one for name in ("{opinion}", "{waiting}", "{on_draft}"))
    ]
    for public_id in named:
        about = {**values, "opinion": public_id, "waiting": public_id, "on_draft": public_id}
        wrong += [f"{where} tells it" for where, text in pages(app, people, of_one, about) if MARK in text]
    assert digested(actors, [own, below], folder) == documents
    assert not wrong, "\n".join(wrong)
