"""Network addresses are seen only as keyed hashes; where a link may lead after a form."""

import ipaddress
from typing import cast
from urllib.parse import urlsplit

from flask import current_app, request

from portal.config import Settings
from portal.core.crypto import keyed_hash


def settings() -> Settings:
    """The settings of the application that serves the present request."""
    return cast(Settings, current_app.extensions["portal_settings"])


def network_key() -> str:
    """A keyed hash of the visitor's network: the address in IPv4, the /64 in IPv6, which one person may roam."""
    raw = request.remote_addr or ""
    try:
        address = ipaddress.ip_address(raw)
    except ValueError:
        return keyed_hash(settings().lookup_key, "network", raw)
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        address = mapped
    if address.version == 6:
        address = ipaddress.ip_network(f"{address}/64", strict=False).network_address
    return keyed_hash(settings().lookup_key, "network", str(address))


def public_url(endpoint: str, **values: str) -> str:
    """The address of a page as mails carry it: built from `BASE_URL`, never from a request's Host (CVE-2021-30185)."""
    base = urlsplit(settings().base_url)
    router = current_app.url_map.bind(base.netloc, script_name=base.path or "/", url_scheme=base.scheme)
    return router.build(endpoint, values, force_external=True)


def local_target(target: str | None, fallback: str) -> str:
    """`target` if it is a path on this very site, else `fallback`: no form sends a person elsewhere."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return fallback
    if any(char in target for char in "\\\r\n\t") or not target.isprintable():
        return fallback
    parts = urlsplit(target)
    return fallback if parts.scheme or parts.netloc else target
