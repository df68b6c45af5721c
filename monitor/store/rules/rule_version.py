"""Rule versions and drafts, as the store keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleVersion:
    """Rules, threshold and lexicon that are, or were, in force."""

    number: int = 0  # given when it is stored, from 1
    at: datetime
    by: str  # a name; empty for an edit of the file that was found later
    door: str = ""  # as in the audit log
    reason: str = ""
    text: str  # as `settings.rule_text` writes it
    config: str  # `Settings.decision_digest`
    restored: int | None = None  # the number of the version that it repeats
    effect: Mapping[str, Any] | None = None  # what the trial said, in numbers

    @property
    def was_found(self) -> bool:
        """Whether somebody edited the file itself."""
        return not self.by


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDraft:
    """What a person is writing, and the rules that were in force when they began."""

    text: str  # as written; it may be wrong
    base: str  # `Settings.decision_digest` of then
    base_text: str
    saved_at: datetime
