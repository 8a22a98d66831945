"""The one list of parts: extensions, blueprints, commands, jobs and who listens to which news."""

import importlib

from flask import Flask
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.accounts.queries import session_user
from portal.accounts.signals import reset_link_asked
from portal.casework.states import AdoptionOutcome
from portal.comments.reasons import CommentReason
from portal.config import ROOT, Settings
from portal.core import logs
from portal.core.db import db
from portal.moderation.merging import follow_timeline, part_all_from
from portal.moderation.reasons import RejectionReason
from portal.notices.operations import ask_by_mail
from portal.notices.queries import unread_count
from portal.opinions.indexing import index, unindex
from portal.opinions.receipt_states import Rating
from portal.opinions.signals import opinion_published, opinion_unpublished, timeline_grew
from portal.opinions.states import HoldReason
from portal.opinions.telling import tell_author
from portal.site.queries import paused_intake
from portal.taxonomy.queries import topic_words
from portal.web import assets, drawing, errors, guards, headers, kept, limits, templating, translating

# Blueprints by dotted name of the module; each has a `blueprint`.
BLUEPRINTS = (
    "portal.web.health",
    "portal.web.view",
    "portal.accounts.public",
    "portal.accounts.own_public",
    "portal.accounts.recovery_public",
    "portal.accounts.leaving_public",
    "portal.accounts.desk",
    "portal.notices.public",
    "portal.opinions.public",
    "portal.opinions.drafts_public",
    "portal.opinions.files_public",
    "portal.opinions.proposals_public",
    "portal.opinions.supports_public",
    "portal.campaigns.intake_desk",
    "portal.moderation.desk",
    "portal.moderation.additions_desk",
    "portal.moderation.files_desk",
    "portal.moderation.merging_desk",
    "portal.comments.public",
    "portal.comments.desk",
    "portal.casework.desk",
    "portal.casework.put_off_desk",
    "portal.casework.files_desk",
    "portal.casework.consultations_desk",
    "portal.site.public",
    "portal.site.help_public",
    "portal.site.me_public",
    "portal.site.receipts_public",
    "portal.site.desk",
    "portal.digests.desk",
)

# Command groups by dotted name; each has a `group` (a Flask AppGroup or click command).
COMMANDS = (
    "portal.taxonomy.cli",
    "portal.taxonomy.topics_cli",
    "portal.moderation.topics_cli",
    "portal.campaigns.cli",
    "portal.casework.cli",
    "portal.audit.cli",
    "portal.jobs.cli",
    "portal.accounts.cli",
    "portal.notices.cli",
    "portal.digests.cli",
    "portal.digests.analyse_cli",
    "portal.digests.analyse_matters_cli",
    "portal.digests.analyse_topics_cli",
    "portal.demo.cli",
)

# Views whose form checks its token itself and, where it has expired, shows again what was typed.
TOKEN_IN_FORM = (
    "portal.opinions.public.check",
    "portal.opinions.public.edit",
    "portal.opinions.public.hand_in",
    "portal.opinions.drafts_public.save",
    "portal.site.receipts_public.add",
    "portal.site.receipts_public.rate_answer",
    "portal.site.receipts_public.ask_for_review",
    "portal.moderation.desk.decide_on",
    "portal.moderation.merging_desk.merge_into",
    "portal.comments.public.hand_in",
    "portal.comments.desk.decide_on",
    "portal.casework.desk.reply",
    "portal.casework.consultations_desk.save",
)

# What background jobs run, by kind: `module:function`, loaded only by the process that runs them.
JOBS: dict[str, str] = {
    "attachment_cleaning": "portal.attachments.jobs:clean",
    "attachment_removal": "portal.attachments.jobs:remove_files",
    "digest": "portal.digests.jobs:run",
    "digest_timelines": "portal.digests.jobs:note_in_timelines",
    "topic_training": "portal.moderation.topics_jobs:train",
}

# What the job runner does by the clock: `module:function`, without arguments, and every how many seconds.
TIMETABLE: dict[str, int] = {
    "portal.notices.jobs:deliver": 10,
    "portal.notices.jobs:sweep": 3600,
    "portal.opinions.jobs:sweep_drafts": 3600,
    "portal.moderation.topics_jobs:suggest": 5,
    "portal.moderation.topics_jobs:plan_training": 3600,
    "portal.opinions.jobs:remove_old_contacts": 6 * 3600,
}

