"""Limits on what one network or one name may do in a while, shared by all workers of a machine.

Counters lie in a small SQLite file of their own in the instance folder (losing it harms nobody); with `REDIS_URL`
they lie in Redis, and fall back to the file while Redis is gone. Public pages are never limited.
"""

import logging
import sqlite3
import threading
import time
from functools import cache
from pathlib import Path

from flask import Flask, current_app
from flask_babel import gettext as _
from limits import RateLimitItem
from limits import parse as parse_limit
from limits.storage import RedisStorage
from limits.strategies import FixedWindowRateLimiter

from portal.config import Settings
from portal.core.crypto import keyed_hash
from portal.core.db import is_busy
from portal.core.errors import TooFast, Unavailable

log = logging.getLogger(__name__)


@cache
def _parsed(limit: str) -> RateLimitItem:
    return parse_limit(limit)


_PATIENCE_SECONDS = 10
_NAP_SECONDS = 0.005
_SCHEMA = """
CREATE TABLE IF NOT EXISTS counter (
  key TEXT NOT NULL, window INTEGER NOT NULL, ends INTEGER NOT NULL, hits INTEGER NOT NULL,
  PRIMARY KEY (key, window)
) WITHOUT ROWID
"""
_COUNT = """
INSERT INTO counter (key, window, ends, hits) VALUES (?, ?, ?, ?)
ON CONFLICT (key, window) DO UPDATE SET hits = hits + excluded.hits RETURNING hits
"""


def _log_ahead(connection: sqlite3.Connection) -> None:
    """Have changes logged ahead. SQLite itself does not wait for others who make a new file do so at the same moment."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > until:
                raise
        time.sleep(_NAP_SECONDS)


class FileCounters:
    """Fixed windows counted in a SQLite file; several processes and threads may count at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._swept = 0.0

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._path, timeout=_PATIENCE_SECONDS, isolation_level=None)
            _log_ahead(connection)
            connection.execute("PRAGMA synchronous=OFF")
            connection.execute(_SCHEMA)
            self._local.connection = connection
        return connection

    def count(self, key: str, seconds: int, hits: int = 1) -> int:
        """Add `hits` (0 only reads) to the present window of `key`, `seconds` long; its number of hits so far."""
        moment = time.time()
        window = int(moment // seconds)
        connection = self._connection()
        if moment - self._swept > 60:
            self._swept = moment
            connection.execute("DELETE FROM counter WHERE ends < ?", (int(moment),))
        row = connection.execute(_COUNT, (key, window, (window + 1) * seconds, hits)).fetchone()
        return int(row[0])


class Limits:
    """Counts hits per (limit, key) and says when there are too many."""

    def __init__(self, settings: Settings) -> None:
        self._key = settings.lookup_key
        self._file = FileCounters(settings.instance_dir / "limits.sqlite")
        self._redis: FixedWindowRateLimiter | None = None
        if settings.redis_url:
            storage = RedisStorage(settings.redis_url, socket_timeout=1, socket_connect_timeout=1)
            self._redis = FixedWindowRateLimiter(storage)

    def _hits(self, limit: str, name: str, key: str, hits: int) -> tuple[bool, int]:
        """Whether the limit still holds after `hits` more (0 only looks, fewer than 0 gives back), and the seconds until its window ends."""
        item = _parsed(limit)
        hashed = keyed_hash(self._key, f"limit:{name}", key)
        if self._redis is not None:
            try:
                held = self._redis.hit(item, hashed, cost=hits) if hits else self._redis.test(item, hashed)
                resets, _left = self._redis.get_window_stats(item, hashed)
                return held, max(1, int(resets - time.time()))
            except self._redis.storage.base_exceptions as error:
                log.warning("Redis does not answer, limits are counted on this machine: %s", error)
        seconds = item.get_expiry()
        try:
            count = self._file.count(hashed, seconds, hits)
        except sqlite3.Error as error:
            # Most likely the disk is full: then nothing else could be stored either.
            log.error("hits cannot be counted: %s", error)
            raise Unavailable(_("系统正忙，没提交成功，内容还在，请过一会儿再试一次")) from error
        held = count <= item.amount if hits else count < item.amount
        return held, max(1, int(seconds - time.time() % seconds))

    def hit(self, limit: str, name: str, key: str) -> None:
        """Count one hit of `key` under `limit` (such as `20/hour`). Raises `TooFast` when that is too many."""
        held, wait = self._hits(limit, name, key, 1)
        if not held:
            raise TooFast(_("操作太频繁了，请过一会儿再试。"), wait)

    def over(self, limit: str, name: str, key: str) -> bool:
        """Count one hit of `key` under `limit`; whether that is too many."""
        held, _wait = self._hits(limit, name, key, 1)
        return not held

    def give_back(self, limit: str, name: str, key: str) -> None:
        """Take back one hit of `key` that was counted before it was known that it need not be."""
        self._hits(limit, name, key, -1)

    def check(self, limit: str, name: str, key: str) -> None:
        """Raise `TooFast` when `key` has used `limit` up, without counting a hit."""
        held, wait = self._hits(limit, name, key, 0)
        if not held:
            raise TooFast(_("操作太频繁了，请过一会儿再试。"), wait)


def install(app: Flask, settings: Settings) -> None:
    """Give `app` its limits."""
    app.extensions["portal_limits"] = Limits(settings)


def limits() -> Limits:
    """The limits of the application that serves the present request."""
    found: Limits = current_app.extensions["portal_limits"]
    return found
