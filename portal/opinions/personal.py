"""What the opinions slice holds of a person: what was handed in, with the contact left there, and what was supported.

Removing unlinks: the words, later ones too, stay where the person says so (they are the public's as well), without
anything that leads to the author: personal data that is masked for others is masked in the original too. Counts stay true: a support becomes nobody's, and the opinions of one author
stay one author's, whoever that was.
"""

import secrets
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update

from portal.analysis.personal_data import Found
from portal.attachments.operations import Subject, remove_all
from portal.attachments.queries import attachments_of
from portal.core.clock import now
from portal.core.crypto import decrypt
from portal.core.db import db
from portal.core.personal import Holding, Person, Section
from portal.notices.operations import addresses_for, forget_about
from portal.opinions.additions import additions_of
from portal.opinions.drafts import drafts_copy, remove_drafts_of
from portal.opinions.models import Case, Opinion, Support, TextLayer
from portal.opinions.operations import masked_text
from portal.opinions.receipt_states import Rating
from portal.opinions.receipts import may_withdraw, withdraw
from portal.opinions.states import ParticipantGroup, PublicState, Visibility
from portal.opinions.submission import CONTACT_PURPOSE
from portal.opinions.telling import CASE

COLUMNS = frozenset({"opinion_case.contact_sealed", "opinion_addition.words", "opinion_draft.sealed"})


def _own(person: Person) -> list[Opinion]:
    query = select(Opinion).join(Case).where(Case.author_id == person.user_id).order_by(Opinion.id)
    return list(db.session.scalars(query))


def _copy(person: Person) -> list[Section]:
    opinions = _own(person)
    mails = addresses_for(CASE, {opinion.case_id for opinion in opinions}, person.contact_key)
    labels = {
        "id": _("编号"), "title": _("标题"), "body": _("内容"), "submitted_at": _("提交时间"), "visibility": _("是否公开"),
        "group": _("身份"), "contact": _("联系方式"), "mails": _("进展发到"), "state": _("进度"), "published": _("公开的文字"),
        "additions": _("我补充的话"), "files": _("附件"), "rating": _("我的评价"),
    }  # fmt: skip
    supports = db.session.execute(
        select(Opinion.public_id, Support.at)
        .join(Opinion, Opinion.id == Support.opinion_id)
        .where(Support.person_key == f"u:{person.user_id}")
        .order_by(Support.at)
    )
    return [
        Section(
            "opinions",
            _("我的意见"),
            labels,
            [_as_row(opinion, mails.get(opinion.case_id, []), person.contact_key) for opinion in opinions],
        ),
        Section(
            "supports",
            _("我支持过的意见"),
            {"id": _("编号"), "at": _("时间")},
            [{"id": row.public_id, "at": row.at} for row in supports],
        ),
        Section(
            "drafts",
            _("我的草稿"),
            {
                "title": _("标题"),
                "board": _("板块"),
                "saved_at": _("存的时间"),
                "body": _("内容"),
                "place": _("地点"),
            },
            drafts_copy(person.user_id, person.contact_key),
        ),
    ]


def _as_row(opinion: Opinion, mails: list[str], contact_key: str) -> dict[str, Any]:
    case = opinion.case
    return {
        "id": opinion.public_id,
        "title": case.title,
        "body": case.body,
        "submitted_at": case.submitted_at,
        "visibility": str(Visibility(case.visibility).label),
        "group": str(ParticipantGroup(case.participant_group).label) if case.participant_group else "",
        "contact": decrypt(contact_key, CONTACT_PURPOSE, case.contact_sealed) if case.contact_sealed else "",
        "mails": mails,
        "state": str(PublicState(opinion.public_state).label),
        "published": f"{opinion.title}\n{opinion.body}" if opinion.published_at else "",
        "additions": [{"at": one.at, "words": one.words} for one in additions_of(opinion.id)],
        "files": [
            {"at": file.received_at, "type": file.media_type, "bytes": file.size}
            for file in attachments_of("opinion", opinion.id)
        ],
        "rating": str(Rating(opinion.rating).label) if opinion.rating else "",
        "timeline": [{"at": event.at, "kind": event.kind} for event in opinion.events],
    }


def _remove(person: Person, keep_opinions: bool) -> None:
    opinions = _own(person)
    remove_drafts_of(person.user_id)
    if not keep_opinions:
        for opinion in opinions:
            if may_withdraw(opinion):
                withdraw(opinion, person.actor)
    nobody = f"e:{secrets.token_hex(16)}"
    for opinion in opinions:
        # A picture may show who took it, or where they live: the words alone stay.
        remove_all(Subject("opinion", opinion.id), person.actor)
        opinion.author_key = nobody
        opinion.case.author_id, opinion.case.contact_sealed = None, None
        _mask_for_good(opinion)
    forget_about(CASE, {opinion.case_id for opinion in opinions})
    made = update(TextLayer).where(TextLayer.actor_id == person.user_id)
    db.session.execute(made.values(actor_id=None))
    supports = select(Support).where(Support.person_key == f"u:{person.user_id}")
    for support in db.session.scalars(supports):
        support.person_key = f"e:{secrets.token_hex(16)}"
    db.session.flush()


def _mask_for_good(opinion: Opinion) -> None:
    """Leave of the author's words what others than moderators may read. What is masked is so by a layer of the case."""
    case, moment = opinion.case, now()
    if case.erased_at is None:
        found = [Found(kind, start, end, 1.0) for start, end, kind in _latest_ranges(opinion)]
        case.title, case.body, case.place = masked_text(found, case.title, case.body, case.place)
        case.erased_at = moment
    for addition in additions_of(opinion.id):
        if addition.erased_at is None:
            addition.words, addition.erased_at = addition.body, moment
    db.session.flush()


def _latest_ranges(opinion: Opinion) -> list[Any]:
    return opinion.layers[-1].ranges if opinion.layers else []


HOLDING = Holding(COLUMNS, _copy, _remove)
