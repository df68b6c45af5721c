"""Spike alarms: who is told that a theme or a story is reported far more than usual.  Pure."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.alerts import match
from monitor.alerts.silences import is_in_force
from monitor.domain.alerts import About, Alert, Subscription
from monitor.domain.contents.spike_content import SpikeBegan
from monitor.domain.muting.silence import Silence


def spike_alerts(
    content: SpikeBegan,
    spike_key: str,
    themes: frozenset[str],
    subscriptions: Iterable[Subscription],
    silences: Iterable[Silence],
) -> list[Alert]:
    """An alert to each subscription about spikes that wants one of these themes.

    Of a subscription's criteria only its themes apply: a spike has no score, language or feed.
    Under a silence of the theme, without other conditions, it is stored and not sent.
    """
    if content.at is None:
        raise ValueError("a spike that begins has a time")
    wanting = [item for item in subscriptions if not item.themes or item.themes & themes]
    muted = [
        silence
        for silence in silences
        if is_in_force(silence, content.at)
        and silence.feed_key is None
        and silence.term is None
        and silence.theme is not None
        and themes == {silence.theme}
    ]
    alerts = match.notices(content, wanting, content.at, occasion=spike_key, about=About.SPIKES)
    return [_muted(alert, muted) for alert in alerts]


def _muted(alert: Alert, silences: Iterable[Silence]) -> Alert:
    applying = (
        silence
        for silence in silences
        if silence.subscription_key in (None, alert.subscription_key)
    )
    silence = max(applying, key=lambda item: (item.until, item.key), default=None)
    return alert if silence is None else match.silenced(alert, silence)
