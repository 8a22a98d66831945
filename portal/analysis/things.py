"""Which things (see `portal.analysis.thing_words`) each message tells of."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from portal.analysis.thing_words import names_of_things, things_in
from portal.analysis.vectors import Counts, Matrix


def things_told(counts: Counts, terms: Sequence[str]) -> tuple[Matrix, Matrix]:
    """Which things each message tells of in its title, and which in its body: rows of messages, columns of things."""
    rows: list[int] = []
    columns: list[int] = []
    for row, term in enumerate(terms):
        for thing in sorted(things_in(term)):
            rows.append(row)
            columns.append(thing)
    shape = len(terms), len(names_of_things())
    telling = sparse.csr_matrix((np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=shape)
    titles, bodies = (sparse.csr_matrix(part @ telling) for part in (counts.titles, counts.bodies))
    return titles, bodies
