"""Texts in the reader's language. Chinese is the source: where no catalogue is installed nothing is looked up.

Flask-Babel finds the catalogue anew for each text, some hundred times in a page; where there is none to find, a text
stands for itself. With a catalogue in `translations/` everything is as Flask-Babel does it.
"""

from pathlib import Path
from typing import Any

from babel.support import NullTranslations
from flask import Flask
from flask_babel import Babel, Domain, get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

_AS_WRITTEN = NullTranslations()


class SourceDomain(Domain):
    """The texts of a site without catalogues."""

    def get_translations(self) -> Any:
        """What gives each text back as it was written."""
        return _AS_WRITTEN


def install(app: Flask, default_timezone: str) -> None:
    """Give `app` Flask-Babel, and its templates a `_` that costs next to nothing where there is no catalogue."""
    babel = Babel(app, default_locale="zh_Hans_CN", default_timezone=default_timezone)
    folders = app.extensions["babel"].translation_directories
    translated = any(next(Path(folder).glob("*/LC_MESSAGES/*.mo"), None) for folder in folders)
    if not translated:
        babel.domain_instance = SourceDomain()

    @pass_eval_context
    def gettext(context: EvalContext, text: str, /, **variables: Any) -> str:
        """`text` in the reader's language, `variables` escaped and filled in, as Jinja's own `gettext` does it."""
        found = get_translations().ugettext(text) if translated else text
        shown = Markup(found) if context.autoescape else found
        return shown % variables if variables or "%" in shown else shown

    app.jinja_env.globals.update(_=gettext, gettext=gettext)
