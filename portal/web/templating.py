"""What every template may use, and how moments and numbers are shown."""

from collections.abc import Callable, MutableMapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, request
from flask.templating import Environment
from flask_babel import gettext as _

from portal.config import Settings
from portal.core.clock import local
from portal.core.ids import GROUPED_LENGTH
from portal.core.qr import qr_drawer
from portal.web.guards import may, viewer
from portal.web.headers import csp_nonce
from portal.web.view import large_view


class SharedGlobals(Environment):
    """Templates that all read the application's own dict of globals.

    Jinja shows it to each template through a ChainMap, which is copied name by name for every page and every import.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals of a template that brings `d` of its own; without any, those of the application."""
        return super().make_globals(d) if d else self.globals


def day_writer(zone: ZoneInfo) -> Callable[[datetime | date], str]:
    """What writes `2026年11月22日` of moments, as days in `zone`, and of days: for lists, the words are looked up once."""
    words = _("%(year)s年%(month)s月%(day)s日")

    def written(when: datetime | date) -> str:
        shown = local(when, zone) if isinstance(when, datetime) else when
        return words % {"year": shown.year, "month": shown.month, "day": shown.day}

    return written


def file_size(count: int) -> str:
    """`58 KB` or `1.2 MB` of a number of bytes; a file of less than a kilobyte is one."""
    kilobytes = max(1, round(count / 1000))
    return f"{kilobytes} KB" if kilobytes < 1000 else f"{count / 1_000_000:.1f} MB"


def _quick_addresses(app: Flask) -> Callable[..., str]:
    """Flask's `url_for`; an address without values is built once, for the frame of a page has six of them."""
    known: dict[tuple[str, str], str] = {}

    def url_for(endpoint: str, /, **values: Any) -> str:
        if values or endpoint.startswith("."):
            return app.url_for(endpoint, **values)
        key = request.script_root, endpoint
        found = known.get(key)
        if found is None:
            found = known[key] = app.url_for(endpoint)
        return found

    return url_for


def install(app: Flask, settings: Settings) -> None:
    """Give the templates of `app` their globals and filters."""
    zone = settings.timezone

    def day(moment: datetime | date | None) -> str:
        """`2026年11月22日` in the site's time zone; nothing for None."""
        return "" if moment is None else day_writer(zone)(moment)

    def month_day(when: date | str) -> str:
        """`11月22日` of a day, or of its ISO form as timelines keep it."""
        shown = date.fromisoformat(when) if isinstance(when, str) else when
        return _("%(month)s月%(day)s日", month=shown.month, day=shown.day)

    def minute(moment: datetime | None) -> str:
        """`2026年11月22日 09:30` in the site's time zone; nothing for None."""
        return "" if moment is None else f"{day(moment)} {local(moment, zone):%H:%M}"

    def iso(moment: datetime | None) -> str:
        """The moment for a `datetime` attribute; nothing for None."""
        return "" if moment is None else local(moment, zone).isoformat(timespec="seconds")

    # The look-up page with the query code as a QR picture. What follows # is never sent to a server.
    code_picture = qr_drawer(f"{settings.base_url}/receipts#", GROUPED_LENGTH)

    app.jinja_env.filters.update(
        code_picture=code_picture, day=day, file_size=file_size, month_day=month_day, minute=minute, iso=iso
    )
    app.jinja_env.globals.update(
        csp_nonce=csp_nonce, may=may, large_view=large_view, url_for=_quick_addresses(app)
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    site = {
        "name": settings.site_name,
        "operator": settings.site_operator,
        "contact": settings.site_contact,
        "icp": settings.site_icp,
    }

    @app.context_processor
    def people_and_site() -> dict[str, Any]:
        return {"site": site, "current_user": viewer()}
