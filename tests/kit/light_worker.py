"""Serve every kind of page in a process of its own and print which heavy libraries that loaded.

Run as `python -m tests.kit.light_worker FOLDER`; used by tests/architecture/test_light_worker.py.
"""

import sys
from pathlib import Path

from flask_migrate import upgrade

from portal import create_app
from portal.core.rights import Grant, Role
from portal.digests.models import Digest
from portal.opinions.states import OpinionState
from tests.conftest import settings_for
from tests.factories.accounts import make_user
from tests.factories.casework import make_reply
from tests.factories.digests import make_digest
from tests.factories.opinions import make_opinion
from tests.factories.taxonomy import make_topic, make_unit
from tests.kit.client import PageClient
from tests.kit.writing import hand_in

HEAVY = (
    "numpy", "scipy", "sklearn", "docx", "openpyxl", "xlsxwriter", "rjieba", "jsonschema", "tqdm", "huey", "pikepdf", "weasyprint",
)  # fmt: skip


def serve(folder: Path) -> None:
    """Open every page that answers a GET, and post the forms of the line, as one web worker would."""
    app = create_app(settings_for(folder, f"sqlite:///{folder / 'portal.sqlite'}"))
    with app.app_context():
        upgrade()
        unit, topic = make_unit("市/甲局"), make_topic("交通/公交")
        opinion = make_opinion(state=OpinionState.PUBLISHED, unit=unit, topic=topic)
        make_reply(opinion)
        waiting = make_opinion(title="电话13800000001")
        user = make_user("staff", Role.MODERATOR, Role.COORDINATOR, Grant(Role.OFFICER, unit.path))
        digest: Digest = make_digest(user.actor(), unit=unit, built=False)
        values = {
            "slug": "suggestions",
            "public_id": opinion.public_id,
            "digest_id": digest.id,
            "name": "digest.docx",
            "group": "counted",
        }
        paths = {rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
        client = PageClient(app).as_user(user)
        for path in sorted(paths):
            for name, value in values.items():
                path = path.replace(f"<{name}>", value)
            client._open(path.replace("/units/<path:path>", "/units/市/甲局").replace("<path:path>", "交通"))
        client.get("/search", q="电梯")
        client.get(f"/desk/moderation/{waiting.public_id}")
        hand_in(PageClient(app), {"title": "标题", "body": "正文", "consent": "y"})


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
    print(" ".join(name for name in HEAVY if name in sys.modules))
