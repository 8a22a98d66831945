"""What is told of an opinion's timeline, and to whom: the author's account, and who asked for news by mail."""

from portal.notices.operations import News, tell
from portal.opinions.models import OpinionEvent
from portal.opinions.states import EventKind, PublicState
from portal.web.network import settings

CASE, OPINION = "case", "opinion"
# What the author does is no news to the author.
OWN_DOING = frozenset({
    EventKind.SUBMITTED, EventKind.SUPPLEMENTED, EventKind.APPEALED, EventKind.RATED, EventKind.REOPENED,
    EventKind.WITHDRAWN,
})  # fmt: skip
# That another opinion came to this one changes nothing for its author: it stands in the timeline only.
NO_NEWS = OWN_DOING | {EventKind.JOINED, EventKind.PARTED}


def tell_author(event: OpinionEvent) -> None:
    """Tell the author of the opinion what its timeline has got."""
    opinion = event.opinion
    if event.kind in NO_NEWS:
        return
    there = event.kind == EventKind.ANSWERED_THERE
    state = str((PublicState.ANSWERED if there else PublicState(opinion.public_state)).label)
    news = News(OPINION, opinion.id, event.id, event.at, state)
    tell(news, opinion.case.author_id, settings(), things=((CASE, opinion.case_id),))
