"""Citizens who hand in opinions one after another, and send a form again until it is acknowledged."""

import random
import re
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from bench.client import Connection, NoAnswer
from bench.measures import Author

PATIENCE_SECONDS = 60
_CODE = re.compile(rb'class="receipt-code">([^<]+)<')
BODY = "滨河小区六号楼住了很多老人，上下楼不方便。希望尽快加装电梯。"


def code_in(status: int, body: bytes) -> str:
    """The query code on a receipt."""
    found = _CODE.search(body)
    assert status == 200 and found, f"{status}, no receipt: {body[:500]!r}"
    return found[1].decode()


@dataclass
class Crowd:
    """Several citizens at once. `acknowledged` holds the code of each title whose receipt somebody has seen."""

    port: int
    board: str
    acknowledged: dict[str, str] = field(default_factory=dict)
    resent: int = 0
    faults: list[BaseException] = field(default_factory=list)
    served: threading.Event = field(default_factory=threading.Event)
    _ended: threading.Event = field(default_factory=threading.Event)
    _news: threading.Condition = field(default_factory=threading.Condition)
    _threads: list[threading.Thread] = field(default_factory=list)

    def gather(self, count: int) -> None:
        """Let `count` citizens open the form; the site must be served."""
        self._threads = [
            threading.Thread(
                target=self._live, args=(Author(self.port, self.board, number), number), daemon=True
            )
            for number in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def wait_for(self, more: int) -> None:
        """Wait until `more` further receipts were seen, or somebody met a fault."""
        with self._news:
            wanted = len(self.acknowledged) + more
            came = self._news.wait_for(
                lambda: len(self.acknowledged) >= wanted or self.faults, timeout=PATIENCE_SECONDS
            )
        assert not self.faults, self.faults
        assert came, f"no {more} receipts within {PATIENCE_SECONDS} s"

    def disperse(self) -> None:
        """Let each finish the form in hand, while the site is served, and go."""
        self._ended.set()
        for thread in self._threads:
            thread.join(timeout=PATIENCE_SECONDS)
        assert not any(thread.is_alive() for thread in self._threads)
        assert not self.faults, self.faults

    def _live(self, author: Author, number: int) -> None:
        chance = random.Random(number)
        try:
            for count in range(1_000_000):
                if self._ended.is_set():
                    return
                self._hand_in(author, f"第{number}人的第{count}条意见", chance)
        except BaseException as fault:
            with self._news:
                self.faults.append(fault)
                self._news.notify_all()

    def _hand_in(self, author: Author, title: str, chance: random.Random) -> None:
        request = author.form(title, BODY, secrets.token_urlsafe(16))
        code = self._until_answered(lambda: self._sent(request))
        with self._news:
            self.acknowledged[title] = code
            self._news.notify_all()
        if chance.random() < 0.2:
            again = self._until_answered(lambda: self._sent(request))
            assert again == code, f"{title}: {code}, sent again {again}"

    def _sent(self, request: bytes) -> str:
        connection = Connection(self.port)
        try:
            status, _head, body = connection.exchange(request)
        finally:
            connection.close()
        return code_in(status, body)

    def _until_answered(self, send: Callable[[], str]) -> str:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            assert self.served.wait(PATIENCE_SECONDS), "the site was not served again"
            with suppress(OSError, NoAnswer):
                return send()
            with self._news:
                self.resent += 1
        raise AssertionError("a form was never answered")
