"""Undelivered alerts: what waits for whom, and what was given up and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.actions.as_json import JsonObject, instant
from monitor.text.formats import count_text, readable_duration

if TYPE_CHECKING:
    from monitor.store.reports.dashboard_counts import DeadAlert, WaitingAlerts
    from monitor.store.store import Store

MOST_DEAD = 10  # that are listed one by one; `monitor deliveries list` has all
COLUMNS = ("subscription", "pending", "held", "dead", "oldest")


@dataclass(frozen=True, slots=True, kw_only=True)
class UndeliveredAlerts:
    """The alerts that are not delivered, by receiver, and the newest of those given up."""

    at: datetime
    receivers: tuple[WaitingAlerts, ...]
    newest_dead: tuple[DeadAlert, ...]

    @property
    def pending(self) -> int:
        """Alerts that are due or will be tried again."""
        return sum(receiver.pending for receiver in self.receivers)

    @property
    def held(self) -> int:
        """Alerts that wait for a digest."""
        return sum(receiver.held for receiver in self.receivers)

    @property
    def dead(self) -> int:
        """Alerts that were given up."""
        return sum(receiver.dead for receiver in self.receivers)

    @property
    def sentence(self) -> str:
        """ "2 alerts wait, the oldest for 3 min; 4 are held for digests; none was given up." """
        oldest = min(filter(None, (each.oldest_at for each in self.receivers)), default=None)
        waits = f"{count_text(self.pending, 'alert')} {'waits' if self.pending == 1 else 'wait'}"
        if oldest:
            noun = "the oldest for " if self.pending > 1 else "for "
            waits += f", {noun}{readable_duration(self.at - oldest)}"
        if not self.pending:
            waits = "No alert waits to be sent"
        held = f"{self.held:,} held for digests or quiet hours" if self.held else "none is held"
        dead = f"{self.dead:,} given up" if self.dead else "none was given up"
        return f"{waits}; {held}; {dead}."

    def rows(self) -> list[tuple[str | int | None, ...]]:
        """One row for each receiver, as `COLUMNS` names them."""
        return [
            (each.subscription, each.pending, each.held, each.dead, instant(each.oldest_at))
            for each in self.receivers
        ]

    def as_json(self) -> JsonObject:
        """The sums, the receivers, and the alerts given up last."""
        return {
            "sentence": self.sentence,
            "pending": self.pending,
            "held": self.held,
            "dead": self.dead,
            "receivers": [dict(zip(COLUMNS, row, strict=True)) for row in self.rows()],
            "newest_dead": [
                {
                    "key": alert.key,
                    "subscription": alert.subscription,
                    "created_at": instant(alert.created_at),
                    "why": alert.why,
                }
                for alert in self.newest_dead
            ],
        }


def undelivered_alerts(store: Store, now: datetime) -> UndeliveredAlerts:
    """The alerts of all times that are not delivered."""
    return UndeliveredAlerts(
        at=now,
        receivers=tuple(store.dashboard.waiting()),
        newest_dead=tuple(store.dashboard.newest_dead(MOST_DEAD)),
    )
