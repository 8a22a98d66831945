"""News about replies, for slices above; subscribed in `portal.wiring` only. Sent before the commit."""

from blinker import Namespace

_news = Namespace()

# The sender is the Reply.
reply_published = _news.signal("reply-published")
