"""`/healthz`: the process answers. `/readyz`: the database answers, its migrations are at head, the disk has room."""

from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.config import ROOT
from portal.core.db import db
from portal.core.files import has_room
from portal.web.guards import public
from portal.web.network import settings

blueprint = Blueprint("health", __name__)


def migration_head() -> str | None:
    """The newest migration that the code knows."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return ScriptDirectory.from_config(config).get_current_head()


def readiness() -> dict[str, bool]:
    """What must be true before requests may come, each by name."""
    checks = {"database": False, "migrations": False, "disk": False}
    try:
        checks["database"] = db.session.execute(text("SELECT 1")).scalar() == 1
        found = db.session.execute(text("SELECT version_num FROM alembic_version")).scalar()
        checks["migrations"] = found == migration_head()
    except DBAPIError:
        db.session.rollback()
    checks["disk"] = has_room(settings().instance_dir, settings().min_free_mb)
    return checks


@blueprint.get("/healthz")
@public
def live() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """The site can serve: 200, or 503 with what is missing."""
    checks = readiness()
    return jsonify(status="ok" if all(checks.values()) else "unready", checks=checks), (
        200 if all(checks.values()) else 503
    )
