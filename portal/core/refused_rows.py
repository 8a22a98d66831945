"""Rows of a handed-in table that were not taken, written out so that they can be corrected and handed in again."""

import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType

from portal.core.csv_file import write_csv
from portal.core.reasons import reason_of
from portal.core.tables import Row, TableError

HEAD = ("行号", "原因")


class RefusedRows:
    """Collects refused rows on disk, in constant memory; on leaving the block they stand in the csv file `path`.

    The file has the columns `HEAD` before those of the table. Without any refused row nothing is written. Raises
    TableError, on leaving, where it cannot be written.
    """

    def __init__(self, path: Path, headers: Sequence[str]) -> None:
        self.path = path
        self.count = 0
        self._headers = headers
        self._spool = TemporaryFile("w+", encoding="ascii")  # noqa: SIM115 (closed on leaving)

    def add(self, row: Row, reason: str) -> None:
        """Note that `row` was refused."""
        self._spool.write(json.dumps([str(row.number), reason, *row.cells]) + "\n")
        self.count += 1

    def __enter__(self) -> "RefusedRows":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._spool:
            if self.count:
                self._spool.seek(0)
                try:
                    write_csv(self.path, (*HEAD, *self._headers), map(json.loads, self._spool))
                except OSError as problem:
                    raise TableError("unwritable", path=self.path, reason=reason_of(problem)) from problem
