"""What became of opinions on a draft: recorded one by one with a reason, then published as one table (A5)."""

from datetime import datetime
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import Select, bindparam, func, select

from portal.audit.operations import record
from portal.campaigns.models import Consultation
from portal.campaigns.states import Openness, openness
from portal.casework.models import Adoption
from portal.casework.states import AdoptionOutcome
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import ChangedMeanwhile, IllegalMove, NotAllowed
from portal.core.pagination import Keyset, Page, keyset_page
from portal.core.rights import Actor, Permission
from portal.opinions.models import Opinion
from portal.opinions.operations import is_concluded, mark_concluded
from portal.opinions.readers import readable_by
from portal.opinions.states import COUNTED, UNDECIDED, OpinionState

# The version of an outcome that is not recorded yet.
NONE_YET = 0
TABLE_SIZE = 100


def record_outcome(
    opinion: Opinion, outcome: AdoptionOutcome, reason: str, version: int, actor: Actor
) -> Adoption:
    """Record what became of an opinion on a draft; until the table is published it can be changed.

    One that is accepted after that, perhaps once more, joins the table by being recorded: who may publish answers it at once and
    for good.
    `version` is that of the outcome as it was read (`NONE_YET` where there was none). Raises `ChangedMeanwhile` where
    somebody else recorded one in between, `NotAllowed` without the right for this opinion, `IllegalMove` where it
    stands in the published table already or does not count.
    """
    consultation = _locked(opinion.board_id)
    if consultation is None or opinion_to_adopt(actor, consultation, opinion.public_id) is None:
        raise NotAllowed(_("您不能登记这条意见的采纳情况。"))
    if opinion.state not in COUNTED:
        raise IllegalMove(_("这条意见没有受理，不用登记采纳情况。"))
    adoption = outcome_of(opinion)
    if (adoption.version if adoption else NONE_YET) != version:
        raise ChangedMeanwhile(_("别人刚刚登记过这一条，您的这一步没有生效，内容还在。"))
    is_late = consultation.outcome_published_at is not None
    if is_concluded(opinion):
        raise IllegalMove(_("采纳情况已经公布，不能再改。"))
    if is_late and not actor.may(Permission.CASEWORK_PUBLISH_OUTCOMES):
        raise NotAllowed(_("采纳情况已经公布，以后受理的意见由牵头单位登记。"))
    if adoption is None:
        adoption = Adoption(opinion=opinion)
        db.session.add(adoption)
    adoption.outcome, adoption.reason = outcome, reason
    adoption.actor_id, adoption.at = actor.user_id, now()
    db.session.flush()
    record(actor, "adoption_recorded", "opinion", opinion.id, outcome=outcome)
    if is_late:
        mark_concluded(opinion, outcome, reason, adoption.at)
    return adoption


def publish_outcomes(consultation: Consultation, actor: Actor) -> None:
    """Publish the table of a consultation: what became of every opinion that counts, and why. It answers them all.

    Raises `NotAllowed` without the right, `IllegalMove` before the consultation is over, where an opinion has no
    outcome yet, or where the table is published already.
    """
    if not actor.may(Permission.CASEWORK_PUBLISH_OUTCOMES):
        raise NotAllowed(_("您不能公布采纳情况。"))
    _locked(consultation.board_id)
    if consultation.outcome_published_at is not None:
        raise IllegalMove(_("采纳情况已经公布。"))
    if openness(now(), consultation.board.campaign, consultation.board) is not Openness.CLOSED:
        raise IllegalMove(_("征求意见还没有结束，结束以后才能公布采纳情况。"))
    counts = adoption_counts(consultation)
    if counts.missing:
        raise IllegalMove(_("还有%(count)s条没有登记采纳情况，全部登记后才能公布。", count=counts.missing))
    moment = now()
    consultation.outcome_published_at = moment
    for adoption in db.session.scalars(_recorded(consultation)):
        mark_concluded(adoption.opinion, adoption.outcome, adoption.reason, moment)
    db.session.flush()
    record(actor, "outcomes_published", "board", consultation.board_id, opinions=counts.all)


def _locked(board_id: int) -> Consultation | None:
    # Recording and publishing wait in one line: nothing is recorded beside a table that is being published.
    own = select(Consultation.board_id).where(Consultation.board_id == board_id)
    if db.session.scalar(own.with_for_update()) is None:
        return None
    return db.session.get(Consultation, board_id, populate_existing=True)


