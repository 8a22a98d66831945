"""Static files, served by WhiteNoise under names that carry a hash of their content, so they may be kept for ever.

What is text is also kept compressed, in a folder of the site's own: a phone then loads a fifth of it.
"""

import gzip
import hashlib
import re
from pathlib import Path

from flask import Flask
from whitenoise import WhiteNoise

from portal.core.files import write_bytes

PREFIX = "/static/"
_HASHED = re.compile(r"\.[0-9a-f]{12}\.[a-z0-9]+$")
_TEXT = frozenset({".css", ".js", ".svg", ".txt"})
# Smaller files fit into one packet anyway.
_WORTH_IT = 1000


def _hashed_name(path: Path, data: bytes, root: Path) -> str:
    digest = hashlib.sha256(data).hexdigest()[:12]
    relative = path.relative_to(root)
    return relative.with_name(f"{relative.stem}.{digest}{relative.suffix}").as_posix()


def install(app: Flask, root: Path, folder: Path) -> None:
    """Serve the files below `root` and give templates `asset('css/site.css')`; compressed copies are kept in `folder`."""
    server = WhiteNoise(
        app.wsgi_app, max_age=300, immutable_file_test=lambda _path, url: bool(_HASHED.search(url))
    )
    names: dict[str, str] = {}
    for path in sorted(item for item in root.rglob("*") if item.is_file() and item.suffix != ".gz"):
        data = path.read_bytes()
        plain, hashed = path.relative_to(root).as_posix(), _hashed_name(path, data, root)
        names[plain] = PREFIX + hashed
        # The plain name stays: a stylesheet may name a file beside it.
        server.add_file_to_dictionary(PREFIX + plain, str(path))
        server.add_file_to_dictionary(PREFIX + hashed, str(_with_compressed(path, data, folder / hashed)))
    app.wsgi_app = server  # type: ignore[method-assign]

    def asset(name: str) -> str:
        """The address of the static file `name`, with the hash of its content."""
        return names[name]

    app.jinja_env.globals["asset"] = asset


def _with_compressed(path: Path, data: bytes, kept: Path) -> Path:
    """A file of the same content that has its compressed form beside it, where WhiteNoise looks for that."""
    if path.suffix not in _TEXT or len(data) < _WORTH_IT:
        return path
    compressed = kept.with_name(kept.name + ".gz")
    # The name says the content: what is there is right, whoever made it.
    if not (kept.exists() and compressed.exists()):
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(compressed, gzip.compress(data, 9, mtime=0))
        write_bytes(kept, data)
    return kept
