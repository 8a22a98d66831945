"""Text as people type it, made safe to store and to show. The only module that sanitises HTML.

bleach turns plain text into paragraphs with links; its authors have stopped, so nh3 has the last word on what is
let through.
"""

import re
import unicodedata

import bleach
import nh3
from markupsafe import escape

ALLOWED_TAGS = {"p", "br", "a"}
ALLOWED_ATTRIBUTES = {"a": {"href"}}
EXCERPT_LENGTH = 120

# Controls that carry no text: C0 except tab and newline, DEL, C1, and the directional overrides with which a line
# can be made to read differently from what it says.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
# What a parser changes by itself: controls, lone surrogates, the no-break space.
_NEEDS_PARSER = re.compile("[\x00-\x08\x0b-\x1f\x7f-\xa0\ud800-\udfff]")
# More characters in a row that may combine with the one before them than any language needs: NFC sorts such a heap in
# time that grows with its square. Emoji and signs are looked at with them; ASCII and Chinese punctuation are not. A few marks
# are two in one (U+0344), so that sixteen may be too many.
_HEAPS = re.compile(r"[^\w\s\x00-\x7f\u2000-\u206f\u3000-\u3029\u3030-\u303f\uff00-\uffef]{16,}")
_LONGEST_HEAP = 30
_GRAPHEME_JOINER = "\u034f"
_NUMBERED = re.compile(
    r"^[^\S\n]*(?:第[0-9一二三四五六七八九十百]+[条章节款]|[0-9一二三四五六七八九十]+[、．.]|[（(][0-9一二三四五六七八九十]+[）)])",
    re.MULTILINE,
)
_SHOWN = frozenset("LNPS")  # of the general categories: letters, numbers, punctuation, symbols
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and a symbol that show nothing
_BLANK_LINES = re.compile(r"\n{3,}")


def clean(typed: str) -> str:
    """What was typed or imported, fit to be stored: one kind of newline, no controls, no lone surrogates, NFC."""
    text = typed.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return unicodedata.normalize("NFC", _HEAPS.sub(_stream_safe, _UNWANTED.sub("", text)))


def _stream_safe(run: re.Match[str]) -> str:
    """A run with an invisible joiner behind every 30 combining characters (UAX #15, Stream-Safe Text Format)."""
    safe: list[str] = []
    heap = 0
    for char in run.group():
        plain = unicodedata.normalize("NFD", char)
        heap = heap + len(plain) if unicodedata.combining(plain[0]) else 0
        if heap > _LONGEST_HEAP:
            safe.append(_GRAPHEME_JOINER)
            heap = len(plain)
        safe.append(char)
    return "".join(safe)


def clean_line(typed: str) -> str:
    """Like `clean`, for a field of one line: white space runs become one space, the ends are trimmed.

    What shows nothing at all is nothing.
    """
    return _if_it_shows(" ".join(clean(typed).split()))


def clean_block(typed: str) -> str:
    """Like `clean`, for a text of several lines: the ends are trimmed, lines keep theirs, gaps shrink to one.

    What shows nothing at all is nothing.
    """
    lines = [line.rstrip() for line in clean(typed).split("\n")]
    return _if_it_shows(_BLANK_LINES.sub("\n\n", "\n".join(lines)).strip())


def _if_it_shows(text: str) -> str:
    """The text; nothing where all of it is joiners, fillers, soft hyphens, marks without a letter and the like."""
    return (
        text if any(unicodedata.category(char)[0] in _SHOWN and char not in _FILLERS for char in text) else ""
    )


def paragraphs(text: str) -> str:
    """Plain text as HTML: paragraphs at blank lines, breaks at newlines, addresses as links; nothing else."""
    if "http" in text or "www." in text or _NEEDS_PARSER.search(text):
        return _linked_paragraphs(text)
    return _plain_paragraphs(text)


def numbered(text: str) -> list[str]:
    """The paragraphs of a plain text that people refer to by number, each as the HTML that `paragraphs` makes."""
    return [paragraphs(part) for part in text.split("\n\n") if part.strip()]


def has_own_numbers(text: str) -> bool:
    """Whether the paragraphs of a text carry numbers already, such as 第三条, 三、 or （三）."""
    return bool(_NUMBERED.search(text))


def _plain_paragraphs(text: str) -> str:
    # Most texts hold no address: without a parser the same comes out, in a fraction of its time.
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    blocks = [block for block in safe.split("\n\n") if block.strip()]
    return "".join(f"<p>{block.replace(chr(10), '<br>')}</p>" for block in blocks)


def _linked_paragraphs(text: str) -> str:
    blocks = [block for block in text.split("\n\n") if block.strip()]
    html = "".join(f"<p>{str(escape(block)).replace(chr(10), '<br>')}</p>" for block in blocks)
    linked = bleach.linkify(html, callbacks=[_web_only], parse_email=False)
    return nh3.clean(
        linked,
        tags=ALLOWED_TAGS,
        attributes=ALLOWED_ATTRIBUTES,
        url_schemes={"http", "https"},
        link_rel="nofollow noopener noreferrer ugc",
    )


def _web_only(attributes: dict[object, str], new: bool = False) -> dict[object, str] | None:
    # A dotted word in Chinese text ("问题.建议") is no address: link only what was written as one.
    written = attributes.get("_text", "")
    return attributes if written.startswith(("http://", "https://", "www.")) else None


def excerpt(text: str, length: int = EXCERPT_LENGTH) -> str:
    """The beginning of `text` on one line, at most `length` characters, with an ellipsis when it was cut."""
    flat = " ".join(text[: length * 3].split())
    return flat if len(flat) <= length else flat[: length - 1].rstrip() + "…"
