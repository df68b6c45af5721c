"""Receivers from the terminal: secrets change, one goes and comes back, messages come again."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from standardwebhooks import Webhook

from tests.cli.conftest import Terminal
from tests.service.publisher import Publisher, rss

TOLD = "North Korea sends 1,000 deminers and 5,000 military builders to Russia's Kursk region"
ALSO = "Shoigu meets Kim Jong Un in Pyongyang, North Korean sappers to follow to Kursk"


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with Publisher() as running:
        yield running


@pytest.fixture
def told(watch: Terminal, publisher: Publisher) -> Terminal:
    """A terminal whose service may reach this machine and watches a feed that had nothing."""
    os.environ["MONITOR_EGRESS__ALLOW"] = '["127.0.0.0/8"]'
    assert watch("feeds", "add", publisher.publish("/feed", rss("Rain on Sunday"))).code == 0
    assert watch("poll", "--all").code == 0
    return watch


def news(watch: Terminal, publisher: Publisher, *headlines: str) -> dict[str, int]:
    """These headlines appear; what telling of them came to."""
    publisher.publish("/feed", rss(*headlines))
    assert watch("poll", "--all").code == 0
    counts: dict[str, int] = watch("deliver", "--json").json()
    return counts


def added(watch: Terminal, name: str, *words: str) -> str:
    made = watch("subscriptions", "add", name, *words, "--json").json()
    return str(made["secret"])


def test_a_secret_changes_without_a_gap(told: Terminal, publisher: Publisher):
    address, hook = publisher.hook("/hook")
    old = added(told, "program", "--webhook", address)
    new = told("subscriptions", "rotate", "program", "--json").json()["secret"]
    assert news(told, publisher, TOLD)["sent"] == 1
    ((headers, body),) = hook.calls
    for secret in (old, new):
        Webhook(secret).verify(body, headers)


def test_who_is_gone_is_told_of_elsewhere_and_continues_with_nothing_lost(
    told: Terminal, publisher: Publisher
):
    address, hook = publisher.hook("/hook", 410, 204)
    added(told, "program", "--webhook", address)
    added(told, "operator", "--email", "operator@watch.example", "--about", "service")
    assert news(told, publisher, TOLD) == {"sent": 1, "later": 1, "dead": 0}  # the notice went
    (mail,) = (told.folder / "alerts").glob("*.eml")
    assert "=?utf-8?" in mail.read_text() or "told nothing more" in mail.read_text()
    assert "subscription.disabled" in told("deliveries", "list").out
    shown = told("subscriptions", "show", "program")
    assert "disabled gone: 410" in shown.out
    assert "1 alerts wait until `monitor subscriptions resume program`" in shown.err
    assert news(told, publisher, TOLD, ALSO) == {"sent": 0, "later": 0, "dead": 0}
    assert "2 alerts wait for it" in told("subscriptions", "resume", "program").err
    assert told("deliver", "--json").json()["sent"] == 2
    assert len(set(hook.ids)) == 2
    assert len(hook.ids) == 3


def test_a_replay_says_how_many_and_sends_the_same_ids(told: Terminal, publisher: Publisher):
    address, hook = publisher.hook("/hook")
    added(told, "program", "--webhook", address)
    assert news(told, publisher, TOLD, ALSO)["sent"] == 2
    asked = ("deliveries", "replay", "--subscription", "program", "--since", "1h")
    said = told(*asked)
    assert (said.code, "2 alerts of program" in said.err, "--yes" in said.err) == (1, True, True)
    assert told("deliver", "--json").json()["sent"] == 0
    assert told(*asked, "--yes", "--json").json() == {"found": 2, "due_now": 2}
    assert told("deliver", "--json").json()["sent"] == 2
    assert sorted(hook.ids) == sorted(hook.ids[:2] * 2)
    assert told(*asked, "--until", "30m", "--json").json() == {"found": 0, "due_now": 0}


def test_a_chat_is_told_from_the_same_outbox(told: Terminal, publisher: Publisher):
    address, hook = publisher.hook("/chat", 200)
    url = address.replace("http://", "json://")
    added(told, "chat", "--apprise", url)
    tested = told("subscriptions", "test", "chat", "--json").json()
    assert (tested["ok"], tested["channel"], tested["answer"]) == (True, "apprise", "taken by JSON")
    hook.answers[:] = [500, 200]
    assert news(told, publisher, TOLD) == {"sent": 0, "later": 1, "dead": 0}
    assert "active, failing since" in told("subscriptions", "list").out
    (alert,) = told("deliveries", "list", "--subscription", "chat", "--json").json()
    assert "error=500" in alert["last_error"]
    assert "/chat" not in alert["last_error"]
    assert told("deliveries", "retry", alert["key"][:8]).code == 0
    assert told("deliver", "--json").json()["sent"] == 1
    assert len(hook.calls) == 3
    assert TOLD.encode() in hook.calls[-1][1]
    failed = told("subscriptions", "test", "chat")
    assert "accepted by apprise after" in failed.err
