"""A spike is told to those who ask for spikes of its theme."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.alerts.spike_alerts import spike_alerts
from monitor.domain.alerts import About, AlertState, SubscriptionState
from monitor.domain.contents.spike_content import SpikeBegan
from monitor.domain.muting.silence import Silence
from tests.fakes import NOW, subscription

SPIKE = SpikeBegan(subject="theme", name="troops", title="Troops", at=NOW, volume=21)
TROOPS = frozenset({"troops"})
ALL = subscription("all", about=frozenset({About.SPIKES}))
SILENCE = Silence(
    key="q", theme="troops", reason="drill", created_at=NOW, until=NOW + timedelta(hours=1)
)


def recipients(*subscriptions, silences=()):
    alerts = spike_alerts(SPIKE, "key", TROOPS, subscriptions, silences)
    return {alert.subscription_key: alert for alert in alerts}


def test_those_who_ask_for_spikes_of_the_theme_get_it():
    others = [
        replace(ALL, key="troops", themes=TROOPS),
        replace(ALL, key="arms", themes=frozenset({"arms"})),
        replace(ALL, key="paused", state=SubscriptionState.PAUSED),
        subscription("articles"),
    ]
    assert set(recipients(ALL, *others)) == {"all", "troops"}
    assert recipients(ALL) == recipients(ALL)


def test_a_silence_of_the_theme_holds_it_back_with_the_reason():
    alert = recipients(ALL, silences=[SILENCE])["all"]
    assert (alert.state, alert.silenced_by) == (AlertState.SILENCED, "q")


def test_a_silence_of_another_receiver_feed_or_term_does_not():
    others = [
        replace(SILENCE, subscription_key="another"),
        replace(SILENCE, feed_key="f"),
        replace(SILENCE, term="drill"),
        replace(SILENCE, theme=None),
        replace(SILENCE, until=NOW),
    ]
    assert recipients(ALL, silences=others)["all"].state is AlertState.PENDING
