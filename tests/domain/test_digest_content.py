"""The content of a digest: its JSON, and the JSON of older versions."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, datetime

from monitor.domain.digest_content import (
    DigestCoverage,
    DigestFeed,
    DigestReady,
    DigestSilence,
)

NOON = datetime(2025, 6, 17, 12, tzinfo=UTC)
WHOLE = DigestReady(
    kind="budget", since=NOON, until=NOON.replace(hour=13), zone="Asia/Seoul", budget=3,
    over_budget=2, held=1, silenced=5,
    silences=(DigestSilence(key="s", reason="known", until=None, articles=5),),
    coverage=DigestCoverage(
        sentence="1 of 2 feeds is healthy", feeds=2, healthy=1,
        unwell=(DigestFeed(feed="f", name="Wire", state="failing", why="timeout"),),
        unwatched_seconds=60, read=9, backlog=1, flagged=4, alerted=3, held=1, undelivered=1,
        suppressed=5,
    ),
)  # fmt: skip


def test_a_digest_comes_back_from_its_stored_json():
    stored = json.loads(json.dumps(WHOLE.to_json()))
    assert DigestReady.from_json(stored) == WHOLE


def test_each_field_of_the_coverage_is_read_from_its_own_key():
    stored = WHOLE.coverage
    for number, field in enumerate(fields(DigestCoverage)):
        if field.name not in ("sentence", "unwell"):
            read = DigestCoverage.from_json({field.name: 100 + number})
            assert getattr(read, field.name) == 100 + number
    assert stored.unwell[0] == DigestFeed.from_json(
        {"feed": "f", "name": "Wire", "state": "failing", "why": "timeout"}
    )


def test_json_of_an_older_version_gets_the_defaults():
    assert DigestReady.from_json({}) == DigestReady()
    assert DigestReady.from_json({"kind": "", "zone": ""}) == DigestReady(kind="digest", zone="UTC")
