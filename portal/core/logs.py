"""The portal's log: where something went wrong and of which kind, never what somebody had typed.

The message of an exception often repeats the value at fault, and PostgreSQL's the whole row; both may be a person's
words. So tracebacks are written without messages. With LOG_LEVEL=DEBUG they have them: for a developer's machine.
"""

import logging
from traceback import format_tb
from types import TracebackType
from typing import TypeAlias

from sqlalchemy.exc import DBAPIError, OperationalError

_Fault: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class DiscreetFormatter(logging.Formatter):
    """Formats records as usual, tracebacks without the messages of exceptions."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one text; what another handler made of its traceback is neither used nor left behind."""
        record.exc_text = None
        try:
            return super().format(record)
        finally:
            record.exc_text = None

    def formatException(self, ei: _Fault) -> str:
        """The frames and the kind of the exception, after those of what it was raised from."""
        lines: list[str] = []
        error = ei[1]
        while error is not None:
            frames = "".join(format_tb(error.__traceback__))
            lines.insert(0, f"Traceback (most recent call last):\n{frames}{kind_of(error)}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n\n".join(lines)


def kind_of(error: BaseException) -> str:
    """What an exception is, without its message: its class, and of a database's refusal the code and the constraint.

    That the database is gone, locked or full is told in its own words, which hold nobody's: the first line of them.
    """
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    refusal = error.orig if isinstance(error, DBAPIError) else error
    facts = (
        getattr(refusal, "sqlstate", None) or getattr(refusal, "sqlite_errorname", None),
        getattr(getattr(refusal, "diag", None), "constraint_name", None),
        str(refusal).partition("\n")[0] if isinstance(error, OperationalError) else None,
    )
    shown = ", ".join(str(fact) for fact in facts if fact)
    return f"{kind} ({shown})" if shown else kind


def install(level: str) -> None:
    """Write the log of this process to standard error, from `level` on."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(_FORMAT) if level == "DEBUG" else DiscreetFormatter(_FORMAT))
    logging.basicConfig(level=level, handlers=[handler])
