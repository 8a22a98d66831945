"""Limits are shared, keyed by network, and cannot be dodged."""

import os
import secrets
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade

from portal import create_app
from portal.core.errors import TooFast, Unavailable
from portal.web.limits import Limits
from tests.conftest import settings_for
from tests.kit.client import PageClient
from tests.kit.skipping import cannot_run


@pytest.fixture
def limited(tmp_path: Path) -> Flask:
    """A portal where three look-ups an hour are allowed."""
    app = create_app(
        settings_for(tmp_path, f"sqlite:///{tmp_path / 'portal.sqlite'}", RECEIPT_LIMIT="3/hour")
    )
    with app.app_context():
        upgrade()
    return app


def test_two_processes_count_together(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, "sqlite://")
    one, other = Limits(settings), Limits(settings)
    one.hit("2/hour", "x", "me")
    other.hit("2/hour", "x", "me")
    other.hit("2/hour", "x", "somebody else")
    other.hit("2/hour", "another limit", "me")
    with pytest.raises(TooFast) as caught:
        one.hit("2/hour", "x", "me")
    assert 0 < caught.value.retry_after <= 3600


class _Time:
    """Stands where `time` stands: what is waited for happens while somebody naps."""

    def __init__(self, then: Callable[[], object]) -> None:
        self.time, self.monotonic, self.naps, self._then = time.time, time.monotonic, 0, then

    def sleep(self, _seconds: float) -> None:
        """Asked between two tries."""
        self.naps += 1
        self._then()


def test_who_comes_while_the_file_is_being_made_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was told that the site is busy: SQLite does not wait for a lock when it changes how a file is written."""
    limits = Limits(settings_for(tmp_path, "sqlite://"))
    maker = sqlite3.connect(limits._file._path, isolation_level=None)
    maker.execute("BEGIN IMMEDIATE")
    clock = _Time(lambda: maker.execute("ROLLBACK"))
    monkeypatch.setattr("portal.web.limits.time", clock)
    limits.hit("1/hour", "x", "me")
    assert clock.naps == 1
    maker.close()


def test_a_file_that_cannot_be_used_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = Limits(settings_for(tmp_path, "sqlite://"))
    limits._file._path.mkdir()
    monkeypatch.setattr("portal.web.limits.time", _Time(lambda: pytest.fail("nobody else has it")))
    with pytest.raises(Unavailable):
        limits.hit("1/hour", "x", "me")


def test_checking_counts_nothing(tmp_path: Path) -> None:
    limits = Limits(settings_for(tmp_path, "sqlite://"))
    for _time in range(5):
        limits.check("1/hour", "x", "me")
    limits.hit("1/hour", "x", "me")
    with pytest.raises(TooFast):
        limits.check("1/hour", "x", "me")


@pytest.mark.parametrize("store", ["file", "redis"])
def test_what_is_given_back_does_not_count(tmp_path: Path, store: str) -> None:
    url = os.environ.get("TEST_REDIS_URL")
    if store == "redis" and not url:
        cannot_run("TEST_REDIS_URL names no Redis server")
    more = {"REDIS_URL": str(url)} if store == "redis" else {}
    limits, me = Limits(settings_for(tmp_path, "sqlite://", **more)), secrets.token_hex(8)
    for _time in range(5):
        limits.hit("2/hour", "x", me)
        limits.give_back("2/hour", "x", me)
    limits.hit("2/hour", "x", me)
    limits.hit("2/hour", "x", me)
    with pytest.raises(TooFast):
        limits.hit("2/hour", "x", me)


def test_while_redis_is_gone_this_machine_counts(tmp_path: Path) -> None:
    limits = Limits(settings_for(tmp_path, "sqlite://", REDIS_URL="redis://127.0.0.1:1/0"))
    limits.hit("1/hour", "x", "me")
    with pytest.raises(TooFast):
        limits.hit("1/hour", "x", "me")


def test_two_machines_count_together_in_redis(tmp_path: Path) -> None:
    url = os.environ.get("TEST_REDIS_URL")
    if not url:
        cannot_run("TEST_REDIS_URL names no Redis server")
    # Two folders stand for two machines: what they share lies in Redis alone.
    machines = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        machines.append(Limits(settings_for(tmp_path / name, "sqlite://", REDIS_URL=str(url))))
    one, other = machines
    me = secrets.token_hex(8)
    one.hit("2/hour", "x", me)
    other.hit("2/hour", "x", me)
    with pytest.raises(TooFast) as caught:
        one.hit("2/hour", "x", me)
    assert 0 < caught.value.retry_after <= 3600
    with pytest.raises(TooFast):
        other.check("2/hour", "x", me)
    other.hit("2/hour", "x", "somebody else " + me)


def test_the_counters_hold_no_address(tmp_path: Path, limited: Flask) -> None:
    PageClient(limited).submit("/receipts", {"code": "8X4K-M2PR-T7HW"}, status=400)
    assert b"127.0.0.1" not in (tmp_path / "limits.sqlite").read_bytes()


def test_looking_codes_up_is_limited_and_reading_is_not(limited: Flask) -> None:
    client = PageClient(limited)
    page = client.get("/receipts")
    for _time in range(3):
        client.submit(page, {"code": "8X4K-M2PR-T7HW"}, status=400)
    client.submit(page, {"code": "8X4K-M2PR-T7HW"}, status=429)
    for _time in range(30):
        client.get("/")


def test_27_a_forged_forwarded_header_changes_nothing(limited: Flask) -> None:
    """CVE-2023-44463: without configured proxies nobody is believed."""
    client = PageClient(limited)
    page = client.get("/receipts")
    data = {**page.form(), "code": "8X4K-M2PR-T7HW"}
    statuses = [
        client.browser.post(
            "/receipts", data=data, headers={"X-Forwarded-For": f"10.0.0.{number}"}
        ).status_code
        for number in range(5)
    ]
    assert statuses == [400, 400, 400, 429, 429]


def test_28_another_spelling_of_the_code_or_address_changes_nothing(limited: Flask) -> None:
    """CVE-2022-2166: the limit counts the network, whatever field or suffix changes."""
    client = PageClient(limited)
    page = client.get("/receipts")
    spellings = ["8X4K-M2PR-T7HW", "8x4k m2pr t7hw", "AAAA-BBBB-CCCC", "DDDDEEEEFFFF", "ＧＧＧＧHHHHJJJJ"]
    data = [{**page.form(), "code": code} for code in spellings]
    paths = ["/receipts", "/receipts?x=1", "/receipts?x=2", "/receipts", "/receipts?"]
    statuses = [
        client.browser.post(path, data=each).status_code for path, each in zip(paths, data, strict=True)
    ]
    assert statuses == [400, 400, 400, 429, 429]
