"""Alert times: how long alerts took from the first sight of an article to its acceptance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.actions.as_json import JsonObject, instant
from monitor.charts.chart import Chart
from monitor.charts.time_bands import WaitingTimes, time_bands
from monitor.domain.alerts import ChannelKind

if TYPE_CHECKING:
    from monitor.store.reports.latency import AcceptedAlert
    from monitor.store.store import Store

DAYS = 7
MOST_ALERTS = 5_000
_CHANNELS = {ChannelKind.EMAIL: "mail", ChannelKind.APPRISE: "chat"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertTimes:
    """The waiting times of the alerts created since an instant."""

    since: datetime
    overall: WaitingTimes | None  # seen to accepted, all channels; None: no alert was accepted
    waits: tuple[WaitingTimes, ...]  # by channel and stage

    def chart(self) -> Chart:
        """A band for each channel and stage."""
        return time_bands(self.waits)

    def as_json(self) -> JsonObject:
        """Seconds within which 5, 50 and 95 of 100 alerts were accepted."""
        return {
            "finding": self.chart().finding,
            "since": instant(self.since),
            "seen_to_accepted": _seconds(self.overall) if self.overall else None,
            "channels": [{"name": wait.name, **_seconds(wait)} for wait in self.waits],
        }


def alert_times(store: Store, now: datetime, days: int = DAYS) -> AlertTimes:
    """The waiting times of the last days: of the newest `MOST_ALERTS` where there are more."""
    since = now - timedelta(days=days)
    accepted = store.latency.accepted(since, MOST_ALERTS)
    by_channel: dict[str, list[AcceptedAlert]] = {}
    for alert in accepted:
        name = _CHANNELS.get(alert.channel, alert.channel.value)
        by_channel.setdefault(name, []).append(alert)
    waits: list[WaitingTimes] = []
    for name, alerts in sorted(by_channel.items()):
        waits.append(_times(f"{name}, seen to accepted", [alert.seen for alert in alerts]))
        handed_over = [alert.handed_over for alert in alerts]
        waits.append(_times(f"{name}, handed over to accepted", handed_over))
    overall = _times("seen to accepted", [alert.seen for alert in accepted]) if accepted else None
    return AlertTimes(since=since, overall=overall, waits=tuple(waits))


def _times(name: str, seconds: list[float]) -> WaitingTimes:
    """Of a hundred, so many took no longer; the same percentiles as in `/metrics`."""
    in_order = sorted(seconds)

    def percentile(percent: int) -> float:
        return in_order[-(-len(in_order) * percent // 100) - 1]

    return WaitingTimes(
        name=name,
        number=len(in_order),
        p05=percentile(5),
        p50=percentile(50),
        p95=percentile(95),
    )


def _seconds(wait: WaitingTimes) -> JsonObject:
    return {
        "alerts": wait.number,
        "p05_seconds": round(wait.p05, 3),
        "p50_seconds": round(wait.p50, 3),
        "p95_seconds": round(wait.p95, 3),
    }
