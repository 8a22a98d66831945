"""The life of an opinion: which move is legal from where, who may make it, and what the public reads of it."""

from dataclasses import dataclass
from enum import StrEnum

from flask_babel import lazy_gettext as _l

from portal.core.rights import Permission


class OpinionState(StrEnum):
    """Where an opinion is, for those who work with it."""

    WAITING = "waiting"
    HELD = "held"
    PUBLISHED = "published"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    APPEALED = "appealed"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"

    @property
    def label(self) -> str:
        """The state as staff read it."""
        return _STATE_LABELS[self]


class OpinionAction(StrEnum):
    """What can be done to an opinion's state."""

    PUBLISH = "publish"
    ACCEPT = "accept"
    REJECT = "reject"
    HOLD = "hold"
    SUPPLY = "supply"
    APPEAL = "appeal"
    WITHDRAW = "withdraw"
    MERGE = "merge"
    UNMERGE = "unmerge"

    @property
    def label(self) -> str:
        """The action as the person who takes it reads it."""
        return _ACTION_LABELS[self]


class Unasked(StrEnum):
    """Stands where a permission stands: for moves that only the author makes, or that the operation itself guards."""

    AUTHOR = "author"
    OPERATION = "operation"


@dataclass(frozen=True)
class Move:
    """Where an action leads and who may take it."""

    to: OpinionState
    needs: Permission | Unasked


_S, _A = OpinionState, OpinionAction
_DECIDE, _REVIEW = Permission.MODERATION_DECIDE, Permission.MODERATION_REVIEW

MOVES: dict[tuple[OpinionState, OpinionAction], Move] = {
    (_S.WAITING, _A.PUBLISH): Move(_S.PUBLISHED, _DECIDE),
    (_S.WAITING, _A.ACCEPT): Move(_S.ACCEPTED, _DECIDE),
    (_S.WAITING, _A.REJECT): Move(_S.REJECTED, _DECIDE),
    (_S.WAITING, _A.HOLD): Move(_S.HELD, _DECIDE),
    (_S.WAITING, _A.WITHDRAW): Move(_S.WITHDRAWN, Unasked.AUTHOR),
    # Whoever was asked may never answer: the opinion can be decided without that.
    (_S.HELD, _A.PUBLISH): Move(_S.PUBLISHED, _DECIDE),
    (_S.HELD, _A.ACCEPT): Move(_S.ACCEPTED, _DECIDE),
    (_S.HELD, _A.REJECT): Move(_S.REJECTED, _DECIDE),
    (_S.HELD, _A.SUPPLY): Move(_S.WAITING, Unasked.AUTHOR),
    (_S.HELD, _A.WITHDRAW): Move(_S.WITHDRAWN, Unasked.AUTHOR),
    (_S.PUBLISHED, _A.PUBLISH): Move(_S.PUBLISHED, _DECIDE),
    (_S.PUBLISHED, _A.ACCEPT): Move(_S.ACCEPTED, _DECIDE),
    (_S.PUBLISHED, _A.REJECT): Move(_S.REJECTED, _DECIDE),
    (_S.PUBLISHED, _A.WITHDRAW): Move(_S.WITHDRAWN, Unasked.AUTHOR),
    (_S.ACCEPTED, _A.PUBLISH): Move(_S.PUBLISHED, _DECIDE),
    (_S.ACCEPTED, _A.ACCEPT): Move(_S.ACCEPTED, _DECIDE),
    (_S.ACCEPTED, _A.REJECT): Move(_S.REJECTED, _DECIDE),
    (_S.ACCEPTED, _A.WITHDRAW): Move(_S.WITHDRAWN, Unasked.AUTHOR),
    (_S.REJECTED, _A.PUBLISH): Move(_S.PUBLISHED, _DECIDE),
    (_S.REJECTED, _A.ACCEPT): Move(_S.ACCEPTED, _DECIDE),
    (_S.REJECTED, _A.APPEAL): Move(_S.APPEALED, Unasked.AUTHOR),
    (_S.APPEALED, _A.PUBLISH): Move(_S.PUBLISHED, _REVIEW),
    (_S.APPEALED, _A.ACCEPT): Move(_S.ACCEPTED, _REVIEW),
    (_S.APPEALED, _A.REJECT): Move(_S.REJECTED, _REVIEW),
    (_S.APPEALED, _A.WITHDRAW): Move(_S.WITHDRAWN, Unasked.AUTHOR),
    (_S.PUBLISHED, _A.MERGE): Move(_S.MERGED, _DECIDE),
    # Also when what it was merged into stops being public: then nobody asks for it.
    (_S.MERGED, _A.UNMERGE): Move(_S.PUBLISHED, Unasked.OPERATION),
    (_S.MERGED, _A.WITHDRAW): Move(_S.WITHDRAWN, Unasked.AUTHOR),
}

