"""Hundreds of naughty strings in opinions, unharmed in every file of a digest."""

import json
from pathlib import Path

import docx
import openpyxl
from flask import Flask

from portal.core.cells import unguard_formula
from portal.core.db import db
from portal.core.rights import Role
from portal.core.text import clean_block
from portal.digests.export.wording import visible
from portal.digests.verify import verify_document
from portal.opinions.models import Case, Opinion
from portal.opinions.states import OpinionState
from tests.factories.accounts import actor_with
from tests.factories.campaigns import make_board
from tests.factories.digests import make_digest
from tests.factories.opinions import make_opinion
from tests.security.naughty import NAUGHTY

# As much as fits one cell of a sheet, whatever is in it.
LONGEST = 16_000


def test_every_string_comes_out_of_every_file_as_it_was_stored(app: Flask) -> None:
    board = make_board()
    texts = [text for text in (clean_block(one)[:LONGEST] for one in NAUGHTY) if text.strip()]
    for text in texts:
        make_opinion(board, OpinionState.PUBLISHED, title="一条意见", body=text)
    stored = {one.public_id: one.body for one in db.session.query(Opinion)}
    assert sorted(case.body for case in db.session.query(Case)) == sorted(texts)
    digest = make_digest(actor_with(Role.COORDINATOR))
    folder = Path(app.extensions["portal_settings"].instance_dir) / "digests" / digest.id

    document = json.loads((folder / "analysis-check-input.json").read_bytes())
    assert verify_document(document) == []
    assert {one["id"]: one["text"].split("\n", 1)[1] for one in document["opinions"]} == stored

    sheet = openpyxl.load_workbook(folder / "digest.xlsx")["全部意见"].iter_rows(values_only=True)
    header = [str(cell) for cell in next(sheet)]
    rows = [dict(zip(header, row, strict=True)) for row in sheet]
    in_sheet = {str(row["意见编号"]): unguard_formula(str(row["原文"])) for row in rows}
    assert in_sheet == {name: visible(text) for name, text in stored.items()}

    paper = "\n".join(paragraph.text for paragraph in docx.Document(str(folder / "digest.docx")).paragraphs)
    flat = "".join(paper.split())
    missing = [text[:40] for text in stored.values() if "".join(visible(text).split()) not in flat]
    assert missing == []
