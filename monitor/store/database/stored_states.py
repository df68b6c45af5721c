"""States that only the store knows; their values are stored."""

from __future__ import annotations

import enum


class Pruned(enum.StrEnum):
    """What retention removes; stored."""

    TEXTS = "texts"  # of rejected articles
    ARTICLES = "articles"  # rejected ones, whole
    ATTEMPTS = "attempts"  # to deliver alerts that were accepted
    EVENTS = "events"  # of the log that programs follow
    EXPORTS = "exports"  # files of jobs


class TrainingState(enum.StrEnum):
    """What became of a training; stored."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
