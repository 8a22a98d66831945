"""Topic models as files of the instance folder: loaded only where they are what was recorded. For jobs and commands."""

import logging
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from portal.moderation.learned_topics import model_path, models_folder
from portal.web.network import settings

if TYPE_CHECKING:
    from portal.analysis.topic_model import TopicModel

log = logging.getLogger(__name__)


def loaded_model(sha256: str | None) -> "TopicModel | None":
    """The recorded model; None for None, and (with a line in the log, once) where its files are not what was recorded."""
    return _loaded(settings().instance_dir, sha256) if sha256 else None


@lru_cache(maxsize=1)
def _loaded(instance_dir: Path, sha256: str) -> "TopicModel | None":
    from portal.analysis.topic_store import ModelRefused, load

    try:
        return load(model_path(instance_dir, sha256), sha256)
    except (ModelRefused, OSError) as error:
        log.error("topic model %s is not used, the lexicon suggests topics: %s", sha256[:12], error)
        return None


def keep_files(model: "TopicModel") -> str:
    """Write the model into the instance folder; the SHA-256 to be recorded."""
    from portal.analysis.topic_store import manifest_path, save

    instance_dir = settings().instance_dir
    with tempfile.TemporaryDirectory(dir=models_folder(instance_dir)) as folder:
        draft = Path(folder) / "model.npz"
        sha256 = save(model, draft)
        target = model_path(instance_dir, sha256)
        manifest_path(draft).replace(manifest_path(target))
        draft.replace(target)
    return sha256
