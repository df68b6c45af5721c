"""`monitor subscriptions` and `monitor deliveries`."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Terminal

HOOK = "https://receiver.example/hook"


def test_a_webhook_gets_a_secret_that_is_shown_once(watch: Terminal):
    made = watch("subscriptions", "add", "program", "--webhook", HOOK, "--json").json()
    assert made["secret"].startswith("whsec_")
    assert made["secret"] not in watch("subscriptions", "list", "--json").out
    assert made["secret"] not in watch("subscriptions", "list").out


def test_a_mail_subscription_has_no_secret(watch: Terminal):
    made = watch("subscriptions", "add", "me", "--email", "me@watch.example", "--json").json()
    assert made["secret"] is None


def test_wishes_are_kept_and_shown(watch: Terminal):
    watch(
        "subscriptions", "add", "me", "--email", "me@watch.example", "--theme", "labour",
        "--theme", "troops", "--lang", "ko", "--min-score", "0.8",
    )  # fmt: skip
    (kept,) = watch("subscriptions", "list", "--json").json()
    assert (kept["themes"], kept["languages"], kept["min_score"]) == (
        ["labour", "troops"], ["ko"], 0.8,
    )  # fmt: skip
    assert "labour, troops; ko; score ≥ 0.8" in watch("subscriptions", "list").out


@pytest.mark.parametrize(
    ("about", "kept", "shown"),
    [
        ((), ["articles"], "everything relevant"),
        (("service",), ["service"], "the service's own state"),
        (("service", "articles"), ["articles", "service"], "relevant; and the service's own state"),
    ],
)
def test_an_operator_may_be_told_of_the_service_itself(watch: Terminal, about, kept, shown):
    options = [part for word in about for part in ("--about", word)]
    watch("subscriptions", "add", "me", "--email", "me@watch.example", *options)
    assert watch("subscriptions", "list", "--json").json()[0]["about"] == kept
    assert shown in watch("subscriptions", "list").out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "either --email ADDR or --webhook URL"),
        (("--email", "me@watch.example", "--webhook", HOOK), "either --email"),
        (("--email", "nobody"), "nobody"),
        (("--email", "a@b.example\nBcc: c@d.example"), "a@b.example"),
        (("--email", "me@watch.example", "--theme", "labor"), "there are: "),
        (("--email", "me@watch.example", "--feed", "nope"), "no feed 'nope'"),
        (("--email", "me@watch.example", "--min-score", "2"), "--min-score"),
        (("--webhook", "http://127.0.0.1:9/hook"), "127.0.0.1"),
        (("--webhook", "http://10.1.2.3/hook"), "10.1.2.3"),
        (("--webhook", "ftp://receiver.example/"), "https://"),
    ],
)
def test_what_can_not_be_told_is_refused_and_nothing_is_kept(watch: Terminal, words, says):
    said = watch("subscriptions", "add", "me", *words)
    assert said.code == 2
    assert says in said.err
    assert watch("subscriptions", "list", "--json").json() == []


def test_two_subscriptions_have_two_names(watch: Terminal):
    watch("subscriptions", "add", "me", "--email", "me@watch.example")
    message = watch.refused("subscriptions", "add", "me", "--email", "other@watch.example")
    assert "there is a subscription 'me' already" in message


def test_pause_resume_and_remove(watch: Terminal):
    watch("subscriptions", "add", "me", "--email", "me@watch.example")
    watch("subscriptions", "pause", "me")
    assert watch("subscriptions", "list", "--json").json()[0]["state"] == "paused"
    watch("subscriptions", "resume", "me")
    assert watch("subscriptions", "list", "--json").json()[0]["state"] == "active"
    watch("subscriptions", "remove", "me")
    assert "no subscription" in watch.refused("subscriptions", "remove", "me")


def test_a_test_message_is_written_where_mails_go(watch: Terminal):
    watch("subscriptions", "add", "me", "--email", "me@watch.example")
    assert watch("subscriptions", "test", "me").code == 0
    assert len(list((watch.folder / "alerts").glob("*.eml"))) == 1


def test_nothing_to_deliver_is_done_at_once(watch: Terminal):
    assert watch("deliver", "--json").json() == {"sent": 0, "later": 0, "dead": 0}
    assert watch("deliveries", "list", "--json").json() == []


@pytest.mark.parametrize(
    ("words", "says"),
    [((), "say which"), (("abc", "--dead"), "say which"), (("abcdef",), "no alert 'abcdef'")],
)
def test_retrying_what_is_not_there_is_refused(watch: Terminal, words, says):
    assert says in watch.refused("deliveries", "retry", *words)
