"""`monitor feeds check`: what feeds answer now."""

from __future__ import annotations

import json
import os

from tests.cli.conftest import Terminal
from tests.service.publisher import Publisher, rss


def test_a_feed_that_can_not_be_read_ends_with_code_1_and_nothing_is_stored(watch: Terminal):
    os.environ["MONITOR_EGRESS__ALLOW"] = '["127.0.0.0/8"]'
    with Publisher() as publisher:
        good, missing = publisher.publish("/feed", rss("One")), f"{publisher.address}/missing"
        assert watch("feeds", "check", good).code == 0
        result = watch("feeds", "check", good, missing, "--json")
    assert result.code == 1
    assert [check["ok"] for check in json.loads(result.out)] == [True, False]
    assert watch("feeds", "list", "--json").json() == []


def test_the_newest_entry_has_its_year(watch: Terminal):
    os.environ["MONITOR_EGRESS__ALLOW"] = '["127.0.0.0/8"]'
    dated = rss("One").replace(
        b"</item>", b"<pubDate>Sat, 30 Nov 2019 19:42:00 GMT</pubDate></item>"
    )
    with Publisher() as publisher:
        shown = watch("feeds", "check", publisher.publish("/feed", dated)).out
    assert "2019-11-30 19:42" in shown


def test_without_feeds_the_command_to_add_one_is_named(watch: Terminal):
    assert "monitor feeds add URL" in watch("feeds", "check").err
