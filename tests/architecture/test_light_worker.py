"""A web worker that has served every page has loaded none of the heavy libraries."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_a_worker_that_served_every_page_stays_light(tmp_path: Path) -> None:
    command = (sys.executable, "-m", "tests.kit.light_worker", str(tmp_path))
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.split() == []
