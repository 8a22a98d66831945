"""The list of past holes of peers has forty numbers, and each has a test that bears it.

32 (a second factor's secret) can only be about what is shown once today, the code for a forgotten password: there is no
second factor yet.
"""

import re

from portal.config import ROOT

NUMBERS = range(1, 41)
_NAMED = re.compile(r"def test_((?:\d\d_)+)[a-z]")


def test_each_of_the_forty_numbers_has_a_test() -> None:
    found = {
        int(number)
        for path in (ROOT / "tests").rglob("test_*.py")
        for numbers in _NAMED.findall(path.read_text(encoding="utf-8"))
        for number in numbers.rstrip("_").split("_")
    }
    assert set(NUMBERS) - found == set()
