"""The real messages: all of them, replies included, in one go."""

import json
import re
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from portal.casework.models import Reply
from portal.core.db import db
from portal.core.text import clean_block, clean_line
from portal.opinions.models import Case, Opinion
from portal.search.queries import search
from tests.factories.campaigns import make_board
from tests.kit.shared_data import rows as shared_rows
from tests.kit.shared_data import shared


def test_all_real_messages_come_in_with_their_replies(app: Flask, tmp_path: Path) -> None:
    make_board("messages")
    messages = shared("messages_answered.csv")
    arguments = ["opinions", "import", str(messages), "--board", "messages", "--published", "--json"]
    first = app.test_cli_runner().invoke(args=[*arguments, "--refused", str(tmp_path / "refused.csv")])
    assert first.exit_code == 0, first.output
    result = json.loads(first.stdout)
    assert (result["imported"], result["replies"], result["refused"], result["known"]) == (2816, 2816, 0, 0)
    published = select(func.count()).select_from(Opinion).where(Opinion.state == "published")
    assert db.session.scalar(published) == 2816
    assert (
        db.session.scalar(select(func.count()).select_from(Reply).where(Reply.state == "published")) == 2816
    )
    rows = {row["id"]: row for row in shared_rows("messages_answered.csv")}
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
