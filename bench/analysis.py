"""`make bench-analysis`: the figures of the text engine on the shared data, each beside a plain method's.

The data is not part of the project: SHARED_DATA names its folder, `../shared/data` beside the project by default. What
needs a file that is not there says so in its place.
"""

import os
import platform
import sys
from datetime import date
from pathlib import Path

from bench import analysis_duplicates, analysis_matters, analysis_topics
from portal.config import ROOT

PARTS = {
    "Near-duplicates and personal data": analysis_duplicates.run,
    "Topics": analysis_topics.run,
    "Matters": analysis_matters.run,
}
TARGET = ROOT / "docs" / "benchmarks-analysis.md"


def main() -> int:
    """Run every part, print its lines and write them down; 1 where the data is absent."""
    data = Path(os.environ.get("SHARED_DATA", ROOT.parent / "shared" / "data"))
    lines = [
        "# Figures of the text engine",
        "",
        "Written by `make bench-analysis`; read them as ratios between the rows of a table, machines differ.",
        "",
        f"{date.today()}, {os.cpu_count()} cores, Python {platform.python_version()}, {platform.machine()}.",
    ]
    absent = False
    for title, run in PARTS.items():
        try:
            found = run(data)
        except OSError as error:
            absent, found = True, [f"Left out: {Path(str(error.filename)).name} is not there."]
        lines += ["", f"## {title}", "", *found]
        print("\n".join(["", title, *found]), flush=True)
    if not absent:
        TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return int(absent)


if __name__ == "__main__":
    sys.exit(main())
