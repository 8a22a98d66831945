"""The page of benchmarks has two writers; neither loses what the other wrote."""

from pathlib import Path

from bench.page import write_engine_part, write_portal_part


def test_each_writer_keeps_the_others_part(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    write_portal_part("# Benchmarks\n\nportal one\n", page)
    write_engine_part(["## Text engine", "", "engine one"], page)
    write_portal_part("# Benchmarks\n\nportal two\n", page)
    written = page.read_text(encoding="utf-8")
    assert "portal two" in written and "engine one" in written and "portal one" not in written
    write_engine_part(["## Text engine", "", "engine two"], page)
    written = page.read_text(encoding="utf-8")
    assert "portal two" in written and "engine two" in written and "engine one" not in written
    assert written.count("## Text engine") == 1
