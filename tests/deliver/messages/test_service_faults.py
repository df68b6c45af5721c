"""A pack or a configuration that can't be used is told, and that it is over."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from monitor.deliver.messages import render, service_faults, webhook_payload
from monitor.domain.messages import MessageType

SCHEMA = Path(__file__).parents[3] / "docs/webhooks/service.state_changed.v1.json"
REFUSED = {"configuration (all)": "monitor.toml:3: no such setting poll.evry; poll.every?"}


def told(claim, present, mended):
    claimed = claim()
    sealed = service_faults.data(present, mended)
    alert = replace(claimed.alert, type=MessageType.SERVICE, article_keys=(), data=sealed)
    return render.message(
        replace(claimed, alert=alert, articles=()), topic="dprk-russia", theme_titles={}
    )


@pytest.mark.parametrize(
    ("present", "mended", "headline", "line"),
    [
        (REFUSED, {}, "Watchpost is degraded: configuration (all)", "no such setting poll.evry"),
        ({}, REFUSED, "Watchpost is as it should be", "configuration (all): over: monitor.toml:3"),
        ({"pack": "x" * 4_000}, REFUSED, "Watchpost is degraded: pack", "pack: xxx"),
    ],
)
def test_it_says_what_is_wrong_or_over(claim, present, mended, headline, line):
    message = told(claim, present, mended)
    assert message.subject == f"[dprk-russia][service] {headline}"
    assert line in message.text
    assert ("monitor doctor" in message.text) == bool(present)
    read = json.loads(webhook_payload.webhook_body(message))
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(read)
    assert read["data"]["state"] == ("degraded" if present else "ok")


def test_what_was_sealed_by_another_version_is_still_a_message():
    assert service_faults.notice({}).headline == "Watchpost is as it should be"
