"""`python -m tests.jobs.process`: `flask jobs work` for the database that the environment names, with the jobs of tests."""

from flask import Flask
from flask.cli import FlaskGroup

from portal import create_app
from tests.jobs.work import JOBS


def make_app() -> Flask:
    """The portal with the jobs of tests."""
    app = create_app()
    app.extensions["portal_jobs"] = JOBS
    return app


if __name__ == "__main__":
    FlaskGroup(create_app=make_app, add_version_option=False).main(["jobs", "work"])
