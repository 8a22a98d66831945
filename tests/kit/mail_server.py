"""A mail server for tests, on a free port of this machine: keeps what it takes, refuses whom it is told to."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

HOST = "127.0.0.1"


class MailServer:
    """What an aiosmtpd controller calls; `letters` holds who was to get what."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, EmailMessage]] = []
        self.refusals: dict[str, str] = {}

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Refuse an address with the answer set for it."""
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Keep a letter."""
        letter = message_from_bytes(envelope.content, policy=default)
        assert isinstance(letter, EmailMessage)
        self.letters += [(address, letter) for address in envelope.rcpt_tos]
        return "250 OK"

    @contextmanager
    def running(self, port: int) -> Iterator[None]:
        """Take letters within the block."""
        controller = Controller(self, hostname=HOST, port=port)
        controller.start()
        try:
            yield
        finally:
            controller.stop()


def free_port() -> int:
    """A port on which nobody listens now."""
    with socket.create_server((HOST, 0)) as door:
        return int(door.getsockname()[1])


def text_of(letter: EmailMessage) -> str:
    """The body of a letter."""
    body = letter.get_body()
    assert body is not None
    return str(body.get_content())
