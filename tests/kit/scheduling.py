"""How `pytest -n` shares tests out between processes."""

from xdist.scheduler import LoadScopeScheduling

TOGETHER = "tests/journeys/"


class JourneysTogether(LoadScopeScheduling):
    """Each test goes to whichever process is free, the journeys all to one: they share sites and a browser.

    The mark `xdist_group` would say that too, but pytest 9.2 no longer keeps the name that xdist 3.8 gives to a
    marked test, and `--dist loadgroup` by itself groups nothing.
    """

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER if nodeid.startswith(TOGETHER) else nodeid
