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
    from monitor.store.reports.latency import TimeToAlert
    from monitor.store.store import Store

DAYS = 7
_CHANNELS = {ChannelKind.EMAIL: "mail", ChannelKind.APPRISE: "chat"}
_STAGES = {"seen": "seen to accepted", "handed_over": "handed over to accepted"}


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
    """The waiting times of the last days."""
    since = now - timedelta(days=days)
    overall = store.latency.overall(since)
    by_channel = sorted(store.latency.by_channel(since).items())
    waits: list[WaitingTimes] = []
    for channel, times in by_channel:
        waits += _waits(_CHANNELS.get(channel, channel.value), times)
    everything = _waits("all", overall) if overall else []
    return AlertTimes(
        since=since, overall=everything[0] if everything else None, waits=tuple(waits)
    )


def _waits(name: str, times: TimeToAlert) -> list[WaitingTimes]:
    return [
        WaitingTimes(
            name=f"{name}: {words}",
            number=times.alerts,
            p05=times.waits[stage].p05,
            p50=times.waits[stage].p50,
            p95=times.waits[stage].p95,
        )
        for stage, words in _STAGES.items()
        if stage in times.waits
    ]


def _seconds(wait: WaitingTimes) -> JsonObject:
    return {
        "alerts": wait.number,
        "p05_seconds": round(wait.p05, 3),
        "p50_seconds": round(wait.p50, 3),
        "p95_seconds": round(wait.p95, 3),
    }
