"""Rule health: rules that never apply, and rules that others make superfluous."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.actions import as_json
from monitor.actions.as_json import JsonObject
from monitor.actions.rules.outcomes import Outcomes, RuleHits

if TYPE_CHECKING:
    from monitor.settings.sections import KeywordRuleSettings

_WEEK = 7.0  # days


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleHealth:
    """How a rule in force fares on the stored articles of a span."""

    name: str
    action: str
    hits: int
    per_week: float
    last_at: datetime | None
    covered_by: str  # a rule that decided alike wherever this one applied; "" for none

    @property
    def note(self) -> str:
        """What should be looked at; "" when all is well."""
        if not self.hits:
            return "never applied"
        if self.covered_by:
            return f"superfluous: {self.covered_by} applied wherever it did"
        return ""

    def as_json(self) -> JsonObject:
        """The rule for programs."""
        return {
            "name": self.name,
            "action": self.action,
            "hits": self.hits,
            "hits_per_week": round(self.per_week, 2),
            "last_at": as_json.instant(self.last_at),
            "covered_by": self.covered_by or None,
            "note": self.note or None,
        }


def rule_health(
    rules: Sequence[KeywordRuleSettings], outcomes: Outcomes
) -> tuple[RuleHealth, ...]:  # fmt: skip
    """Each rule in its order, with how often it applied."""
    return tuple(
        _health(rule, outcomes.hits.get(rule.name, RuleHits()), outcomes.days) for rule in rules
    )


def _health(rule: KeywordRuleSettings, hits: RuleHits, days: float) -> RuleHealth:
    always = [name for name, count in hits.covered_by.items() if count == hits.count]
    return RuleHealth(
        name=rule.name,
        action=rule.action,
        hits=hits.count,
        per_week=hits.count / days * _WEEK,
        last_at=hits.last_at,
        covered_by=min(always, default=""),
    )
