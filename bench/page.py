"""docs/benchmarks.md has two writers: each keeps the part of the other."""

from pathlib import Path

from portal.config import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
_BEGIN, _END = "<!-- text engine: written by make bench-analysis -->", "<!-- end of text engine -->"


def engine_part(page: str) -> str:
    """The part of a page between the marks, marks included; nothing where there is none."""
    begin, end = page.find(_BEGIN), page.find(_END)
    return page[begin : end + len(_END)] if 0 <= begin < end else ""


def with_engine_part(page: str, part: str) -> str:
    """The page with another such part, at its end where it had none; no part changes nothing."""
    before = engine_part(page)
    if before:
        return page.replace(before, part)
    return f"{page.rstrip()}\n\n{part}\n" if part else page


def write_engine_part(lines: list[str], page: Path = PAGE) -> None:
    """Write the figures of the text engine into the page, the rest of which stays as it is."""
    part = "\n".join([_BEGIN, "", *lines, "", _END])
    page.write_text(with_engine_part(page.read_text(encoding="utf-8"), part), encoding="utf-8")


def write_portal_part(text: str, page: Path) -> None:
    """Write the figures of the portal; those of the text engine stay, where the page has any."""
    kept = engine_part(page.read_text(encoding="utf-8")) if page.is_file() else ""
    page.write_text(with_engine_part(text, kept), encoding="utf-8")
