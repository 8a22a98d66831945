"""Parts of pages that are remembered under all that they show."""

from flask import Flask
from jinja2 import DictLoader
from markupsafe import Markup

PART = "{% macro part(heading, text) %}<{{ heading }}>{{ text }}{{ drawn() }}{% endmacro %}"
PAGE = "{% from 'part' import part %}{{ drawn_each(part, rows, 'p') }}"


def test_a_part_is_drawn_once_and_plain_text_never_taken_for_markup(app: Flask) -> None:
    times = [0]

    def drawn() -> str:
        times[0] += 1
        return ""

    environment = app.jinja_env.overlay(loader=DictLoader({"part": PART, "page": PAGE}), autoescape=True)
    environment.globals = {**app.jinja_env.globals, "drawn": drawn}
    rows = [("<b>",), (Markup("<b>"),), ("<b>",)]
    with app.test_request_context():
        shown = environment.get_template("page").render(rows=rows)
        assert shown == "<p>&lt;b&gt;\n<p><b>\n<p>&lt;b&gt;"
        assert environment.get_template("page").render(rows=rows) == shown
    assert times == [2]
