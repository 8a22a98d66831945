"""The gunicorn worker: threads, and connections that the workers of a machine share fairly."""

import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

_HESITATION_SECONDS = 0.01  # a worker that has nothing to do takes a connection in a tenth of that


class FairWorker(ThreadWorker):
    """While all of its threads have work, leaves a new connection to the other workers for a moment before it takes it.

    gunicorn's own takes whatever comes as soon as it sees it. Browsers and proxies keep their connections open, so one
    worker may come to serve nearly all of them, thread waiting for thread, while the next has nothing to do.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self._under_way = 0  # connections that the threads have, or will have next
        self._hesitates_until = 0.0
        super().__init__(*arguments, **named)

    def set_accept_enabled(self, enabled: bool) -> None:
        """Begin or cease to take new connections; gunicorn asks again whenever something happened, until it has its will."""
        if not self.alive:
            self._take_all_that_wait()
        may = self._under_way < self.cfg.threads or time.monotonic() >= self._hesitates_until
        super().set_accept_enabled(enabled and may)

    def _take_all_that_wait(self) -> None:
        """A worker that stops still answers who has come: once nobody listens, the system turns them away."""
        for listener in self.sockets:
            before = -1
            while before < self.nr_conns < self.worker_connections:
                before = self.nr_conns
                self.accept(listener)

    def enqueue_req(self, conn: Any) -> None:
        """Give a connection to the threads."""
        self._under_way += 1
        super().enqueue_req(conn)
        if self.alive and self._accepting and self._under_way >= self.cfg.threads:
            self._hesitates_until = time.monotonic() + _HESITATION_SECONDS
            self.set_accept_enabled(True)

    def finish_request(self, conn: Any, fs: Any) -> None:
        """Take a connection back from them."""
        self._under_way -= 1
        super().finish_request(conn, fs)
