"""The limit: what bare Flask and Jinja reach with the portal's list page from 25 items in memory.

No database, no session, no gettext, no guard, no headers; under the same gunicorn settings as the portal.
"""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, render_template
from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader

from bench.data import texts
from portal.config import ROOT
from portal.core.text import excerpt

ITEMS = 25

app = Flask(__name__, static_folder=None)
# The drawings of the icons are the portal's own; everything else is in this folder's one template.
ICONS = "components/icons.html"
app.jinja_loader = ChoiceLoader(
    [
        FileSystemLoader(ROOT / "bench" / "templates"),
        DictLoader({ICONS: (ROOT / "templates" / ICONS).read_text(encoding="utf-8")}),
    ]
)
app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


@app.template_filter()
def day(moment: datetime) -> str:
    """The moment's day as the portal writes it."""
    return f"{moment.year}年{moment.month}月{moment.day}日"


def _items() -> list[dict[str, Any]]:
    newest = datetime(2026, 11, 22, 12, tzinfo=UTC)
    return [
        {
            "url": f"/opinions/{number:010d}",
            "title": text.title,
            "excerpt": excerpt(text.body),
            "state_kind": "answered" if text.reply else "progress",
            "state_label": "已答复" if text.reply else "办理中",
            "unit_name": text.unit.rpartition("/")[2],
            "topic_name": text.topic.rpartition("/")[2],
            "published_on": newest - timedelta(hours=number),
            "support_count": number % 4,
        }
        for number, text in enumerate(itertools.islice(texts(ITEMS), ITEMS))
    ]


ALL = _items()


@app.get("/")
def page() -> str:
    """The list page."""
    return render_template(
        "list.html", items=ALL, site_name="献一策", title="献策论坛", campaign="我为发展献一策"
    )
