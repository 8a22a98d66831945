"""The job that builds a digest: whole or absent, once, whatever happens in between."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, current_app

from portal.core.db import db
from portal.core.rights import Role
from portal.digests import building, jobs
from portal.digests.export.pdf import can_write_pdf
from portal.digests.models import Digest
from portal.digests.store import digest_folder
from portal.jobs import operations as job_operations
from portal.jobs.models import Job
from portal.moderation.learned_topics import model_path
from portal.opinions.states import OpinionState
from tests.factories.accounts import actor_with
from tests.factories.digests import build_digest, make_digest
from tests.factories.opinions import make_opinion
from tests.factories.taxonomy import make_topic
from tests.factories.topic_models import use_model

NAMES = {"analysis-check-input.json", "digest.xlsx", "digest.docx", "digest.csv"}
if can_write_pdf():
    NAMES |= {"digest.pdf"}
COORDINATOR = actor_with(Role.COORDINATOR)


def instance() -> Path:
    folder: Path = current_app.extensions["portal_settings"].instance_dir
    return folder


def waiting_digest() -> Digest:
    make_opinion(state=OpinionState.PUBLISHED, title="加装电梯")
    make_opinion(state=OpinionState.WAITING)
    return make_digest(COORDINATOR, built=False)


def state_of(digest: Digest) -> str:
    db.session.expire_all()
    return db.session.get_one(Job, digest.job_id).state


def left_overs(digest: Digest) -> list[Path]:
    return list((instance() / "digests").glob(f".{digest.id}*"))


def test_job_writes_files_with_their_checksums_and_the_counts(app: Flask) -> None:
    digest = waiting_digest()
    build_digest(digest.job_id)
    assert state_of(digest) == "done"
    folder = digest_folder(instance(), digest.id)
    assert set(digest.files) == NAMES
    for name, facts in digest.files.items():
        content = (folder / name).read_bytes()
        assert facts == {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    assert digest.counts["received"] == 2 and digest.counts["counted"] == 1
    assert not left_overs(digest)
    assert folder.stat().st_mode & 0o077 == 0 and folder.parent.stat().st_mode & 0o077 == 0


def test_summary_says_what_the_document_says(app: Flask) -> None:
    digest = waiting_digest()
    build_digest(digest.job_id)
    folder = digest_folder(instance(), digest.id)
    summary = json.loads((folder / "summary.json").read_bytes())
    document = json.loads((folder / "analysis-check-input.json").read_bytes())
    assert summary["counts"] == document["counts"]
    assert [aspect["count"] for aspect in summary["aspects"]] == [a["count"] for a in document["aspects"]]


@pytest.mark.parametrize("lost", [False, True])
def test_the_model_in_use_says_the_topics_that_nobody_said(app: Flask, lost: bool) -> None:
    # As many messages as no other test learns from: what was once loaded stays in memory under its hash.
    sha256 = use_model(51 if lost else 54)
    if lost:
        model_path(instance(), sha256).unlink()
    told = make_topic("民政/社会救助")
    make_opinion(state=OpinionState.PUBLISHED, topic=told, title="公交车司机", body="一路打电话。")
    silent = {"title": "二号线的客车", "body": "司机一路打电话，希望增加车次。"}
    make_opinion(state=OpinionState.PUBLISHED, topic=None, **silent)
    digest = make_digest(COORDINATOR)
    document = json.loads((digest_folder(instance(), digest.id) / "analysis-check-input.json").read_bytes())
    assert document["topic_model"] == (None if lost else sha256)
    paths = {path.partition("/")[0] for aspect in document["aspects"] for path in aspect["topic_paths"]}
    # The lexicon takes the line for one of a town's, the model learned otherwise.
    assert paths == {"民政", "城乡建设" if lost else "交通运输"}


def test_job_run_again_changes_nothing(app: Flask) -> None:
    digest = waiting_digest()
    build_digest(digest.job_id)
    before = dict(digest.files)
    make_opinion(state=OpinionState.PUBLISHED, title="后来的")
    jobs.run(digest.job_id, {"digest_id": digest.id}, lambda percent: None)
    db.session.commit()
    db.session.refresh(digest)
    assert digest.files == before and digest.counts["counted"] == 1


def test_killed_between_the_rename_and_the_commit_runs_again_to_one_result(app: Flask) -> None:
    digest = waiting_digest()
    folder = digest_folder(instance(), digest.id)
    folder.mkdir(parents=True)
    (folder / "digest.docx").write_text("of the run that was killed")
    draft = folder.parent / f".{digest.id}.killed"
    draft.mkdir()
    (draft / "digest.docx").write_text("half")
    build_digest(digest.job_id)
    assert state_of(digest) == "done" and not left_overs(digest)
    content = (folder / "digest.docx").read_bytes()
    assert digest.files["digest.docx"]["sha256"] == hashlib.sha256(content).hexdigest()


def test_run_that_lost_its_claim_leaves_no_row_changed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = waiting_digest()
    monkeypatch.setattr(job_operations, "finish", lambda held: False)
    build_digest(digest.job_id)
    assert state_of(digest) == "running"
    db.session.refresh(digest)
    assert digest.files == {} and digest.counts == {}


def test_second_run_to_finish_leaves_the_files_of_the_first(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = waiting_digest()
    digest_id, inner = digest.id, jobs._keep

    def overtaken(*arguments: Any) -> None:
        monkeypatch.setattr(jobs, "_keep", inner)
        jobs.run("other", {"digest_id": digest_id}, lambda percent: None)
        db.session.commit()
        inner(*arguments)

    monkeypatch.setattr(jobs, "_keep", overtaken)
    jobs.run("this", {"digest_id": digest_id}, lambda percent: None)
    db.session.commit()
    content = (digest_folder(instance(), digest_id) / "digest.docx").read_bytes()
    digest = db.session.get_one(Digest, digest_id)
    assert digest.files["digest.docx"]["sha256"] == hashlib.sha256(content).hexdigest()


def test_digest_that_does_not_agree_with_itself_is_not_handed_out(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = waiting_digest()
    honest = building.build_document

    def wrong(**arguments: Any) -> dict[str, Any]:
        document = honest(**arguments)
        document["counts"]["received"] += 1
        return document

    monkeypatch.setattr(building, "build_document", wrong)
    build_digest(digest.job_id)
    assert state_of(digest) == "failed"
    job = db.session.get_one(Job, digest.job_id)
    assert job.error and "汇总自查没有通过" in job.error
    assert digest.files == {} and not digest_folder(instance(), digest.id).exists() and not left_overs(digest)


def test_nothing_is_held_while_computing_and_progress_only_rises(app: Flask) -> None:
    digest = waiting_digest()
    digest_id, seen = digest.id, []
    db.session.rollback()

    def progress(percent: int) -> None:
        assert not db.session().in_transaction()
        seen.append(percent)

    jobs.run("one", {"digest_id": digest_id}, progress)
    db.session.commit()
    assert seen == sorted(set(seen)) and seen[0] == 10 and 70 in seen and 90 < seen[-1] < 100


def test_failed_writer_leaves_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.digests.export import files

    def full(document: Any, path: Path) -> None:
        raise OSError(28, "No space left on device")

    digest = waiting_digest()
    monkeypatch.setattr(files, "write_docx", full)
    build_digest(digest.job_id)
    assert state_of(digest) == "failed"
    assert digest.files == {} and not digest_folder(instance(), digest.id).exists() and not left_overs(digest)


def test_web_worker_loads_nothing_heavy() -> None:
    heavy = ["numpy", "scipy", "docx", "xlsxwriter", "openpyxl", "rjieba", "jsonschema"]
    code = f"import sys, portal.digests.desk, portal.digests.cli; print([n for n in {heavy} if n in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
