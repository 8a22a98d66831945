"""Where sentences begin and end, as ranges of the original text."""

# A closing quotation mark or bracket belongs to the sentence that it closes.
SENTENCE_ENDS = frozenset("。！？；!?;…")
_CLOSERS = frozenset("”’」』）)》】\"'")
_BREAKS = frozenset("\n\r\u2028\u2029")


def sentence_ranges(text: str) -> list[tuple[int, int]]:
    """Ranges of the sentences of `text`, in order, without overlap, edges free of white space.

    A sentence ends after 。！？；… (and their half-width forms), closing marks included, or before a
    line break. An ASCII full stop does not end one: it stands in numbers and addresses.
    """
    ranges: list[tuple[int, int]] = []
    start = at = 0
    while at < len(text):
        if text[at] in _BREAKS:
            _add(ranges, text, start, at)
            at += 1
            start = at
        elif text[at] in SENTENCE_ENDS:
            while at < len(text) and (text[at] in SENTENCE_ENDS or text[at] in _CLOSERS):
                at += 1
            _add(ranges, text, start, at)
            start = at
        else:
            at += 1
    _add(ranges, text, start, len(text))
    return ranges


def _add(ranges: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        ranges.append((start, end))
