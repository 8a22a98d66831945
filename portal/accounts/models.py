"""Accounts and the roles they hold."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.db import Model
from portal.core.rights import UNIT_ROLES, Actor, Grant, Permission, Role, permissions_of

_UNIT_ROLE_LIST = ", ".join(f"'{role}'" for role in sorted(UNIT_ROLES))


class User(Model):
    """An account. Every account may do what a citizen may; staff hold further roles.

    An erased account keeps its row and number, to which the audit log refers, and nothing else.
    """

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(40), unique=True, info={"personal": True})
    display_name: Mapped[str] = mapped_column(String(40), info={"personal": True})
    password_hash: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    last_sign_in_at: Mapped[datetime | None]
    # Only where mail works and the person gave an address.
    mail_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info={"personal": True})
    mail_notices: Mapped[bool] = mapped_column(default=False, server_default=false())
    consent_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]

    roles: Mapped[list["RoleGrant"]] = relationship(
        back_populates="user", cascade="all, delete-orphan", lazy="selectin"
    )

    is_authenticated = True
    is_anonymous = False

    # What the cookie of the present session says; set when a session begins or is found again.
    session_token = ""

    @property
    def is_active(self) -> bool:
        """What Flask-Login asks: a closed account is nobody."""
        return self.active

    def get_id(self) -> str:
        """What Flask-Login keeps in the cookie: the token of this one session, not the account's number."""
        return self.session_token

    @property
    def grants(self) -> frozenset[Grant]:
        """The roles as `Grant`s, the citizen's included."""
        held = {Grant(Role(role.role), role.unit_path) for role in self.roles}
        return frozenset(held | {Grant(Role.CITIZEN)})

    def actor(self, network_key: str | None = None) -> Actor:
        """This account as operations see it; of a citizen the number alone, for what is noted cannot be erased."""
        return Actor(self.id, self.display_name if self.is_staff else "", self.grants, network_key)

    @property
    def is_staff(self) -> bool:
        """Whether the desk is open to this account."""
        return Permission.DESK_OPEN in permissions_of(self.grants)


class RoleGrant(Model):
    """A role held by an account, for the whole site or for the unit at `unit_path` and those below it.

    The unit is named by its path, which is what scopes are compared by; an import of units never renames a path.
    """

    __tablename__ = "role_grant"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    unit_path: Mapped[str | None] = mapped_column(ForeignKey("unit.path"))

    user: Mapped[User] = relationship(back_populates="roles")

    __table_args__ = (
        UniqueConstraint("user_id", "role", "unit_path"),
        CheckConstraint(
            f"unit_path IS NOT NULL OR role NOT IN ({_UNIT_ROLE_LIST})", name="unit_role_has_unit"
        ),
    )


class AccountSession(Model):
    """One sign-in that has not ended. The cookie holds the token, the table only its hash; signing out removes it."""

    __tablename__ = "account_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class AccountToken(Model):
    """What lets somebody set a new password without the old one: once, until it expires. Only its hash is kept."""

    __tablename__ = "account_token"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    # How it reaches the person: in a link by mail, or as a code that staff hand over.
    way: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)

    __table_args__ = (CheckConstraint("way IN ('mail', 'code')", name="way_known"),)
