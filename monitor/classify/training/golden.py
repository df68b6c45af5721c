"""Golden events: real, dated events in several wordings, of which a pack must recall every one.

A line of `golden.jsonl`: {"id", "date", "event", "themes": […], "wordings": [{"lang", "title",
"text"}, …]}, written by us.  An event is recalled when at least one of its wordings is flagged: a
service that reads many outlets needs only one.  Golden events are never used in training.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from monitor.domain.articles import Verdict
from monitor.domain.errors import ConfigError
from monitor.domain.feeds import Entry

FILE_NAME = "golden.jsonl"

Judge = Callable[[Sequence[Entry]], list[Verdict]]


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenEvent:
    """A real event that a pack must recall."""

    key: str
    date: date
    event: str  # a sentence
    themes: tuple[str, ...]
    wordings: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedEvent:
    """A golden event of which no wording was flagged."""

    event: GoldenEvent
    best: float  # the highest score of its wordings


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenScore:
    """How many events were recalled, and how many of their wordings were flagged."""

    events: int
    recalled: frozenset[str]  # keys
    missed: tuple[MissedEvent, ...]
    wordings: dict[str, int]  # by language
    flagged: dict[str, int]  # flagged wordings, by language

    def as_dict(self) -> dict[str, object]:
        """Return the JSON of `model golden --json`."""
        return {
            "events": self.events,
            "recalled": len(self.recalled),
            "missed": [
                {
                    "id": missed.event.key,
                    "event": missed.event.event,
                    "best_score": round(missed.best, 4),
                }
                for missed in self.missed
            ],
            "wordings": sum(self.wordings.values()),
            "flagged": sum(self.flagged.values()),
            "by_language": {
                language: {"wordings": count, "flagged": self.flagged.get(language, 0)}
                for language, count in sorted(self.wordings.items())
            },
        }


def load_golden_events(file: Path) -> list[GoldenEvent]:
    """Load the events of a file.  Raise ConfigError naming the line and the fault."""
    try:
        lines = file.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: golden events can't be read: {error}") from None
    events = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                events.append(_event(json.loads(line)))
            except (ValueError, TypeError, KeyError) as error:
                raise ConfigError(f"{file}:{number}: not a golden event: {error!r}") from None
    counts = Counter(event.key for event in events)
    duplicates = [key for key, count in counts.items() if count > 1]
    if duplicates:
        raise ConfigError(f"{file}: the id {duplicates[0]!r} exists twice: rename one of them")
    if not events:
        raise ConfigError(f"{file}: it contains no golden events")
    return events


def _event(line: dict[str, object]) -> GoldenEvent:
    wordings = line["wordings"]
    themes = line["themes"]
    if not isinstance(wordings, list) or not wordings or not isinstance(themes, list):
        raise ValueError("wordings must be a list with at least one item, themes a list")
    return GoldenEvent(
        key=str(line["id"]),
        date=date.fromisoformat(str(line["date"])),
        event=str(line["event"]),
        themes=tuple(str(slug) for slug in themes),
        wordings=tuple(
            Entry(
                title=str(wording["title"]),
                text=str(wording["text"]),
                language=str(wording["lang"]),
            )
            for wording in wordings
        ),
    )


def score_golden_events(events: Sequence[GoldenEvent], judge: Judge) -> GoldenScore:
    """Judge all wordings of all events and count the recalled events."""
    pairs: list[tuple[GoldenEvent, Entry]] = []
    for event in events:
        pairs += [(event, wording) for wording in event.wordings]
    verdicts = judge([wording for _, wording in pairs])
    best = dict.fromkeys((event.key for event in events), 0.0)
    recalled: set[str] = set()
    wordings: Counter[str] = Counter()
    flagged: Counter[str] = Counter()
    for (event, wording), verdict in zip(pairs, verdicts, strict=True):
        language = wording.language or "unknown"
        wordings[language] += 1
        best[event.key] = max(best[event.key], verdict.score)
        if verdict.score >= verdict.threshold:
            flagged[language] += 1
            recalled.add(event.key)
    return GoldenScore(
        events=len(events),
        recalled=frozenset(recalled),
        missed=tuple(
            MissedEvent(event=event, best=best[event.key])
            for event in events
            if event.key not in recalled
        ),
        wordings=dict(wordings),
        flagged=dict(flagged),
    )
