"""Several browsers that send a form at the same moment."""

import threading
from typing import Any

from portal.core.db import db
from tests.kit.client import PageClient

WAIT_SECONDS = 60


def race(clients: list[PageClient], path: str | list[str], sent: list[dict[str, Any]]) -> list[int]:
    """Each client posts at once, to the one path or to its own, in a thread and with a connection of its own; the
    statuses, smallest first."""
    paths = path if isinstance(path, list) else [path] * len(clients)
    start = threading.Barrier(len(clients))
    statuses: list[int] = []

    def post(client: PageClient, address: str, data: dict[str, Any]) -> None:
        start.wait(WAIT_SECONDS)
        statuses.append(client.browser.post(address, data=data).status_code)

    # What the test itself still reads must not hold the database.
    db.session.commit()
    threads = [threading.Thread(target=post, args=each) for each in zip(clients, paths, sent, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_SECONDS)
    return sorted(statuses)
