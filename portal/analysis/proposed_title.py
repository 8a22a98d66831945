"""A title for a message whose author wrote none: the clause that says most of what the matter is.

Light enough for a web worker, and for every pause of somebody's typing.
"""

import re

from portal.analysis.normalise import fold, matter_range
from portal.analysis.personal_data import SURE, find_personal_data, mask
from portal.analysis.places import places_in
from portal.analysis.topics import topic_scores

LONGEST_PROPOSAL = 30
_READ = 400  # characters of the matter that are read
# What a clause is worth, found by comparing proposals with the titles that people wrote themselves.
_MOST_TOPIC, _PLACE, _WISH, _LATE, _WHO, _SHORT, _LONG = 3.0, 2.5, 1.5, 0.7, 4.0, 4.0, 0.1
_SHORTEST = 6
_WISHES = re.compile(
    "希望|请求|建议|恳请|能否|能不能|什么时候|何时|为什么|如何|怎么|咨询|投诉|举报|没有|不能|无法|太|严重"
)
_ENOUGH = 10  # characters from which one clause says enough by itself
_CLAUSE_END = re.compile("[，,。！!？?；;…：:\\s]+")
# Who writes says nothing of the matter: such clauses are left out where another one follows.
_WHO_WRITES = re.compile(
    "(?:我|俺|本人|我们|咱)(?:是|叫|家|住|名叫|系|家住|住在|们是|在)"
    "|(?:尊敬|敬爱)的|(?:您|你)们?好|领导|书记|市长|区长|县长|局长"
    "|(?:今天|现在|在此|特此)?(?:我|本人)?(?:想|要|特)?(?:向(?:您|你|贵)?.{0,6})?(?:反映|反应|说|咨询|投诉|提)(?:一下|一个|个|如下|以下)?(?:问题|情况|意见|建议|事情|事)?$"
)


def proposed_title(body: str) -> str:
    """The title that the text itself offers, at most `LONGEST_PROPOSAL` characters; "" for an empty text.

    Personal data that the engine is sure of is starred out before anything is cut: half of a telephone number would
    no longer be known for one.
    """
    start, end = matter_range(body)
    matter = body[start:end].lstrip()[: _READ * 2]
    safe = mask(matter, [found for found in find_personal_data(matter) if found.confidence >= SURE])
    clauses = [clause for clause in _CLAUSE_END.split(safe[:_READ]) if clause]
    if not clauses:
        return ""
    best = max(range(len(clauses)), key=lambda at: (_worth(clauses[at], at), -at))
    title = clauses[best]
    if len(title) < _ENOUGH and best + 1 < len(clauses):
        longer = f"{title}，{clauses[best + 1]}"
        title = longer if len(longer) <= LONGEST_PROPOSAL else title
    return title if len(title) <= LONGEST_PROPOSAL else f"{title[: LONGEST_PROPOSAL - 1]}…"


def _worth(clause: str, at: int) -> float:
    """How much the clause number `at` of a message says of its matter: a topic, a place, a wish; early and not too long."""
    folded = fold(clause)
    found, _ranges = places_in(folded)
    topic = min(sum(topic_scores(clause, "").values()), _MOST_TOPIC)
    return (
        topic
        + _PLACE * bool(found.spots or found.areas)
        + _WISH * bool(_WISHES.search(folded))
        - _LATE * at
        - _WHO * bool(_WHO_WRITES.match(folded))
        - _SHORT * (len(clause) < _SHORTEST)
        - _LONG * max(0, len(clause) - LONGEST_PROPOSAL)
    )
