"""The structure of a checkout in figures: modules, imports, names, function sizes, vague locals.

    python -m tests.house.measure [--root DIR] [--names] [--visits]

Standard library only, so that it also reads a checkout whose dependencies are not installed.
`--names` lists what the figures count: duplicate names, long files, vague bindings by file.
`--visits` also runs the tests of the poll story in that checkout (see `visits.py`).

The Python files below `monitor/` are counted, and vague names in `tests/` as well.  Migrations are
left out of function sizes and of duplicate names, because a migration is a list that nobody edits.
A room is a package or a module directly below `monitor/`; an arrow is a pair of rooms of which the
first imports the second.
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST_FILE, FULLEST_FOLDER = 400, 16
# Names that say nothing of the value: pronouns, participles and their like.
VAGUE = frozenset(
    {
        "one", "ones", "found", "said", "says", "asked", "kept", "told", "wanted", "there", "here",
        "known", "given", "made", "judged", "some", "own", "ours", "mine", "theirs", "them",
        "those", "these", "what", "which", "who", "whom", "whose", "much", "many", "most", "more",
        "few", "none", "same", "such", "taken", "tried", "met", "heard", "both", "each", "every",
        "it", "thing", "things", "stuff", "together", "brought", "promised", "watched", "wish",
        "way",
    }
)  # fmt: skip
Function = ast.FunctionDef | ast.AsyncFunctionDef
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


@dataclass(frozen=True, slots=True)
class Module:
    """One parsed file: its path below the root, its dotted name, its text and its syntax tree."""

    path: Path
    name: str
    text: str
    tree: ast.Module

    @property
    def room(self) -> str:
        """The first name below `monitor`: a package, or a loose module."""
        parts = self.name.split(".")
        return parts[1] if len(parts) > 1 else parts[0]

    @property
    def is_migration(self) -> bool:
        """Whether the file is one step of the database's history."""
        return "versions" in self.path.parts and "migrations" in self.path.parts

    @property
    def is_package(self) -> bool:
        """Whether the file is the `__init__` of a folder."""
        return self.path.stem == "__init__"


def modules_of(root: Path, package: str = "monitor") -> list[Module]:
    """Every module of the package below `root`, in the order of its path."""
    modules = []
    for path in sorted((root / package).rglob("*.py")):
        relative = path.relative_to(root)
        parts = relative.with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        text = path.read_text(encoding="utf-8")
        modules.append(Module(relative, name, text, ast.parse(text)))
    return modules


def loose_modules(modules: Sequence[Module]) -> list[str]:
    """The modules directly below the package that are no package themselves."""
    at_top = [module for module in modules if len(module.path.parts) == 2]
    return [module.path.stem for module in at_top if not module.path.stem.startswith("__")]


def rooms(modules: Sequence[Module]) -> list[str]:
    """The packages and loose modules directly below the package."""
    return sorted({module.room for module in modules} - {"monitor", "__main__"})


def imports_of(module: Module, names: frozenset[str]) -> Iterator[str]:
    """The modules of the package that a module imports, wherever in the file it does so."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            candidates = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            members = [f"{node.module}.{alias.name}" for alias in node.names]
            candidates = [name if name in names else node.module for name in members]
        else:
            continue
        yield from (name for name in candidates if name in names)


def module_arrows(modules: Sequence[Module]) -> dict[str, set[str]]:
    """For each module the modules of the package that it imports."""
    names = frozenset(module.name for module in modules)
    return {module.name: set(imports_of(module, names)) - {module.name} for module in modules}


def room_arrows(modules: Sequence[Module]) -> dict[str, set[str]]:
    """For each room the other rooms that it imports."""
    room_of = {module.name: module.room for module in modules}
    arrows: dict[str, set[str]] = {room: set() for room in rooms(modules)}
    for importer, imported in module_arrows(modules).items():
        if room_of[importer] in arrows:
            arrows[room_of[importer]] |= {room_of[name] for name in imported} & arrows.keys()
    return {room: targets - {room} for room, targets in arrows.items()}


def rings(arrows: Mapping[str, set[str]]) -> list[list[str]]:
    """The groups of nodes that reach each other (strongly connected, more than one node)."""
    reach = {node: _reachable(node, arrows) for node in arrows}
    groups = {
        tuple(sorted(other for other in reach[node] if node in reach.get(other, set())))
        for node in arrows
    }
    return sorted(list(group) for group in groups if len(group) > 1)


def _reachable(start: str, arrows: Mapping[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        for target in arrows.get(waiting.pop(), set()) - reached:
            reached.add(target)
            waiting.append(target)
    return reached


def duplicate_modules(modules: Sequence[Module]) -> dict[str, list[str]]:
    """File names that several modules have, with the paths; a package counts by its folder."""
    places = defaultdict(list)
    for module in modules:
        if not module.is_migration and not module.path.stem.startswith("__"):
            places[module.path.stem].append(str(module.path))
    return {name: paths for name, paths in sorted(places.items()) if len(paths) > 1}


def duplicate_classes(modules: Sequence[Module]) -> dict[str, list[str]]:
    """Names of public classes that several modules define, with the paths."""
    places = defaultdict(list)
    for module in modules:
        for node in module.tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(str(module.path))
    return {name: paths for name, paths in sorted(places.items()) if len(paths) > 1}


def functions(module: Module) -> list[Function]:
    """Every function and method of a module, nested ones too."""
    return [node for node in ast.walk(module.tree) if isinstance(node, Function)]


def code_lines(module: Module, function: Function) -> int:
    """Lines of a function's body without blanks, comments and the docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    if not body:
        return 0
    lines = module.text.splitlines()[body[0].lineno - 1 : function.end_lineno]
    return sum(1 for line in lines if line.strip() and not line.strip().startswith("#"))


def long_files(modules: Sequence[Module]) -> list[str]:
    """Files of more than `LONGEST_FILE` lines."""
    return [str(m.path) for m in modules if len(m.text.splitlines()) > LONGEST_FILE]


def full_folders(modules: Sequence[Module]) -> dict[str, int]:
    """Folders of more than `FULLEST_FOLDER` modules (`__init__` and migrations not counted)."""
    counted = [m for m in modules if not m.path.stem.startswith("__") and not m.is_migration]
    sizes = Counter(str(module.path.parent) for module in counted)
    return {folder: size for folder, size in sorted(sizes.items()) if size > FULLEST_FOLDER}


def nested_comprehensions(module: Module) -> list[int]:
    """The lines of comprehensions that contain a comprehension or loop over two things."""
    lines = []
    for node in ast.walk(module.tree):
        if isinstance(node, Comprehension):
            inner = [child for child in ast.walk(node) if isinstance(child, Comprehension)]
            if len(inner) > 1 or len(node.generators) > 1:
                lines.append(node.lineno)
    return lines


def bindings(module: Module) -> list[tuple[str, int]]:
    """Every name that a scope binds to a value, once for each scope, with its first line.

    Scopes are the module, its classes and its functions; variables of comprehensions count for the
    scope around them.
    """
    bound: dict[tuple[ast.AST, str], int] = {}
    _bind(module.tree, module.tree, bound)
    return [(name, line) for (_, name), line in bound.items()]


def _bind(node: ast.AST, scope: ast.AST, bound: dict[tuple[ast.AST, str], int]) -> None:
    name = _bound_name(node)
    if name:
        bound.setdefault((scope, name), getattr(node, "lineno", 0))
    inner = node if isinstance(node, Function | ast.ClassDef | ast.Lambda) else scope
    for child in ast.iter_child_nodes(node):
        _bind(child, inner, bound)


def _bound_name(node: ast.AST) -> str | None:
    if isinstance(node, ast.Name):
        return node.id if isinstance(node.ctx, ast.Store) else None
    if isinstance(node, ast.arg):
        return None if node.arg in ("self", "cls") else node.arg
    if isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar):
        return node.name
    return None


def vague_bindings(module: Module) -> list[tuple[str, int]]:
    """The bindings of a module whose name is in `VAGUE`."""
    return [(name, line) for name, line in bindings(module) if name in VAGUE]


def percentile(values: Sequence[int], share: float) -> int:
    """The value below or at which `share` of all values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def figures(root: Path) -> dict[str, str]:
    """Every figure of the table, by its name."""
    modules = modules_of(root)
    at_rooms = room_arrows(modules)
    written = [module for module in modules if not module.is_migration]
    lengths = [code_lines(module, node) for module in written for node in functions(module)]
    bound = sum(len(bindings(module)) for module in modules)
    vague = sum(len(vague_bindings(module)) for module in modules)
    suite = modules_of(root, "tests")
    bound_in_tests = sum(len(bindings(module)) for module in suite)
    vague_in_tests = sum(len(vague_bindings(module)) for module in suite)
    return {
        "modules": str(len(modules)),
        "loose modules at top": str(len(loose_modules(modules))),
        "rooms at top": str(len(rooms(modules))),
        "import arrows between rooms": str(sum(map(len, at_rooms.values()))),
        "rings of rooms": str(len(rings(at_rooms))),
        "rings of modules": str(len(rings(module_arrows(modules)))),
        "module names used twice": str(len(duplicate_modules(modules))),
        "public class names used twice": str(len(duplicate_classes(modules))),
        "functions": str(len(lengths)),
        "function code lines, p95 / max": f"{percentile(lengths, 0.95)} / {max(lengths)}",
        f"files over {LONGEST_FILE} lines": str(len(long_files(modules))),
        f"folders over {FULLEST_FOLDER} modules": str(len(full_folders(modules))),
        "nested comprehensions": str(sum(len(nested_comprehensions(m)) for m in modules)),
        "vague bindings": _share(vague, bound),
        "vague bindings in tests": _share(vague_in_tests, bound_in_tests),
    }


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / max(whole, 1):.1%})"


def names(root: Path) -> Iterator[str]:
    """What the figures count, one line each."""
    modules = modules_of(root)
    for name, paths in duplicate_modules(modules).items():
        yield f"module {name}: {', '.join(paths)}"
    for name, paths in duplicate_classes(modules).items():
        yield f"class {name}: {', '.join(paths)}"
    yield from (f"long file: {path}" for path in long_files(modules))
    yield from (f"full folder: {path} ({size})" for path, size in full_folders(modules).items())
    for module in modules:
        yield from (f"nested: {module.path}:{line}" for line in nested_comprehensions(module))
    for module in [*modules, *modules_of(root, "tests")]:
        counts = Counter(name for name, _ in vague_bindings(module))
        words = ", ".join(f"{name} {count}" for name, count in counts.most_common())
        if words:
            yield f"vague: {module.path}: {words}"


def main(arguments: Sequence[str]) -> int:
    """Print the table, and with `--names` what it counts."""
    parser = argparse.ArgumentParser(prog="python -m tests.house.measure")
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout to measure")
    parser.add_argument("--names", action="store_true", help="list what the figures count")
    parser.add_argument("--visits", action="store_true", help="run the poll story, too")
    options = parser.parse_args(arguments)
    table = figures(options.root)
    if options.visits:
        from tests.house import visits  # pytest, which measuring alone does not need

        table |= visits.figures(options.root)
    for name, value in table.items():
        sys.stdout.write(f"{name:<38} {value}\n")
    if options.names:
        sys.stdout.writelines(f"{line}\n" for line in names(options.root))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
