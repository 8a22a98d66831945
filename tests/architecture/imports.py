"""Reading the imports of the product, and the rules they must keep (docs/architecture.md).

Every rule is a function from sources to a list of sentences, one for each arrow that should not be there.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

# A slice may import those before it, and of the slices in one place none the other.
ORDER = (
    ("core", "analysis"), ("web",), ("audit",), ("taxonomy",), ("accounts",), ("jobs",), ("search", "attachments", "notices"),
    ("campaigns",),
    ("opinions",), ("moderation",), ("comments",), ("casework",), ("digests",), ("site",), ("demo",),
)  # fmt: skip
RANK = {name: rank for rank, names in enumerate(ORDER) for name in names}
# Modules beside the slices: the bottom, which all may import, and the top, which may import all.
BOTTOM, TOP = frozenset({"config"}), frozenset({"wiring", "launch", ""})
# Of these, any module may be imported from above; of the others only what they show.
OPEN = frozenset({"core", "analysis", "web"})
SHOWN = frozenset({"operations", "queries", "models", "states", "reasons", "signals"})
# Operations that fill a module of their own, and forms on which those of later slices are built.
SHOWN_TOO = {
    "accounts": frozenset({"forms", "recovery"}),
    "attachments": frozenset({"forms", "store"}),
    "taxonomy": frozenset({"forms", "unit_rows"}),
    "campaigns": frozenset({"intake"}),
    "opinions": frozenset(
        {
            "authorship",
            "channels",
            "digested",
            "finding",
            "readers",
            "forms",
            "submission",
            "imports",
            "preparing",
            "indexing",
            "masks",
            "supports",
            "screening",
            "similar",
            "additions",
            "receipts",
            "receipt_states",
        }
    ),
    "moderation": frozenset({"deciders", "learned_topics", "merging", "model_files"}),
    "casework": frozenset({"adoptions"}),
}

EDGES = frozenset({"public", "desk", "cli", "jobs"})
MIDDLE = frozenset({"forms", "operations", "queries"})
BASE = frozenset({"models", "states", "reasons", "signals"})
OF_A_REQUEST = frozenset({"request", "session", "g", "current_user"})
WITH_A_REQUEST = frozenset({"portal.web.guards"})

HEAVY = frozenset(
    {
        "numpy",
        "scipy",
        "sklearn",
        "docx",
        "openpyxl",
        "xlsxwriter",
        "rjieba",
        "jsonschema",
        "huey",
        "tqdm",
        "pikepdf",
        "weasyprint",
    }
)
ONLY_IN = {"segno": {"portal.core.qr"}, "bleach": {"portal.core.text"}, "nh3": {"portal.core.text"}}
BAD_NAMES = frozenset(
    {"util", "utils", "helper", "helpers", "manager", "managers", "service", "services", "misc"}
)


@dataclass(frozen=True)
class Import:
    """One imported module or name: `portal.core.db` and `db`, or the module alone."""

    module: str
    name: str | None
    line: int
    inside: bool

    def target(self, known: frozenset[str]) -> str:
        """The module that is loaded: a name may itself be a module of the package."""
        full = f"{self.module}.{self.name}"
        return full if full in known else self.module


@dataclass
class Source:
    """A module by its dotted name, as text."""

    name: str
    text: str

    @property
    def parts(self) -> list[str]:
        """`[slice, module, …]`, without the leading `portal`."""
        return self.name.split(".")[1:]

    @property
    def slice(self) -> str:
        """The slice, or the name of the module beside the slices."""
        return self.parts[0] if self.parts else ""

    @property
    def is_edge(self) -> bool:
        """Whether requests or commands arrive here."""
        last = self.parts[-1] if self.parts else ""
        return last in EDGES or last.rsplit("_", 1)[-1] in EDGES

    @cached_property
    def imports(self) -> list[Import]:
        """All imports, those inside functions included."""
        return list(_imports(ast.parse(self.text), inside=False))


def _imports(node: ast.AST, inside: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield Import(alias.name, None, child.lineno, inside)
        elif isinstance(child, ast.ImportFrom):
            module = "." * child.level + (child.module or "")
            for alias in child.names:
                yield Import(module, alias.name, child.lineno, inside)
        elif isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            continue
        else:
            within = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from _imports(child, inside or within)


def relative(sources: Iterable[Source]) -> list[str]:
    """Imports are written in full."""
    return [
        f"{source.name}:{found.line} imports {found.module}"
        for source in sources for found in source.imports if found.module.startswith(".")
    ]  # fmt: skip


def against_the_direction(sources: Iterable[Source]) -> list[str]:
    """A slice imports only slices before it, and of them only what they show."""
    return [
        f"{source.name}:{found.line} imports {found.module}: {fault}"
        for source, found in _inner(sources) if (fault := _direction_fault(source, found))
    ]  # fmt: skip


def _inner(sources: Iterable[Source]) -> Iterator[tuple[Source, Import]]:
    for source in sources:
        for found in source.imports:
            if found.module == "portal" or found.module.startswith("portal."):
                yield source, found


def _direction_fault(source: Source, found: Import) -> str | None:
    path = [*found.module.split("."), *([found.name] if found.name else [])][1:]
    target = path[0] if path else ""
    if source.slice in TOP or target in BOTTOM or target == source.slice:
        return None
    if target in TOP or target not in RANK:
        return "only the top may"
    if source.slice in BOTTOM:
        return "the bottom imports nothing of the portal"
    if source.slice not in RANK:
        return f"{source.slice} has no place in the order"
    if RANK[target] >= RANK[source.slice]:
        return f"{target} does not come before {source.slice}"
    if target in OPEN:
        return None
    module = path[1] if len(path) > 1 else ""
    return (
        None
        if module in SHOWN | SHOWN_TOO.get(target, frozenset())
        else f"{target} does not show {module or 'itself'}"
    )


def upward_in_a_slice(sources: Iterable[Source]) -> list[str]:
    """In a slice the arrows go from the edges to forms, operations and queries, and on to models and states."""
    known = list(sources)
    edges = {source.name for source in known if source.is_edge}
    faults = []
    for source, found in _inner(known):
        target = found.target(frozenset(each.name for each in known))
        if not target.startswith(f"portal.{source.slice}.") or source.slice in OPEN | TOP | BOTTOM:
            continue
        ends, own = target.split(".")[-1], source.parts[-1]
        upward = (target in edges and not source.is_edge) or (own in BASE and ends in MIDDLE)
        if upward:
            faults.append(f"{source.name}:{found.line} imports {target}, which is above it")
    return faults


def circles(sources: Iterable[Source]) -> list[str]:
    """No module is loaded by way of itself."""
    graph = top_level_graph(sources)
    faults = []
    for start in graph:
        for after in graph[start]:
            if way := path_to(graph, after, {start}):
                faults.append(" → ".join([start, *way]))
    return faults


def top_level_graph(sources: Iterable[Source]) -> dict[str, set[str]]:
    """What each module loads when it is loaded itself: modules of the portal, and heavy libraries by their name."""
    known = {source.name: source for source in sources}
    names = frozenset(known)
    graph: dict[str, set[str]] = {}
    for name, source in known.items():
        loaded = {found.target(names) for found in source.imports if not found.inside}
        heavy = {each.split(".")[0] for each in loaded} & HEAVY
        graph[name] = (loaded & names) - {name} | heavy
    return graph


def path_to(graph: dict[str, set[str]], start: str, goals: Iterable[str]) -> list[str] | None:
    """The way from `start` to one of `goals` along the graph, both ends included."""
    wanted, ways, seen = set(goals), [[start]], {start}
    while ways:
        way = ways.pop(0)
        if way[-1] in wanted:
            return way
        for after in sorted(graph.get(way[-1], set()) - seen):
            seen.add(after)
            ways.append([*way, after])
    return None


def heavy_in_a_web_worker(sources: Iterable[Source], entries: Iterable[str]) -> list[str]:
    """Nothing that a web worker loads (from `entries`) leads to a heavy library."""
    graph = top_level_graph(sources)
    return [" → ".join(way) for entry in entries if (way := path_to(graph, entry, HEAVY))]


def hidden_imports(sources: Iterable[Source]) -> list[str]:
    """An import inside a function is there because it is heavy, never to dodge a circle.

    The root itself is below all modules, those too that must load nothing of the web: it imports in its function.
    """
    known = list(sources)
    graph, names = top_level_graph(known), frozenset(source.name for source in known)
    faults = []
    for source in known:
        for found in source.imports if source.parts else ():
            target = found.target(names)
            light = target.split(".")[0] not in HEAVY and not path_to(graph, target, HEAVY)
            if found.inside and light:
                faults.append(f"{source.name}:{found.line} imports {target} inside a function")
    return faults


def request_below_the_edge(sources: Iterable[Source]) -> list[str]:
    """Below the edges nothing knows of a request: the actor is an argument."""
    faults = []
    for source in sources:
        if source.is_edge or source.slice == "web" or source.slice in TOP:
            continue
        for found in source.imports:
            of_flask = found.module in ("flask", "flask_login") and found.name in OF_A_REQUEST
            of_web = found.target(WITH_A_REQUEST) in WITH_A_REQUEST
            if of_flask or of_web:
                faults.append(f"{source.name}:{found.line} imports {found.name or found.module}")
    return faults


def out_of_place(sources: Iterable[Source]) -> list[str]:
    """A library that only one module may use is used there alone; Flask is unknown to the text engine."""
    faults = []
    for source in sources:
        for found in source.imports:
            library = found.module.split(".")[0]
            engine = source.slice == "analysis" and library in (
                "flask",
                "flask_babel",
                "sqlalchemy",
                "flask_sqlalchemy",
            )
            if engine or source.name not in ONLY_IN.get(library, {source.name}):
                faults.append(f"{source.name}:{found.line} imports {library}")
    return faults


def badly_named(sources: Iterable[Source]) -> list[str]:
    """A name says what is inside."""
    return [source.name for source in sources if set("_".join(source.parts).split("_")) & BAD_NAMES]
