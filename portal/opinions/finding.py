"""Finding opinions at a desk by what they say."""

from sqlalchemy import ColumnElement, or_

from portal.opinions.models import Opinion


def saying(words: str) -> list[ColumnElement[bool]]:
    """The conditions that an opinion has each of `words` in its title or text, or is the one of that public id.

    For the lists of a desk, which are short beside all that is public: there is no index of what is not.
    """
    return [
        or_(
            Opinion.title.icontains(word, autoescape=True),
            Opinion.body.icontains(word, autoescape=True),
            Opinion.public_id == word.lower(),
        )
        for word in words.split()
    ]
