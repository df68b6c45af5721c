"""Repositories are imported and built when they are first used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from monitor.store.late_repository import LateRepository
from monitor.store.store import Store

NAMES = [name for name, value in vars(Store).items() if isinstance(value, LateRepository)]


@pytest.fixture(scope="module")
def in_memory():
    with Store.open("sqlite://") as store:
        yield store


@pytest.mark.parametrize("name", NAMES)
def test_a_repository_is_of_its_declared_type_and_built_once(in_memory: Store, name: str):
    repository = getattr(in_memory, name)
    assert type(repository).__name__ == Store.__annotations__[name]
    assert getattr(in_memory, name) is repository


def test_opening_a_store_imports_no_repository_and_no_other_dialect(tmp_path: Path):
    address = f"sqlite:///{tmp_path / 'store.sqlite'}"
    Store.open(address).close()  # the tables are made, which imports all of them
    script = (
        f"import sys; from monitor.store.store import Store; Store.open({address!r}).close();"
        "print(*(name for name in sys.modules"
        " if 'repositories.' in name or 'dialects.postgresql' in name))"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == []


def test_no_repository_imports_the_dialect_of_a_database_that_is_not_used(tmp_path: Path):
    address = f"sqlite:///{tmp_path / 'store.sqlite'}"
    Store.open(address).close()  # the migrations import both dialects
    script = (
        f"import sys; from monitor.store.store import Store; store = Store.open({address!r});"
        f"[getattr(store, name) for name in {NAMES!r}];"
        "print(*(name for name in sys.modules if 'dialects.postgresql' in name))"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == []
