"""A file made anew shows the same and holds nothing else."""

import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageFile

from portal.attachments.cleaning import LONGEST_SIDE, Unreadable, clean_pdf, clean_picture
from portal.attachments.jpeg import bare_jpeg
from portal.attachments.states import Fault, FileType, sniffed
from portal.config import ROOT
from tests.factories.attachments import SECRET, pdf, picture

PICTURES = [FileType.JPEG, FileType.PNG, FileType.WEBP]


def kept(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("kind", PICTURES)
def test_a_picture_keeps_its_pixels_and_nothing_else(tmp_path: Path, kind: FileType) -> None:
    content = picture(kind)
    assert SECRET.encode() in content and sniffed(content[:16]) is kind
    target = tmp_path / "new"
    assert clean_picture(kept(tmp_path / "old", content), target, kind) == (30, 40), "turned upright"
    assert SECRET.encode() not in target.read_bytes()
    with Image.open(target) as made:
        assert (made.size, len(made.getexif()), made.format) == ((30, 40), 0, kind.name)
        red, green, blue = made.convert("RGB").getpixel((5, 5))  # type: ignore[misc]
        assert abs(red - 200) < 12 and abs(green - 30) < 12 and abs(blue - 30) < 12


def test_only_the_first_picture_of_several_gets_across(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (20, 20), color) for color in ("red", "blue")]
    made = io.BytesIO()
    frames[0].save(made, "WEBP", save_all=True, append_images=frames[1:])
    clean_picture(kept(tmp_path / "old", made.getvalue()), tmp_path / "new", FileType.WEBP)
    with Image.open(tmp_path / "new") as one:
        assert getattr(one, "n_frames", 1) == 1


def test_a_transparent_picture_stays_so_and_a_large_one_shrinks(tmp_path: Path) -> None:
    made = io.BytesIO()
    Image.new("RGBA", (3000, 10), (0, 0, 0, 0)).save(made, "PNG")
    size = clean_picture(kept(tmp_path / "old", made.getvalue()), tmp_path / "new", FileType.PNG)
    assert size == (LONGEST_SIDE, 9)
    with Image.open(tmp_path / "new") as one:
        assert one.mode == "RGBA"


def flood(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it holds width x height pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + pixels + chunk(b"IEND", b"")


def test_a_flood_of_pixels_is_refused_unread(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refused:
        clean_picture(kept(tmp_path / "old", flood(60_000, 60_000)), tmp_path / "new", FileType.PNG)
    assert refused.value.fault is Fault.TOO_MANY_PIXELS


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (FileType.JPEG, b"\xff\xd8\xff" + b"x" * 100),
        (FileType.JPEG, picture(FileType.PNG)),
        (FileType.PNG, picture(FileType.PNG)[:60]),
        (FileType.WEBP, b"RIFF\x00\x00\x00\x00WEBPVP8 "),
        (FileType.PNG, flood(100, 100)),
    ],
)
def test_a_broken_picture_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: FileType, content: bytes
) -> None:
    # As WeasyPrint leaves it in a process that has written a PDF.
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    with pytest.raises(Unreadable) as refused:
        clean_picture(kept(tmp_path / "old", content), tmp_path / "new", kind)
    assert refused.value.fault is Fault.BROKEN


def test_05_a_pdf_keeps_its_pages_and_nothing_else(tmp_path: Path) -> None:
    """NodeBB #6024, #13832: what could run or tell of its author is gone."""
    target = tmp_path / "new"
    clean_pdf(kept(tmp_path / "old", pdf(pages=2)), target)
    with pikepdf.open(target) as made:
        made.save(
            tmp_path / "plain", compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable
        )
        assert len(made.pages) == 2
        assert "/Info" not in made.trailer and "/Metadata" not in made.Root
    plain = (tmp_path / "plain").read_bytes()
    assert SECRET.encode() not in plain and SECRET.encode("utf-16-be") not in plain
    assert b"JavaScript" not in plain and b"EmbeddedFile" not in plain


