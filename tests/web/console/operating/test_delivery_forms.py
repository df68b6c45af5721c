"""Forms of deliveries: retry, dead letters, a replay that is counted first and bounded."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.actions import deliveries
from monitor.domain.alerts import AlertState
from monitor.web.console.operating import delivery_forms
from tests.web.conftest import Visitor
from tests.web.console.conftest import Member
from tests.web.console.operating.test_delivery_place import PATH, alerts

__all__ = ["alerts"]
REPLAY = f"{PATH}/replay"


def states(visitor: Visitor, keys: list[str]) -> list[AlertState | None]:
    alerts_now = [visitor.store.outbox.find(key) for key in keys]
    return [alert.state if alert else None for alert in alerts_now]


async def test_one_is_sent_again_and_what_was_sent_is_not(
    alerts: list[str], visitor: Visitor, operator: Member, viewer: Member
):
    assert (await viewer.post(f"{PATH}/{alerts[0]}/retry")).status == 403
    answer = await operator.post(f"{PATH}/{alerts[0][:8]}/retry")
    assert answer.headers["location"] == f"{PATH}/{alerts[0]}"
    await operator.post(f"{PATH}/{alerts[1]}/retry")
    assert states(visitor, alerts[:2]) == [AlertState.PENDING, AlertState.SENT]


async def test_dead_letters_of_a_receiver_are_sent_again(
    alerts: list[str], visitor: Visitor, operator: Member
):
    await operator.post(f"{PATH}/retry", {"subscription": "nobody"})
    assert states(visitor, alerts[:1]) == [AlertState.DEAD]
    await operator.post(f"{PATH}/retry", {"subscription": "desk"})
    assert states(visitor, alerts[:1]) == [AlertState.PENDING]


async def test_a_replay_is_counted_before_it_is_done(
    alerts: list[str], visitor: Visitor, operator: Member
):
    counted = (await operator.get(f"{REPLAY}?subscription=desk&since=1d")).text
    assert "2 messages" in counted
    assert states(visitor, alerts[:2]) == [AlertState.DEAD, AlertState.SENT]
    answer = await operator.post(REPLAY, {"subscription": "desk", "since": "1d"})
    assert (answer.status, answer.headers["location"]) == (303, PATH)
    assert states(visitor, alerts[:2]) == [AlertState.PENDING, AlertState.PENDING]
    for wrong in ({"since": "soon"}, {"since": "1d", "until": "2d"}, {"subscription": "nobody"}):
        refused = await operator.post(REPLAY, {"subscription": "desk", "since": "1d", **wrong})
        assert refused.status == 400


async def test_a_very_long_span_is_refused_with_its_number(
    alerts: list[str], visitor: Visitor, operator: Member, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(deliveries, "MOST_REPLAYED", 1)
    counted = (await operator.get(f"{REPLAY}?subscription=desk&since=1d")).text
    assert "choose a shorter span" in counted
    refused = await operator.post(REPLAY, {"subscription": "desk", "since": "1d"})
    assert refused.status == 400
    assert "there are 2 alerts in this span" in refused.text
    assert states(visitor, alerts[:2]) == [AlertState.DEAD, AlertState.SENT]


async def test_a_replay_of_many_needs_a_recent_sign_in(
    alerts: list[str], visitor: Visitor, operator: Member, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(delivery_forms, "_MANY", 1)
    visitor.clock.later(timedelta(hours=1))
    answer = await operator.post(REPLAY, {"subscription": "desk", "since": "1d"})
    assert answer.headers["location"].startswith("/console/sign-in")
    assert states(visitor, alerts[:2]) == [AlertState.DEAD, AlertState.SENT]
