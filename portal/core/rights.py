"""Who may do what: one enum of permissions, one table of roles, and the actor that operations are handed.

A grant is a role, for the whole site or for one unit and those below it (role x unit scope). Whether a board or a
stage is open is not a right but a rule of state, checked by the operation.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum


class Permission(StrEnum):
    """What a view or an operation asks for, named `slice:action`."""

    ACCOUNT_OWN = "accounts:own"
    ACCOUNTS_MANAGE = "accounts:manage"
    AUDIT_READ = "audit:read"
    INTAKE_SWITCH = "campaigns:intake"
    DESK_OPEN = "desk:open"
    MODERATION_READ = "moderation:read"
    MODERATION_DECIDE = "moderation:decide"
    MODERATION_REVIEW = "moderation:review"
    CASEWORK_READ = "casework:read"
    CASEWORK_REPLY = "casework:reply"
    CASEWORK_ADOPT = "casework:adopt"
    CASEWORK_PUBLISH_OUTCOMES = "casework:publish-outcomes"
    DIGESTS_READ = "digests:read"
    DIGESTS_BUILD = "digests:build"
    DIGESTS_PUBLISH = "digests:publish"


class Role(StrEnum):
    """The kinds of people of requirement F1; every account is a citizen's."""

    CITIZEN = "citizen"
    MODERATOR = "moderator"
    OFFICER = "officer"
    EDITOR = "editor"
    COORDINATOR = "coordinator"
    INSPECTOR = "inspector"
    ADMINISTRATOR = "administrator"


_P = Permission
_UNIT_WORK = frozenset({
    _P.DESK_OPEN, _P.CASEWORK_READ, _P.CASEWORK_REPLY, _P.CASEWORK_ADOPT, _P.DIGESTS_READ, _P.DIGESTS_BUILD,
})  # fmt: skip

GRANTED: dict[Role, frozenset[Permission]] = {
    Role.CITIZEN: frozenset({_P.ACCOUNT_OWN}),
    Role.MODERATOR: frozenset({_P.DESK_OPEN, _P.MODERATION_READ, _P.MODERATION_DECIDE, _P.MODERATION_REVIEW}),
    Role.OFFICER: _UNIT_WORK,
    Role.EDITOR: _UNIT_WORK,
    Role.COORDINATOR: frozenset({
        _P.DESK_OPEN, _P.MODERATION_READ, _P.MODERATION_REVIEW, _P.CASEWORK_READ, _P.DIGESTS_READ, _P.DIGESTS_BUILD,
        _P.DIGESTS_PUBLISH, _P.CASEWORK_ADOPT, _P.CASEWORK_PUBLISH_OUTCOMES,
    }),
    Role.INSPECTOR: frozenset({_P.DESK_OPEN, _P.CASEWORK_READ, _P.DIGESTS_READ}),
    Role.ADMINISTRATOR: frozenset({_P.DESK_OPEN, _P.ACCOUNTS_MANAGE, _P.AUDIT_READ, _P.INTAKE_SWITCH}),
}  # fmt: skip

# Roles that mean nothing without a unit: a grant of one must name it.
UNIT_ROLES = frozenset({Role.OFFICER, Role.EDITOR, Role.INSPECTOR})


def is_within(path: str, scope: str) -> bool:
    """Whether the unit (or topic) `path` is `scope` itself or lies below it; both are slash-joined names."""
    return path == scope or path.startswith(scope + "/")


@dataclass(frozen=True)
class Grant:
    """A role held for the whole site (`unit_path` None) or for one unit and those below it."""

    role: Role
    unit_path: str | None = None


@dataclass(frozen=True)
class Actor:
    """Who does something, as operations see it: an account, a visitor or the system itself.

    `network_key` is a keyed hash of the network address, `visitor_key` one of the visitor's cookie; neither can be
    turned back.
    """

    user_id: int | None = None
    name: str = ""
    grants: frozenset[Grant] = field(default_factory=frozenset)
    network_key: str | None = None
    visitor_key: str | None = None

    def may(self, permission: Permission, unit_path: str | None = None) -> bool:
        """Whether some grant gives `permission`, for the unit at `unit_path` where one is named."""
        return any(
            unit_path is None or grant.unit_path is None or is_within(unit_path, grant.unit_path)
            for grant in self.grants
            if permission in GRANTED[grant.role]
        )

    def scopes(self, permission: Permission) -> frozenset[str] | None:
        """The unit paths under which `permission` is held; None means everywhere."""
        paths = {grant.unit_path for grant in self.grants if permission in GRANTED[grant.role]}
        return None if None in paths else frozenset(path for path in paths if path is not None)

    def own_units(self) -> frozenset[str]:
        """The unit paths that this person works for."""
        return frozenset(g.unit_path for g in self.grants if g.role in UNIT_ROLES and g.unit_path)


SYSTEM = Actor(name="system")


def permissions_of(grants: Iterable[Grant]) -> frozenset[Permission]:
    """All permissions that the grants give, whatever their scope."""
    return frozenset().union(*[GRANTED[grant.role] for grant in grants])
