"""The message of a spike has the number and the usual band."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from jsonschema import Draft202012Validator

from monitor.deliver.messages import render, webhook_payload
from monitor.domain.contents.spike_content import SpikeBegan

SCHEMA = Path(__file__).parents[3] / "docs/webhooks/spike.began.v1.json"
THEME = SpikeBegan(
    subject="theme", name="troops", title="Troops", at=datetime(2025, 6, 17, tzinfo=UTC), hours=3,
    volume=21, usual_low=0.2, usual_median=3.5, usual_high=9.9, windows=24,
)  # fmt: skip


def rendered(claim, content):
    claimed = claim()
    alert = replace(claimed.alert, article_keys=(), content=content)
    return render.message(
        replace(claimed, alert=alert, articles=()), topic="dprk-russia", theme_titles={}
    )


def test_the_mail_says_how_many_and_what_is_usual(claim):
    message = rendered(claim, THEME)
    headline = "Spike: 21 articles in 3 hours, usual 1 to 9: Troops"
    assert message.subject == f"[dprk-russia][spike] {headline}"
    assert "Compared with: 24 windows at this hour and weekday" in message.text
    assert "subscribes to messages about spikes" in message.text
    body = json.loads(webhook_payload.webhook_body(message))
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(body)


def test_a_storys_spike_is_compared_with_the_story_and_a_hostile_title_is_one_line(claim):
    message = rendered(claim, replace(THEME, subject="story", title="<b>x</b>\r\nBcc: a@b.example"))
    assert "earlier windows of the story" in message.text
    assert "\n" not in message.subject
    assert "<b>x" not in message.html


def test_the_content_of_another_version_is_still_a_message(claim):
    assert "(no headline)" in rendered(claim, SpikeBegan()).subject
