"""Starting, watching and surely ending the web server under test, with the portal's own gunicorn settings."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from types import TracebackType

import psutil

from portal.config import ROOT, Settings, environment_name

HOST = "127.0.0.1"
PATIENCE_SECONDS = 60
PORTAL = "wsgi:app"
WIDE = "100000000/hour"
LIMITS = tuple(environment_name(item.name) for item in fields(Settings) if item.name.endswith("_limit"))


class ServerFailed(Exception):
    """The server did not come up, or went away by itself; the message says what it wrote last."""


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def portal_environment(folder: Path, url: str) -> dict[str, str]:
    """An environment for a portal that lives in `folder`, on the database at `url`, with limits nobody reaches."""
    return {
        **{name: value for name, value in os.environ.items() if name not in ("REDIS_URL", "TRUSTED_PROXIES")},
        **dict.fromkeys(LIMITS, WIDE),
        "INSTANCE_DIR": str(folder / "instance"),
        "DATABASE_URL": url,
        "BASE_URL": f"http://{HOST}",
        "MIN_FREE_MB": "0",
        "LOG_LEVEL": "WARNING",
        "WEB_WORKERS": "2",
        "WEB_THREADS": "4",
    }


class Server:
    """A gunicorn in a process group of its own; a context manager that leaves none behind.

    `application` is named as gunicorn wants it; `ready` is the path that answers 200 once it serves.
    """

    def __init__(self, application: str, environment: dict[str, str], log: Path, ready: str = "/") -> None:
        self.port = free_port()
        self._command = [
            sys.executable,
            "-m",
            "gunicorn",
            "--config",
            str(ROOT / "gunicorn.conf.py"),
            application,
        ]
        self._environment = environment | {"HOST": HOST, "PORT": str(self.port)}
        self._log = log
        self._ready = ready
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Server":
        try:
            self.start()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start and wait until it answers. Raises `ServerFailed`."""
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=self._environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            if self._answers():
                return
            time.sleep(0.02)
        raise ServerFailed(f"no answer from {' '.join(self._command)}:\n{self._log.read_text()[-2000:]}")

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            connection.request("GET", self._ready)
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def memory_mib(self) -> tuple[float, str]:
        """What all its processes use together, and how that was counted: PSS, or RSS where the kernel has no PSS."""
        assert self._process is not None
        master = psutil.Process(self._process.pid)
        full = [process.memory_full_info() for process in [master, *master.children(recursive=True)]]
        if all(hasattr(info, "pss") for info in full):
            return sum(info.pss for info in full) / 2**20, "PSS"
        return sum(info.rss for info in full) / 2**20, "RSS"

    def kill(self) -> None:
        """SIGKILL to the whole process group, at once, and wait until its master is gone."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        """End it in order, by force where it does not."""
        self._signal(signal.SIGTERM)

    def _signal(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
