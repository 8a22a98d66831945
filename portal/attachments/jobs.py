"""The background jobs that make received files anew and remove files."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select

from portal.attachments.models import Attachment
from portal.attachments.operations import accept, refuse
from portal.attachments.states import Fault, FileState
from portal.attachments.store import incoming_ids, incoming_path, kept_path, make_folder, remove
from portal.config import ROOT
from portal.core.db import db, reading
from portal.core.files import replacing
from portal.web.network import settings

# More than the cleaner's own limit of processor time: for a machine that is busy.
_PATIENCE = 300
# What was received and never became a row: its request failed after the bytes were on the disk.
_FORGOTTEN_SECONDS = 24 * 3600


def clean(job_id: str, arguments: dict[str, Any], progress: Callable[[int], None]) -> None:
    """Make the file `arguments["attachment_id"]` anew, or refuse it. Run again it comes to the same."""
    instance_dir, file_id = settings().instance_dir, arguments["attachment_id"]
    with reading():
        found = db.session.get(Attachment, file_id)
        waiting = found is not None and found.state == FileState.CHECKING
        kind = found.media_type if found else ""
        db.session.rollback()
    source, target = incoming_path(instance_dir, file_id), kept_path(instance_dir, file_id)
    if waiting:
        made = _made_anew(kind, source, target) if source.is_file() else {"fault": Fault.BROKEN}
        progress(50)
        _note(file_id, target, made)
        # Only after the commit: killed before it, the job finds what it needs to run again.
        progress(90)
    source.unlink(missing_ok=True)
    _sweep(instance_dir)


def remove_files(job_id: str, arguments: dict[str, Any], progress: Callable[[int], None]) -> None:
    """Remove the files `arguments["ids"]`, bytes before rows, so that nothing stays that no row knows of."""
    for file_id in arguments["ids"]:
        remove(settings().instance_dir, file_id)
    db.session.execute(delete(Attachment).where(Attachment.id.in_(arguments["ids"])))
    db.session.flush()


def _made_anew(kind: str, source: Path, target: Path) -> dict[str, Any]:
    make_folder(target.parent)
    with replacing(target) as temporary:
        command = (sys.executable, "-m", "portal.attachments.cleaning", kind, str(source), str(temporary))
        try:
            done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            return {"fault": Fault.BROKEN}
        made: dict[str, Any] = json.loads(done.stdout) if done.returncode == 0 else {"fault": Fault.BROKEN}
    return made


def _note(file_id: str, target: Path, made: dict[str, Any]) -> None:
    attachment = db.session.get(Attachment, file_id, with_for_update=True, populate_existing=True)
    if attachment is None or "fault" in made:
        target.unlink(missing_ok=True)
        if attachment is not None:
            refuse(attachment, Fault(made["fault"]))
        return
    size = (made.get("width"), made.get("height"))
    accept(attachment, target.stat().st_size, size, made.get("found"))


def _sweep(instance_dir: Path) -> None:
    """Remove what was received long ago and belongs to no row."""
    left = incoming_ids(instance_dir, time.time() - _FORGOTTEN_SECONDS)
    with reading():
        known = (
            set(db.session.scalars(select(Attachment.id).where(Attachment.id.in_(left)))) if left else set()
        )
        db.session.rollback()
    for file_id in set(left) - known:
        remove(instance_dir, file_id)
