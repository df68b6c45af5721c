"""Pause by the operator: who paused a subscription, also after its receiver left."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.domain.alerts import BY_RECEIVER, SubscriptionState
from monitor.domain.muting.operator_pause import (
    BY_OPERATOR,
    BY_READER,
    is_paused_by_operator,
    reason_of_leaving,
)
from tests.fakes import NOW, subscription

PAUSED = subscription(state=SubscriptionState.PAUSED, state_reason=BY_OPERATOR)


@pytest.mark.parametrize(
    ("reason", "is_operators"),
    [(BY_OPERATOR, True), ("", True), (f"{BY_RECEIVER}, today", False), (BY_READER, False)],
)
def test_a_pause_is_the_operators_unless_the_receiver_made_it(reason: str, is_operators: bool):
    assert is_paused_by_operator(replace(PAUSED, state_reason=reason)) is is_operators


def test_the_reason_of_leaving_remembers_the_pause_of_the_operator():
    reason = reason_of_leaving(PAUSED, BY_RECEIVER, NOW)
    assert reason.endswith(" UTC; the operator had paused it")
    unsubscribed = replace(PAUSED, state=SubscriptionState.UNSUBSCRIBED, state_reason=reason)
    assert is_paused_by_operator(unsubscribed)
    active = replace(PAUSED, state=SubscriptionState.ACTIVE, state_reason="")
    assert not is_paused_by_operator(active)
    assert reason_of_leaving(active, BY_READER, NOW).endswith(" UTC")
