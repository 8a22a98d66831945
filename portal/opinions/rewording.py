"""Is a text an earlier one with a few words changed? A sketch of each text names those to compare, cheaply.

Only for boards that publish at once: elsewhere every text waits for a moderator anyway. A sketch holds the smallest
hashes of a text's pairs of letters (a bottom-k sketch: A. Broder, “On the resemblance and containment of documents”,
1997); two sketches tell about how much the texts have in common. `portal.analysis.alike` has the last word.
"""

import struct
from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any
from zlib import crc32

from sqlalchemy import select

from portal.analysis.alike import similar_to
from portal.analysis.normalise import fold
from portal.core.db import db
from portal.opinions.models import Case

_KEPT = 64  # hashes of a sketch: of texts with fewer pairs all of them
# So many of the latest texts of the board are looked at, whatever comes in.
RECENT = 60
_COMPARED = 12
# A share of common pairs from which two texts are compared; near-duplicates have about half in common.
_WORTH_COMPARING = 0.35
_READ = 1_500  # characters of a text that are compared


def sketch(text: str) -> bytes:
    """The sketch of a text, whatever its width, case, spacing and the numbers in it; empty for one without letters."""
    letters = "".join(char for char in fold(text) if char.isalpha())
    hashes = {crc32((one + other).encode()) for one, other in pairwise(letters)}
    smallest = sorted(hashes)[:_KEPT]
    return struct.pack(f"<{len(smallest)}I", *smallest)


def _hashes(sketched: bytes) -> set[int]:
    return set(struct.unpack(f"<{len(sketched) // 4}I", sketched))


def common_share(one: set[int], other: set[int]) -> float:
    """About which share of the pairs of two texts both hold, by the hashes of their sketches."""
    smallest = sorted(one | other)[:_KEPT]
    return len(one & other & set(smallest)) / len(smallest) if smallest else 0.0


def times_reworded(case: Mapping[str, Any], since: datetime) -> int:
    """How many of the latest texts of the board since `since` are near-duplicates of the case's, at most `_COMPARED`.

    `case` are the columns of a `Case` that is about to be stored.
    """
    mine = _hashes(case["sketch"])
    latest = (
        select(Case.id, Case.sketch)
        .where(Case.board_id == case["board_id"], Case.sketch.is_not(None), Case.submitted_at > since)
        .order_by(Case.id.desc())
        .limit(RECENT)
    )
    near = [
        number
        for number, sketched in db.session.execute(latest)
        if common_share(mine, _hashes(sketched)) >= _WORTH_COMPARING
    ]
    if not near:
        return 0
    texts = db.session.execute(select(Case.id, Case.title, Case.body).where(Case.id.in_(near[:_COMPARED])))
    candidates = [(str(number), f"{title}\n{body[:_READ]}") for number, title, body in texts]
    return len(similar_to(f"{case['title']}\n{case['body'][:_READ]}", candidates))
