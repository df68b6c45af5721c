"""Rows of `silences`: a mute rule to columns, and back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from monitor.alerts import time_intervals
from monitor.domain.muting.silence import Silence
from monitor.store.mapping.column_text import Values, exact_text


def silence_values(silence: Silence) -> Values:
    """The columns of a silence.  Raise ConfigError for a term or theme that can't be stored."""
    theme, term = silence.theme, silence.term
    return {
        "key": exact_text("silence's key", silence.key, 64),
        "subscription_key": silence.subscription_key,
        "feed_key": silence.feed_key,
        "theme": None if theme is None else exact_text("theme", theme, 200),
        "term": None if term is None else exact_text("term", term, 200),
        "reason": silence.reason,
        "created_at": silence.created_at,
        "until": silence.until,
        "every": time_intervals.interval_text(silence.every) if silence.every else None,
        "zone": silence.every.zone if silence.every else None,
    }


def silence_from_row(row: Row[Any]) -> Silence:
    """The silence of a row."""
    return Silence(
        key=row.key,
        subscription_key=row.subscription_key,
        feed_key=row.feed_key,
        theme=row.theme,
        term=row.term,
        every=time_intervals.parse_interval(row.every, row.zone) if row.every else None,
        reason=row.reason,
        created_at=row.created_at,
        until=row.until,
    )
