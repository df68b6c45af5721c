"""A scratch copy of the repository in which recipes of CONTRIBUTING.md are followed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.house.measure import ROOT

FOLDERS = ("monitor", "config", "docs")
FILES = ("pyproject.toml", "CONTRIBUTING.md", "tests/docs.py", "tests/house/measure.py")
PLACE = re.compile(r"`((?:monitor|config|docs|models|tests|pyproject)[\w/.\-]*[\w/])`")


class Scratch:
    """Files that may be edited, and the record of those that were."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.touched: set[str] = set()
        ignored = shutil.ignore_patterns("__pycache__", "images")
        for folder in FOLDERS:
            shutil.copytree(ROOT / folder, root / folder, ignore=ignored)
        for name in FILES:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, root / name)
        shutil.copy(ROOT / "tests/house/picture.py", root / "tests/house/picture.py")
        (root / "models").symlink_to(ROOT / "models")

    def insert(self, name: str, after: str, text: str) -> None:
        """Put lines of text behind the line that holds `after`, which is there exactly once."""
        lines = (self.root / name).read_text(encoding="utf-8").splitlines()
        (line,) = [line for line in lines if after in line]
        self.replace(name, f"{line}\n", f"{line}\n{text}")

    def replace(self, name: str, old: str, new: str) -> None:
        """Replace a text that is there exactly once."""
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{name}: {text.count(old)} times {old!r}"
        path.write_text(text.replace(old, new), encoding="utf-8")
        self.touched.add(name)

    def write(self, name: str, text: str) -> None:
        """Make a new file, or put text at the end of one."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
        self.touched.add(name)

    def make_docs(self, name: str) -> str:
        """Generate the pages; return the one that the recipe names."""
        self.run("-m", "tests.docs")
        self.touched.add(name)
        return (self.root / name).read_text(encoding="utf-8")

    def run(self, *arguments: str) -> str:
        """Run Python in the copy; return what it printed.  Fail as it fails."""
        environment = {**os.environ, "PYTHONPATH": str(self.root), "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, *arguments]
        finished = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=self.root, env=environment
        )
        assert finished.returncode == 0, finished.stderr
        return finished.stdout


def recipe(title: str) -> str:
    """The text of one recipe."""
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return page.split(f"\n### {title}\n")[1].split("\n### ")[0].split("\n## ")[0]


def steps(title: str) -> list[str]:
    """The numbered steps of a recipe."""
    return re.findall(r"^\d+\. (.*)$", recipe(title), re.MULTILINE)


def places(title: str, **names: str) -> set[str]:
    """The first place of each step, with the placeholders filled in."""
    first = [PLACE.search(step) for step in steps(title)]
    filled = [match[1] for match in first if match]
    for placeholder, name in names.items():
        filled = [place.replace(placeholder, name) for place in filled]
    return set(filled)