# What a moderator's word settles, in contrast to asking back and to what authors do.
DECISIONS = frozenset({_A.PUBLISH, _A.ACCEPT, _A.REJECT})
# In these it is a moderator's turn.
QUEUED = frozenset({_S.WAITING, _S.APPEALED})
# In the ledger all of these wait: in the queue, or for the author's answer (requirement B9).
UNDECIDED = QUEUED | {_S.HELD}
# Counting never depends on publishing (requirement B9).
COUNTED = frozenset({_S.PUBLISHED, _S.ACCEPTED})
# In these the author may add information.
MAY_ADD = UNDECIDED | COUNTED


class PublicState(StrEnum):
    """What citizens read of an opinion's state."""

    WAITING = "waiting"
    HELD = "held"
    ACCEPTED = "accepted"
    IN_HAND = "in_hand"
    ANSWERED = "answered"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The state as citizens read it."""
        return _PUBLIC_LABELS[self]

    @property
    def kind(self) -> str:
        """The colour family of its badge: waiting, progress, answered or closed."""
        return _PUBLIC_KINDS[self]


def public_state(state: OpinionState, has_unit: bool, answered: bool) -> PublicState:
    """The public's word for an opinion in `state`, with or without a unit that deals with it, answered or not."""
    if state in COUNTED:
        if answered:
            return PublicState.ANSWERED
        return PublicState.IN_HAND if has_unit else PublicState.ACCEPTED
    return {
        _S.WAITING: PublicState.WAITING,
        _S.APPEALED: PublicState.WAITING,
        _S.HELD: PublicState.HELD,
        _S.REJECTED: PublicState.REJECTED,
        _S.WITHDRAWN: PublicState.WITHDRAWN,
        # What becomes of it is told of the one that it was merged into.
        _S.MERGED: PublicState.ACCEPTED,
    }[state]


class Visibility(StrEnum):
    """The author's choice: for everybody, or only for those who deal with it."""

    PUBLIC = "public"
    PRIVATE = "private"

    @property
    def label(self) -> str:
        """The choice as the author reads it."""
        return _VISIBILITY_LABELS[self]


class ParticipantGroup(StrEnum):
    """Whom the author counts among (requirement A8)."""

    PARTY_DELEGATE = "party_delegate"
    PEOPLE_DELEGATE = "people_delegate"
    CPPCC_MEMBER = "cppcc_member"
    DEPARTMENT = "department"
    SERVICE_USER = "service_user"
    SUBORDINATE_UNIT = "subordinate_unit"
    COMMUNITY = "community"
    RURAL_CADRE = "rural_cadre"
    BUSINESS = "business"
    RETIRED_CADRE = "retired_cadre"
    OTHER_PARTY = "other_party"
    PUBLIC = "public"

    @property
    def label(self) -> str:
        """The group as people read it."""
        return _GROUP_LABELS[self]


class HoldReason(StrEnum):
    """Why a text waits for a moderator whatever the board says; only the desk reads it."""

    LINKS = "links"
    REPEATED = "repeated"
    BUSY = "busy"
    INTAKE = "intake"

    @property
    def label(self) -> str:
        """The reason as moderators read it."""
        return _HOLD_LABELS[self]


