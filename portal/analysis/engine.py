"""The whole analysis: messages in; matters, aspects and what stands alone out.

Loads numpy, scipy and rjieba: import it inside the job or command that runs it.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

from portal.analysis.aspects import find_aspects
from portal.analysis.matters import find_matters
from portal.analysis.records import Analysis, Message
from portal.analysis.topics import topic_paths


def analyse(
    messages: Sequence[Message],
    *,
    aspects: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> Analysis:
    """Find matters, aspects and single opinions among `messages`.

    The result depends on the set of messages alone, not on their order. `aspects` asks for a number of
    them (3–15; by default five to nine). `progress` is called with the part done, 0 to 1. Every opinion is in
    exactly one matter or in `single_ids`, and in at least one aspect. Raises ValueError where two messages
    have one id, or for an impossible number of aspects.
    """
    report = progress or (lambda _: None)
    ordered = sorted(messages, key=lambda message: message.id)
    twice = next((one.id for one, other in pairwise(ordered) if one.id == other.id), None)
    if twice is not None:
        raise ValueError(f"two messages have the id {twice!r}")
    report(0.0)
    matters = find_matters(ordered, lambda done: report(done * 0.9))
    paths = topic_paths(ordered)
    found = find_aspects(ordered, paths, matters, aspects)
    grouped = {opinion for matter in matters for opinion in matter.opinion_ids}
    report(1.0)
    return Analysis(
        tuple(matters), tuple(found), tuple(message.id for message in ordered if message.id not in grouped)
    )
