"""Errors with a meaning for people. The web layer shows each as a page, commands print them as a sentence."""


class PortalError(Exception):
    """Something that a person asked for cannot be done; `message` says it in the interface's language."""

    status = 400
    # Whether the very same may succeed a little later.
    may_repeat = False

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message


class NotThere(PortalError):
    """It does not exist, or this person may not know that it does."""

    status = 404


class NotAllowed(PortalError):
    """This person may not do this."""

    status = 403


class SignedOut(NotAllowed):
    """Nobody is signed in, or no longer."""


class IllegalMove(PortalError):
    """The thing's state does not allow this move."""

    status = 409


class ChangedMeanwhile(PortalError):
    """Somebody else changed the thing since this person read it."""

    status = 409


class Closed(PortalError):
    """A campaign, board or stage does not take this now."""

    status = 409


class TooFast(PortalError):
    """A limit was reached; `retry_after` is in seconds."""

    status = 429
    may_repeat = True

    def __init__(self, message: str = "", retry_after: int = 60) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(PortalError):
    """Something that the site needs does not work just now: a disk that is full, a database that is busy."""

    status = 503
    may_repeat = True
