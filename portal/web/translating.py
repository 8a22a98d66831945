"""Texts in the reader's language. Chinese is the source: where no catalogue is installed nothing is looked up.

Flask-Babel finds the catalogue anew for each text, some hundred times in a page; where there is none to find, a text
stands for itself. With a catalogue in `translations/` everything is as Flask-Babel does it.
"""

from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.support import NullTranslations, Translations
from flask import Flask, Request
from flask_babel import Babel, Domain, get_locale, get_translations
from jinja2 import nodes, pass_eval_context
from jinja2.compiler import CodeGenerator, Frame
from jinja2.nodes import EvalContext
from jinja2.visitor import NodeTransformer
from markupsafe import Markup
from wtforms.i18n import messages_path

DEFAULT_LOCALE = "zh_Hans_CN"
_AS_WRITTEN = NullTranslations()


@cache
def _texts_of_forms(locale: str) -> NullTranslations:
    return Translations.load(messages_path(), [locale], domain="wtforms")


class TranslatingRequest(Request):
    """A request that knows WTForms' own messages, which Flask-WTF would read from disk for each one."""

    @property
    def wtforms_translations(self) -> NullTranslations:
        """What Flask-WTF looks for before it loads a catalogue."""
        return _texts_of_forms(str(get_locale()))


class SourceDomain(Domain):
    """The texts of a site without catalogues."""

    def get_translations(self) -> Any:
        """What gives each text back as it was written."""
        return _AS_WRITTEN


class _TextsInPlace(NodeTransformer):
    """Puts a text where it is looked up: `{{ _('首页') }}` becomes 首页, a part of the page as it stands."""

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        """A look-up of a text without variables as that text."""
        self.generic_visit(node)
        alone = len(node.args) == 1 and not (node.kwargs or node.dyn_args or node.dyn_kwargs)
        if not (isinstance(node.node, nodes.Name) and node.node.name in ("_", "gettext") and alone):
            return node
        text = node.args[0]
        if not (isinstance(text, nodes.Const) and isinstance(text.value, str)):
            return node
        return nodes.TemplateData(text.value % {} if "%" in text.value else text.value, lineno=node.lineno)


class SourceGenerator(CodeGenerator):
    """Compiles the templates of a site without catalogues: a tenth of a page's time goes by in looking up its texts."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        """The template with its texts in place."""
        super().visit_Template(_TextsInPlace().visit(node), frame)


def install(app: Flask, default_timezone: str) -> None:
    """Give `app` Flask-Babel, and its templates a `_` that costs next to nothing where there is no catalogue."""
    app.request_class = TranslatingRequest
    # Parsed once: Flask-Babel would read the name of its default anew for each request.
    locale = Locale.parse(DEFAULT_LOCALE)
    babel = Babel(app, DEFAULT_LOCALE, default_timezone=default_timezone, locale_selector=lambda: locale)
    folders = app.extensions["babel"].translation_directories
    translated = any(next(Path(folder).glob("*/LC_MESSAGES/*.mo"), None) for folder in folders)
    if not translated:
        babel.domain_instance = SourceDomain()
        app.jinja_env.code_generator_class = SourceGenerator

    @pass_eval_context
    def gettext(context: EvalContext, text: str, /, **variables: Any) -> str:
        """`text` in the reader's language, `variables` escaped and filled in, as Jinja's own `gettext` does it."""
        found = get_translations().ugettext(text) if translated else text
        shown = Markup(found) if context.autoescape else found
        return shown % variables if variables or "%" in shown else shown

    app.jinja_env.globals.update(_=gettext, gettext=gettext)
