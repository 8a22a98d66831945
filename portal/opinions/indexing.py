"""What the full-text search is handed of an opinion, when it becomes public and when it no longer is."""

from portal.opinions.models import Opinion
from portal.search.operations import remove, store

KIND = "opinion"


def index(opinion: Opinion) -> None:
    """Make a published opinion findable by its published title and text."""
    assert opinion.published_at is not None
    store(
        KIND, opinion.id, opinion.published_at, f"{opinion.title}\n{opinion.body}\n{opinion.place}".rstrip()
    )


def unindex(opinion: Opinion) -> None:
    """Make an opinion unfindable."""
    remove(KIND, opinion.id)
