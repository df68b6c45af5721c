"""Load of a subscription: the alerts that it would have received, by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b

_BITS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertDays:
    """Alerts of a span of time: how many on which day, and about which articles."""

    counts: Mapping[date, int]  # by UTC day; days without any are left out
    checksum: int  # of the articles: see `alerts_checksum`

    @classmethod
    def of(cls, days: Mapping[str, date]) -> AlertDays:
        """`days` maps the copy keys of the articles to the UTC day of the alert."""
        checksum = alerts_checksum(copy_number(copy_key) for copy_key in days)
        return cls(counts=Counter(days.values()), checksum=checksum)


NO_ALERTS = AlertDays(counts={}, checksum=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionLoad:
    """The alerts that one subscription would have received."""

    key: str
    name: str
    alert_days: AlertDays

    @property
    def days(self) -> Mapping[date, int]:
        """Alerts by UTC day; days without any are left out."""
        return self.alert_days.counts

    @property
    def alerts(self) -> int:
        return sum(self.days.values())

    @property
    def busiest(self) -> int:
        """Alerts on the worst day."""
        return max(self.days.values(), default=0)

    def days_over(self, budget: int) -> int:
        """The number of days with more alerts than the budget."""
        return sum(count > budget for count in self.days.values())


def copy_number(copy_key: str) -> int:
    """A number of 64 bits for a copy key, by which equal ones are told from others."""
    return int.from_bytes(blake2b(copy_key.encode(), digest_size=_BITS // 8).digest(), "little")


def alerts_checksum(copy_numbers: Iterable[int]) -> int:
    """The same for the same alerts in any order; each number comes once."""
    return sum(copy_numbers) % (1 << _BITS)
