"""`monitor subscriptions add`: filters, destinations, and their secrets."""

from __future__ import annotations

import os
import socketserver
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.cli.conftest import Terminal

HOOK = "https://receiver.example/hook"


def test_a_webhook_gets_a_secret_that_is_shown_once(watch: Terminal):
    added = watch("subscriptions", "add", "program", "--webhook", HOOK, "--json").json()
    assert added["secret"].startswith("whsec_")
    assert added["secret"] not in watch("subscriptions", "list", "--json").out
    assert added["secret"] not in watch("subscriptions", "list").out


def test_a_mail_subscription_has_no_secret(watch: Terminal):
    added = watch("subscriptions", "add", "me", "--email", "me@watch.example", "--json").json()
    assert added["secret"] is None


def test_filters_are_stored_and_shown(watch: Terminal):
    watch(
        "subscriptions", "add", "me", "--email", "me@watch.example", "--theme", "labour",
        "--theme", "troops", "--lang", "ko", "--min-score", "0.8",
    )  # fmt: skip
    (stored,) = watch("subscriptions", "list", "--json").json()
    assert (stored["themes"], stored["languages"], stored["min_score"]) == (
        ["labour", "troops"], ["ko"], 0.8,
    )  # fmt: skip
    assert "labour, troops; ko; score ≥ 0.8" in watch("subscriptions", "list").out


@pytest.mark.parametrize(
    ("about", "stored", "shown"),
    [
        ((), ["articles"], "everything relevant"),
        (("service",), ["service"], "the service's own state"),
        (("service", "articles"), ["articles", "service"], "relevant; and the service's own state"),
    ],
)
def test_an_operator_may_be_told_of_the_service_itself(watch: Terminal, about, stored, shown):
    options = [part for word in about for part in ("--about", word)]
    watch("subscriptions", "add", "me", "--email", "me@watch.example", *options)
    assert watch("subscriptions", "list", "--json").json()[0]["about"] == stored
    assert shown in watch("subscriptions", "list").out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "one of --email ADDR, --webhook URL and --apprise URL"),
        (("--email", "me@watch.example", "--webhook", HOOK), "one of --email"),
        (("--email", "nobody"), "nobody"),
        (("--email", "a@b.example\nBcc: c@d.example"), "a@b.example"),
        (("--email", "me@watch.example", "--theme", "labor"), "there are: "),
        (("--email", "me@watch.example", "--feed", "nope"), "no feed 'nope'"),
        (("--email", "me@watch.example", "--min-score", "2"), "--min-score"),
        (("--webhook", "http://127.0.0.1:9/hook"), "127.0.0.1"),
        (("--webhook", "http://10.1.2.3/hook"), "10.1.2.3"),
        (("--webhook", "http://localhost:9/hook"), "egress.allow"),
        (("--webhook", "http://hook.LOCALHOST./"), "egress.allow"),
        (("--webhook", "ftp://receiver.example/"), "https://"),
    ],
)
def test_a_destination_or_filter_that_can_not_be_used_is_refused_and_nothing_is_stored(
    watch: Terminal, words, message
):
    result = watch("subscriptions", "add", "me", *words)
    assert result.code == 2
    assert message in result.err
    assert watch("subscriptions", "list", "--json").json() == []


def test_two_subscriptions_have_two_names(watch: Terminal):
    watch("subscriptions", "add", "me", "--email", "me@watch.example")
    message = watch.refused("subscriptions", "add", "me", "--email", "other@watch.example")
    assert "there is a subscription 'me' already" in message


