"""`monitor feeds add` and `feeds login`: a feed behind a password, which nothing shows."""

from __future__ import annotations

import base64
import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.cli.conftest import Terminal
from tests.service.publisher import rss

PASSWORD = "open-sesame-9"
ALLOWED = "Basic " + base64.b64encode(f"reader:{PASSWORD}".encode()).decode()


class _MembersOnly(BaseHTTPRequestHandler):
    """Answers 401 to whoever does not know the password."""

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        allowed = self.headers.get("Authorization") == ALLOWED
        body = rss("Members' news") if allowed else b""
        self.send_response(200 if allowed else 401)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def host(watch: Terminal) -> Iterator[str]:
    """The host and port of a site for members."""
    os.environ["MONITOR_EGRESS__ALLOW"] = '["127.0.0.0/8"]'
    server = ThreadingHTTPServer(("127.0.0.1", 0), _MembersOnly)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join(timeout=10)
    server.server_close()


def state(watch: Terminal) -> tuple[str, str | None]:
    assert watch("poll", "--all").code in (0, 1)
    (feed,) = watch("feeds", "list", "--json").json()
    return feed["state"], feed["last_error"]


def all_output(watch: Terminal, *commands: tuple[str, ...]) -> str:
    results = [watch(*words) for words in commands]
    return "".join(result.out + result.err for result in results)


def test_a_login_in_the_address_is_used_and_shown_nowhere(watch: Terminal, host: str):
    url = f"http://{host}/feed.xml"
    added = watch("feeds", "add", f"http://reader:{PASSWORD}@{host}/feed.xml")
    assert added.code == 0
    assert f" {url}: polled at the next round\n" in added.err
    assert "sent without encryption" in added.err
    assert state(watch) == ("ok", None)
    shown = watch("feeds", "show", f"http://reader:{PASSWORD}@{host}/feed.xml").out
    assert "reader, password set" in shown
    output = added.err + shown + all_output(
        watch,
        ("feeds", "list"),
        ("feeds", "list", "--json"),
        ("feeds", "show", url, "--json"),
        ("feeds", "check"),
        ("feeds", "check", f"http://reader:{PASSWORD}@{host}/feed.xml"),
        ("feeds", "check", f"http://reader:{PASSWORD}@{host}/other.xml"),
        ("feeds", "export"),
        ("feeds", "show", f"http://reader:{PASSWORD}@{host}/unknown"),
        ("articles", "list", "--all", "--json"),
        ("poll", "--all", "--json"),
        ("doctor", "--json"),
        ("feeds", "remove", f"http://reader:{PASSWORD}@{host}/feed.xml"),
    )  # fmt: skip
    assert PASSWORD not in output
    assert url in output


def test_the_address_and_key_of_a_feed_do_not_depend_on_its_login(watch: Terminal, host: str):
    plain = watch("feeds", "add", "--no-try", f"http://{host}/feed.xml", "--json").json()
    again = watch("feeds", "add", "--no-try", f"http://reader:{PASSWORD}@{host}/feed.xml", "--json")
    assert again.json() == {**plain, "added": False}
    note = watch("feeds", "add", "--no-try", f"http://reader:{PASSWORD}@{host}/feed.xml").err
    assert "the password was not stored: `monitor feeds login" in note


def test_a_password_comes_from_a_file(watch: Terminal, host: str):
    Path("password").write_text(f"{PASSWORD}\n")
    url = f"http://{host}/feed.xml"
    added = watch("feeds", "add", url, "--user", "reader", "--password-file", "password")
    assert added.code == 0
    assert state(watch) == ("ok", None)


def test_a_password_comes_from_the_environment(watch: Terminal, host: str):
    os.environ["MONITOR_FEED_PASSWORD"] = PASSWORD
    assert watch("feeds", "add", f"http://{host}/feed.xml", "--user", "reader").code == 0
    assert state(watch) == ("ok", None)


def test_a_login_is_changed_and_removed(watch: Terminal, host: str):
    url = f"http://{host}/feed.xml"
    watch("feeds", "add", f"http://reader:outdated@{host}/feed.xml")
    failing, error = state(watch)
    assert failing == "failing"
    assert "401 Unauthorized" in (error or "")
    assert "`monitor feeds login`" in (error or "")

    os.environ["MONITOR_FEED_PASSWORD"] = PASSWORD
    changed = watch("feeds", "login", url, "--user", "reader")
    assert changed.code == 0
    assert changed.err.endswith(f" {url}: the password of 'reader' is set\n")
    assert watch("poll", "--json").json()["feeds"] == 1  # it is due at once
    assert state(watch)[0] in ("ok", "unchanged")

    assert f" {url}: no password any more\n" in watch("feeds", "login", url, "--remove").err
    assert state(watch)[0] == "failing"
    with sqlite3.connect("watchpost.db") as database:
        assert database.execute("SELECT username, password FROM feeds").fetchall() == [(None, None)]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--password-file", "password"), "--password-file needs --user NAME"),
        (("--user", "ann"), "--user needs a password: add --password-file FILE"),
        (("--user", "a:b", "--password-file", "password"), "can't contain a colon"),
        (("--user", "ann", "--password-file", "missing"), "missing: can't be read"),
    ],
)
def test_half_a_login_is_refused(watch: Terminal, words: tuple[str, ...], problem: str):
    Path("password").write_text("x")
    assert problem in watch.refused("feeds", "add", "--no-try", "https://a.example/f", *words)


def test_a_login_is_given_once(watch: Terminal):
    Path("password").write_text("x")
    message = watch.refused(
        "feeds", "add", "--no-try", "https://ann:sesame@a.example/f", "--user", "ann",
        "--password-file", "password",
    )  # fmt: skip
    assert "the address has a user name already" in message
    assert "sesame" not in message


def test_a_list_of_feeds_brings_logins_and_shows_none(watch: Terminal, host: str):
    address = f"http://reader:{PASSWORD}@{host}/feed.xml"
    refused = f"ftp://reader:{PASSWORD}@{host}/x"
    hostile = f"http://reader:{PASSWORD}@169.254.169.254/x"
    outlines = "".join(
        f"<outline type='rss' text='{url}' xmlUrl='{url}'/>" for url in (address, refused, hostile)
    )
    Path("list.opml").write_text(f"<opml version='2.0'><body>{outlines}</body></opml>")
    imported = watch("feeds", "import", "list.opml")
    exported = watch("feeds", "export").out
    (feed,) = watch("feeds", "list", "--json").json()
    assert (feed["url"], feed["user"], feed["title"]) == (f"http://{host}/feed.xml", "reader", "")
    assert PASSWORD not in imported.err + exported + json.dumps(feed)
    assert state(watch) == ("ok", None)
