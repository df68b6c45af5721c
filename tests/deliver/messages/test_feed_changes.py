"""Feeds that changed state are reported in one message, by mail and by webhook."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from monitor.deliver.messages import feed_changes, render, webhook_payload
from monitor.deliver.transports import mime
from monitor.deliver.transports.address import check_sender
from monitor.domain.alerts import Claim
from monitor.domain.feeds import FeedState
from monitor.domain.message_contents import FeedStateChanged
from monitor.domain.messages import Message
from monitor.health.feed_notices import FeedHealth, FeedNotice

NOW = datetime(2025, 6, 17, 12, 0, tzinfo=UTC)
SCHEMA = Path(__file__).parents[3] / "docs/webhooks/feed.state_changed.v1.json"
HOSTILE = "TASS\r\nBcc: x@example.org <script>alert(1)</script>\u202e"


def standing(state: FeedState, name: str = "TASS", **changes: object) -> FeedHealth:
    plain = FeedHealth(
        key="1" * 32,
        name=name,
        url="https://tass.example/rss",
        state=state,
        why="" if state is FeedState.OK else "timeout: no answer within 30 s",
        since=NOW - timedelta(days=1),
        notified_state=FeedState.FAILING if state is FeedState.OK else FeedState.OK,
        notified_at=None,
        notified_times=0,
    )
    return replace(plain, **changes)  # type: ignore[arg-type] # the caller knows the fields


def rendered(claim: Callable[..., Claim], *feeds: FeedHealth, outage: bool = False) -> Message:
    changes = FeedNotice(feeds=feeds, outage=outage)
    content = feed_changes.content(changes, healthy=41, watched=43, now=NOW)
    claimed = claim()
    alert = replace(claimed.alert, article_keys=(), content=content)
    return render.message(
        replace(claimed, alert=alert, articles=()), topic="dprk-russia", theme_titles={}
    )


SILENT = "nothing new for 3 days; it usually publishes every 40 min"


@pytest.mark.parametrize(
    ("feeds", "headline"),
    [
        ([standing(FeedState.FAILING)], "TASS fails"),
        ([standing(FeedState.SILENT, "KCNA", why=SILENT)], "KCNA is silent"),
        ([standing(FeedState.GONE)], "TASS is gone"),
        ([standing(FeedState.OK)], "TASS has recovered"),
        (
            [standing(FeedState.FAILING), standing(FeedState.FAILING), standing(FeedState.OK)],
            "Feeds: 2 fail, 1 has recovered",
        ),
    ],
)
def test_the_subject_names_the_change(claim, feeds, headline):
    assert rendered(claim, *feeds).subject == f"[dprk-russia][service] {headline}"


def test_each_feed_has_a_line_with_its_reason(claim):
    message = rendered(
        claim, standing(FeedState.FAILING), standing(FeedState.SILENT, "KCNA", why=SILENT)
    )
    for text in (message.text, message.html):
        assert "fails, for 24 h: timeout: no answer within 30 s" in text
        assert SILENT in text
        assert "41 of 43 feeds are healthy now." in text
        assert "monitor feeds list --state failing --state silent" in text


def test_a_recovery_asks_for_no_command(claim):
    message = rendered(claim, standing(FeedState.OK))
    assert "What to do" not in message.text
    assert "TASS: has recovered, for 24 h" in message.text


def test_an_outage_is_one_message_that_blames_our_own_network(claim):
    feeds = [standing(FeedState.FAILING, f"Feed {number}") for number in range(43)]
    message = rendered(claim, *feeds, outage=True)
    assert message.subject == "[dprk-russia][service] 43 of 43 feeds fail at once"
    assert "our own network" in message.text
    assert "And: 3 more: `monitor feeds list`" in message.text
    assert message.data["outage"] is True


@pytest.mark.parametrize("name", ["TASS", HOSTILE, "타스" * 400])
@pytest.mark.parametrize("count", [1, 500])
def test_the_body_follows_its_schema_and_stays_small(claim, name, count):
    feeds = [
        standing(FeedState.FAILING, name, url=f"https://tass.example/{'x' * 1_900}", why=name)
    ] * count
    message = rendered(claim, *feeds)
    octets = webhook_payload.webhook_body(message)
    assert len(octets) < 20_000
    read = json.loads(octets)
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(read)
    assert len(read["data"]["feeds"]) + read["data"]["omitted"] == count
    assert read["data"]["counts"] == {"failing": count}


def test_a_hostile_feed_title_does_no_harm(claim):
    message = rendered(claim, standing(FeedState.FAILING, HOSTILE, why=HOSTILE))
    assert "<script" not in message.html
    octets = mime.compose(message, to="o@example.org", sender=check_sender("w@example.org"))
    assert b"\r\nBcc" not in octets


def test_the_content_of_another_version_is_still_a_message():
    assert feed_changes.notice(FeedStateChanged.from_json({})).headline == "Feeds changed"
