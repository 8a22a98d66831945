"""The portal: `create_app` builds it, `wiring` says of which parts."""

from flask import Flask

from portal.config import ROOT, Settings, read_settings
from portal.wiring import assemble


def create_app(settings: Settings | None = None) -> Flask:
    """A ready WSGI application for `settings` (read from the environment by default).

    Raises `portal.config.SettingError` where a setting cannot be used.
    """
    settings = settings or read_settings()
    app = Flask(
        __name__,
        instance_path=str(settings.instance_dir),
        template_folder=str(ROOT / "templates"),
        static_folder=None,
    )
    assemble(app, settings)
    return app
