"""The background jobs of digests: one builds it, one tells the timelines of the opinions in it."""

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from portal.core.db import db, reading
from portal.core.files import write_bytes
from portal.digests.export.pdf import can_write_pdf, write_pdf
from portal.digests.groups import group_lines
from portal.digests.models import Digest
from portal.digests.operations import complete
from portal.digests.queries import scope_of
from portal.digests.store import (
    CHECK_INPUT,
    GROUPS_NAME,
    PRINT,
    SUMMARY_NAME,
    draft_folder,
    fingerprint,
    put_in_place,
    stored_file,
)
from portal.digests.summary import summary_bytes
from portal.opinions.digested import note_digested
from portal.web.network import settings

_log = logging.getLogger(__name__)

# Timelines told in one transaction; authors with an account, and who asked for mail, are told in it too.
CHUNK = 500


def run(job_id: str, arguments: dict[str, Any], progress: Callable[[int], None]) -> None:
    """Build the digest `arguments["digest_id"]`: read, analyse, check, write its files, make them known.

    Run again, after a kill at whatever point, it comes to the one result. Raises `verify.DigestBroken` where the
    digest does not agree with itself.
    """
    from portal.digests.building import CHECKED, build
    from portal.digests.export.files import NAMES, written

    digest_id, instance_dir = arguments["digest_id"], settings().instance_dir
    with reading():
        digest = db.session.get_one(Digest, digest_id)
        built, scope = bool(digest.files), scope_of(digest, settings().timezone)
        db.session.rollback()
    if built:
        return
    document = build(scope, progress)
    with draft_folder(instance_dir, digest_id) as draft:
        files: dict[str, Any] = {}
        for name in (*written(document, draft), *_printed(document, draft)):
            files[name] = fingerprint(draft / name)
            progress(CHECKED + (100 - CHECKED) * len(files) // (len(NAMES) + 2))
        write_bytes(draft / SUMMARY_NAME, summary_bytes(document))
        write_bytes(draft / GROUPS_NAME, b"".join(group_lines(document)))
        _keep(digest_id, instance_dir, draft, files, document["counts"])


def _printed(document: dict[str, Any], draft: Path) -> list[str]:
    """Write the PDF where this machine can; what keeps it from being made keeps nobody from the other files."""
    if not can_write_pdf():
        return []
    try:
        write_pdf(document, draft / PRINT)
    except Exception:
        _log.exception("digest.pdf could not be made")
        return []
    return [PRINT]


def _keep(
    digest_id: str, instance_dir: Path, draft: Path, files: dict[str, Any], counts: dict[str, int]
) -> None:
    """Put the files in place and hand them to the session, unless another run of the same job was first.

    The row stays locked until the runner commits: two runs never exchange files between the one's folder and the
    other's checksums.
    """
    digest = db.session.get_one(Digest, digest_id, with_for_update={"of": Digest}, populate_existing=True)
    if digest.files:
        return
    put_in_place(draft, instance_dir, digest_id)
    complete(digest, files, counts)


def note_in_timelines(job_id: str, arguments: dict[str, Any], progress: Callable[[int], None]) -> None:
    """Write into the timeline of every opinion in the digest `arguments["digest_id"]` that the digest holds it.

    A few hundred in a transaction, so that nobody waits long for the write lock. Run again, it goes on where it was
    killed. Raises `NotThere` where the digest's files are gone.
    """
    digest_id = arguments["digest_id"]
    with reading():
        digest = db.session.get_one(Digest, digest_id)
        path = stored_file(settings().instance_dir, digest, CHECK_INPUT)
        number, at = digest.number, digest.published_at
        db.session.rollback()
    assert number is not None and at is not None  # it was published
    held = [opinion["id"] for opinion in json.loads(path.read_bytes())["opinions"]]
    for start in range(0, len(held), CHUNK):
        # Two runs at once take turns, so that the second finds what the first has written.
        db.session.get_one(Digest, digest_id, with_for_update={"of": Digest})
        note_digested(held[start : start + CHUNK], number, at)
        progress(100 * start // len(held))
