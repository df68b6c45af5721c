"""Dated lines: labelled lines scored with the memory of a history of other lines.

Stands for a service that stored the history as it came: a line knows what came before it only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from monitor.classify.features.vectors import Vectoriser
from monitor.classify.memory.recent_articles import RecentArticle, RecentArticles
from monitor.classify.memory.score_shift import shifted, similar_articles
from monitor.domain.articles import Verdict
from monitor.domain.errors import ConfigError
from monitor.domain.feeds import Entry
from monitor.domain.judged.similar_articles import SPAN
from monitor.text.comparison import wording_key

Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedEntry:
    """An entry with the verdict of the pack alone."""

    entry: Entry
    verdict: Verdict
    at: datetime | None  # None: nobody knows when it was published
    source: str = ""  # its outlet; "": one of its own


def line_time(line: Line, place: str) -> datetime | None:
    """The key `date` of a line: an ISO date or instant, without a zone in UTC; None without one.

    Raise ConfigError that begins with `place` for anything else.
    """
    date = line.get("date")
    if not date:
        return None
    try:
        at = datetime.fromisoformat(str(date))
    except ValueError:
        raise ConfigError(
            f"{place}: the date {date!r} is no date like 2025-08-30 or 2025-08-30T12:00:00Z"
        ) from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def with_memory(
    entries: Sequence[JudgedEntry], history: Iterable[JudgedEntry], vectoriser: Vectoriser
) -> list[Verdict]:
    """The verdicts as the history of the three days before each entry moves them, in order.

    Entries without a date keep their verdict.  The history may hold the judged entries, too.
    """
    remembered = _remembered(history)
    verdicts = [judged_entry.verdict for judged_entry in entries]
    dated = [(entry.at, place) for place, entry in enumerate(entries) if entry.at is not None]
    recent, position = RecentArticles(vectoriser), 0
    for at, place in sorted(dated):
        recent.forget_before(at - SPAN)
        while position < len(remembered) and remembered[position][0].at < at:
            recent.add(*remembered[position])
            position += 1
        verdict = verdicts[place]
        if verdict.own_score is not None:
            neighbours = recent.neighbours(entries[place].entry, at)
            verdicts[place] = shifted(verdict, similar_articles(neighbours, verdict))
    return verdicts


def _remembered(history: Iterable[JudgedEntry]) -> list[tuple[RecentArticle, Entry]]:
    """The dated entries that pass the gate, the oldest first."""
    remembered: list[tuple[RecentArticle, Entry]] = []
    for number, item in enumerate(history):
        if item.at is None or item.verdict.own_score is None:
            continue
        article = RecentArticle(
            key=str(number),
            copy_key=f"wording:{wording_key(item.entry.title, item.entry.text)}",
            origin=f"source:{item.source or number}",
            at=item.at,
            score=item.verdict.own_score,
        )
        remembered.append((article, item.entry))
    return sorted(remembered, key=lambda pair: pair[0].at)
