"""The text of PDF documents is looked through for personal data, and a moderator is told before anything is released."""

import io
from pathlib import Path

import pikepdf
import pytest
from flask import Flask

from portal.attachments.cleaning import found_in
from portal.attachments.reading import MOST_CHARACTERS, text_of
from portal.core.rights import Role
from tests.factories.accounts import make_user
from tests.factories.attachments import make_attachment, pdf
from tests.factories.opinions import make_opinion
from tests.kit.client import PageClient

SECRET = "我叫王建国，电话13874125690"
Name = pikepdf.Name


def mapped(document: pikepdf.Pdf, text: str) -> tuple[pikepdf.Object, bytes]:
    """A font as word processors embed it, with codes of its own, and the text in these codes."""
    chars = sorted(set(text))
    codes = {char: number for number, char in enumerate(chars, 1)}
    digits = "".join(char for char in chars if char.isdigit())
    lines = [
        f"<{codes[char]:04x}> <{char.encode('utf-16-be').hex()}>" for char in chars if char not in digits
    ]
    ranges = [
        f"<{codes[char]:04x}> <{codes[char]:04x}> {form.format(char.encode('utf-16-be').hex())}"
        for char, form in zip(digits, ["<{}>", "[<{}>]"] * 5, strict=False)
    ]
    source = (
        "begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{len(lines)} beginbfchar\n" + "\n".join(lines) + "\nendbfchar\n"
        f"{len(ranges)} beginbfrange\n" + "\n".join(ranges) + "\nendbfrange endcmap"
    )
    font = pikepdf.Dictionary(
        Type=Name.Font,
        Subtype=Name.Type0,
        Encoding=Name("/Identity-H"),
        ToUnicode=document.make_stream(source.encode()),
    )
    return document.make_indirect(font), b"".join(codes[char].to_bytes(2, "big") for char in text)


def plain(document: pikepdf.Pdf, text: str) -> tuple[pikepdf.Object, bytes]:
    """A font of the usual Latin encoding."""
    return pikepdf.Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica), text.encode(
        "cp1252"
    )


def national(document: pikepdf.Pdf, text: str) -> tuple[pikepdf.Object, bytes]:
    """A font that is not embedded, with the national encoding."""
    return pikepdf.Dictionary(Type=Name.Font, Subtype=Name.Type0, Encoding=Name("/GBK-EUC-H")), text.encode(
        "gbk"
    )


def drawn(draw: str, font_of: object, text: str = SECRET, *, in_form: bool = False) -> bytes:
    """A document whose page draws the text by the operators `draw`, with {} for it in hexadecimal digits."""
    made = io.BytesIO()
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=(200, 200))
        font, code = font_of(document, text)  # type: ignore[operator]
        resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        content = f"BT /F1 12 Tf {draw.format(code.hex(), code[:8].hex(), code[8:].hex())} ET".encode()
        if in_form:
            form = document.make_stream(
                content, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9], Resources=resources
            )
            page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X1=form))
            content = b"/X1 Do"
        else:
            page.obj.Resources = resources
        page.obj.Contents = document.make_stream(content)
        document.save(made)
    return made.getvalue()


def text_in(content: bytes) -> str:
    with pikepdf.open(io.BytesIO(content)) as document:
        return text_of(document)


@pytest.mark.parametrize("font_of", [mapped, national])
@pytest.mark.parametrize("draw", ["<{0}> Tj", "[<{1}> -20 <{2}>] TJ", "<{1}> Tj 40 0 Td <{2}> Tj", "<{0}> '"])
@pytest.mark.parametrize("in_form", [False, True])
def test_text_is_read_however_it_is_drawn(font_of: object, draw: str, in_form: bool) -> None:
    assert text_in(drawn(draw, font_of, in_form=in_form)).strip() == SECRET


def test_another_line_is_another_line() -> None:
    assert text_in(drawn("<{1}> Tj 0 -14 Td <{2}> Tj", plain, "Tel 0731-84417723")).split("\n")[:2] == [
        "Tel 0731",
        "-84417723",
    ]


def test_no_more_is_read_than_is_needed() -> None:
    assert len(text_in(drawn("<{0}> Tj " * 300, plain, "a" * 1_000))) <= MOST_CHARACTERS + 1_000


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (drawn("<{0}> Tj", mapped), {"name": 1, "mobile": 1}),
        (drawn("<{0}> Tj", plain, "see page 12"), {}),
        (pdf(), None),
        (b"%PDF-1.7 broken", None),
        (drawn("<{0}> Tj /X9 Do", plain, "1").replace(b"/F1 12 Tf", b"/F9 12 Tf"), {}),
    ],
)
def test_what_is_found_is_counted_by_kind(
    tmp_path: Path, content: bytes, found: dict[str, int] | None
) -> None:
    (tmp_path / "a.pdf").write_bytes(content)
    assert found_in(tmp_path / "a.pdf") == found


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (drawn("<{0}> Tj", mapped), "文字里有手机号1处、姓名1处，放行前请打开看。"),
        (drawn("<{0}> Tj", plain, "see page 12"), "文字里没有找到个人信息，照片和手写的字没有查。"),
        (pdf(), "没有读出文字，可能是扫描件，请打开看。"),
    ],
)
def test_a_moderator_is_told_before_releasing(app: Flask, content: bytes, word: str) -> None:
    opinion = make_opinion()
    attachment = make_attachment(opinion, content)
    client = PageClient(app).as_user(make_user("m", Role.MODERATOR))
    page = client.get(f"/desk/moderation/{opinion.public_id}")
    assert word in page.text
    assert "王建国" not in str(attachment.found)
