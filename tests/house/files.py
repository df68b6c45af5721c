"""The Python files of the repository, parsed once for all house tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tests.house import measure
from tests.house.measure import ROOT, Module


@cache
def program() -> tuple[Module, ...]:
    """Every module of the program."""
    return tuple(measure.modules_of(ROOT))


@cache
def suite() -> tuple[Module, ...]:
    """Every module below `tests/`."""
    return tuple(measure.modules_of(ROOT, "tests"))


def path_of(name: str) -> Path:
    """A path below the root of the repository."""
    return ROOT / name