def scanned(jpeg: bytes, *, packed: bool = False) -> bytes:
    """A PDF as an app makes it of a photograph: its page and its thumbnail are the picture as the camera wrote it."""
    made = io.BytesIO()
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=(200, 200))
        image = pikepdf.Stream(document, zlib.compress(jpeg) if packed else jpeg)
        image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        image.Width, image.Height, image.BitsPerComponent = 40, 30, 8
        image.ColorSpace = pikepdf.Name.DeviceRGB
        dct = pikepdf.Name.DCTDecode
        image.Filter = pikepdf.Array([pikepdf.Name.FlateDecode, dct]) if packed else dct
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
        page.obj.Contents = pikepdf.Stream(document, b"q 200 0 0 200 0 0 cm /Im0 Do Q")
        page.obj.Thumb = image
        document.save(made)
    return made.getvalue()


@pytest.mark.parametrize("packed", [False, True])
def test_a_photograph_in_a_pdf_does_not_tell_where_it_was_taken(tmp_path: Path, packed: bool) -> None:
    camera = picture(FileType.JPEG) + SECRET.encode()
    target = tmp_path / "new"
    clean_pdf(kept(tmp_path / "old", scanned(camera, packed=packed)), target)
    with pikepdf.open(target) as made:
        image = made.pages[0].obj.Resources.XObject.Im0
        jpeg = image.read_raw_bytes()
        assert SECRET.encode() not in jpeg and "/Thumb" not in made.pages[0].obj
        shown = pikepdf.PdfImage(image).as_pil_image()
        made.save(tmp_path / "plain", object_stream_mode=pikepdf.ObjectStreamMode.disable)
    assert SECRET.encode() not in (tmp_path / "plain").read_bytes()
    with Image.open(io.BytesIO(camera)) as before:
        assert shown.convert("RGB").tobytes() == before.convert("RGB").tobytes()


def test_a_jpeg_keeps_all_that_shows_and_ends_where_it_ends() -> None:
    for more in ({}, {"progressive": True}, {"restart_marker_blocks": 1}):
        drawn = io.BytesIO()
        Image.effect_noise((64, 48), 90).convert("CMYK" if more else "RGB").save(
            drawn, "JPEG", exif=SECRET.encode(), comment=SECRET, icc_profile=SECRET.encode(), **more
        )
        bare = bare_jpeg(drawn.getvalue() + SECRET.encode() + b"\xff\xd9")
        assert SECRET.encode() in drawn.getvalue() and SECRET.encode() not in bare
        with Image.open(io.BytesIO(bare)) as after, Image.open(drawn) as before:
            assert after.tobytes() == before.tobytes()


@pytest.mark.parametrize("cut", [1, 2, 3, 5, 20, 200, -1])
def test_a_jpeg_that_breaks_off_is_refused(cut: int) -> None:
    whole = bare_jpeg(picture(FileType.JPEG))
    with pytest.raises(ValueError, match="JPEG"):
        bare_jpeg(whole[:cut])


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (scanned(b"no picture"), Fault.BROKEN),
        (pdf(encryption=pikepdf.Encryption(owner="a", user="b")), Fault.ENCRYPTED),
        (pdf(pages=0), Fault.BROKEN),
        (b"%PDF-1.7\n" + b"[" * 20_000, Fault.BROKEN),
        (b"%PDF-1.7\n", Fault.BROKEN),
    ],
)
def test_a_pdf_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes, fault: Fault) -> None:
    with pytest.raises(Unreadable) as refused:
        clean_pdf(kept(tmp_path / "old", content), tmp_path / "new")
    assert refused.value.fault is fault


def test_it_runs_as_a_process_with_limits(tmp_path: Path) -> None:
    old = kept(tmp_path / "old", picture())
    command = (
        sys.executable,
        "-m",
        "portal.attachments.cleaning",
        "image/jpeg",
        str(old),
        str(tmp_path / "new"),
    )
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert (done.stdout.strip(), done.stderr) == ('{"width": 30, "height": 40}', "")
