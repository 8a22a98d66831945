"""Texts stand as they were written while there is no catalogue, and are translated as soon as there is one."""

from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask, render_template_string
from flask_babel import force_locale, gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import IntegerField

from portal.web import translating

TEMPLATE = "{{ _('首页') }} {{ _('%(count)s人支持 <b>', count=name) }} {{ _('100%%') }}"


def _site(folder: Path) -> Flask:
    app = Flask(__name__)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(folder)
    translating.install(app, "Asia/Shanghai")
    return app


@pytest.fixture
def english(tmp_path: Path) -> Path:
    """A folder with an English catalogue of one text."""
    catalogue = Catalog(locale="en")
    catalogue.add("首页", "Home")
    packed = BytesIO()
    write_mo(packed, catalogue)
    place = tmp_path / "en" / "LC_MESSAGES"
    place.mkdir(parents=True)
    (place / "messages.mo").write_bytes(packed.getvalue())
    return tmp_path


def test_without_a_catalogue_texts_stand_as_written(tmp_path: Path) -> None:
    with _site(tmp_path).test_request_context():
        shown = render_template_string(TEMPLATE, name="<i>")
        assert shown == "首页 &lt;i&gt;人支持 <b> 100%"
        assert gettext("首页") == "首页"
        assert str(lazy_gettext("%(n)d人", n=3)) == "3人"


def test_without_a_catalogue_a_text_is_part_of_the_page(tmp_path: Path) -> None:
    app = _site(tmp_path)
    with app.test_request_context():
        del app.jinja_env.globals["_"]
        assert (
            render_template_string("{{ _('首页<b>') }} {{ '、'.join([_('一'), _('100%%')]) }}")
            == "首页<b> 一、100%"
        )


def test_with_a_catalogue_texts_follow_the_language(english: Path) -> None:
    with _site(english).test_request_context():
        assert render_template_string(TEMPLATE, name=1).startswith("首页 ")
        with force_locale("en"):
            assert render_template_string(TEMPLATE, name="<i>") == "Home &lt;i&gt;人支持 <b> 100%"
            assert gettext("首页") == "Home"


def test_a_plain_text_template_escapes_nothing(tmp_path: Path) -> None:
    app = _site(tmp_path)
    with app.test_request_context():
        template = app.jinja_env.from_string(
            "{% autoescape false %}{{ _('%(name)s您好', name=name) }}{% endautoescape %}"
        )
        assert template.render(name="a&b") == "a&b您好"


class _NumberForm(FlaskForm):
    number = IntegerField()


def test_messages_of_wtforms_are_chinese(tmp_path: Path) -> None:
    app = _site(tmp_path)
    app.config.update(SECRET_KEY="s" * 32, WTF_CSRF_ENABLED=False)
    with app.test_request_context(method="POST", data={"number": "many"}):
        form = _NumberForm()
        assert not form.validate()
        assert form.number.errors == ["不是有效的整数。"]
