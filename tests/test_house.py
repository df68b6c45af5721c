"""The house rules, as tests: a rule worth saying is one."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CODE = sorted((ROOT / "monitor").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))

LONGEST_MODULE, LONGEST_TEST_MODULE = 400, 800
LONGEST_FUNCTION, MOST_PARAMETERS = 40, 6
DEEPEST_NESTING = 4
FIRST_READ = 850  # domain, pipeline and ports together: what a newcomer reads before all else

HEAVY = {
    "aiohttp", "aiosmtplib", "alembic", "apscheduler", "fastapi", "feedparser", "jinja2", "lxml",
    "nh3", "numpy", "prometheus_client", "pydantic", "re2", "rich", "scipy", "sklearn",
    "sqlalchemy", "sqlmodel", "trafilatura", "uvicorn",
}  # fmt: skip
EMPTY_WORDS = re.compile(r"manager|helper|utils?\b|service_|_service|handler", re.IGNORECASE)


# Functions with more parameters than that, and why; this list may only shrink.
WIDE = {
    (
        "monitor/runtime/service.py",
        "__init__",
    ): "two desks, two listeners, and the clock that tests turn",
}


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    return [node for node in ast.walk(tree) if isinstance(node, kinds)]


def code_lines(path: Path, node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    source = path.read_text(encoding="utf-8").splitlines()
    body = node.body[1:] if ast.get_docstring(node) else node.body
    lines = source[body[0].lineno - 1 : node.end_lineno] if body else []
    return sum(1 for line in lines if line.strip() and not line.strip().startswith("#"))


def nesting(node: ast.AST, depth: int = 0) -> int:
    blocks = ast.If | ast.For | ast.AsyncFor | ast.While | ast.With | ast.AsyncWith | ast.Try
    deeper = depth + isinstance(node, blocks)
    functions_inside = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    return max(
        [deeper]
        + [
            nesting(child, deeper - _is_elif(node, child))
            for child in ast.iter_child_nodes(node)
            if not isinstance(child, functions_inside)
        ]
    )


def _is_elif(node: ast.AST, child: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(child, ast.If) and node.orelse == [child]


def of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", CODE, ids=of)
def test_a_module_fits_in_the_head(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


@pytest.mark.parametrize("path", TESTS, ids=of)
def test_a_test_module_fits_in_the_head(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_TEST_MODULE


@pytest.mark.parametrize("path", CODE, ids=of)
def test_a_function_does_one_thing(path):
    options_are_parameters = "cli" in path.parts
    migration = "versions" in path.parts
    for node in functions(path):
        names = node.args.posonlyargs + node.args.args + node.args.kwonlyargs
        count = sum(name.arg not in ("self", "cls") for name in names)
        assert migration or code_lines(path, node) <= LONGEST_FUNCTION, node.name
        wide = options_are_parameters or (of(path), node.name) in WIDE
        assert wide or count <= MOST_PARAMETERS, node.name
        assert max(map(nesting, node.body)) <= DEEPEST_NESTING, node.name


@pytest.mark.parametrize("path", CODE, ids=of)
def test_a_module_opens_with_a_sign_on_the_door(path):
    sign = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert sign
    assert sign[0].isupper() or sign[0] in "`" or sign.startswith("feedparser ")


@pytest.mark.parametrize("path", CODE, ids=of)
def test_what_others_may_call_says_what_it_promises(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    public = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]
    small = {"main", "upgrade"}
    bare = [n.name for n in public if not ast.get_docstring(n) and n.name not in small]
    undocumented_classes = [name for name in bare if not _is_plain_noun(tree, name)]
    assert not undocumented_classes


def _is_plain_noun(tree: ast.Module, name: str) -> bool:
    """An enum or a settings table, whose members say it all."""
    node = next(n for n in tree.body if getattr(n, "name", "") == name)
    if not isinstance(node, ast.ClassDef):
        return False
    return any("Enum" in ast.unparse(b) or ast.unparse(b) == "Section" for b in node.bases)


@pytest.mark.parametrize("path", CODE, ids=of)
def test_names_say_what_a_thing_is(path):
    assert not EMPTY_WORDS.search(path.stem)
    for node in functions(path):
        assert not EMPTY_WORDS.search(node.name), node.name


@pytest.mark.parametrize("path", CODE, ids=of)
def test_only_the_doors_look_at_the_clock(path):
    allowed = {"scheduler.py", "setting.py", "logs.py"}
    text = path.read_text(encoding="utf-8")
    looks = re.search(r"datetime\.(now|utcnow|today)\(|time\.time\(", text)
    assert path.name in allowed or not looks


SLEEPERS = {
    "monitor/store/database/transactions.py": "waits for another process's lock",
    "tests/store/test_database.py": "gives another process's lock time to be met; passes without",
    "tests/test_house.py": "names what it forbids",
}


@pytest.mark.parametrize("path", [*CODE, *TESTS], ids=of)
def test_nothing_is_mocked_and_nobody_sleeps(path):
    text = path.read_text(encoding="utf-8")
    assert of(path) == "tests/test_house.py" or "unittest.mock" not in text
    assert of(path) in SLEEPERS or "time.sleep(" not in text


def test_what_is_read_first_is_short():
    first = ["domain.py", "pipeline.py", "ports.py"]
    lines = [(ROOT / "monitor" / name).read_text(encoding="utf-8").count("\n") for name in first]
    assert sum(lines) <= FIRST_READ


@pytest.mark.parametrize("folder", ["models", "config"])
def test_data_folders_hold_no_code_and_nothing_that_runs(folder):
    files = [path for path in (ROOT / folder).rglob("*") if path.is_file()]
    assert not [of(path) for path in files if path.suffix in {".py", ".pkl", ".joblib", ".pickle"}]
    assert not [of(path) for path in files if path.stat().st_mode & 0o111]


def test_nothing_loads_pickles():
    loaders = re.compile(
        r"\bimport (pickle|joblib|dill|shelve)|\bfrom (pickle|joblib)\b|allow_pickle=True"
    )
    assert not [of(path) for path in CODE if loaders.search(path.read_text(encoding="utf-8"))]


def test_help_is_quick_because_nothing_heavy_is_imported():
    code = "import sys, monitor.cli; print(*{m.split('.')[0] for m in sys.modules})"
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert not HEAVY & set(out.stdout.split())


def test_every_module_is_tested_where_one_looks_for_it():
    """tests/ mirrors monitor/: a module without a test file of its name is listed here."""
    elsewhere = {
        "monitor/__init__.py", "monitor/__main__.py",
        "monitor/runtime/build.py", "monitor/settings/resources.py",
    }  # fmt: skip
    rooms = {path.parent.name for path in CODE if path.parent.name != "monitor"}
    missing = [
        of(path)
        for path in CODE
        if path.parent == ROOT / "monitor"
        and of(path) not in elsewhere
        and not (ROOT / "tests" / f"test_{path.stem}.py").is_file()
    ]
    assert not missing
    untested = [r for r in rooms - {"migrations", "versions"} if not (ROOT / "tests" / r).is_dir()]
    assert not untested


def test_no_file_names_a_machine_or_a_registry():
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], capture_output=True, text=True, check=False, cwd=ROOT
    )
    if tracked.returncode:
        pytest.skip("not a git checkout")
    names = [name for name in tracked.stdout.split("\0") if name and "examples/" not in name]
    lists = chain.from_iterable(
        (ROOT / name).read_bytes().splitlines()
        for name in names
        if name.startswith("requirements/")
    )
    assert not [line for line in lists if b"://" in line]
