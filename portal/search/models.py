"""Documents that other slices hand to the full-text search. The index proper differs by database: see `index.py`."""

from datetime import datetime

from sqlalchemy import Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.audit.models import BigKey
from portal.core.db import Model


class SearchDocument(Model):
    """A published thing that can be found: `(kind, target_id)` without a foreign key; `folded` is what is matched."""

    __tablename__ = "search_document"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    target_id: Mapped[int] = mapped_column(Integer)
    published_at: Mapped[datetime]
    folded: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        UniqueConstraint("kind", "target_id"),
        Index("ix_search_document_published", "published_at", "id"),
    )
