"""Response headers: a strict content security policy with a nonce, and no caching of anything personal."""

import secrets

from flask import Flask, Request, Response, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin

_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def csp_nonce() -> str:
    """The nonce of the present response, for the script elements of its page."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def mark_personal() -> None:
    """Say that the present response is for this person only: it is not stored anywhere."""
    g.personal = True


def install(app: Flask) -> None:
    """Put the headers on every response of `app`."""

    @app.after_request
    def set_headers(response: Response) -> Response:
        # No view sets any of these itself.
        response.headers.extend(_FIXED)
        if "Content-Security-Policy" not in response.headers:
            response.headers["Content-Security-Policy"] = _POLICY.format(nonce=csp_nonce())
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        response.headers.setdefault("Cache-Control", "no-store" if g.get("personal") else "no-cache")
        return response

    app.session_interface = PersonalSessions()


class PersonalSessions(SecureCookieSessionInterface):
    """Flask's signed cookie; whatever was rendered from a session, or with a token for a form, is never stored."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Open as Flask does; a visitor without the cookie, as most are, needs nothing that could check it."""
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Save as Flask does, and forbid caching where the session was touched."""
        super().save_session(app, session, response)
        if session.accessed:
            response.headers["Cache-Control"] = "no-store"
