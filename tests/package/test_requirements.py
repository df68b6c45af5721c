"""The lock files are complete: what a pinned distribution requires, extras included, is pinned.

`make setup` installs them with `pip install --no-deps`, so a requirement that no line pins would be
missing on a fresh machine.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PIN = re.compile(
    r"^([\w.-]+)(?:\[([\w,. -]+)\])?==([\w.!+-]+)(?:\s*;\s*(.+?))?\s*\\?$", re.MULTILINE
)
LOCKS = ("run", "dev", "bench", "mutants", "encoder")
SMALL_LOCKS = ("encoder",)  # of one extra, beside `run`

INSTALLED = {canonicalize_name(dist.metadata["Name"]): dist for dist in distributions()}


def pins(lock: str) -> dict[str, tuple[str, set[str]]]:
    """The version and the extras that a lock file pins, by distribution, on this machine."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    pinned: dict[str, tuple[str, set[str]]] = {}
    for name, extras, version, marker in PIN.findall(text):
        line = Requirement(f"{name}=={version}" + (f"; {marker}" if marker else ""))
        if line.marker is None or line.marker.evaluate():
            pinned[canonicalize_name(name)] = (
                version,
                {canonicalize_name(extra.strip()) for extra in extras.split(",") if extra},
            )
    return pinned


def required(dist: Distribution, extras: set[str]) -> Iterator[Requirement]:
    """What a distribution with these extras requires on this machine."""
    for line in dist.requires or ():
        requirement = Requirement(line)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in {"", *extras}):
            yield requirement


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_of_a_pinned_distribution_is_pinned(lock):
    pinned = pins(lock)
    assert len(pinned) > (1 if lock in SMALL_LOCKS else 50)
    unsatisfied = []
    for name, (_, extras) in pinned.items():
        if name not in INSTALLED:  # `make test` installs no benchmarks and mutants
            continue
        for requirement in required(INSTALLED[name], extras):
            version, has = pinned.get(canonicalize_name(requirement.name), ("", set()))
            satisfied = version and requirement.specifier.contains(version, prereleases=True)
            needed_extras = set(map(canonicalize_name, requirement.extras))
            if not satisfied or not needed_extras <= has:
                unsatisfied.append(f"{name} requires {requirement}")
    assert not unsatisfied, "run `make pin`"


@pytest.mark.parametrize("lock", ["run", "dev"])
def test_every_pinned_distribution_is_installed_in_the_pinned_version(lock):
    missing = {
        name: version
        for name, (version, _) in pins(lock).items()
        if name not in INSTALLED or INSTALLED[name].version != version
    }
    assert not missing, "run `make setup`"


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_pins_every_line_with_a_hash_and_names_no_address(lock):
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert all(PIN.match(block) and "--hash=sha256:" in block for block in blocks)
    assert "://" not in text


def test_what_the_project_declares_is_pinned_with_its_extras():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    optional = project["project"]["optional-dependencies"].values()
    assert (
        project["project"]["optional-dependencies"]["encoder"]
        == project["dependency-groups"]["encoder"]
    )
    declared = [
        *project["project"]["dependencies"],
        *(line for lines in optional for line in lines),
    ]
    pinned = pins("encoder") | pins("run")
    for line in declared:
        requirement = Requirement(line)
        version, extras = pinned[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), line
        assert set(map(canonicalize_name, requirement.extras)) <= extras, line


def test_the_lock_would_have_been_refused_without_its_extras():
    """The fault that this file is for: `coverage` pinned, `coverage[toml]` required."""
    (cov,) = [r for r in required(INSTALLED["pytest-cov"], set()) if r.name == "coverage"]
    assert cov.extras
    assert cov.extras <= pins("dev")["coverage"][1]
