"""What to call an aspect: how a report names the topic's problem, then what the members really speak of."""

from collections import Counter
from collections.abc import Sequence
from math import ceil

from portal.analysis.normalise import pairs_of
from portal.analysis.openings import beginning
from portal.analysis.records import Message
from portal.analysis.topics import OTHER, class_above, lexicon

LONGEST_TITLE = 40
READ = 160  # characters of a body in which the words of a title are looked for
_READ_MEMBERS = 2_000  # members that are read; more of them say the same
_COMMON = 0.04  # of the members must use a word before the title may
_FEWEST = 2
_NAMED = 2  # words in a title
_LONGER = 0.6
# Who is spoken of and when is no problem, and 路车 is but the end of a bus line's name.
_NO_PROBLEM = ("公司", "部门", "人员", "凌晨", "半夜", "深夜", "晚上", "夜间", "路车")
_CONTAINED = 0.6  # a longer word stands for the shorter one within it from this share of its uses on


def aspect_title(node: str, words: Sequence[str], paths: Sequence[str]) -> str:
    """A title such as 交通出行不便，公交车、停车难问题突出; at most 40 characters.

    `node` is the topic path that the aspect stands for, `words` what most of its opinions speak of (`frequent_words`),
    `paths` the paths of all of them.
    """
    if node == OTHER:
        return "其他方面的意见"
    head = _head(node)
    title = f"{head}，{_spoken_of(words, head) if words else _commonest_part(node, paths)}".rstrip("，")
    return title if len(title) <= LONGEST_TITLE else head[:LONGEST_TITLE]


def _head(node: str) -> str:
    known = lexicon()
    return known[node].phrase if node in known else f"{node.rpartition('/')[2]}方面的意见较为集中"


def _spoken_of(words: Sequence[str], head: str) -> str:
    """停车难问题突出; another word where the head has said 突出 already."""
    told = "、".join(words)
    if "突出" in head or "集中" in head:
        return f"{told}反映较多"
    return f"{told}突出" if told.endswith("问题") else f"{told}问题突出"


def _commonest_part(node: str, paths: Sequence[str]) -> str:
    """How a report names the problem of the commonest topic below the node; nothing where there is none."""
    known = (class_above(path, lexicon()) for path in paths)
    found = Counter(path for path in known if path and path.startswith(f"{node}/"))
    common = min(found, key=lambda path: (-found[path], path), default=None)
    return lexicon()[common].phrase if common else ""


def frequent_words(node: str, members: Sequence[Message], paths: Sequence[str]) -> list[str]:
    """The words of the lexicon below `node`, at most two, that most members use and the name of its problem does not say.

    The commonest comes first. A node that the lexicon does not know, because it stands lower, has the words of the nearest
    one above it; 其他 has none.
    """
    if node == OTHER:
        return []
    head = _head(node)
    above = class_above(node, lexicon())
    entries = [entry for path, entry in lexicon().items() if path == above or path.startswith(f"{above}/")]
    deep = [entry for entry in entries if "/" in entry.path]
    words = sorted({word for entry in deep for word in entry.words if len(word) > 1})
    uses: Counter[str] = Counter()
    step = max(1, ceil(len(members) / _READ_MEMBERS))
    for message, path in zip(members[::step], paths[::step], strict=True):
        if path == node or path.startswith(f"{node}/"):
            text = beginning(message, READ)
            uses.update(word for word in words if word in text)
    least = max(_FEWEST, _COMMON * len(members[::step]))
    chosen: list[str] = []
    # A longer word says more: 道路硬化 before 公路, though fewer use it.
    for word in sorted(uses, key=lambda word: (-uses[word] * (len(word) - 1) ** _LONGER, word)):
        longer = [other for other in uses if word in other and word != other]
        better = [other for other in longer if uses[other] >= _CONTAINED * uses[word]]
        if uses[word] < least or better or word in head or word.endswith(_NO_PROBLEM):
            continue
        if any(pairs_of(word) & pairs_of(one) for one in chosen):  # they say nearly the same
            continue
        chosen.append(word)
        if len(chosen) == _NAMED:
            break
    return chosen
