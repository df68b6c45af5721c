"""Manners of the code: time is an argument, nothing is mocked or pickled, tests mirror modules."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib

import pytest

from tests.house.files import path_of, program, suite
from tests.house.measure import ROOT, Module

HEAVY = {
    "aiohttp", "aiosmtplib", "alembic", "apscheduler", "fastapi", "feedparser", "jinja2", "lxml",
    "nh3", "numpy", "prometheus_client", "pydantic", "re2", "rich", "scipy", "sklearn",
    "sqlalchemy", "sqlmodel", "trafilatura", "uvicorn",
}  # fmt: skip
# Where the clock is read: below these, time is an argument.
CLOCKS = {"service.py", "invocation.py", "logs.py", "clock.py"}
SLEEPERS = {
    "monitor/store/database/transactions.py": "waits for another process's lock",
    "tests/store/database/test_transactions.py": "gives another process time to meet the lock",
    "tests/house/test_manners.py": "names what it forbids",
}
MOST_UNMIRRORED = 8  # modules without a test file of their name; a ratchet


def offenders(modules: tuple[Module, ...], pattern: str) -> list[str]:
    """The paths of the modules whose text matches the pattern."""
    return [str(module.path) for module in modules if re.search(pattern, module.text)]


def test_only_the_doors_look_at_the_clock():
    looks = offenders(program(), r"datetime\.(now|utcnow|today)\(|time\.time\(")
    assert not [path for path in looks if path.split("/")[-1] not in CLOCKS]


def test_nothing_is_mocked():
    mocked = offenders(program() + suite(), r"unittest\.mock")
    assert not [path for path in mocked if path not in SLEEPERS]


def test_nobody_sleeps():
    sleeping = offenders(program() + suite(), r"time\.sleep\(")
    assert not [path for path in sleeping if path not in SLEEPERS]


def test_nothing_loads_pickles():
    pickles = r"\bimport (pickle|joblib|dill|shelve)|\bfrom (pickle|joblib)\b|allow_pickle=True"
    assert not offenders(program(), pickles)


@pytest.mark.parametrize("folder", ["models", "config"])
def test_data_folders_hold_no_code_and_nothing_that_runs(folder):
    files = [path for path in path_of(folder).rglob("*") if path.is_file()]
    assert not [path for path in files if path.suffix in {".py", ".pkl", ".joblib", ".pickle"}]
    assert not [path for path in files if path.stat().st_mode & 0o111]


def test_help_is_quick_because_nothing_heavy_is_imported():
    script = "import sys, monitor.cli; print(*{m.split('.')[0] for m in sys.modules})"
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert not HEAVY & set(run.stdout.split())


def test_tests_mirror_the_modules():
    """`monitor/a/b.py` is tested in `tests/a/test_b.py`; each folder has a folder of tests."""
    modules = [m for m in program() if not m.path.stem.startswith("__") and not m.is_migration]
    mirrors = {m: path_of("tests").joinpath(*m.path.parts[1:-1]) for m in modules}
    missing = [
        str(module.path)
        for module, folder in mirrors.items()
        if not (folder / f"test_{module.path.stem}.py").is_file()
    ]
    assert len(missing) <= MOST_UNMIRRORED, missing
    without = {str(folder) for folder in mirrors.values() if not folder.is_dir()}
    assert not {
        folder for folder in without if not folder.endswith(("schema", "mapping", "migrations"))
    }


def test_every_library_is_forbidden_to_the_pure_rooms():
    """The contract on pure rooms lists each library that any module imports."""
    settings = tomllib.loads(path_of("pyproject.toml").read_text(encoding="utf-8"))
    contracts = {c["id"]: c for c in settings["tool"]["importlinter"]["contracts"]}
    pattern = re.compile(r"^\s*(?:import|from) (\w+)", re.MULTILINE)
    imported = {name for module in program() for name in pattern.findall(module.text)}
    libraries = imported - sys.stdlib_module_names - {"monitor"}
    assert libraries <= set(contracts["pure"]["forbidden_modules"])


def test_no_lock_file_names_a_machine_or_a_registry():
    for path in path_of("requirements").glob("*.txt"):
        assert b"://" not in path.read_bytes(), path
