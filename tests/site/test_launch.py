"""`make run`, as a real process: it migrates, loads the demo, serves, and stops cleanly on Ctrl-C."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

from portal.config import ROOT


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def launch(folder: Path, port: int) -> "subprocess.Popen[str]":
    environment = {**os.environ, "INSTANCE_DIR": str(folder), "PORT": str(port), "LOG_LEVEL": "WARNING"}
    environment.pop("DATABASE_URL", None)
    return subprocess.Popen(
        (sys.executable, "-m", "portal.launch"), cwd=ROOT, env=environment, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def printed_until_serving(process: "subprocess.Popen[str]") -> list[str]:
    assert process.stdout
    lines = []
    for line in process.stdout:
        lines.append(line.rstrip())
        if line.startswith("Serving on"):
            break
    return lines


def test_it_serves_the_demo_and_stops_on_ctrl_c(tmp_path: Path) -> None:
    port = free_port()
    process = launch(tmp_path, port)
    try:
        lines = printed_until_serving(process)
        assert lines[-1] == f"Serving on http://127.0.0.1:{port}", lines
        assert any(line.split()[:1] == ["moderator"] for line in lines)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/boards/suggestions") as page:
            assert "opinion-card" in page.read().decode()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=40) == 0
    finally:
        process.kill()
        process.communicate()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0, "the web server still answers"


def test_a_port_in_use_is_said_and_ends_it(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = launch(tmp_path, int(taken.getsockname()[1]))
        try:
            output, _nothing = process.communicate(timeout=120)
        finally:
            process.kill()
    assert process.returncode == 1
    assert "does not answer" in output
    assert "Serving on" not in output
