"""`make bench-analysis`: the figures of the text engine on the shared data, each beside a plain method's.

The data is not part of the project: SHARED_DATA names its folder, `../shared/data` beside the project by default. What
needs a file that is not there says so in its place, and the page of the documentation is then left as it is.
"""

import argparse
import os
import platform
import sys
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from bench import analysis_duplicates, analysis_growth, analysis_matters, analysis_topics
from bench.page import write_engine_part
from bench.report import machine
from portal.config import ROOT


def main() -> int:
    """Run every part, print its lines and write them down; 1 where the data is absent."""
    options = _options()
    data = Path(os.environ.get("SHARED_DATA", ROOT.parent / "shared" / "data"))
    parts: dict[str, Callable[[Path], list[str]]] = {
        "Near-duplicates and personal data": analysis_duplicates.run,
        "Topics": analysis_topics.run,
        "Matters": analysis_matters.run,
        "Growth": partial(analysis_growth.run, sizes=options.sizes),
    }
    lines = [
        "## Text engine",
        "",
        f"{date.today()}, `{' '.join(['python -m bench.analysis', *sys.argv[1:]])}`; read the figures as ratios between "
        "the rows of a table.",
        "",
        f"- {machine()}",
        f"- Python {platform.python_version()}",
    ]
    absent = False
    for title, run in parts.items():
        try:
            found = run(data)
        except OSError as error:
            absent, found = True, [f"Left out: {Path(str(error.filename)).name} is not there."]
        lines += ["", f"### {title}", "", *found]
        print("\n".join(["", title, *found]), flush=True)
    if not absent:
        write_engine_part(lines)
    return int(absent)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.analysis", description=__doc__)
    parser.add_argument(
        "--sizes",
        type=lambda typed: tuple(int(word) for word in typed.split(",")),
        default=analysis_growth.SIZES,
        metavar="N,N",
        help="numbers of messages for which growth is measured (4326,50000,200000,1000000); the last takes 4 GiB",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
