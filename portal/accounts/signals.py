"""News about accounts, for slices above; subscribed in `portal.wiring` only. Sent before the commit."""

from blinker import Namespace

_news = Namespace()

# The sender is the user name as somebody typed it, trimmed and in lower case; there may be no such account.
reset_link_asked = _news.signal("reset-link-asked")
