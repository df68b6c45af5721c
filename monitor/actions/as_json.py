"""Shared pieces of the JSON that programs get: instants (RFC 3339), scores, theme probabilities.

The results of actions have a method `as_json()`.  This module holds what those methods share, so
that the same key has the same type in every command and every API answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias

from monitor.domain.articles import Decision
from monitor.text.formats import rfc3339

# Ready for `json.dumps`: strings, numbers, booleans, None, and lists and mappings of them.
JsonObject: TypeAlias = dict[str, object]

SCORE_DIGITS = 4


def instant(value: datetime | None) -> str | None:
    """RFC 3339 in UTC, to the second: "2025-06-17T12:00:00Z"; None stays None."""
    return None if value is None else rfc3339(value)


def precise_instant(value: datetime | None) -> str | None:
    """ISO 8601 to the millisecond, for latencies: "2025-06-17T12:00:00.000+00:00"."""
    return None if value is None else value.isoformat(timespec="milliseconds")


def score(value: float, digits: int = SCORE_DIGITS) -> float:
    """A score or probability, rounded."""
    return round(value, digits)


def probabilities(themes: Mapping[str, float], digits: int = SCORE_DIGITS) -> dict[str, float]:
    """Theme slug → probability, rounded."""
    return {slug: round(probability, digits) for slug, probability in themes.items()}


def theme_readings(decision: Decision) -> JsonObject:
    """The two readings of an article's themes, under the names that are the same everywhere.

    `theme_probabilities` maps every theme of the topic to its probability if the article is
    relevant; `theme_slugs` lists the themes that the article counts for.
    """
    return {
        "theme_probabilities": probabilities(decision.themes),
        "theme_slugs": list(decision.labels),
    }
