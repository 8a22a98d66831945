"""The gunicorn worker: threads, and connections that the workers of a machine share fairly."""

from typing import Any

from gunicorn.workers.gthread import ThreadWorker


class FairWorker(ThreadWorker):
    """Takes no new connection while all of its threads have work, and lets go of those it answers while more waits for them.

    gunicorn's own takes whatever comes as soon as it sees it. Browsers and proxies keep their connections open, so one
    worker may come to serve nearly all of them, thread waiting for thread, while the next has nothing to do.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self._under_way = 0  # connections that the threads have, or will have next
        super().__init__(*arguments, **named)

    @property
    def max_keepalived(self) -> int:
        """How many connections may stay open without a request; gunicorn asks when it is about to answer."""
        return self._most_kept if self._under_way <= self.cfg.threads else 0

    @max_keepalived.setter
    def max_keepalived(self, most: int) -> None:
        self._most_kept = most

    def set_accept_enabled(self, enabled: bool) -> None:
        """Begin or cease to take new connections; gunicorn asks again whenever something happened, until it has its will."""
        super().set_accept_enabled(enabled and self._under_way < self.cfg.threads)

    def enqueue_req(self, conn: Any) -> None:
        """Give a connection to the threads."""
        self._under_way += 1
        super().enqueue_req(conn)
        self.set_accept_enabled(self._accepting)

    def finish_request(self, conn: Any, fs: Any) -> None:
        """Take a connection back from them."""
        self._under_way -= 1
        super().finish_request(conn, fs)
