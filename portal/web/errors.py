"""Error pages in the site's own layout, each with a reference number that also stands in the log."""

import errno
import logging
import secrets

from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from portal.core.db import db
from portal.core.errors import PortalError, SignedOut, TooFast
from portal.core.logs import kind_of
from portal.web.headers import mark_personal
from portal.web.typed import typed

log = logging.getLogger(__name__)
PAGES = frozenset({400, 403, 404, 409, 413, 429, 500, 503})
# After these the very same may succeed.
PASSING = frozenset({429, 500, 503})
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def _words(code: int) -> tuple[str, str, str]:
    """Title, message and advice of the page for `code`."""
    return {
        400: (_("没看懂这个请求"), _("可能是页面打开太久，或地址不完整。"), _("请返回上一页，刷新后再试。刚才写的内容一般还在。")),
        403: (_("您不能打开这一页"), _("这一页只对有权限的人开放。"), _("如果您有账号可以打开它，请用那个账号登录。")),
        404: (_("没有找到这一页"), _("它可能不存在、没有公开，或已经撤回。"), _("请从首页查找，或用查询码查进度。")),
        409: (_("现在不能这样做"), _("情况已经变了，这一步没有生效。"), _("请返回刷新，看看最新的情况。")),
        413: (_("内容太大了"), _("提交的内容超过了上限，没有收下。"), _("请返回缩短后再试，刚才写的内容一般还在上一页。")),
        429: (_("操作太频繁了"), _("为了让大家都能用，请稍等一会儿。"), _("请过一会儿返回上一页再试，刚才写的内容还在。")),
        500: (_("系统出错了"), _("这不是您的错，我们已经记录下来。"), _("请稍后再试；刚才写的内容可返回上一页找回。")),
        503: (_("暂时无法处理"), _("系统正忙或正在维护，这一步没有生效。"), _("请过几分钟返回上一页再试，刚才写的内容还在。")),
    }[code]  # fmt: skip


def error_page(
    code: int,
    message: str = "",
    retry_after: int | None = None,
    *,
    may_repeat: bool = False,
    signed_out: bool = False,
) -> Response:
    """The error page for `code`, with `message` instead of the usual one if there is any.

    It gives back what was typed into a form, to be sent once more where the code is a passing one, by `may_repeat`, or
    after signing in where somebody is `signed_out`.
    """
    shown = code if code in PAGES else (500 if code >= 500 else 400)
    title, usual, advice = _words(shown)
    g.error_reference = reference = secrets.token_hex(4).upper()
    log.log(
        logging.ERROR if code >= 500 else logging.INFO,
        "error page %s, reference %s: %s %s", code, reference, request.method, _path_to_log(),
    )  # fmt: skip
    given_back = typed()
    if given_back:
        mark_personal()
        if given_back.words:
            advice = _("您写的内容都在下面。")
        if signed_out:
            title, advice = _("请先登录"), _("请在新窗口登录，再回到这一页，点“再提交一次”。")
    page = render_template(
        f"errors/{shown}.html",
        typed=given_back,
        may_repeat=may_repeat or signed_out or shown in PASSING,
        code=code,
        title=title,
        message=message or usual,
        advice=advice,
        reference=reference,
    )
    response = make_response(page, code)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _path_to_log() -> str:
    # Who reads the log must not be able to follow a link that was mailed to somebody.
    token = (request.view_args or {}).get("token")
    return request.path.replace(token, "<token>") if token else request.path


def install(app: Flask) -> None:
    """Show every error of `app` as a page."""
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(CSRFError, _on_csrf)
    app.register_error_handler(PortalError, _on_portal)
    app.register_error_handler(StaleDataError, _on_stale)
    app.register_error_handler(DBAPIError, _on_database)
    app.register_error_handler(Exception, _on_unforeseen)


def _on_http(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]  # a redirect is no error
    response = error_page(error.code)
    if error.code == 405 and getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(error.valid_methods)  # type: ignore[attr-defined]
    return response


def _on_csrf(error: CSRFError) -> Response:
    log.info("CSRF check failed: %s", error.description)
    return error_page(400, _("页面打开太久，安全凭证已过期，刚才的操作没有生效。"), may_repeat=True)


def _on_portal(error: PortalError) -> Response:
    db.session.rollback()
    wait = error.retry_after if isinstance(error, TooFast) else None
    return error_page(
        error.status,
        error.message,
        wait,
        may_repeat=error.may_repeat,
        signed_out=isinstance(error, SignedOut),
    )


def _on_stale(error: StaleDataError) -> Response:
    db.session.rollback()
    return error_page(409, _("别人刚刚改动了同一条内容，您的这一步没有生效。"))


def _on_database(error: DBAPIError) -> Response:
    db.session.rollback()
    if isinstance(error, OperationalError):
        # Gone, locked, read-only or full: it may well work again in a moment.
        current_app.logger.error("the database cannot serve: %s", kind_of(error))
        return error_page(503, retry_after=30)
    if isinstance(error, DataError):
        # PostgreSQL refuses what SQLite takes and does not find: a NUL in an address, a number out of range.
        log.warning("the database refused a value: %s", kind_of(error))
        return error_page(400)
    return _on_unforeseen(error)


def _on_unforeseen(error: Exception) -> Response:
    db.session.rollback()
    if isinstance(error, OSError) and error.errno in _FULL:
        # Also where a form with files is read, which are put on the disk meanwhile.
        log.error("the disk is full")
        return error_page(503, _("存储空间满了，这一步没有生效。如果加了照片或文件，请先不加。"), 30)
    response = error_page(500)
    log.error("unforeseen, reference %s", g.error_reference, exc_info=error)
    return response
