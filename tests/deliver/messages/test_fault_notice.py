"""Faults of the service are reported, and so is their end."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from monitor.deliver.messages import fault_notice, render, webhook_payload
from monitor.domain.message_contents import ServiceStateChanged

SCHEMA = Path(__file__).parents[3] / "docs/webhooks/service.state_changed.v1.json"
REFUSED = {"configuration (all)": "monitor.toml:3: no such setting poll.evry; poll.every?"}


def rendered(claim, present, mended):
    claimed = claim()
    content = fault_notice.content(present, mended)
    alert = replace(claimed.alert, article_keys=(), content=content)
    return render.message(
        replace(claimed, alert=alert, articles=()), topic="dprk-russia", theme_titles={}
    )


@pytest.mark.parametrize(
    ("present", "mended", "headline", "line"),
    [
        (REFUSED, {}, "Watchpost is degraded: configuration (all)", "no such setting poll.evry"),
        ({}, REFUSED, "Watchpost works normally", "configuration (all): resolved: monitor.toml:3"),
        ({"pack": "x" * 4_000}, REFUSED, "Watchpost is degraded: pack", "pack: xxx"),
    ],
)
def test_the_notice_names_the_fault_or_its_end(claim, present, mended, headline, line):
    message = rendered(claim, present, mended)
    assert message.subject == f"[dprk-russia][service] {headline}"
    assert line in message.text
    assert ("monitor doctor" in message.text) == bool(present)
    read = json.loads(webhook_payload.webhook_body(message))
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(read)
    assert read["data"]["state"] == ("degraded" if present else "ok")


def test_the_content_of_another_version_is_still_a_message():
    assert (
        fault_notice.notice(ServiceStateChanged.from_json({})).headline
        == "Watchpost works normally"
    )
