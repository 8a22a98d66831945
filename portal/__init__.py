"""The portal: `create_app` builds it, `wiring` says of which parts."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from portal.config import Settings


def create_app(settings: "Settings | None" = None) -> "Flask":
    """A ready WSGI application for `settings` (read from the environment by default).

    Raises `portal.config.SettingError` where a setting cannot be used.
    """
    # Processes that help the text engine import `portal.analysis` alone: what serves pages would take 60 MiB of each.
    from flask import Flask

    from portal.config import ROOT, read_settings
    from portal.wiring import assemble

    settings = settings or read_settings()
    app = Flask(
        __name__,
        instance_path=str(settings.instance_dir),
        template_folder=str(ROOT / "templates"),
        static_folder=None,
    )
    assemble(app, settings)
    return app
