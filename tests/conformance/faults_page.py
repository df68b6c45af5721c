"""The faults of the fault server, and how docs/faults.md says that each ends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "faults.md"
ASKED = {"gzip-bomb": "?mb=200", "rate-limited": "?times=99"}  # what each is asked with
HANGING = {"drip-body", "drip-header", "hang"}
THROTTLED = {"rate-limited", "retry-date", "retry-garbage"}  # these hold up their whole host
THEIR_TIME, OUR_TIME = "30 s", timedelta(seconds=1.5)


@dataclass(frozen=True)
class Outcome:
    """How the page says that a fault ends."""

    articles: int
    state: str
    error: str


def documented_outcomes() -> dict[str, Outcome]:
    """The table of docs/faults.md."""
    rows = re.findall(r"^\| `([\w-]+)` \|(.*)\|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    outcomes = {}
    for name, rest in rows:
        _, articles, state, error, _ = (cell.strip() for cell in rest.split("|"))
        outcomes[name] = Outcome(int(articles), state, error)
    return outcomes