class AdoptionCounts(NamedTuple):
    """How many opinions on a draft count, and how many have which outcome."""

    all: int
    adopted: int
    partly: int
    not_adopted: int

    @property
    def recorded(self) -> int:
        """How many have an outcome."""
        return self.adopted + self.partly + self.not_adopted

    @property
    def missing(self) -> int:
        """How many have none yet."""
        return self.all - self.recorded


def adoption_counts(consultation: Consultation) -> AdoptionCounts:
    """The counts of one consultation."""
    query = (
        select(Adoption.outcome, func.count())
        .select_from(Opinion)
        .outerjoin(Adoption, Adoption.opinion_id == Opinion.id)
        .where(Opinion.board_id == consultation.board_id, Opinion.state.in_(COUNTED))
        .group_by(Adoption.outcome)
    )
    numbers = {outcome: count for outcome, count in db.session.execute(query)}
    return AdoptionCounts(sum(numbers.values()), *[numbers.get(outcome, 0) for outcome in AdoptionOutcome])


def undecided_count(consultation: Consultation) -> int:
    """How many opinions on the draft nobody has decided on yet: those accepted after the publication join the table late."""
    here = (Opinion.board_id == consultation.board_id, Opinion.state.in_(UNDECIDED))
    return db.session.scalar(select(func.count()).select_from(Opinion).where(*here)) or 0


def outcome_of(opinion: Opinion) -> Adoption | None:
    """What became of the opinion, as the database has it now."""
    return db.session.get(Adoption, opinion.id, populate_existing=True)


def opinion_to_adopt(actor: Actor, consultation: Consultation, public_id: str) -> Opinion | None:
    """The opinion of that public id on the draft, if `actor` may record what became of it."""
    query = select(Opinion).where(
        Opinion.public_id == public_id,
        Opinion.board_id == consultation.board_id,
        readable_by(actor, Permission.CASEWORK_ADOPT),
    )
    return db.session.scalar(query)


def opinions_to_adopt(actor: Actor, consultation: Consultation, cursor: str | None) -> Page:
    """A page of the opinions on the draft whose outcome `actor` may record, in the order in which they came in."""
    query = (
        select(
            Opinion.id, Opinion.public_id, Opinion.title, Opinion.excerpt, Opinion.state, Opinion.submitted_at,
            Adoption.outcome, Adoption.reason,
        )
        .outerjoin(Adoption, Adoption.opinion_id == Opinion.id)
        .where(Opinion.board_id == consultation.board_id, Opinion.state.in_(COUNTED))
        .where(readable_by(actor, Permission.CASEWORK_ADOPT))
    )  # fmt: skip
    return keyset_page(
        db.session(), query, [Opinion.submitted_at, Opinion.id], cursor=cursor, descending=False
    )


class OutcomeRow(NamedTuple):
    """A line of the published table; title and address only of what is public."""

    title: str | None
    public_id: str | None
    submitted_at: datetime
    outcome: AdoptionOutcome
    reason: str


_TABLE = Keyset(
    select(
        Opinion.id, Opinion.public_id, Opinion.title, Opinion.state, Opinion.submitted_at, Adoption.outcome,
        Adoption.reason,
    )
    .join(Adoption, Adoption.opinion_id == Opinion.id)
    .where(Opinion.board_id == bindparam("board_id"), Opinion.state.in_(COUNTED)),
    [Opinion.submitted_at, Opinion.id],
    descending=False,
)  # fmt: skip


def outcome_table(consultation: Consultation, cursor: str | None) -> Page:
    """A page of the published table, as `OutcomeRow`s. The text of what is not public is not in it."""
    page = _TABLE.page(db.session(), cursor=cursor, size=TABLE_SIZE, board_id=consultation.board_id)
    return Page([_line(row) for row in page.rows], page.next_cursor, page.previous_cursor)


def _line(row: Any) -> OutcomeRow:
    is_public = row.state == OpinionState.PUBLISHED
    title, public_id = (row.title, row.public_id) if is_public else (None, None)
    return OutcomeRow(title, public_id, row.submitted_at, AdoptionOutcome(row.outcome), row.reason)


def _recorded(consultation: Consultation) -> Select[tuple[Adoption]]:
    here = (Opinion.board_id == consultation.board_id, Opinion.state.in_(COUNTED))
    return select(Adoption).join(Opinion, Opinion.id == Adoption.opinion_id).where(*here)
