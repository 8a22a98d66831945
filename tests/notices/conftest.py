"""A site whose mail goes to a server of the test's own."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from flask import Flask

from portal.config import Settings
from portal.core.clock import now
from portal.core.db import db
from portal.notices.jobs import deliver
from portal.notices.models import Mail
from portal.notices.operations import wish_mail
from portal.opinions.models import Opinion
from portal.opinions.telling import CASE
from tests.kit.mail_server import MailServer, free_port


@dataclass
class Post:
    """The site's settings and the server to which its mail goes, which runs or does not."""

    settings: Settings
    server: MailServer

    def wish(self, opinion: Opinion, address: str) -> None:
        """Somebody wants news about the opinion by mail."""
        wish_mail(CASE, opinion.case_id, address, self.settings)
        db.session.commit()

    def deliver(self, *, running: bool = True) -> int:
        """What the job does when every mail that waits is due; how many it sent."""
        db.session.execute(db.update(Mail).where(Mail.state == "queued").values(next_at=now()))
        db.session.commit()
        if not running:
            return deliver()
        with self.server.running(self.settings.smtp_port):
            return deliver()


@pytest.fixture
def post(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    """A mail server that does not run yet, and the settings that name it."""
    settings = replace(
        app.extensions["portal_settings"], smtp_host="127.0.0.1", smtp_port=free_port(), smtp_security="none",
        mail_from="portal@example.cn", base_url="https://xianyice.example.cn", mails_per_day=3,
    )  # fmt: skip
    monkeypatch.setitem(app.extensions, "portal_settings", settings)
    yield Post(settings, MailServer())
