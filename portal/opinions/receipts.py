"""What an author does, by the query code or in the account: add information, correct the contact, rate the answer, ask for review."""

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _

from portal.attachments.operations import Received, Subject, attach, remove_all
from portal.audit.operations import record
from portal.campaigns.intake import intake_now
from portal.campaigns.states import IntakeMode
from portal.core.clock import now
from portal.core.crypto import encrypt, keyed_hash
from portal.core.db import db
from portal.core.errors import Closed, IllegalMove
from portal.core.rights import Actor
from portal.opinions.additions import MOST_ADDITIONS, addition_of_form, keep_addition
from portal.opinions.digested import digests_of
from portal.opinions.models import Addition, AnswerRating, Opinion
from portal.opinions.operations import add_event, is_concluded, move, refresh_public_state
from portal.opinions.receipt_states import AdditionKind, Rating
from portal.opinions.retention import forget_withdrawn
from portal.opinions.states import COUNTED, MAY_ADD, MOVES, EventKind, OpinionAction, OpinionState
from portal.opinions.submission import CONTACT_PURPOSE, Keys, contact_key


def may_add(opinion: Opinion) -> bool:
    """Whether the author can add information now."""
    return opinion.state in MAY_ADD and opinion.addition_count < MOST_ADDITIONS


def may_rate(opinion: Opinion) -> bool:
    """Whether there is an answer that the author has not rated yet; the table of a draft is the last word, not to be rated."""
    answered = opinion.state in COUNTED and opinion.answered_at is not None
    return answered and opinion.rating is None and not is_concluded(opinion)


def rating_round(opinion: Opinion) -> int:
    """Which answer the author would rate now: the first, or the one after the opinion was reopened (2)."""
    return 2 if opinion.reopened_at is not None else 1


def may_appeal(opinion: Opinion) -> bool:
    """Whether the author can ask for review of a rejection: once (requirement B3)."""
    return (OpinionState(opinion.state), OpinionAction.APPEAL) in MOVES and opinion.appealed_at is None


def may_withdraw(opinion: Opinion) -> bool:
    """Whether the author can take the opinion back."""
    return (OpinionState(opinion.state), OpinionAction.WITHDRAW) in MOVES


def add_information(
    opinion: Opinion, words: str, form_key: str, actor: Actor, keys: Keys, files: Sequence[Received] = ()
) -> Addition:
    """Keep more information from the author; what a moderator asked for brings the opinion back into the queue.

    `files` become the opinion's. The same form sent again is the same addition. Raises `Closed` while intake pauses,
    `IllegalMove` where the opinion takes none any more, `PortalError` where it would have too many files.
    """
    _lock(opinion)
    form_hash = _form_hash(keys, opinion, "addition", form_key, words)
    earlier = addition_of_form(form_hash)
    if earlier is not None:
        return earlier
    pause = intake_now(now())
    if pause.mode is IntakeMode.PAUSED:
        raise Closed(pause.words + _("补充的内容没有提交，还在下面，恢复后请再提交一次。"))
    if not may_add(opinion):
        raise IllegalMove(_("这条意见现在不能再补充。"))
    asked = opinion.state == OpinionState.HELD
    addition = keep_addition(
        opinion, AdditionKind.ANSWER if asked else AdditionKind.INFORMATION, words, form_hash
    )
    if asked:
        move(opinion, OpinionAction.SUPPLY, actor)
    attach(files, Subject("opinion", opinion.id), actor)
    add_event(opinion, EventKind.SUPPLEMENTED)
    record(actor, "opinion_supplemented", "opinion", opinion.id, addition=addition.id)
    return addition


def correct_contact(opinion: Opinion, contact: str, actor: Actor, keys: Keys) -> None:
    """Replace the author's contact, or remove it where `contact` is empty. Raises `IllegalMove` once withdrawn."""
    _lock(opinion)
    if opinion.state == OpinionState.WITHDRAWN:
        raise IllegalMove(_("这条意见已撤回，不再需要联系方式。"))
    opinion.case.contact_sealed = encrypt(keys.contact, CONTACT_PURPOSE, contact) if contact else None
    if opinion.author_key is None or opinion.author_key.startswith("c:"):
        opinion.author_key = contact_key(contact, keys.lookup)
    db.session.flush()
    record(actor, "contact_corrected", "opinion", opinion.id)


def rate(
    opinion: Opinion,
    rating: Rating,
    words: str,
    form_key: str,
    actor: Actor,
    keys: Keys,
    due_on: date,
    *,
    round_: int = 1,
) -> None:
    """Keep what the author says of the answer; 没解决 opens the opinion again, once (requirement D4).

    `words` (may be empty) say what is still wrong; `due_on` is the day until which a reopened opinion is to be
    answered; `round_` which answer the author had read, see `rating_round`. Raises `IllegalMove` where there is no
    answer, or its rating was given before.
    """
    _lock(opinion)
    if not may_rate(opinion) or round_ != rating_round(opinion):
        raise IllegalMove(_("这份答复已经评价过，或者还没有答复。"))
    opinion.rating = rating
    db.session.add(AnswerRating(opinion_id=opinion.id, round=round_, rating=rating, at=now()))
    if words:
        # However much was added before: the words of a rating come twice at most.
        keep_addition(
            opinion, AdditionKind.RATING, words, _form_hash(keys, opinion, "rating", form_key, words)
        )
    add_event(opinion, EventKind.RATED, rating=rating.value)
    record(actor, "answer_rated", "opinion", opinion.id, rating=rating)
    if rating is Rating.UNSOLVED and round_ == 1:
        _reopen(opinion, due_on)


def _reopen(opinion: Opinion, due_on: date) -> None:
    opinion.reopened_at, opinion.answered_at = now(), None
    opinion.due_on, opinion.put_off_at = due_on, None
    refresh_public_state(opinion)
    add_event(opinion, EventKind.REOPENED, unit=opinion.unit, due_on=due_on.isoformat())


def appeal(opinion: Opinion, words: str, form_key: str, actor: Actor, keys: Keys) -> None:
    """Ask for review of a rejection, with the author's reasons (may be empty).

    Raises `IllegalMove` where there is no rejection to review, or a review was asked for before.
    """
    _lock(opinion)
    if not may_appeal(opinion):
        raise IllegalMove(_("这条意见不能请求复核：只有未通过的可以，而且只能一次。"))
    opinion.appealed_at = now()
    if words:
        keep_addition(
            opinion, AdditionKind.APPEAL, words, _form_hash(keys, opinion, "appeal", form_key, words)
        )
    move(opinion, OpinionAction.APPEAL, actor)
    add_event(opinion, EventKind.APPEALED)
    record(actor, "review_requested", "opinion", opinion.id)


def withdraw(opinion: Opinion, actor: Actor) -> None:
    """Take the opinion back, as its author; its files and the contact are removed. Raises `IllegalMove`."""
    _lock(opinion)
    move(opinion, OpinionAction.WITHDRAW, actor)
    add_event(opinion, EventKind.WITHDRAWN, digested=digests_of(opinion.id))
    remove_all(Subject("opinion", opinion.id), actor)
    forget_withdrawn(opinion.case)
    record(actor, "opinion_withdrawn", "opinion", opinion.id)


def _lock(opinion: Opinion) -> None:
    # All that is done to one opinion waits in one line, so that two at once find what the first one did.
    db.session.refresh(opinion, with_for_update=True)


def _form_hash(keys: Keys, opinion: Opinion, form: str, form_key: str, words: str) -> str:
    return keyed_hash(keys.lookup, form, f"{opinion.id}\x00{form_key}\x00{words}")
