"""The real messages: all of them, replies included, in one go."""

import csv
import json
import os
import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.casework.models import Reply
from portal.core.db import db
from portal.core.text import clean_block, clean_line
from portal.opinions.models import Case, Opinion
from portal.search.queries import search
from tests.factories.campaigns import make_board

SHARED = Path(os.environ.get("SHARED_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data")
MESSAGES = SHARED / "messages_answered.csv"


@pytest.mark.skipif(not MESSAGES.exists(), reason=f"{MESSAGES} is not there (SHARED_DATA names its folder)")
def test_all_real_messages_come_in_with_their_replies(app: Flask, tmp_path: Path) -> None:
    make_board("messages")
    arguments = ["opinions", "import", str(MESSAGES), "--board", "messages", "--published", "--json"]
    first = app.test_cli_runner().invoke(args=[*arguments, "--refused", str(tmp_path / "refused.csv")])
    assert first.exit_code == 0, first.output
    result = json.loads(first.stdout)
    assert (result["imported"], result["replies"], result["refused"], result["known"]) == (2816, 2816, 0, 0)
    published = select(func.count()).select_from(Opinion).where(Opinion.state == "published")
    assert db.session.scalar(published) == 2816
    assert (
        db.session.scalar(select(func.count()).select_from(Reply).where(Reply.state == "published")) == 2816
    )
    with MESSAGES.open(encoding="utf-8-sig", newline="") as stream:
        rows = {row["id"]: row for row in csv.DictReader(stream)}
    for case in db.session.scalars(select(Case)):
        row = rows.pop(case.external_id or "")
        # A spreadsheet program once wrote the carriage returns of these texts as “_x000D_”; readers undo that.
        body = re.sub(r"_x000D_\n?", "\n", row["body"])
        assert (case.title, case.body) == (clean_line(row["title"]), clean_block(body))
    assert rows == {}
    assert len(search("物业", kind="opinion").rows) == 25
    again = app.test_cli_runner().invoke(args=arguments)
    assert json.loads(again.stdout)["known"] == 2816
    assert db.session.scalar(select(func.count()).select_from(Opinion)) == 2816
