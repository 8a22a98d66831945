"""Drafts that an account keeps on the server: saved when asked, sealed, read by their author alone, gone after a while."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from portal.accounts.models import User
from portal.analysis.proposed_title import proposed_title
from portal.campaigns.models import Board
from portal.core.clock import now
from portal.core.crypto import decrypt, encrypt
from portal.core.db import db
from portal.core.errors import NotAllowed, PortalError
from portal.core.ids import unguessable_id
from portal.core.rights import Actor
from portal.opinions.draft_models import SavedDraft

PURPOSE = "draft"
MOST_DRAFTS = 20
# Counted from the last time it was saved.
LIVES = timedelta(days=90)

Values = dict[str, str | list[str]]


class DraftLine(NamedTuple):
    """A draft in its author's list."""

    id: str
    title: str
    board: str
    saved_at: datetime
    expires_at: datetime


def save_draft(
    values: Mapping[str, Any], board: Board, draft_id: str, actor: Actor, contact_key: str
) -> SavedDraft:
    """Keep what is typed so far: as the actor's draft of that id, else as a new one.

    Raises `NotAllowed` for who is not signed in, `PortalError` where the account has `MOST_DRAFTS` already.
    """
    if actor.user_id is None:
        raise NotAllowed(_("登录后才能把草稿存到账号。"))
    # Several saved at once are counted one after the other.
    db.session.execute(select(User.id).where(User.id == actor.user_id).with_for_update())
    moment = now()
    draft = own_draft(actor.user_id, draft_id)
    if draft is None:
        mine = select(func.count()).where(SavedDraft.user_id == actor.user_id, SavedDraft.expires_at > moment)
        if (db.session.scalar(mine) or 0) >= MOST_DRAFTS:
            raise PortalError(
                _("草稿最多存%(most)d份，这份没有存。请先在“我的草稿”里删掉不要的。", most=MOST_DRAFTS)
            )
        draft = SavedDraft(id=unguessable_id(), user_id=actor.user_id)
        db.session.add(draft)
    draft.board = board
    draft.sealed = encrypt(contact_key, PURPOSE, json.dumps(values, ensure_ascii=False))
    draft.saved_at, draft.expires_at = moment, moment + LIVES
    db.session.flush()
    return draft


def own_draft(user_id: int, draft_id: str) -> SavedDraft | None:
    """The account's draft of that id, unless it is gone."""
    mine = select(SavedDraft).where(
        SavedDraft.id == draft_id, SavedDraft.user_id == user_id, SavedDraft.expires_at > now()
    )
    return db.session.scalar(mine)


def draft_values(draft: SavedDraft, contact_key: str) -> Values:
    """What was typed, by the name of its field."""
    values: Values = json.loads(decrypt(contact_key, PURPOSE, draft.sealed))
    return values


def own_drafts(user_id: int, contact_key: str) -> list[DraftLine]:
    """The account's drafts, the last saved first."""
    mine = select(SavedDraft).where(SavedDraft.user_id == user_id, SavedDraft.expires_at > now())
    return [
        DraftLine(draft.id, _title(draft, contact_key), draft.board.title, draft.saved_at, draft.expires_at)
        for draft in db.session.scalars(mine.order_by(SavedDraft.saved_at.desc(), SavedDraft.id))
    ]


def _title(draft: SavedDraft, contact_key: str) -> str:
    values = draft_values(draft, contact_key)
    body = str(values.get("body", ""))
    return str(values.get("title", "")) or proposed_title(body) or body.strip()[:30] or _("还没写内容")


def drafts_copy(user_id: int, contact_key: str) -> list[dict[str, Any]]:
    """All that the account's drafts hold, to be handed to their author."""
    rows = []
    for line in own_drafts(user_id, contact_key):
        values = draft_values(db.session.get_one(SavedDraft, line.id), contact_key)
        rows.append({**values, "title": line.title, "board": line.board, "saved_at": line.saved_at})
    return rows


def remove_draft(user_id: int | None, draft_id: str) -> None:
    """Remove the account's draft of that id, if there is one."""
    db.session.execute(delete(SavedDraft).where(SavedDraft.id == draft_id, SavedDraft.user_id == user_id))


def remove_drafts_of(user_id: int) -> None:
    """Remove all drafts of the account."""
    db.session.execute(delete(SavedDraft).where(SavedDraft.user_id == user_id))


def remove_expired() -> None:
    """Remove the drafts whose time is over."""
    db.session.execute(delete(SavedDraft).where(SavedDraft.expires_at <= now()))
