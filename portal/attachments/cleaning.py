"""Making a received file anew: the same picture or pages, and nothing else of what was in it.

Run as `python -m portal.attachments.cleaning TYPE SOURCE TARGET` in a process of its own with little memory and time,
so that a file made to break its reader breaks nothing but that. It prints JSON: `{"width": …, "height": …}`, of a PDF
`{"found": …}` as `found_in` gives it, or `{"fault": …}`.
"""

import json
import resource
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
from PIL import Image, ImageFile, ImageOps

from portal.analysis.personal_data import SURE, find_personal_data
from portal.attachments.jpeg import bare_jpeg
from portal.attachments.reading import text_of
from portal.attachments.states import MOST_PIXELS, Fault, FileType

LONGEST_SIDE = 2560
MEMORY = 1536 * 1024 * 1024
SECONDS = 60
_FORMATS = {FileType.JPEG: "JPEG", FileType.PNG: "PNG", FileType.WEBP: "WEBP"}
_QUALITY: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 85, "optimize": True},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 85},
}
# What a PDF may carry besides its pages: programs, other files, forms, who made it with what.
_ROOT_PARTS = (
    "/Metadata",
    "/OpenAction",
    "/AA",
    "/Outlines",
    "/AcroForm",
    "/PieceInfo",
    "/Collection",
    "/URI",
    "/AF",
    "/Perms",
)
_NAME_TREES = ("/JavaScript", "/EmbeddedFiles", "/Renditions", "/URLS", "/IDS")
# A thumbnail shows the page as it once was.
_PAGE_PARTS = ("/Metadata", "/AA", "/PieceInfo", "/AF", "/LastModified", "/Thumb")
_JPEG = "/DCTDecode"
_LINK = "/Link"


class Unreadable(Exception):
    """The file cannot be made anew; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


def clean_picture(source: Path, target: Path, kind: FileType) -> tuple[int, int]:
    """Draw the picture anew, turned upright, at most `LONGEST_SIDE` pixels a side; its width and height.

    Only pixels get across: no EXIF, no place, no comment, no second frame. Raises `Unreadable`.
    """
    Image.MAX_IMAGE_PIXELS = None  # the limit is ours, checked before a pixel is read
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # other libraries switch it on for the whole process
    try:
        with Image.open(source, formats=[_FORMATS[kind]]) as received:
            if received.width * received.height > MOST_PIXELS:
                raise Unreadable(Fault.TOO_MANY_PIXELS)
            received.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(received)
            clear = kind is not FileType.JPEG and upright.has_transparency_data
            drawn = upright.convert("RGBA" if clear else "RGB")
            drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            bare = Image.new(drawn.mode, drawn.size)
            bare.paste(drawn)
            bare.save(target, _FORMATS[kind], **_QUALITY[_FORMATS[kind]])
    except (OSError, ValueError, SyntaxError, MemoryError, EOFError, ZeroDivisionError) as error:
        raise Unreadable(Fault.BROKEN) from error
    return bare.size


def clean_pdf(source: Path, target: Path) -> None:
    """Write the pages anew without metadata, scripts, attached files and forms. Raises `Unreadable`."""
    try:
        with pikepdf.open(source) as document:
            if not document.pages:
                raise Unreadable(Fault.BROKEN)
            _strip(document)
            document.remove_unreferenced_resources()
            document.save(target, fix_metadata_version=False, deterministic_id=True)
    except pikepdf.PasswordError as error:
        raise Unreadable(Fault.ENCRYPTED) from error
    except (pikepdf.PdfError, ValueError, KeyError, TypeError, RecursionError, MemoryError) as error:
        raise Unreadable(Fault.BROKEN) from error


def found_in(path: Path) -> dict[str, int] | None:
    """How often each kind of personal data stands in the text of a PDF; None where no text can be read (a scan)."""
    try:
        with pikepdf.open(path) as document:
            text = text_of(document)
    except (pikepdf.PdfError, ValueError, KeyError, TypeError, RecursionError, MemoryError):
        return None
    if not text.strip():
        return None
    return dict(Counter(found.kind for found in find_personal_data(text) if found.confidence >= SURE))


def _strip(document: pikepdf.Pdf) -> None:
    if "/Info" in document.trailer:
        del document.trailer["/Info"]
    _drop(document.Root, _ROOT_PARTS)
    if "/Names" in document.Root:
        _drop(document.Root.Names, _NAME_TREES)
    for page in document.pages:
        _drop(page.obj, _PAGE_PARTS)
        kept = [one for one in _annotations(page.obj) if one.get("/Subtype") == _LINK]
        for link in kept:
            _drop(link, ("/A", "/AA", "/PA", "/Contents", "/T"))
        page.obj["/Annots"] = pikepdf.Array(kept)
    for item in document.objects:
        if isinstance(item, pikepdf.Stream):
            _drop(item, ("/Metadata",))
            _strip_photograph(document, item)


def _strip_photograph(document: pikepdf.Pdf, stream: pikepdf.Stream) -> None:
    """Apps that scan put the photograph into the page as the camera wrote it, with the place where it was taken."""
    filters, parameters = _listed(stream.get("/Filter")), _listed(stream.get("/DecodeParms"))
    if not filters or filters[-1] != _JPEG:
        return
    jpeg = stream.read_raw_bytes()
    if filters[:-1]:
        # Packed once more around the picture, which is all that the library can unpack by itself.
        packed = pikepdf.Stream(document, jpeg)
        packed.Filter = pikepdf.Array(filters[:-1])
        if parameters[:-1]:
            packed.DecodeParms = pikepdf.Array(parameters[:-1])
        jpeg = packed.read_bytes()
    own = parameters[-1] if len(parameters) == len(filters) else None
    stream.write(
        bare_jpeg(jpeg),
        filter=pikepdf.Name(_JPEG),
        decode_parms=own if isinstance(own, pikepdf.Dictionary) else None,
    )


def _listed(value: pikepdf.Object | None) -> list[pikepdf.Object]:
    return [] if value is None else list(value.as_list()) if isinstance(value, pikepdf.Array) else [value]


def _annotations(page: pikepdf.Object) -> Iterator[pikepdf.Dictionary]:
    found = page.get("/Annots")
    for one in found.as_list() if isinstance(found, pikepdf.Array) else ():
        if isinstance(one, pikepdf.Dictionary):
            yield one


def _drop(thing: pikepdf.Object, names: tuple[str, ...]) -> None:
    for name in names:
        if name in thing:
            del thing[name]


def main(arguments: list[str]) -> int:
    """Clean one file within the limits of memory and time; print what came of it."""
    kind, source, target = FileType(arguments[0]), Path(arguments[1]), Path(arguments[2])
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    made: dict[str, Any]
    try:
        if kind.is_picture:
            width, height = clean_picture(source, target, kind)
            made = {"width": width, "height": height}
        else:
            clean_pdf(source, target)
            made = {"found": found_in(target)}
    except Unreadable as error:
        made = {"fault": error.fault}
    print(json.dumps(made))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
