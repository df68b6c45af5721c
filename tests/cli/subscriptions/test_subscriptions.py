"""`monitor subscriptions` and `monitor deliveries`."""

from __future__ import annotations

import json
import os
import socketserver
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from monitor.domain.alerts import AlertState
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
    [((), "say which"), (("abc", "--all-dead"), "say which"), (("abcdef",), "no alert 'abcdef'")],
)
def test_retrying_what_is_not_there_is_refused(watch: Terminal, words, says):
    assert says in watch.refused("deliveries", "retry", *words)


def test_a_rotated_secret_is_shown_once_and_the_old_one_ends_in_a_day(watch: Terminal):
    first = watch("subscriptions", "add", "program", "--webhook", HOOK, "--json").json()["secret"]
    rotated = watch("subscriptions", "rotate", "program", "--json").json()
    assert rotated["secret"].startswith("whsec_")
    assert rotated["secret"] != first
    shown = watch("subscriptions", "show", "program", "--json")
    assert shown.json()["old_secrets_until"] == [rotated["old_until"]]
    for said in (shown, watch("subscriptions", "show", "program"), watch("subscriptions", "list")):
        assert "whsec_" not in said.out + said.err
    said = watch("subscriptions", "rotate", "program", "--now")
    assert said.out.startswith("whsec_")
    assert "ends at once" in said.err
    assert watch("subscriptions", "show", "program", "--json").json()["old_secrets_until"] == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("me",), "only webhooks are signed"),
        (("nobody",), "no subscription 'nobody'"),
        (("program", "--overlap", "soon"), "--overlap 'soon'"),
    ],
)
def test_what_can_not_be_rotated_is_refused(watch: Terminal, words, says):
    watch("subscriptions", "add", "me", "--email", "me@watch.example")
    watch("subscriptions", "add", "program", "--webhook", HOOK)
    assert says in watch.refused("subscriptions", "rotate", *words)


def test_show_says_what_is_known_and_pausing_what_waits(watch: Terminal):
    watch("subscriptions", "add", "me", "--email", "me@watch.example", "--theme", "labour")
    shown = watch("subscriptions", "show", "me", "--json").json()
    assert shown["alerts"] == dict.fromkeys(AlertState, 0)
    assert (shown["failures"], shown["failing_since"], shown["rests_until"]) == (0, None, None)
    assert "0 alerts that wait are kept" in watch("subscriptions", "pause", "me").err
    said = watch("subscriptions", "show", "me")
    assert "paused by the operator" in said.out
    assert "0 alerts wait until `monitor subscriptions resume me`" in said.err
    assert "me is told again; 0 alerts wait" in watch("subscriptions", "resume", "me").err


def test_a_test_says_how_long_it_took_and_what_to_do(watch: Terminal):
    os.environ["MONITOR_EMAIL__HOST"] = "127.0.0.1"
    os.environ["MONITOR_EMAIL__PORT"] = "9"
    watch("subscriptions", "add", "me", "--email", "me@watch.example")
    said = watch("subscriptions", "test", "me", "--json")
    assert said.code == 1
    answered = json.loads(said.out)
    assert (answered["ok"], answered["reason"]) == (False, "connect")
    assert "email.port" in answered["hint"]
    assert answered["took_ms"] < 10_000
    assert "what to do: check email.host" in watch("subscriptions", "test", "me").err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--since", "2d"), "--subscription"),
        (("--subscription", "me"), "--since"),
        (("--subscription", "nobody", "--since", "2d"), "no subscription"),
        (("--subscription", "me", "--since", "soon"), "--since 'soon': give a time ago"),
        (("--subscription", "me", "--since", "1d", "--until", "2d"), "--until must be later"),
    ],
)
def test_a_replay_of_nobody_knows_what_is_refused(watch: Terminal, words, says):
    watch("subscriptions", "add", "me", "--email", "me@watch.example")
    said = watch("deliveries", "replay", *words)
    assert said.code == 2
    assert says in said.err


def test_mail_settings_that_can_not_work_are_refused_before_the_service_starts(watch: Terminal):
    os.environ["MONITOR_EMAIL__HOST"] = "127.0.0.1"
    os.environ["MONITOR_EMAIL__DKIM_KEY"] = "missing.pem"
    assert "email.dkim_selector" in watch.refused("config", "check")
    os.environ["MONITOR_EMAIL__DKIM_SELECTOR"] = "news"
    for words in (("config", "check"), ("run",), ("deliver",)):
        said = watch(*words)
        assert said.code == 2
        assert "missing.pem can't be read" in said.err


def test_a_chats_address_is_kept_and_never_shown(watch: Terminal):
    url = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general"
    made = watch("subscriptions", "add", "chat", "--apprise", url, "--json")
    assert made.json()["secret"] is None
    shown = [watch("subscriptions", word, "--json") for word in ("list",)]
    shown += [watch("subscriptions", "show", "chat"), watch("subscriptions", "list"), made]
    for said in shown:
        assert "T1JJ3T3L2" not in said.out + said.err
    assert watch("subscriptions", "show", "chat", "--json").json()["address"] == "slack://…"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("json://127.0.0.1:9/s3cret", "egress.allow"),
        ("syslog://", "stays on this machine"),
        ("nosuch://s3cret", "knows no such service"),
    ],
)
def test_a_chat_that_can_not_be_told_is_refused(watch: Terminal, url, says):
    message = watch.refused("subscriptions", "add", "chat", "--apprise", url)
    assert says in message
    assert "s3cret" not in message
    assert watch("subscriptions", "list", "--json").json() == []


@pytest.mark.parametrize(
    ("library", "words", "says"),
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
def test_what_is_not_installed_is_named_with_the_command_that_does(
    watch: Terminal, library, words, says
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
    assert (done.returncode, f"pip install '{says}'" in done.stderr) == (2, True)


class InTheClear(socketserver.StreamRequestHandler):
    """A mail server that offers no encryption."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while self.rfile.readline():
            self.wfile.write(b"250 no extensions\r\n")


def test_a_mail_server_without_encryption_is_refused_when_a_reader_is_added(watch: Terminal):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), InTheClear) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        os.environ["MONITOR_EMAIL__HOST"] = "127.0.0.1"
        os.environ["MONITOR_EMAIL__PORT"] = str(server.server_address[1])
        message = watch.refused("subscriptions", "add", "me", "--email", "me@watch.example")
        server.shutdown()
    assert "the mail server takes no mail from us (STARTTLS" in message
    assert 'email.tls to "starttls" (port 587) or "tls" (port 465)' in message
    assert watch("subscriptions", "list", "--json").json() == []


def test_a_mail_server_that_is_away_is_said_and_the_reader_kept(watch: Terminal):
    os.environ["MONITOR_EMAIL__HOST"] = "127.0.0.1"
    os.environ["MONITOR_EMAIL__PORT"] = "9"
    said = watch("subscriptions", "add", "me", "--email", "me@watch.example")
    assert (said.code, "can't be asked now" in said.err) == (0, True)
    assert "next: `monitor subscriptions test me`" in said.err
