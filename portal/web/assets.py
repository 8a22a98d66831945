"""Static files, served by WhiteNoise under names that carry a hash of their content, so they may be kept for ever."""

import hashlib
import re
from pathlib import Path

from flask import Flask
from whitenoise import WhiteNoise

PREFIX = "/static/"
_HASHED = re.compile(r"\.[0-9a-f]{12}\.[a-z0-9]+$")


def _hashed_name(path: Path, root: Path) -> str:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    relative = path.relative_to(root)
    return relative.with_name(f"{relative.stem}.{digest}{relative.suffix}").as_posix()


def install(app: Flask, root: Path) -> None:
    """Serve the files below `root` and give templates `asset('css/site.css')`."""
    server = WhiteNoise(
        app.wsgi_app, max_age=300, immutable_file_test=lambda _path, url: bool(_HASHED.search(url))
    )
    names: dict[str, str] = {}
    for path in sorted(item for item in root.rglob("*") if item.is_file() and item.suffix != ".gz"):
        plain, hashed = path.relative_to(root).as_posix(), _hashed_name(path, root)
        names[plain] = PREFIX + hashed
        # The plain name stays: a stylesheet may name a file beside it.
        server.add_file_to_dictionary(PREFIX + plain, str(path))
        server.add_file_to_dictionary(PREFIX + hashed, str(path))
    app.wsgi_app = server  # type: ignore[method-assign]

    def asset(name: str) -> str:
        """The address of the static file `name`, with the hash of its content."""
        return names[name]

    app.jinja_env.globals["asset"] = asset
