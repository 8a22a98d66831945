"""Every migration up and down on both databases, with rows in the tables; the head equals the models."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade

from migrations.env_rules import include_object
from portal import create_app
from portal.accounts.queries import folded_name
from portal.comments.reasons import CommentReason
from portal.config import ROOT
from portal.core.db import db
from portal.web.health import migration_head
from tests.conftest import SECRETS, settings_for
from tests.kit.databases import NAMES, postgresql_database, sqlite_database

# A row for each table that exists after the first migration, with what its constraints ask for.
MOMENT = "2026-01-01 00:00:00+00:00"
ROWS = {
    "campaign": "INSERT INTO campaign (id, slug, title, purpose, created_at) VALUES (1, 'c', 'c', '', :moment)",
    "board": "INSERT INTO board (id, campaign_id, slug, kind, title, description, who_may_post, moderation, position)"
    " VALUES (1, 1, 'b', 'forum', 'b', '', 'anonymous', 'pre', 0)",
    "opinion_case": "INSERT INTO opinion_case (id, board_id, channel, title, body, submitted_at, visibility)"
    " VALUES (1, 1, 'online', '原题', '原文', :moment, 'public')",
    "opinion": "INSERT INTO opinion (id, public_id, case_id, board_id, campaign_id, title, body, body_html, excerpt,"
    " visibility, state, public_state, needs_review, submitted_at, support_count, version)"
    " VALUES (1, 'p', 1, 1, 1, '原题', '原文', '', '', 'public', 'waiting', 'waiting', true, :moment, 0, 1)",
    "audit_event": "INSERT INTO audit_event (id, at, action, actor_name, target_kind, target_id, details)"
    " VALUES (1, :moment, 'x', '', 'x', '1', '{}')",
    "search_document": "INSERT INTO search_document (id, kind, target_id, published_at, folded)"
    " VALUES (1, 'opinion', 1, :moment, '原文')",
}


@pytest.fixture(params=NAMES)
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database without tables."""
    if request.param == "sqlite":
        databases = iter([sqlite_database(tmp_path)])
    else:
        databases = postgresql_database(tmp_path)
    database = next(databases)
    app = create_app(settings_for(tmp_path, database.url))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    next(databases, None)


def revisions() -> list[str]:
    """All migrations, the oldest first."""
    script = ScriptDirectory(str(ROOT / "migrations"))
    return [revision.revision for revision in reversed(list(script.walk_revisions()))]


def fill() -> None:
    with db.engine.begin() as connection:
        for statement in ROWS.values():
            connection.execute(sa.text(statement), {"moment": MOMENT} if ":moment" in statement else {})


def counts() -> dict[str, int]:
    with db.engine.connect() as connection:
        return {name: connection.scalar(sa.text(f"SELECT count(*) FROM {name}")) or 0 for name in ROWS}


def test_each_migration_up_and_down_with_rows(fresh: Flask) -> None:
    first, *others = revisions()
    upgrade(revision=first)
    fill()
    for revision in others:
        upgrade(revision=revision)
    assert counts() == dict.fromkeys(ROWS, 1)
    for revision in reversed([first, *others[:-1]]):
        downgrade(revision=revision)
    assert counts() == dict.fromkeys(ROWS, 1)
    upgrade()
    assert counts() == dict.fromkeys(ROWS, 1)


def test_down_to_nothing_and_up_again(fresh: Flask) -> None:
    upgrade()
    downgrade(revision="base")
    left = set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}
    assert not left
    upgrade()


def test_machines_that_start_together_migrate_one_after_the_other(fresh: Flask, tmp_path: Path) -> None:
    url = db.engine.url.render_as_string(hide_password=False)
    environment = {**os.environ, **SECRETS, "DATABASE_URL": url, "INSTANCE_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"]
    started = [
        subprocess.Popen(command, cwd=ROOT, env=environment, text=True, stderr=subprocess.PIPE)
        for _number in range(3)
    ]
    said = [process.communicate(timeout=300)[1] for process in started]
    assert [process.returncode for process in started] == [0, 0, 0], said
    with db.engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == migration_head()


def test_the_head_equals_the_models(fresh: Flask) -> None:
    upgrade()
    with db.engine.connect() as connection:
        options = {"compare_type": True, "include_object": include_object}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, db.metadata) == []
        assert context.get_current_revision() == migration_head()


def test_the_head_has_the_constraints_of_the_models(fresh: Flask) -> None:
    """The comparison above does not look at CHECK constraints, and SQLite rebuilds tables with those it is told of."""
    upgrade()
    wanted = {
        str(rule.name)
        for table in db.metadata.tables.values()
        for rule in table.constraints
        if isinstance(rule, sa.CheckConstraint)
    }
    inspector = sa.inspect(db.engine)
    found = {
        str(rule["name"]) for table in db.metadata.tables for rule in inspector.get_check_constraints(table)
    }
    assert found == wanted


