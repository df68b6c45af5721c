"""Findings of checks: a level, a subject and a sentence."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from monitor.actions.as_json import JsonObject


class FindingLevel(enum.StrEnum):
    """How bad a finding is."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"  # needs a person


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of a check."""

    level: FindingLevel
    subject: str  # "database", "feeds", …
    sentence: str

    def as_json(self) -> JsonObject:
        """The finding as `doctor --json` shows it."""
        return {"level": self.level, "subject": self.subject, "finding": self.sentence}


def ok(subject: str, sentence: str) -> Finding:
    """Everything is right."""
    return Finding(FindingLevel.OK, subject, sentence)


def warning(subject: str, sentence: str) -> Finding:
    """Something is worth knowing."""
    return Finding(FindingLevel.WARNING, subject, sentence)


def fault(subject: str, sentence: str) -> Finding:
    """Something needs a person."""
    return Finding(FindingLevel.FAULT, subject, sentence)
