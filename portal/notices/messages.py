"""A mail as it goes out: plain text, a sender, one reader. Neither title nor text of an opinion is ever in it."""

from datetime import UTC
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from flask import current_app

from portal.config import Settings
from portal.notices.models import Mail
from portal.notices.states import MailKind


def message(mail: Mail, address: str, values: dict[str, str], site: Settings) -> EmailMessage:
    """The mail to `address`. Raises `ValueError` for a header with a line break: nothing typed gets into one.

    Sent again it has the same Message-ID, so that it is known for the same mail.
    """
    host = site.mail_from.rpartition("@")[2]
    made = EmailMessage(policy=SMTP)
    made["From"] = Address(site.site_name, addr_spec=site.mail_from)
    made["To"] = Address(addr_spec=address)
    made["Subject"] = f"{site.site_name}：{MailKind(mail.kind).subject}"
    made["Date"] = format_datetime(mail.created_at.astimezone(UTC))
    made["Message-ID"] = f"<portal-{mail.id}-{int(mail.created_at.timestamp())}@{host}>"
    made["Auto-Submitted"] = "auto-generated"
    if "stop_url" in values:
        made["List-Unsubscribe"] = f"<{values['stop_url']}>"
    # Without what pages know of the request: a job has none.
    body = current_app.jinja_env.get_template(f"mail/{mail.kind}.txt")
    made.set_content(body.render(site_name=site.site_name, **values))
    return made
