"""Limits that nothing before has counted on."""

import secrets
import time
from dataclasses import replace
from types import SimpleNamespace

import pytest
from flask import Flask

from portal.web import limits as limits_module
from portal.web.limits import Limits


def fresh_limits(app: Flask, monkeypatch: pytest.MonkeyPatch, **changes: str) -> None:
    """Begin counting anew, under settings with `changes`."""
    settings = replace(app.extensions["portal_settings"], **changes)
    limits = Limits(settings)
    # Hits of other tests lie under another key; not one made of an `id`, which is given again once its thing is gone.
    limits._key = secrets.token_hex(32)
    # Well inside of every window: no test sees one end and the next begin.
    monkeypatch.setattr(
        limits_module, "time", SimpleNamespace(**vars(time) | {"time": lambda: 1_800_000_450.0})
    )
    monkeypatch.setitem(app.extensions, "portal_limits", limits)
    monkeypatch.setitem(app.extensions, "portal_settings", settings)
