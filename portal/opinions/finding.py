"""Finding opinions at a desk by what they say."""

from sqlalchemy import ColumnElement, or_

from portal.opinions.models import Opinion

MOST_WORDS = 3
"""More are left out: each is looked for in every text of the list."""


def saying(words: str) -> list[ColumnElement[bool]]:
    """The conditions that an opinion has each of the first few `words` in its title or text, or has that public id.

    What is not public is in no index, so the texts themselves are looked through, as they stand: half a second for each
    hundred thousand that hold none of the words. Latin letters are found in either case; SQLite knows that of a to z only.
    """
    wanted = words.split()[:MOST_WORDS]
    if not wanted:
        return []
    found = [
        or_(Opinion.title.icontains(word, autoescape=True), Opinion.body.icontains(word, autoescape=True))
        for word in wanted
    ]
    return found if len(wanted) > 1 else [or_(Opinion.public_id == wanted[0].lower(), *found)]
