"""States that only the store knows; their values are stored."""

from __future__ import annotations

import enum


class Pruned(enum.StrEnum):
    """What retention removes, in this order; stored."""

    # before texts: those that go need not lose their texts first
    ARTICLES = "articles"  # rejected ones, whole
    TEXTS = "texts"  # of rejected articles
    ATTEMPTS = "attempts"  # to deliver alerts that were accepted
    EVENTS = "events"  # of the log that programs follow
    EXPORTS = "exports"  # files of jobs


class TrainingState(enum.StrEnum):
    """What became of a training; stored."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
