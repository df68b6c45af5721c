"""Coverage report: what was polled in a span of time, in a sentence and in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.actions.as_json import JsonObject, instant
from monitor.actions.option_values import InvalidOption
from monitor.health.coverage import Coverage, sentence

if TYPE_CHECKING:
    from monitor.store.store import Store

LONGEST_SPAN = timedelta(days=92)


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageReport:
    """The coverage of a span that ends at `at`."""

    at: datetime
    coverage: Coverage

    @property
    def sentence(self) -> str:
        """The coverage in a sentence, the same as in digests and in `doctor`."""
        return sentence(self.coverage)

    def as_json(self) -> JsonObject:
        """The sentence and the numbers."""
        return {
            "at": instant(self.at),
            "since": instant(self.coverage.since),
            "sentence": self.sentence,
            "coverage": _coverage_as_json(self.coverage),
        }


def coverage_report(store: Store, now: datetime, span: timedelta) -> CoverageReport:
    """The coverage of the span that ends now.  Raise InvalidOption for a span out of bounds."""
    if not timedelta(minutes=1) <= span <= LONGEST_SPAN:
        raise InvalidOption("since", f"from 1m to {LONGEST_SPAN.days}d ago")
    return CoverageReport(at=now, coverage=store.coverage(now - span, now))


def _coverage_as_json(coverage: Coverage) -> JsonObject:
    return {
        "feeds": coverage.feeds,
        "healthy": coverage.healthy,
        "polls": coverage.polls,
        "failed_polls": coverage.failed,
        "unwatched_seconds": round(coverage.unwatched.total_seconds()),
        "read": coverage.read,
        "backlog": coverage.backlog,
        "flagged": coverage.flagged,
        "alerted": coverage.alerted,
        "held": coverage.held,
        "undelivered": coverage.undelivered,
        "suppressed": coverage.suppressed,
        "unwell": [
            {"key": feed.key, "name": feed.name, "state": feed.state, "why": feed.why}
            for feed in coverage.unwell
        ],
    }
