"""Mail addresses as people type them: only what can stand in a message's header without quoting."""

import re

ADDRESS_LENGTH = 254
# The dot-atom form of RFC 5322 at a host name with a dot: no quotes, comments, controls or other alphabets.
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)


def is_mail_address(typed: str) -> bool:
    """Whether `typed` is one plain mail address and nothing else."""
    return len(typed) <= ADDRESS_LENGTH and _ADDRESS.fullmatch(typed) is not None
