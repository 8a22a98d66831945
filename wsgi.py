"""The WSGI entry: `gunicorn wsgi:app`, `flask --app wsgi …`."""

import sys

from portal import create_app
from portal.config import SettingError

try:
    app = create_app()
except SettingError as error:
    sys.exit(f"The portal cannot start: {error}")
