"""A trial message is sent once, past the outbox, and the answer is reported as it came."""

from __future__ import annotations

import pytest

from monitor.actions.subscribing.trial_message import send_trial
from monitor.domain.reasons import DeliveryReason
from monitor.settings import loader
from tests.fakes import NOW, subscription
from tests.service.publisher import Publisher


@pytest.fixture
def settings():
    return loader.load(environment={}, overrides={"egress": {"allow": ["127.0.0.0/8"]}})


async def test_an_accepted_message_has_no_hint(settings):
    with Publisher() as publisher:
        url, hook = publisher.hook("/hook", 204)
        answer = await send_trial(subscription(address=url), settings, NOW)
    assert len(hook.calls) == 1
    assert answer.accepted
    assert answer.hint == ""
    json = answer.as_json()
    assert (json["ok"], json["channel"], json["reason"]) == (
        True, "webhook", DeliveryReason.ACCEPTED,
    )  # fmt: skip


async def test_a_refused_message_has_the_reason_and_a_hint(settings):
    with Publisher() as publisher:
        url, hook = publisher.hook("/hook", 500)
        answer = await send_trial(subscription(address=url), settings, NOW)
    assert len(hook.calls) == 1
    assert not answer.accepted
    assert answer.reason is DeliveryReason.STATUS
    assert "500" in answer.answer
    assert answer.hint
