"""The daily coverage statement is sent on quiet days too."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from monitor.deliver.messages import coverage_statement, render, webhook_payload
from monitor.domain.feeds import FeedState
from monitor.domain.message_contents import CoverageReady
from monitor.health.coverage import Coverage, UnhealthyFeed

UNTIL = datetime(2025, 6, 17, 4, 0, tzinfo=UTC)
DAY = date(2025, 6, 17)
SCHEMA = Path(__file__).parents[3] / "docs/webhooks/coverage.ready.v1.json"
QUIET = Coverage(since=UNTIL - timedelta(days=1), until=UNTIL, feeds=43, polls=2_064)
SILENT = UnhealthyFeed(
    key="1" * 32,
    name="KCNA <b>Watch</b>",
    state=FeedState.SILENT,
    why="nothing new for 3 days; it usually publishes every 40 min",
)
BUSY = replace(
    QUIET,
    unwell=(SILENT, replace(SILENT, name="Off", state=FeedState.PAUSED, why="")),
    failed=3,
    unwatched=timedelta(hours=2),
    read=1_204,
    flagged=11,
    alerted=3,
    held=2,
    backlog=40,
)


def rendered(claim, coverage):
    claimed = claim()
    content = coverage_statement.content(coverage, DAY)
    alert = replace(claimed.alert, article_keys=(), content=content)
    return render.message(
        replace(claimed, alert=alert, articles=()), topic="dprk-russia", theme_titles={}
    )


def test_a_busy_day_in_words(claim):
    message = rendered(claim, BUSY)
    assert message.subject == (
        "[dprk-russia][coverage] Tue 17 Jun: 42 of 43 feeds healthy, 3 alerted"
    )
    sentence = (
        "42 of 43 feeds healthy; silent: KCNA <b>Watch</b>; paused: Off; the service did not run"
        " for 2 h of this time; 1,204 read, 11 flagged, 3 alerted, 2 held"
        " (40 more were there before)."
    )
    for line in (
        sentence,
        "From 16 Jun 2025, 04:00 UTC until 17 Jun 2025, 04:00 UTC:",
        "Polls: 2,064, 3 of them failed",
        "Held for later: 2",
        "Not running: 2 h",
        "KCNA <b>Watch</b>: silent: nothing new for 3 days; it usually publishes every 40 min",
        "Off: paused",
    ):
        assert f"{line}\n" in message.text
    assert "<b>Watch" not in message.html


def test_a_quiet_day_is_reported_without_commands(claim):
    message = rendered(claim, QUIET)
    assert message.subject == (
        "[dprk-russia][coverage] Tue 17 Jun: 43 of 43 feeds healthy, 0 alerted"
    )
    assert "43 of 43 feeds healthy; 0 read, 0 flagged, 0 alerted." in message.text
    assert "What to do" not in message.text


@pytest.mark.parametrize("name", ["KCNA", "타스" * 400])
@pytest.mark.parametrize("count", [0, 5_000])
def test_the_body_follows_its_schema_and_stays_small(claim, name, count):
    unwell = (replace(SILENT, name=name, why=name),) * count
    octets = webhook_payload.webhook_body(
        rendered(claim, replace(BUSY, feeds=5_000, unwell=unwell))
    )
    assert len(octets) < 20_000
    read = json.loads(octets)
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(read)
    assert len(read["data"]["unwell"]) + read["data"]["omitted"] == count


def test_the_content_of_another_version_is_still_a_message():
    assert coverage_statement.notice(CoverageReady.from_json({})).headline == (
        "0 of 0 feeds healthy, 0 alerted"
    )
