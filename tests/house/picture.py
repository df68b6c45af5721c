"""The picture of the rooms in CONTRIBUTING.md: floors of the contracts, arrows of the imports."""

from __future__ import annotations

import textwrap
import tomllib
from pathlib import Path

from tests.house import measure
from tests.house.measure import ROOT

WIDTH = 76


def floors(root: Path = ROOT) -> list[list[str]]:
    """The rooms by floor, the highest first, as the contract on layers lists them."""
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    for contract in settings["tool"]["importlinter"]["contracts"]:
        if contract["type"] == "layers":
            return [floor.split(" | ") for floor in contract["layers"]]
    raise ValueError("pyproject.toml has no contract on layers")


def picture(root: Path = ROOT) -> str:
    """The floors as a drawing, and below it what each room imports."""
    arrows = measure.room_arrows(measure.modules_of(root))
    rows = [_row(floor) for floor in floors(root)]
    ruler = "─" * WIDTH
    drawing = [f"┌{ruler}┐", f"\n├{ruler}┤\n".join(rows), f"└{ruler}┘"]
    order = [room for floor in floors(root) for room in floor]
    imports = [
        _imports(room, [name for name in order if name in arrows[room]])
        for room in order
        if arrows.get(room)
    ]
    return "\n".join(["```", *drawing, "", *imports, "```"]) + "\n"


def _imports(room: str, targets: list[str]) -> str:
    line = f"{room:<10} → {' '.join(targets)}"
    return textwrap.fill(line, WIDTH, subsequent_indent=" " * 13)


def _row(floor: list[str]) -> str:
    width = (WIDTH - len(floor) + 1) // len(floor)
    cells = [room.center(width) for room in floor]
    return f"│{'│'.join(cells).ljust(WIDTH)}│"
