"""Static files: under names that say their content, compressed for who takes that, kept for ever."""

import gzip
from pathlib import Path

from flask import Flask

from portal.config import ROOT, Settings
from portal.web import assets
from tests.kit.client import PageClient


def stylesheet(client: PageClient) -> str:
    return str(client.get("/").one("link[rel=stylesheet]")["href"])


def test_the_style_sheet_comes_compressed_to_who_takes_it(client: PageClient) -> None:
    path = stylesheet(client)
    plain = client.browser.get(path)
    packed = client.browser.get(path, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip" and "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data == (ROOT / "static/css/site.css").read_bytes()
    assert len(packed.data) * 4 < len(plain.data)
    for response in (plain, packed):
        assert "immutable" in response.headers["Cache-Control"]
        assert "Accept-Encoding" in response.headers["Vary"]


def test_what_was_kept_by_an_earlier_start_is_used_again(app: Flask, tmp_path: Path) -> None:
    small, large = tmp_path / "static/a.css", tmp_path / "static/b.css"
    small.parent.mkdir()
    small.write_text("p{}")
    large.write_text("p{color:red}" * 500)
    for _start in range(2):
        assets.install(Flask("other"), small.parent, tmp_path / "kept")
    kept = sorted(path.name for path in (tmp_path / "kept").iterdir())
    assert len(kept) == 2 and kept[1] == kept[0] + ".gz" and kept[0].startswith("b.")
    times = {path.stat().st_mtime_ns for path in (tmp_path / "kept").iterdir()}
    assets.install(Flask("other"), small.parent, tmp_path / "kept")
    assert {path.stat().st_mtime_ns for path in (tmp_path / "kept").iterdir()} == times


def test_the_copies_lie_with_the_site(app: Flask) -> None:
    settings: Settings = app.extensions["portal_settings"]
    assert list((settings.instance_dir / "static" / "css").glob("site.*.css.gz"))