def test_the_head_has_the_triggers(fresh: Flask) -> None:
    """SQLite loses triggers when a table is rebuilt: whoever rebuilds one must put them back."""
    upgrade()
    names = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if db.engine.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with db.engine.connect() as connection:
        found = set(connection.scalars(sa.text(names)))
    assert {"opinion_case_original", "opinion_addition_original", "opinion_comment_original"} <= found
    for table in ("audit_event", "audit_seal"):
        assert any(name.startswith(f"{table}_no_") for name in found), table


def test_digests_built_before_are_numbered_in_order(fresh: Flask) -> None:
    upgrade(revision="0013")
    fill()
    states = {"a": "done", "b": "failed", "c": "done"}
    with db.engine.begin() as connection:
        for day, (name, state) in enumerate(states.items(), start=1):
            values = {"name": name, "state": state, "moment": f"2026-01-0{day} 00:00:00+00:00"}
            connection.execute(
                sa.text(
                    "INSERT INTO job (id, kind, arguments, state, percent, attempts, created_at, heartbeat_at, finished_at)"
                    " VALUES (:name, 'digest', '{}', :state, 100, 1, :moment, :moment, :moment)"
                ),
                values,
            )
            connection.execute(
                sa.text(
                    "INSERT INTO digest (id, job_id, campaign_id, created_at, files, counts)"
                    " VALUES (:name, :name, 1, :moment, '{}', '{}')"
                ),
                {key: values[key] for key in ("name", "moment")},
            )
    upgrade()
    with db.engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT id, number, published_at FROM digest ORDER BY id")).all()
    assert [row[:2] for row in rows] == [("a", 1), ("b", None), ("c", 2)]
    # What had a number stays published, on the day on which it was built.
    assert [str(row[2])[:10] for row in rows] == ["2026-01-01", "None", "2026-01-03"]
    downgrade(revision="0013")
    upgrade()


def test_names_in_full_width_letters_are_those_that_people_type(fresh: Flask) -> None:
    upgrade(revision="0020")
    names = ["ｌｉ", "li", "ＷＡＮＧ", "wang-2", "赵", "ﷺ" * 40]
    with db.engine.begin() as connection:
        for name in names:
            connection.execute(
                sa.text(
                    "INSERT INTO user_account (username, display_name, password_hash, active, created_at)"
                    " VALUES (:name, '', '', true, :moment)"
                ),
                {"name": name, "moment": MOMENT},
            )
    upgrade()
    with db.engine.connect() as connection:
        found = list(connection.scalars(sa.text("SELECT username FROM user_account ORDER BY id")))
    # Two have one name now: the older of them gets a number, and who looks after the site reads of it.
    assert found[:5] == ["li-2", "li", "wang", "wang-2", "赵"]
    assert len(found[5]) == 39 and all(folded_name(name) == name for name in found)
    downgrade(revision="0020")
    upgrade()


def test_opinions_on_drafts_whose_table_was_published_are_answered(fresh: Flask) -> None:
    first = revisions()[0]
    upgrade(revision=first)
    fill()
    upgrade(revision="0022")
    decided = (
        "UPDATE opinion SET state = 'accepted', public_state = 'accepted', decided_at = :moment WHERE id = 1"
    )
    published = "INSERT INTO consultation (board_id, text, short_reason, outcome_published_at) VALUES (1, 'x', '', :moment)"
    adopted = "INSERT INTO adoption (opinion_id, outcome, reason, at, version) VALUES (1, 'adopted', 'x', :moment, 1)"
    with db.engine.begin() as connection:
        for statement in (decided, published, adopted):
            connection.execute(sa.text(statement), {"moment": MOMENT})
    upgrade(revision="0023")
    with db.engine.connect() as connection:
        row = connection.execute(sa.text("SELECT public_state, answered_at FROM opinion")).one()
    assert row[0] == "answered" and str(row[1]).startswith("2026-01-01")


def test_comments_refused_before_have_reasons_for_comments(fresh: Flask) -> None:
    upgrade(revision=revisions()[0])
    fill()
    upgrade(revision="0023")
    refused = (
        "INSERT INTO opinion_comment (id, public_id, opinion_id, body, body_html, masks, state, needs_review, submitted_at,"
        " reason, note, form_key_hash, version)"
        " VALUES (:number, :reason, 1, '', '', '[]', 'rejected', false, :moment, :reason, '', :reason, 1)"
    )
    with db.engine.begin() as connection:
        for number, reason in enumerate(("unclear", "out_of_scope", "duplicate", "not_lawful")):
            connection.execute(sa.text(refused), {"number": number, "reason": reason, "moment": MOMENT})
    upgrade()
    with db.engine.connect() as connection:
        found = list(connection.scalars(sa.text("SELECT reason FROM opinion_comment ORDER BY id")))
    assert found == ["other", "off_topic", "duplicate", "not_lawful"] and set(found) <= set(CommentReason)
