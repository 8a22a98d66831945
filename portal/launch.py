"""`make run`: migrate, load the demo into an empty database, start the web server and one job runner.

Prints the demo accounts and one line `Serving on URL` when the site answers; stops everything on Ctrl-C.
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

from portal.config import ROOT, SettingError, Settings, read_settings

FLASK = (sys.executable, "-m", "flask", "--app", "wsgi")
SERVER = (sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "wsgi:app")
RUNNER = (*FLASK, "jobs", "work")
PATIENCE_SECONDS = 60


class Stopped(Exception):
    """Somebody asked for an end."""


class Unanswered(Exception):
    """The web server did not come up."""


def main() -> int:
    """Run the site until it is stopped; the exit code."""
    try:
        settings = read_settings()
    except SettingError as error:
        print(f"The portal cannot start: {error}", file=sys.stderr)
        return 1
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    running: list[subprocess.Popen[bytes]] = []
    try:
        _prepare()
        # In process groups of their own: Ctrl-C reaches only this process, which ends them in order.
        for command in (SERVER, RUNNER):
            running.append(subprocess.Popen(command, cwd=ROOT, env=_environment(), start_new_session=True))
        _wait_until_it_answers(settings, running)
        _print_accounts(settings.instance_dir / "demo-accounts.json")
        print(f"Serving on {settings.base_url}", flush=True)
        return _watch(running)
    except Stopped:
        return 0
    except Unanswered as error:
        print(error, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        return error.returncode
    finally:
        _end(running)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stopped


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONUNBUFFERED": "1"}


def _prepare() -> None:
    for arguments in (("db", "upgrade"), ("demo", "load", "--if-empty")):
        subprocess.run((*FLASK, *arguments), cwd=ROOT, env=_environment(), check=True)


def _wait_until_it_answers(settings: Settings, running: list[subprocess.Popen[bytes]]) -> None:
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
    address = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}/readyz"
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if running[0].poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise Unanswered(f"The site does not answer at {address}; the messages above say why.")


def _print_accounts(path: Path) -> None:
    if not path.exists():
        return
    print("\nDemo accounts (sign in at /sign-in):")
    for name, password in json.loads(path.read_text(encoding="utf-8")).items():
        print(f"  {name:<12} {password}")
    print(flush=True)


def _watch(running: list[subprocess.Popen[bytes]]) -> int:
    """Wait until one of the processes ends by itself; its exit code."""
    while True:
        for process in running:
            if process.poll() is not None:
                return process.returncode or 1
        time.sleep(0.5)


def _end(running: list[subprocess.Popen[bytes]]) -> None:
    for process in reversed(running):
        if process.poll() is None:
            process.terminate()
    for process in running:
        try:
            process.wait(timeout=25)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


if __name__ == "__main__":
    sys.exit(main())
