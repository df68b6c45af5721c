"""Test coverage by room: lines and branches of each package of `monitor/`, against its limit.

    make coverage                       # runs the tests under pytest-cov, then prints this table
    python -m tests.house.coverage_by_room [.coverage]

Pure rooms must be covered to 100 %, everything together to 90 %; the exit code says whether.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from tests.house.pure_rooms import PURE_ROOMS

LEAST = 90.0  # percent, of everything


@dataclass(slots=True)
class RoomCoverage:
    """Statements and branches of a room: how many there are, and how many the tests reached."""

    total: int = 0
    covered: int = 0

    @property
    def percent(self) -> float:
        return 100 * self.covered / self.total if self.total else 100.0


def by_room(report: dict[str, object]) -> dict[str, RoomCoverage]:
    """Room → coverage, from the JSON report of coverage.py."""
    rooms: dict[str, RoomCoverage] = defaultdict(RoomCoverage)
    files = report["files"]
    assert isinstance(files, dict)
    for name, entry in files.items():
        parts = Path(name).parts
        if parts[0] != "monitor":
            continue
        summary = entry["summary"]
        room = rooms[parts[1] if len(parts) > 2 else "(top)"]
        room.total += summary["num_statements"] + summary.get("num_branches", 0)
        room.covered += summary["covered_lines"] + summary.get("covered_branches", 0)
    return dict(sorted(rooms.items()))


def json_report(data_file: str) -> dict[str, object]:
    """The report of a data file that pytest-cov wrote."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "coverage.json"
        command = [sys.executable, "-m", "coverage", "json", "-q", f"--data-file={data_file}"]
        subprocess.run([*command, "-o", str(target)], check=True)
        report: dict[str, object] = json.loads(target.read_text())
        return report


def main() -> int:
    rooms = by_room(json_report(sys.argv[1] if len(sys.argv) > 1 else ".coverage"))
    everything = RoomCoverage(
        total=sum(room.total for room in rooms.values()),
        covered=sum(room.covered for room in rooms.values()),
    )
    heading = f"{'room':12}{'lines and branches':>20}{'missed':>9}{'covered':>10}{'limit':>9}\n"
    sys.stdout.write(heading)
    is_short = False
    for name, room in [*rooms.items(), ("all", everything)]:
        limit = 100.0 if name in PURE_ROOMS else LEAST if name == "all" else 0.0
        is_short |= room.percent < limit
        shown = f"{limit:.0f} %" if limit else "–"
        missed = room.total - room.covered
        cells = f"{room.total:>20,}{missed:>9,}{room.percent:>8.1f} %{shown:>9}"
        sys.stdout.write(f"{name:12}{cells}\n")
    return int(is_short)


if __name__ == "__main__":
    sys.exit(main())
