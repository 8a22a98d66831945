"""Parts of pages that are drawn again and again from the same values, such as the cards of the newest opinions.

A part is remembered under all that it shows, so it is never out of date: other values are another part.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from flask import Flask
from flask_babel import get_locale
from jinja2.runtime import Macro
from markupsafe import Markup

# Per process, of some 2 KB each: the cards of the pages that many look at.
REMEMBERED = 500


def install(app: Flask) -> None:
    """Give the templates of `app` `drawn_each(macro, rows, *more)`: the macro called with `more` and the values of each row.

    The macro must show nothing but its arguments, and be imported without context.
    """

    # By type as well: a plain text is escaped, the same characters as `Markup` are not.
    @lru_cache(REMEMBERED, typed=True)
    def drawn(macro: Macro, _locale: str, *values: Any) -> str:
        return macro(*values)

    def drawn_each(macro: Macro, rows: Iterable[Iterable[Any]], *more: Any) -> Markup:
        locale = str(get_locale())
        return Markup("\n".join(drawn(macro, locale, *more, *row) for row in rows))

    app.jinja_env.globals["drawn_each"] = drawn_each
