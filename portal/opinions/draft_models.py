"""What signed-in authors have begun to write and keep in their account."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.campaigns.models import Board
from portal.core.db import Model


class SavedDraft(Model):
    """A draft in its author's account. Sealed, so that nobody reads in the database what was never handed in."""

    __tablename__ = "opinion_draft"

    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("board.id"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary, info={"personal": True})
    saved_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)

    board: Mapped[Board] = relationship(lazy="joined")
