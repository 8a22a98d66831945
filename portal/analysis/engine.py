"""The whole analysis: messages in; matters, aspects and what stands alone out.

Loads numpy, scipy and rjieba: import it inside the job or command that runs it.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from portal.analysis.aspects import find_aspects
from portal.analysis.homes import settled_paths
from portal.analysis.matters import find_matters
from portal.analysis.records import Analysis, Aspect, Known, Matter, Message, Previous
from portal.analysis.spread import kept_processes, spread
from portal.analysis.stability import gone
from portal.analysis.topic_model import TopicModel
from portal.analysis.topics import topic_paths

_TOGETHER = 2000  # messages whose topics are looked for together


@kept_processes()
def analyse(
    messages: Sequence[Message],
    *,
    aspects: int | None = None,
    previous: Previous | Analysis | None = None,
    model: TopicModel | None = None,
    progress: Callable[[float], None] | None = None,
) -> Analysis:
    """Find matters, aspects and single opinions among `messages`.

    The result depends on the set of messages alone, not on their order. `aspects` asks for a number of
    them (3–15; by default five to nine). With `previous` (an earlier result, or what people made of it) matters and
    aspects keep their ids where most of their opinions agree, what people renamed, merged or pinned is kept, and the
    result says what is new, grown and gone. `model` says the topics that no person has said; the lexicon does
    without one. `progress` is called with the part done, 0 to 1. Every opinion is in
    exactly one matter or in `single_ids`, and in at least one aspect. Raises ValueError where two messages
    have one id, or for an impossible number of aspects.
    """
    report = progress or (lambda _: None)
    ordered = sorted(messages, key=lambda message: message.id)
    twice = next((one.id for one, other in pairwise(ordered) if one.id == other.id), None)
    if twice is not None:
        raise ValueError(f"two messages have the id {twice!r}")
    report(0.0)
    before = previous_of(previous) if isinstance(previous, Analysis) else previous
    matters = find_matters(ordered, lambda done: report(done * 0.9), before)
    parts = (ordered[start : start + _TOGETHER] for start in range(0, len(ordered), _TOGETHER))
    paths = [path for part in spread(_topic_paths, model, parts, len(ordered)) for path in part]
    paths = settled_paths(ordered, paths, matters)
    found = find_aspects(ordered, paths, matters, aspects, before)
    grouped = {opinion for matter in matters for opinion in matter.opinion_ids}
    report(1.0)
    result = Analysis(
        tuple(matters), tuple(found), tuple(message.id for message in ordered if message.id not in grouped)
    )
    return with_gone(result, before) if before else result


def _topic_paths(model: TopicModel | None, messages: list[Message]) -> list[str]:
    return topic_paths(messages, model)


def previous_of(result: Analysis) -> Previous:
    """What the next analysis must know of `result`."""

    def known(part: Matter | Aspect, topic_paths: tuple[str, ...] = ()) -> Known:
        flags = (part.renamed, part.merged, part.pinned)
        return Known(part.id, part.title, part.opinion_ids, *flags, topic_paths)

    return Previous(
        tuple(known(matter) for matter in result.matters),
        tuple(known(aspect, aspect.topic_paths) for aspect in result.aspects),
        frozenset(opinion for aspect in result.aspects for opinion in aspect.opinion_ids),
    )


def with_gone(result: Analysis, before: Previous) -> Analysis:
    """The result with the matters and aspects of `before` that it no longer has."""
    return replace(
        result,
        gone_matters=gone({one.id: one.opinion_ids for one in result.matters}, before.matters),
        gone_aspects=gone({one.id: one.opinion_ids for one in result.aspects}, before.aspects),
    )
