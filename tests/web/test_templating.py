"""How numbers are shown."""

import pytest
from flask import Flask


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "1 KB"), (593, "1 KB"), (58_400, "58 KB"), (999_499, "999 KB"), (1_000_000, "1.0 MB"), (10_485_760, "10.5 MB")],
)  # fmt: skip
def test_file_sizes_are_told_in_units_that_everybody_knows(app: Flask, count: int, shown: str) -> None:
    assert app.jinja_env.filters["file_size"](count) == shown
