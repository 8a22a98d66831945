"""gunicorn, as `make run` and a server start it: workers with threads, settings from the environment."""

import gc
from typing import Any

from portal.analysis.normalise import fold
from portal.config import read_settings

_settings = read_settings()
_host = f"[{_settings.host}]" if ":" in _settings.host else _settings.host

bind = f"{_host}:{_settings.port}"
workers = _settings.web_workers
worker_class = "portal.web.worker.FairWorker"
threads = _settings.web_threads
# Memory is shared between workers when the application is loaded before they fork.
preload_app = True
timeout = 60
graceful_timeout = 20
keepalive = 5
limit_request_line = 8190
limit_request_fields = 60
control_socket_disable = True
# ProxyFix in the application decides whom to believe, by TRUSTED_PROXIES; gunicorn must not decide before it.
forwarded_allow_ips = ""
errorlog = "-"
loglevel = _settings.log_level.lower()


def pre_fork(server: Any, _worker: Any) -> None:
    """Make ready what each worker would make for itself, and keep it out of their garbage collections.

    A collection writes to every object it looks at, and so gives each worker a copy of all that they share.
    """
    templates = server.app.wsgi().jinja_env
    for name in templates.list_templates(extensions=["html"]):
        templates.get_template(name)
    fold("")
    gc.collect()
    gc.freeze()
