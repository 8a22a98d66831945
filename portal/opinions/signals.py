"""News about opinions, for slices above or beside; subscribed in `portal.wiring` only. Sent before the commit."""

from blinker import Namespace

_news = Namespace()

# The sender is the Opinion.
opinion_published = _news.signal("opinion-published")
opinion_unpublished = _news.signal("opinion-unpublished")

# The sender is the OpinionEvent, stored, its opinion as it stands after it. Not sent for what an import brings,
# nor for the first entry, of handing in.
timeline_grew = _news.signal("timeline-grew")