def test_a_chats_address_is_stored_and_never_shown(watch: Terminal):
    url = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general"
    added = watch("subscriptions", "add", "chat", "--apprise", url, "--json")
    assert added.json()["secret"] is None
    shown = [watch("subscriptions", word, "--json") for word in ("list",)]
    shown += [watch("subscriptions", "show", "chat"), watch("subscriptions", "list"), added]
    for result in shown:
        assert "T1JJ3T3L2" not in result.out + result.err
    assert watch("subscriptions", "show", "chat", "--json").json()["address"] == "slack://…"


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("json://127.0.0.1:9/s3cret", "egress.allow"),
        ("syslog://", "stays on this machine"),
        ("nosuch://s3cret", "knows no such service"),
    ],
)
def test_a_chat_that_can_not_be_used_is_refused(watch: Terminal, url, message):
    message = watch.refused("subscriptions", "add", "chat", "--apprise", url)
    assert message in message
    assert "s3cret" not in message
    assert watch("subscriptions", "list", "--json").json() == []


@pytest.mark.parametrize(
    ("library", "words", "message"),
    [
        ("apprise", "subscriptions add chat --apprise slack://x/y/z", "watchpost[apprise]"),
        ("dkim", "config check", "watchpost[dkim]"),
        (
            "trafilatura",
            "feeds add --full-text https://wire.example/rss",
            "watchpost[fulltext]",
        ),
    ],
)
def test_a_library_that_is_missing_is_named_with_the_command_that_installs_it(
    watch: Terminal, library, words, message
):
    (watch.folder / "key.pem").write_text("any")
    os.environ["MONITOR_EMAIL__HOST"] = "127.0.0.1"
    os.environ["MONITOR_EMAIL__DKIM_KEY"] = "key.pem"
    os.environ["MONITOR_EMAIL__DKIM_SELECTOR"] = "news"
    code = f"import sys; sys.modules[{library!r}] = None; from monitor import cli;"
    code += f"sys.exit(cli.run({words.split()!r}))"
    root = str(Path(__file__).parents[3])
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "PYTHONPATH": root},
    )
    assert (done.returncode, f"pip install '{message}'" in done.stderr) == (2, True)


class PlainTextMailServer(socketserver.StreamRequestHandler):
    """A mail server that offers no encryption."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while self.rfile.readline():
            self.wfile.write(b"250 no extensions\r\n")


def test_a_mail_server_without_encryption_is_refused_when_a_reader_is_added(watch: Terminal):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), PlainTextMailServer) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        os.environ["MONITOR_EMAIL__HOST"] = "127.0.0.1"
        os.environ["MONITOR_EMAIL__PORT"] = str(server.server_address[1])
        message = watch.refused("subscriptions", "add", "me", "--email", "me@watch.example")
        server.shutdown()
    assert "the mail server takes no mail from us (STARTTLS" in message
    assert 'email.tls to "starttls" (port 587) or "tls" (port 465)' in message
    assert watch("subscriptions", "list", "--json").json() == []


def test_a_mail_server_that_does_not_answer_is_noted_and_the_reader_stored(watch: Terminal):
    os.environ["MONITOR_EMAIL__HOST"] = "127.0.0.1"
    os.environ["MONITOR_EMAIL__PORT"] = "9"
    result = watch("subscriptions", "add", "me", "--email", "me@watch.example")
    assert (result.code, "can't be asked now" in result.err) == (0, True)
    assert "next: `monitor subscriptions test me`" in result.err


def test_a_question_is_a_filter(watch: Terminal):
    question = "theme:arms score>0.7 -lang:ru"
    watch("subscriptions", "add", "me", "--email", "me@watch.example", "--filter", question)
    (stored,) = watch("subscriptions", "list", "--json").json()
    assert stored["filter"] == question
    assert f"filters       {question}" in watch("subscriptions", "show", "me").out


def test_a_filter_that_can_not_be_asked_is_refused_with_the_place(watch: Terminal):
    add = ("subscriptions", "add", "me", "--email", "me@watch.example", "--filter")
    message = watch.refused(*add, "theme:arms is:told")
    assert "--filter character 12: is told: is not known yet" in message
    assert "did you mean theme" in watch.refused(*add, "thme:arms")
    assert watch("subscriptions", "list", "--json").json() == []
