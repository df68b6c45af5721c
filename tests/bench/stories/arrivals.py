"""Kept at arrival: `python -m tests.bench.stories.arrivals FILE.jsonl` prints the share.

The share of a file's articles whose story at the end is the one that they were given when they
came: article by article, and when each poll brings ten.
"""

from __future__ import annotations

import sys
from pathlib import Path

from monitor.actions.reading.story_files import group_file
from monitor.settings import loader

POLLS = (1, 10)  # articles that come together


def kept_at_arrival(file: Path, together: int) -> float:
    """The share of articles that keep the story of their poll, 0 to 1."""
    lines = group_file(file, loader.load(), together=together)
    return sum(line.story == line.story_at_arrival for line in lines) / len(lines)


def main(arguments: list[str]) -> int:
    file = Path(arguments[0])
    for together in POLLS:
        kept = kept_at_arrival(file, together)
        sys.stdout.write(f"kept at arrival, {together} in a poll: {kept:.3f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
