"""Days on which things happen in these tests."""

from datetime import UTC, datetime

DAY_1 = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
DAY_2 = datetime(2026, 3, 5, 2, 0, tzinfo=UTC)
