"""The background job that builds a digest."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from portal.core.db import db, reading
from portal.core.files import write_bytes
from portal.digests.models import Digest
from portal.digests.queries import scope_of
from portal.digests.store import SUMMARY_NAME, draft_folder, fingerprint, put_in_place
from portal.digests.summary import summary_bytes
from portal.web.network import settings


def run(job_id: str, arguments: dict[str, Any], progress: Callable[[int], None]) -> None:
    """Build the digest `arguments["digest_id"]`: read, analyse, check, write its files, make them known.

    Run again, after a kill at whatever point, it comes to the one result. Raises `verify.DigestBroken` where the
    digest does not agree with itself.
    """
    from portal.digests.building import CHECKED, build
    from portal.digests.export.files import WRITERS

    digest_id, instance_dir = arguments["digest_id"], settings().instance_dir
    with reading():
        digest = db.session.get_one(Digest, digest_id)
        built, scope = bool(digest.files), scope_of(digest, settings().timezone)
        db.session.rollback()
    if built:
        return
    document = build(scope, progress)
    with draft_folder(instance_dir, digest_id) as draft:
        for number, (name, write) in enumerate(WRITERS.items(), start=1):
            write(document, draft / name)
            progress(CHECKED + (100 - CHECKED) * number // (len(WRITERS) + 1))
        files = {name: fingerprint(draft / name) for name in WRITERS}
        write_bytes(draft / SUMMARY_NAME, summary_bytes(document))
        _keep(digest_id, instance_dir, draft, files, document["counts"])


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
    digest.files, digest.counts = files, counts
    db.session.flush()