# Modules whose `HOLDING` says what their slice holds of a person; removed in this order, the account itself last.
PERSONAL = (
    "portal.opinions.personal",
    "portal.comments.personal",
    "portal.notices.personal",
    "portal.jobs.personal",
    "portal.accounts.personal",
    "portal.audit.personal",
)


def assemble(app: Flask, settings: Settings) -> None:
    """Make `app` the portal that `settings` describe."""
    _configure(app, settings)
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True, compare_type=True)
    translating.install(app, settings.timezone.key)
    # Before the token is looked at: whose session is over is told so, and not that a page is too old.
    app.before_request(guards.check_guard)
    csrf = CSRFProtect(app)
    for view in TOKEN_IN_FORM:
        csrf.exempt(view)
    _install_sign_in(app)
    limits.install(app, settings)
    app.teardown_request(guards.leave)
    headers.install(app)
    errors.install(app)
    templating.install(app, settings)
    assets.install(app, ROOT / "static", settings.instance_dir / "static")
    kept.install(app)
    drawing.install(app)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    for name in BLUEPRINTS:
        app.register_blueprint(importlib.import_module(name).blueprint)
    for name in COMMANDS:
        app.cli.add_command(importlib.import_module(name).group)
    _template_globals(app)
    _subscribe()


def _configure(app: Flask, settings: Settings) -> None:
    logs.install(settings.log_level)
    app.jinja_environment = templating.SharedGlobals
    # All are loaded before the workers start; a cache that lets some go keeps account of each look at it.
    app.jinja_options = {"cache_size": -1}
    app.extensions["portal_settings"] = settings
    app.extensions["portal_jobs"] = JOBS
    app.extensions["portal_timetable"] = TIMETABLE
    app.extensions["portal_personal"] = tuple(importlib.import_module(name).HOLDING for name in PERSONAL)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        # An error of the database must not carry what somebody typed into the log.
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True},
        MAX_CONTENT_LENGTH=settings.max_request_kb * 1024,
        MAX_FORM_MEMORY_SIZE=settings.max_request_kb * 1024,
        MAX_FORM_PARTS=200,
        SESSION_COOKIE_NAME="__Host-session" if settings.secure else "session",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=settings.session_hours * 3600,
        WTF_CSRF_TIME_LIMIT=settings.session_hours * 3600,
        WTF_CSRF_SSL_STRICT=False,
        JSON_AS_ASCII=False,
    )


def _install_sign_in(app: Flask) -> None:
    manager = LoginManager()
    manager.session_protection = None
    # What `init_app` would add is for remembering people, which this site does not do: it would touch the session
    # of every visitor, and so forbid caching of every page.
    app.login_manager = manager  # type: ignore[attr-defined]
    manager.user_loader(session_user)


def _subscribe() -> None:
    """Connect news to those who listen; the only place where that is done."""
    opinion_published.connect(index)
    opinion_unpublished.connect(unindex)
    opinion_unpublished.connect(part_all_from)
    timeline_grew.connect(tell_author)
    timeline_grew.connect(follow_timeline)
    reset_link_asked.connect(ask_by_mail)


def _template_globals(app: Flask) -> None:
    """Give templates the words for stored codes, whether intake pauses, and how much news waits for who is signed in."""
    app.jinja_env.globals["paused_intake"] = paused_intake
    app.jinja_env.globals["hold_label"] = lambda code: HoldReason(code).label
    app.jinja_env.filters["topic_words"] = topic_words
    app.jinja_env.globals["outcome_label"] = lambda code: AdoptionOutcome(code).label
    app.jinja_env.globals["reason_label"] = lambda code: RejectionReason(code).label
    app.jinja_env.globals["comment_reason_label"] = lambda code: CommentReason(code).label
    app.jinja_env.globals["rating_label"] = lambda code: Rating(code).label
    app.jinja_env.globals["unread_notices"] = lambda: unread_count(guards.actor().user_id)
