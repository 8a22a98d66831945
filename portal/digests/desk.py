"""The desk of digests: ask for one, watch it being built, read its outline, take its files."""

import re
from dataclasses import replace
from functools import partial

from flask import Blueprint, flash, jsonify, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.core.clock import local
from portal.core.db import db
from portal.core.pagination import PAGE_SIZE, Page
from portal.core.rights import Permission
from portal.digests.forms import DigestForm, PublishForm
from portal.digests.models import Digest
from portal.digests.operations import may_publish, publish_digest, request_digest
from portal.digests.queries import opinions_now, quotable, readable_digest, readable_digests
from portal.digests.store import (
    CHECK_INPUT,
    PRINT,
    REPORT,
    TABLE,
    WORKBOOK,
    has_groups,
    stored_file,
    stored_group,
    stored_summary,
)
from portal.digests.summary import quotes_of
from portal.jobs.states import JobState
from portal.web.guards import actor, guard, may
from portal.web.headers import mark_personal
from portal.web.network import settings

blueprint = Blueprint("digests_desk", __name__)

# What one system or another does not take in the name of a file.
_UNSAFE_IN_NAMES = re.compile(r'[\\/:*?"<>|\s\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069]+')

# The files that people are offered, in order; a digest has those of them that its job wrote.
_FILES = {
    REPORT: _l("Word 文稿"),
    WORKBOOK: _l("Excel 表格"),
    PRINT: _l("PDF 文稿"),
    TABLE: _l("CSV 数据"),
    CHECK_INPUT: _l("分析检查材料（JSON）"),
}


@blueprint.get("/desk/digests")
@guard(Permission.DIGESTS_READ)
def index() -> ResponseReturnValue:
    """The digests that this person may read, and the form for a new one."""
    return _index(DigestForm(actor()) if may(Permission.DIGESTS_BUILD) else None)


@blueprint.post("/desk/digests")
@guard(Permission.DIGESTS_BUILD)
def build() -> ResponseReturnValue:
    """Have a digest built, and go where its progress shows."""
    form = DigestForm(actor())
    if not form.validate_on_submit():
        return _index(form), 400
    digest = request_digest(form.choice(), actor())
    target = url_for(".show", digest_id=digest.id)
    db.session.commit()
    return redirect(target)


@blueprint.get("/desk/digests/<digest_id>")
@guard(Permission.DIGESTS_READ)
def show(digest_id: str) -> ResponseReturnValue:
    """One digest: how far it is, or what it found and its files."""
    return _show(readable_digest(digest_id, actor()), PublishForm())


@blueprint.post("/desk/digests/<digest_id>/publish")
@guard(Permission.DIGESTS_PUBLISH)
def publish(digest_id: str) -> ResponseReturnValue:
    """Make the digest 第N期 of its campaign."""
    digest, form = readable_digest(digest_id, actor()), PublishForm()
    if not form.validate_on_submit():
        return _show(digest, form), 400
    publish_digest(digest, actor())
    db.session.commit()
    flash(_("已编为第%(number)s期，各条意见的办理过程会写上。", number=digest.number), "success")
    return redirect(url_for(".show", digest_id=digest_id))


def _show(digest: Digest, form: PublishForm) -> str:
    done = digest.job.state == JobState.DONE
    summary = stored_summary(settings().instance_dir, digest) if done else None
    return render_template(
        "desk/digests/show.html",
        digest=digest,
        state=JobState(digest.job.state),
        form=form if digest.files and digest.number is None and may_publish(actor()) else None,
        summary=summary,
        quotable=quotable(digest, quotes_of(summary), actor()) if summary else frozenset(),
        has_groups=done and has_groups(settings().instance_dir, digest),
        files=[(name, label, digest.files[name]) for name, label in _FILES.items() if name in digest.files],
    )


@blueprint.get("/desk/digests/<digest_id>/progress")
@guard(Permission.DIGESTS_READ)
def progress(digest_id: str) -> ResponseReturnValue:
    """How far the digest is, for the progress bar."""
    digest = readable_digest(digest_id, actor())
    mark_personal()
    return jsonify(
        state=digest.job.state,
        percent=digest.job.percent,
        message=JobState(digest.job.state).label,
        url=url_for(".show", digest_id=digest.id),
    )


@blueprint.get("/desk/digests/<digest_id>/opinions/<group>")
@guard(Permission.DIGESTS_READ)
def opinions(digest_id: str, group: str) -> ResponseReturnValue:
    """The opinions behind a number of the digest, as they stand now."""
    digest = readable_digest(digest_id, actor())
    found = stored_group(settings().instance_dir, digest, group)
    page, ids = _turned(found.opinion_ids, request.args.get("page", 1, int))
    here = partial(url_for, ".opinions", digest_id=digest_id, group=group)
    return render_template(
        "desk/digests/opinions.html",
        digest=digest,
        group=found,
        ids=ids,
        first=(page - 1) * PAGE_SIZE + 1,
        now=opinions_now(digest, ids, actor()),
        page=Page(
            ids,
            None,
            None,
            next_url=here(page=page + 1) if page * PAGE_SIZE < len(found.opinion_ids) else None,
            previous_url=here(page=page - 1) if page > 1 else None,
        ),
    )


def _turned(ids: list[str], wanted: int) -> tuple[int, list[str]]:
    """The page of `ids` that was asked for, with its number; beyond either end, the one that is there."""
    page = min(max(wanted, 1), max(1, -(-len(ids) // PAGE_SIZE)))
    return page, ids[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]


@blueprint.get("/desk/digests/<digest_id>/files/<name>")
@guard(Permission.DIGESTS_READ)
def download(digest_id: str, name: str) -> ResponseReturnValue:
    """A file of the digest."""
    digest = readable_digest(digest_id, actor())
    path = stored_file(settings().instance_dir, digest, name)
    mark_personal()
    return send_file(
        path, as_attachment=True, download_name=_name_for(digest) + path.suffix, conditional=False, etag=False
    )


def _name_for(digest: Digest) -> str:
    """What a file of the digest is called on somebody's own machine, among those of others: without its ending."""
    which = (
        _("第%(number)s期", number=digest.number)
        if digest.number
        else local(digest.created_at, settings().timezone).strftime("%Y%m%d-%H%M%S")
    )
    # Offices of one name are told apart by what stands above them.
    unit = "-".join(digest.unit.path.split("/")[-2:]) if digest.unit else ""
    # A name may have 255 bytes, of which a Chinese character takes three.
    parts = (digest.campaign.title[:36], _("意见汇总"), unit[-28:], which)
    return _UNSAFE_IN_NAMES.sub("-", "-".join(part for part in parts if part))


def _index(form: DigestForm | None) -> str:
    page = readable_digests(actor(), request.args.get("cursor"))
    page = replace(
        page,
        next_url=url_for(".index", cursor=page.next_cursor) if page.next_cursor else None,
        previous_url=url_for(".index", cursor=page.previous_cursor) if page.previous_cursor else None,
    )
    return render_template("desk/digests/index.html", page=page, form=form, states=JobState)
