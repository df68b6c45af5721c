"""`monitor deliveries`: retry and replay; whole deliveries to webhooks and chats."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from standardwebhooks import Webhook

from tests.cli.conftest import Terminal
from tests.service.publisher import Publisher, rss

FLAGGED = "North Korea sends 1,000 deminers and 5,000 military builders to Russia's Kursk region"
FLAGGED_TOO = "Shoigu meets Kim Jong Un in Pyongyang, North Korean sappers to follow to Kursk"


@pytest.mark.parametrize(
    ("words", "message"),
    [((), "say which"), (("abc", "--all-dead"), "say which"), (("abcdef",), "no alert 'abcdef'")],
)
def test_retrying_an_alert_that_is_not_there_is_refused(watch: Terminal, words, message):
    assert message in watch.refused("deliveries", "retry", *words)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--since", "2d"), "--subscription"),
        (("--subscription", "me"), "--since"),
        (("--subscription", "nobody", "--since", "2d"), "no subscription"),
        (("--subscription", "me", "--since", "soon"), "--since 'soon': give a time ago"),
        (("--subscription", "me", "--since", "1d", "--until", "2d"), "--until must be later"),
        (("--subscription", "me", "--since", "2199-01-01"), "--since 2199-01-01T00:00:00Z is in"),
    ],
)
def test_a_replay_without_a_subscription_and_a_time_is_refused(watch: Terminal, words, message):
    watch("subscriptions", "add", "me", "--email", "me@watch.example")
    result = watch("deliveries", "replay", *words)
    assert result.code == 2
    assert message in result.err


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with Publisher() as running:
        yield running


@pytest.fixture
def service(watch: Terminal, publisher: Publisher) -> Terminal:
    """A terminal whose service may reach this machine and polls a feed without flagged articles."""
    os.environ["MONITOR_EGRESS__ALLOW"] = '["127.0.0.0/8"]'
    assert watch("feeds", "add", publisher.publish("/feed", rss("Rain on Sunday"))).code == 0
    assert watch("poll", "--all").code == 0
    return watch


def publish_and_deliver(watch: Terminal, publisher: Publisher, *headlines: str) -> dict[str, int]:
    """Publish these headlines, poll and deliver; the counts of the deliveries."""
    publisher.publish("/feed", rss(*headlines))
    assert watch("poll", "--all").code == 0
    counts: dict[str, int] = watch("deliver", "--json").json()
    return counts


def add_subscription(watch: Terminal, name: str, *words: str) -> str:
    added = watch("subscriptions", "add", name, *words, "--json").json()
    return str(added["secret"])


def test_a_secret_changes_without_a_gap(service: Terminal, publisher: Publisher):
    address, hook = publisher.hook("/hook")
    old = add_subscription(service, "program", "--webhook", address)
    new = service("subscriptions", "rotate", "program", "--json").json()["secret"]
    assert publish_and_deliver(service, publisher, FLAGGED)["sent"] == 1
    ((headers, body),) = hook.calls
    for secret in (old, new):
        Webhook(secret).verify(body, headers)


def test_a_disabled_webhook_is_reported_and_continues_without_loss(
    service: Terminal, publisher: Publisher
):
    address, hook = publisher.hook("/hook", 410, 204)
    add_subscription(service, "program", "--webhook", address)
    add_subscription(service, "operator", "--email", "operator@watch.example", "--about", "service")
    assert publish_and_deliver(service, publisher, FLAGGED) == {
        "sent": 1,
        "later": 1,
        "dead": 0,
    }  # the notice
    (mail,) = (service.folder / "alerts").glob("*.eml")
    assert "=?utf-8?" in mail.read_text() or "was disabled" in mail.read_text()
    assert "subscription.disabled" in service("deliveries", "list").out
    shown = service("subscriptions", "show", "program")
    assert "disabled gone: 410" in shown.out
    assert "1 alerts wait until `monitor subscriptions resume program`" in shown.err
    assert publish_and_deliver(service, publisher, FLAGGED, FLAGGED_TOO) == {
        "sent": 0,
        "later": 0,
        "dead": 0,
    }
    assert "2 alerts wait for it" in service("subscriptions", "resume", "program").err
    assert service("deliver", "--json").json()["sent"] == 2
    assert len(set(hook.ids)) == 2
    assert len(hook.ids) == 3


def test_a_replay_prints_the_number_and_sends_the_same_ids(service: Terminal, publisher: Publisher):
    address, hook = publisher.hook("/hook")
    add_subscription(service, "program", "--webhook", address)
    assert publish_and_deliver(service, publisher, FLAGGED, FLAGGED_TOO)["sent"] == 2
    replay = ("deliveries", "replay", "--subscription", "program", "--since", "1h")
    result = service(*replay)
    assert (result.code, "alerts of program: 2 made from" in result.err, "--yes" in result.err) == (
        0,
        True,
        True,
    )
    assert service("deliver", "--json").json()["sent"] == 0
    assert service(*replay, "--yes", "--json").json() == {"found": 2, "due_now": 2, "most": 10_000}
    assert service("deliver", "--json").json()["sent"] == 2
    assert sorted(hook.ids) == sorted(hook.ids[:2] * 2)
    assert service(*replay, "--until", "30m", "--json").json() == {
        "found": 0,
        "due_now": 0,
        "most": 10_000,
    }


def test_a_chat_is_sent_from_the_same_outbox(service: Terminal, publisher: Publisher):
    address, hook = publisher.hook("/chat", 200)
    url = address.replace("http://", "json://")
    add_subscription(service, "chat", "--apprise", url)
    tested = service("subscriptions", "test", "chat", "--json").json()
    assert (tested["ok"], tested["channel"], tested["answer"]) == (True, "apprise", "taken by JSON")
    hook.answers[:] = [500, 200]
    assert publish_and_deliver(service, publisher, FLAGGED) == {"sent": 0, "later": 1, "dead": 0}
    assert "active, failing since" in service("subscriptions", "list").out
    (alert,) = service("deliveries", "list", "--subscription", "chat", "--json").json()
    assert "error=500" in alert["last_error"]
    shown = service("deliveries", "show", alert["key"][:8]).out
    assert "later" in shown
    assert "error=500" in shown
    assert "/chat" not in alert["last_error"]
    assert service("deliveries", "retry", alert["key"][:8]).code == 0
    assert service("deliver", "--json").json()["sent"] == 1
    assert len(hook.calls) == 3
    assert FLAGGED.encode() in hook.calls[-1][1]
    failed = service("subscriptions", "test", "chat")
    assert "accepted by apprise after" in failed.err
