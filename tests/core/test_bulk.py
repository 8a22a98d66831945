"""Rows of several tables inserted together: linked by their ids, and all or none."""

from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import func, select

from portal.core.bulk import IdOf, TableRow, insert_linked
from portal.core.db import db
from portal.search.models import SearchDocument
from portal.taxonomy.models import Unit

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def rows(path: str) -> list[TableRow]:
    child = {"path": f"{path}/下级", "name": "下级", "depth": 1, "parent_id": IdOf(0)}
    document = {"kind": "unit", "target_id": IdOf(1), "published_at": MOMENT, "folded": "下级"}
    return [(Unit, {"path": path, "name": path, "depth": 0}), (Unit, child), (SearchDocument, document)]


def test_each_row_takes_the_ids_of_those_before_it_and_the_defaults_of_its_model(app: Flask) -> None:
    ids = insert_linked(rows("市"))
    assert ids is not None
    upper, lower, document = ids
    assert db.session.get_one(Unit, lower).parent_id == upper
    assert db.session.get_one(Unit, lower).active is True
    assert db.session.get_one(SearchDocument, document).target_id == lower


def test_nothing_is_inserted_where_the_first_row_is_there_already(app: Flask) -> None:
    insert_linked(rows("市"))
    assert insert_linked(rows("市")) is None
    assert db.session.scalar(select(func.count()).select_from(Unit)) == 2
    assert db.session.scalar(select(func.count()).select_from(SearchDocument)) == 1
