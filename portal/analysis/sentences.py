"""Where sentences begin and end, as ranges of the original text."""

import re

# A closing quotation mark or bracket belongs to the sentence that it closes.
SENTENCE_ENDS = frozenset("。！？；!?;…")
_CLOSERS = frozenset("”’」』）)》】\"'")
_BREAKS = "\n\r\u2028\u2029"
_ENDS, _CLOSING = (re.escape("".join(sorted(marks))) for marks in (SENTENCE_ENDS, _CLOSERS))
_SENTENCE = re.compile(f"[^{_ENDS}{_BREAKS}]*(?:[{_ENDS}][{_ENDS}{_CLOSING}]*|[{_BREAKS}]|$)")


def sentence_ranges(text: str) -> list[tuple[int, int]]:
    """Ranges of the sentences of `text`, in order, without overlap, edges free of white space.

    A sentence ends after 。！？；… (and their half-width forms), closing marks included, or before a
    line break. An ASCII full stop does not end one: it stands in numbers and addresses.
    """
    ranges = []
    for sentence in _SENTENCE.finditer(text):
        found = sentence[0]
        start = sentence.end() - len(found.lstrip())
        end = sentence.start() + len(found.rstrip())
        if start < end:
            ranges.append((start, end))
    return ranges
