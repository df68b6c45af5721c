"""Commands in terminals and pipes of other encodings than UTF-8, each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.domain.feeds import Feed, PollState
from monitor.store.store import Store
from tests.cli.conftest import Terminal

TITLE = "Вечерние известия — 저녁 소식"
COMMANDS = [
    ("feeds", "list"),
    ("feeds", "show", "https://example.org/feed.xml"),
    ("articles", "list"),
    ("subscriptions", "list"),
    ("deliveries", "list"),
    ("silences", "list"),
    ("model", "show"),
    ("config", "check"),
    ("doctor", "--offline"),
    ("--help",),
    ("feeds", "show", "Вести"),
]


@pytest.fixture
def folder(watch: Terminal) -> Path:
    """The folder of a service with one feed, whose title has letters of two scripts."""
    feed = Feed(
        key="f" * 64,
        url="https://example.org/feed.xml",
        title=TITLE,
        poll=PollState(due_at=datetime(2026, 6, 1, tzinfo=UTC)),
    )
    with Store.open(f"sqlite:///{watch.folder / 'watchpost.db'}") as store:
        store.feeds.add(feed)
    return watch.folder


def run(folder: Path, encoding: str, *words: str) -> subprocess.CompletedProcess[bytes]:
    environment = {
        **os.environ,
        "PYTHONIOENCODING": encoding,
        "PYTHONUTF8": "0",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    return subprocess.run(
        [sys.executable, "-m", "monitor", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "euc-kr"])
def test_a_table_has_replacements_for_the_letters_that_the_terminal_lacks(
    folder: Path, encoding: str
) -> None:
    ended = run(folder, encoding, "feeds", "list")
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert b"ffffffff" in ended.stdout


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_json_keeps_every_letter(folder: Path, encoding: str) -> None:
    ended = run(folder, encoding, "feeds", "list", "--json")
    (feed,) = json.loads(ended.stdout.decode(encoding))
    assert feed["title"] == TITLE


def test_a_list_of_feeds_on_standard_output_is_utf_8_as_it_declares(folder: Path) -> None:
    ended = run(folder, "cp1252", "feeds", "export")
    assert TITLE in ended.stdout.decode("utf-8")


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_command_ends_in_a_traceback(folder: Path, words: tuple[str, ...]) -> None:
    ended = run(folder, "cp1252", *words)
    assert ended.returncode in (0, 1, 2)
    assert b"Traceback" not in ended.stderr + ended.stdout
