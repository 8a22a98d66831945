"""Leaving out what this machine cannot run, with the reason; where nothing may be left out, that is a failure."""

import os
from typing import NoReturn

import pytest

SKIP_NOTHING = "PORTAL_TESTS_SKIP_NOTHING"


def cannot_run(reason: str) -> NoReturn:
    """Skip the present test for `reason`; fail it where PORTAL_TESTS_SKIP_NOTHING is set, as continuous integration does."""
    if os.environ.get(SKIP_NOTHING):
        pytest.fail(f"{SKIP_NOTHING} is set, but {reason}", pytrace=False)
    pytest.skip(reason)
