"""Sending a file that a person handed in: to be saved, never to be run."""

from pathlib import Path

from flask import Response, send_file

from portal.core.errors import NotThere


def send_to_save(path: Path, media_type: str, name: str) -> Response:
    """The file at `path` under a name of ours, as a download of exactly `media_type`.

    nosniff comes with every answer; here a policy that lets a browser that opens it anyway do nothing with it.
    Raises `NotThere` where the bytes are gone.
    """
    if not path.is_file():
        raise NotThere()
    response = send_file(path, mimetype=media_type, as_attachment=True, download_name=name)
    # Asked again each time: what is hidden later is not shown out of a cache.
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
