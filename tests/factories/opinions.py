"""Opinions for tests, handed in and decided by the portal's own operations. They commit."""

import secrets
from datetime import datetime

from flask import current_app

from portal.accounts.models import User
from portal.campaigns.models import Board
from portal.core.clock import fixed, now
from portal.core.db import db
from portal.core.rights import Actor, Role
from portal.moderation.merging import merge
from portal.opinions.models import Opinion
from portal.opinions.operations import add_event, assign, move
from portal.opinions.receipts import appeal
from portal.opinions.receipts import withdraw as take_back
from portal.opinions.states import (
    COUNTED,
    EventKind,
    OpinionAction,
    OpinionState,
    ParticipantGroup,
    Visibility,
)
from portal.opinions.submission import Draft, Keys, Receipt, submit
from portal.taxonomy.models import Topic, Unit
from tests.factories.accounts import actor_with
from tests.factories.campaigns import make_board

TITLE = "建议给老旧小区加装电梯"
QUESTION = "在哪一栋？"
BODY = "滨河小区六号楼住了很多老人，上下楼不方便。希望尽快加装电梯。"

_DECISIONS = {
    OpinionState.PUBLISHED: (OpinionAction.PUBLISH, EventKind.PUBLISHED),
    OpinionState.ACCEPTED: (OpinionAction.ACCEPT, EventKind.ACCEPTED),
    OpinionState.REJECTED: (OpinionAction.REJECT, EventKind.REJECTED),
    OpinionState.APPEALED: (OpinionAction.REJECT, EventKind.REJECTED),
}


def keys() -> Keys:
    """The secrets of the application under test."""
    settings = current_app.extensions["portal_settings"]
    return Keys(settings.lookup_key, settings.contact_key)


def make_receipt(
    board: Board | None = None, *, title: str = TITLE, body: str = BODY, unit: Unit | None = None,
    topic: Topic | None = None, visibility: Visibility = Visibility.PUBLIC, about_unit: bool = False,
    contact: str = "", group: ParticipantGroup | None = None, author: User | None = None,
    submitted_at: datetime | None = None, place: str = "",
) -> Receipt:  # fmt: skip
    """An opinion as just handed in, with its query code."""
    draft = Draft(
        title=title, body=body, form_key=secrets.token_hex(8), unit=unit, topic=topic, visibility=visibility,
        about_unit=about_unit, contact=contact, group=group, place=place,
    )  # fmt: skip
    with fixed(submitted_at or now()):
        receipt = submit(draft, board or make_board(), author.actor() if author else Actor(), keys())
    db.session.commit()
    return receipt


def make_opinion(
    board: Board | None = None, state: OpinionState = OpinionState.WAITING, *, title: str = TITLE, body: str = BODY,
    unit: Unit | None = None, topic: Topic | None = None, visibility: Visibility = Visibility.PUBLIC,
    complained: Unit | None = None, contact: str = "", group: ParticipantGroup | None = None,
    author: User | None = None, submitted_at: datetime | None = None, decided_at: datetime | None = None,
    place: str = "",
) -> Opinion:  # fmt: skip
    """An opinion in `state`.

    `unit` is proposed while it waits and assigned once it is decided; `complained` makes it 我反映的就是这个单位
    (and so private); it is decided when it was submitted unless `decided_at` says otherwise.
    """
    receipt = make_receipt(
        board, title=title, body=body, unit=complained or unit, topic=topic, visibility=visibility,
        about_unit=complained is not None, contact=contact, group=group, author=author, submitted_at=submitted_at,
        place=place,
    )  # fmt: skip
    with fixed(decided_at or submitted_at or now()):
        bring_to(receipt.opinion, state, unit, topic)
    return receipt.opinion


def bring_to(
    opinion: Opinion, state: OpinionState, unit: Unit | None = None, topic: Topic | None = None
) -> None:
    """Bring an opinion as just handed in to `state`, assigned to `unit` where it is accepted."""
    if state in _DECISIONS:
        action, event = _DECISIONS[state]
        move(opinion, action, actor_with(Role.MODERATOR))
        reason = {"reason": "unclear"} if action is OpinionAction.REJECT else {}
        add_event(opinion, event, **reason)
        opinion.decided_at = now()
        if state is OpinionState.APPEALED:
            appeal(opinion, "", secrets.token_hex(8), Actor(), keys())
        if state in COUNTED:
            assign(opinion, unit, topic)
    elif state is OpinionState.HELD:
        move(opinion, OpinionAction.HOLD, actor_with(Role.MODERATOR), question=QUESTION)
        add_event(opinion, EventKind.HELD, question=QUESTION)
    elif state is OpinionState.MERGED:
        into = make_opinion(
            opinion.board, OpinionState.PUBLISHED, title=opinion.title, body=opinion.case.body
        )
        bring_to(opinion, OpinionState.PUBLISHED, unit, topic)
        merge(opinion, into, "同一件事", actor_with(Role.MODERATOR))
    elif state is OpinionState.WITHDRAWN:
        take_back(opinion, Actor())
    db.session.commit()
