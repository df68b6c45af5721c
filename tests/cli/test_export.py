"""`monitor export` and `monitor subscriptions links`."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import feedparser
import pytest

from monitor.domain.alerts import PollResult
from monitor.store.store import Store
from tests.cli.conftest import Terminal
from tests.fakes import NOW, article, decision, entry, feed


@pytest.fixture
def stocked(watch: Terminal) -> Terminal:
    """A service with two flagged articles and a rejected one."""
    labour = decision(labels=("labour",))
    with Store.open(f"sqlite:///{watch.folder / 'watchpost.db'}") as store:
        store.feeds.add_all([feed("f", title="Harbour Wire")])
        store.commit([
            PollResult(feed_key="f", state=feed("f").poll, articles=(
                article("aaaaaa", decision=labour),
                article("bbbbbb", entry=entry("=Arms"), seen_at=NOW + timedelta(days=1),
                        decision=decision(labels=("arms",))),
                article("cccccc", entry=entry("Dull"), decision=decision(relevant=False)),
            )),
        ])  # fmt: skip
    watch("subscriptions", "add", "me", "--email", "me@watch.example", "--theme", "arms")
    return watch


def titles(table: str) -> list[str]:
    return [row["title"] for row in csv.DictReader(io.StringIO(table, newline=""))]


def test_a_table_lists_flagged_articles_oldest_first_without_formulas(stocked: Terminal):
    assert titles(stocked("export", "--format", "csv").out) == ["Sappers leave for Kursk", "'=Arms"]
    assert len(titles(stocked("export", "--format", "csv", "--all").out)) == 3


def test_lines_are_json(stocked: Terminal):
    lines = stocked("export", "--format", "jsonl", "--theme", "arms").out.splitlines()
    assert [json.loads(line)["title"] for line in lines] == ["=Arms"]


def test_a_feed_is_newest_first(stocked: Terminal):
    atom = feedparser.parse(stocked("export", "--format", "atom").out)
    assert not atom.bozo
    assert [item.title for item in atom.entries] == ["=Arms", "Sappers leave for Kursk"]
    items = json.loads(stocked("export", "--format", "jsonfeed").out)["items"]
    assert [item["id"] for item in items] == [item.id for item in atom.entries]


def test_a_subscriptions_wishes_and_a_span_choose(stocked: Terminal):
    assert titles(stocked("export", "--format", "csv", "--subscription", "me").out) == ["'=Arms"]
    assert titles(stocked("export", "--format", "csv", "--since", "1d").out) == []


def test_a_file_is_replaced_whole(stocked: Terminal):
    file = stocked.folder / "out.csv"
    file.write_text("old")
    result = stocked("export", "--format", "csv", "--out", "out.csv")
    assert result.out == ""
    assert "bytes to out.csv" in result.err
    assert len(titles(file.read_text(encoding="utf-8"))) == 2
    assert not list(stocked.folder.glob(".out.csv*"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--format", "csv", "--theme", "labor"), "there are: "),
        (("--format", "csv", "--since", "soon"), "--since 'soon'"),
        (("--format", "csv", "--subscription", "nobody"), "no subscription 'nobody'"),
        (("--format", "csv", "--out", "no/such/folder/x.csv"), "can't be written"),
        (("--format", "xls"), "xls"),
        ((), "--format"),
    ],
)
def test_impossible_exports_are_refused(stocked: Terminal, words, message):
    assert message in stocked.refused("export", *words)


def test_links_are_shown_and_renewed(stocked: Terminal):
    (stocked.folder / "monitor.toml").write_text('[web]\npublic_url = "https://alerts.example/"\n')
    first = stocked("subscriptions", "links", "me", "--json").json()
    assert first["atom"].startswith("https://alerts.example/feeds/")
    assert first == stocked("subscriptions", "links", "me", "--json").json()
    second = stocked("subscriptions", "links", "me", "--renew", "--json").json()
    assert second["atom"] != first["atom"]
    assert second["unsubscribe"] == first["unsubscribe"]
    assert first["atom"] not in stocked("subscriptions", "list").out


def test_links_without_a_public_url_say_what_to_set(stocked: Terminal):
    assert "set web.listen and web.public_url" in stocked.refused("subscriptions", "links", "me")


def test_a_full_device_is_one_line(stocked):
    """/dev/full accepts nothing, as a full disk."""
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "monitor", "export", "--format", "csv"]
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert ended.returncode == 1
    assert ended.stderr == "monitor: the output can't be written: No space left on device\n"
