"""A site as people meet it: the real web server and the real job runner, with a folder and a database of its own."""

import json
import os
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import IO

from bench.server import LIMITS
from portal.config import ROOT, Settings, environment_name
from portal.launch import FLASK, RUNNER, SERVER

HOST = "127.0.0.1"
START_SECONDS = 60
STOP_SECONDS = 30
COMMAND_SECONDS = 120
# Limits that only tests of limits should reach: all journeys come from one address.
WIDE = dict.fromkeys(LIMITS, "100000/hour") | {"LOCKOUT_LIMIT": "5/15minutes"}


@dataclass(frozen=True)
class Site:
    """A running site: where it answers, how to run its commands, the passwords of its demo accounts."""

    url: str
    folder: Path
    environment: dict[str, str]
    passwords: dict[str, str] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def flask(self, *arguments: str, stdin: str = "") -> str:
        """Run `flask …` for this site; what it printed. Fails the test, with the messages, where the command fails."""
        done = subprocess.run(
            (*FLASK, *arguments), cwd=ROOT, env=self.environment, input=stdin, text=True, capture_output=True,
            timeout=COMMAND_SECONDS,
        )  # fmt: skip
        assert done.returncode == 0, f"flask {' '.join(arguments)}: {done.stderr[-2000:]}"
        return done.stdout

    @contextmanager
    def resting_runner(self) -> Iterator[None]:
        """Let no background work begin or go on within the block."""
        runner = self.processes["runner"]
        runner.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            runner.send_signal(signal.SIGCONT)

    def messages(self) -> str:
        """What server and runner have logged."""
        return "".join(path.read_text(encoding="utf-8") for path in sorted(self.folder.glob("*.log")))


@contextmanager
def running_site(
    folder: Path, database_url: str, *demo: str, settings: dict[str, str] | None = None
) -> Iterator[Site]:
    """A site on a free port with the demo loaded, stopped whatever happens.

    `demo`: options of `flask demo load`; `settings`: variables of the environment that it runs with besides.
    """
    with ExitStack() as ends:
        # Listening before the server starts: no other process can take the port, and who asks early waits in line.
        door = ends.enter_context(socket.create_server((HOST, 0)))
        port = door.getsockname()[1]
        site = Site(
            f"http://{HOST}:{port}", folder, _environment(folder, database_url, port) | (settings or {})
        )
        site.flask("db", "upgrade")
        site.flask("demo", "load", *demo)
        site.passwords.update(json.loads((folder / "demo-accounts.json").read_text(encoding="utf-8")))
        bind = ("--bind", f"fd://{door.fileno()}")
        _start(ends, (*SERVER, *bind), site, "server", pass_fds=(door.fileno(),))
        _start(ends, RUNNER, site, "runner")
        # From here only the server holds the port: if it ends, those who wait are refused at once.
        door.close()
        _require_ready(site)
        yield site


def _environment(folder: Path, database_url: str, port: int) -> dict[str, str]:
    ours = {environment_name(item.name) for item in fields(Settings)}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {
        **kept, **WIDE, "INSTANCE_DIR": str(folder), "DATABASE_URL": database_url, "HOST": HOST, "PORT": str(port),
        "MIN_FREE_MB": "0", "WEB_WORKERS": "2", "PYTHONUNBUFFERED": "1",
    }  # fmt: skip


def _start(
    ends: ExitStack, command: tuple[str, ...], site: Site, name: str, pass_fds: tuple[int, ...] = ()
) -> None:
    log: IO[bytes] = ends.enter_context((site.folder / f"{name}.log").open("wb"))
    process = subprocess.Popen(
        command, cwd=ROOT, env=site.environment, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        start_new_session=True, pass_fds=pass_fds,
    )  # fmt: skip
    ends.callback(_stop, process)
    site.processes[name] = process


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the process in good order, and what it started with it if that takes too long."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _require_ready(site: Site) -> None:
    try:
        with urllib.request.urlopen(f"{site.url}/readyz", timeout=START_SECONDS) as answer:
            answer.read()
    except OSError as error:
        raise AssertionError(f"the site did not start ({error}): {site.messages()[-3000:]}") from error