class EventKind(StrEnum):
    """What stands in an opinion's timeline; each has a partial in `templates/public/site/events/`."""

    SUBMITTED = "submitted"
    PUBLISHED = "published"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    ASSIGNED = "assigned"
    UNASSIGNED = "unassigned"
    HELD = "held"
    SUPPLEMENTED = "supplemented"
    APPEALED = "appealed"
    REVIEWED = "reviewed"
    PUT_OFF = "put_off"
    ANSWERED = "answered"
    RATED = "rated"
    REOPENED = "reopened"
    DIGESTED = "digested"
    ADOPTION = "adoption"
    MERGED = "merged"
    UNMERGED = "unmerged"
    JOINED = "joined"
    PARTED = "parted"
    ANSWERED_THERE = "answered_there"


_STATE_LABELS = {
    _S.WAITING: _l("待审核"),
    _S.HELD: _l("待补充"),
    _S.PUBLISHED: _l("已公开"),
    _S.ACCEPTED: _l("受理不公开"),
    _S.REJECTED: _l("未通过"),
    _S.APPEALED: _l("请求复核"),
    _S.WITHDRAWN: _l("已撤回"),
    _S.MERGED: _l("已并入"),
}
_ACTION_LABELS = {
    _A.PUBLISH: _l("受理并公开"),
    _A.ACCEPT: _l("受理不公开"),
    _A.REJECT: _l("不通过"),
    _A.HOLD: _l("请作者补充"),
    _A.SUPPLY: _l("补充情况"),
    _A.APPEAL: _l("请求复核"),
    _A.WITHDRAW: _l("撤回"),
    _A.MERGE: _l("并入另一条"),
    _A.UNMERGE: _l("恢复为单独一条"),
}
_PUBLIC_LABELS = {
    PublicState.WAITING: _l("待审核"),
    PublicState.HELD: _l("待补充"),
    PublicState.ACCEPTED: _l("已受理"),
    PublicState.IN_HAND: _l("办理中"),
    PublicState.ANSWERED: _l("已答复"),
    PublicState.REJECTED: _l("未通过"),
    PublicState.WITHDRAWN: _l("已撤回"),
}
_PUBLIC_KINDS = {
    PublicState.WAITING: "waiting",
    PublicState.HELD: "waiting",
    PublicState.ACCEPTED: "progress",
    PublicState.IN_HAND: "progress",
    PublicState.ANSWERED: "answered",
    PublicState.REJECTED: "closed",
    PublicState.WITHDRAWN: "closed",
}
_VISIBILITY_LABELS = {
    Visibility.PUBLIC: _l("公开"),
    Visibility.PRIVATE: _l("不公开（只给办理人员看）"),
}
_HOLD_LABELS = {
    HoldReason.LINKS: _l("链接多，疑似广告"),
    HoldReason.REPEATED: _l("同样的文字一天内多次提交"),
    HoldReason.BUSY: _l("板块短时间内提交太多"),
    HoldReason.INTAKE: _l("管理员已改为全部先审后发"),
}
_GROUP_LABELS = {
    ParticipantGroup.PARTY_DELEGATE: _l("党代表"),
    ParticipantGroup.PEOPLE_DELEGATE: _l("人大代表"),
    ParticipantGroup.CPPCC_MEMBER: _l("政协委员"),
    ParticipantGroup.DEPARTMENT: _l("有关部门"),
    ParticipantGroup.SERVICE_USER: _l("服务对象"),
    ParticipantGroup.SUBORDINATE_UNIT: _l("下属单位"),
    ParticipantGroup.COMMUNITY: _l("社区"),
    ParticipantGroup.RURAL_CADRE: _l("农村基层干部"),
    ParticipantGroup.BUSINESS: _l("企业/客商"),
    ParticipantGroup.RETIRED_CADRE: _l("离退休干部"),
    ParticipantGroup.OTHER_PARTY: _l("民主党派/工商联"),
    ParticipantGroup.PUBLIC: _l("其他群众"),
}
