"""The guard on every route: a view declares a permission or that it is public; one that declares nothing is closed."""

from collections.abc import Callable
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import AnonymousUserMixin, current_user
from werkzeug.routing import RequestRedirect

from portal.core.db import begin_reading, begin_writing
from portal.core.errors import NotAllowed, SignedOut
from portal.core.rights import Actor, Permission
from portal.web.network import network_key
from portal.web.typed import sent_across_sites

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"
ANONYMOUS = AnonymousUserMixin()
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def guard(permission: Permission) -> Callable[[View], View]:
    """Open the view to people who hold `permission` somewhere; for which unit is checked where the unit is known."""

    def mark(view: View) -> View:
        cast(Any, view).guarded_by = permission
        return view

    return mark


def public(view: View) -> View:
    """Open the view to everybody."""
    cast(Any, view).guarded_by = PUBLIC
    return view


def guarded_by(app: Flask, endpoint: str) -> Permission | str | None:
    """What the view behind `endpoint` declared; None is a fault that a test reports."""
    return getattr(app.view_functions[endpoint], "guarded_by", None)


def viewer() -> Any:
    """The account that makes the present request, or Flask-Login's anonymous user.

    Without a session cookie there is nobody to look up, and the page stays the same for everybody.
    """
    if current_app.config["SESSION_COOKIE_NAME"] not in request.cookies:
        return ANONYMOUS
    return current_user


def actor() -> Actor:
    """Who makes the present request, as operations are handed it."""
    if "actor" not in g:
        person = viewer()
        g.actor = person.actor(network_key()) if person.is_authenticated else Actor(network_key=network_key())
    return cast(Actor, g.actor)


def may(permission: str, unit_path: str | None = None) -> bool:
    """Whether the person who makes the present request holds `permission` for that unit, or somewhere: for templates."""
    return actor().may(Permission(permission), unit_path)


def check_guard() -> ResponseReturnValue | None:
    """Before each request: let it through, send a visitor to sign in, or refuse."""
    if request.method in SAFE_METHODS:
        begin_reading()
    elif sent_across_sites():
        # No form of this site; and it comes without cookies, so that an answer with a token would end a session.
        raise NotAllowed(_("这个请求不是从本站的页面发出的，没有生效。"))
    else:
        begin_writing()
    if isinstance(request.routing_exception, RequestRedirect):
        # The router puts an address right, but with the Host that the client named: only the path is the site's own.
        right = urlsplit(request.routing_exception.new_url)
        return redirect(urlunsplit(("", "", "/" + right.path.lstrip("/"), right.query, "")), 308)
    if request.endpoint is None:
        return None
    if request.is_json:
        # No page takes it, and form libraries would read it as a form of whatever shape it has.
        abort(415)
    needed = guarded_by(current_app, request.endpoint)
    if needed == PUBLIC:
        return None
    if needed is None:
        current_app.logger.error("the view %s declares no guard and stays closed", request.endpoint)
        abort(403)
    if not viewer().is_authenticated:
        if request.method in SAFE_METHODS:
            return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
        raise SignedOut(_("您没有登录，或者登录已过期，这一步没有生效。"))
    if not actor().may(Permission(needed)):
        abort(403)
    return None


def leave(_error: BaseException | None) -> None:
    """After each request: what follows it in this context may write again."""
    begin_writing()
