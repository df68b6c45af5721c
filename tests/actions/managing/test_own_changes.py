"""Changes by a receiver: who may resume, what an undo restores, which links are good."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from monitor.actions.managing.own_changes import (
    OwnContext,
    Undo,
    change_own,
    check_resumable,
    managed_subscription,
    pause_own,
    undo_change,
)
from monitor.actions.subscribing.delivery_schedules import ScheduleOptions
from monitor.actions.subscribing.subscription_edits import SubscriptionEdit
from monitor.domain.alerts import BY_RECEIVER, SubscriptionState
from monitor.domain.delivery_schedule import DeliverySchedule, Frequency, QuietHours
from monitor.domain.errors import ConfigError
from monitor.domain.message_contents import SubscriptionChanged
from monitor.store.access.audit_repository import AuditFilter
from monitor.store.store import Store
from tests.fakes import NOW, subscription

CONTEXT = OwnContext(public_url="https://a.example", topic_themes={"troops": "Troops"}, now=NOW)
WEEKLY = DeliverySchedule(
    every=Frequency.WEEKLY,
    at=time(7, 30),
    weekday=4,
    zone="Asia/Seoul",
    quiet=QuietHours(start=time(22), end=time(7)),
    empty=True,
)
BUDGET = DeliverySchedule(budget=5, at=time(9), group=timedelta(minutes=10))


def undo_of(store: Store, key: str) -> Undo:
    """The link in the newest message."""
    content = store.outbox.list(subscription=key, limit=1)[0].content
    assert isinstance(content, SubscriptionChanged)
    parts = urlsplit(content.undo_url)
    query = parse_qs(parts.query)
    return Undo(token=parts.path.split("/")[-1], was=query["was"][0], until=query["until"][0])


@pytest.mark.parametrize("schedule", [WEEKLY, BUDGET])
def test_an_undo_restores_any_schedule(store: Store, schedule: DeliverySchedule):
    desk = subscription("o", name="own", themes=frozenset({"troops"}), cadence=schedule)
    store.subscriptions.add(desk)
    edit = SubscriptionEdit(themes=(), schedule=ScheduleOptions(frequency=Frequency.HOURLY))
    assert change_own(store, desk, edit, CONTEXT)
    assert not change_own(store, desk, edit, CONTEXT)
    restored = undo_change(store, undo_of(store, "o"), CONTEXT)
    assert restored is not None
    assert (restored.cadence, restored.themes) == (schedule, desk.themes)
    [first] = store.audit_log.list(AuditFilter(), 1)
    assert first.caller == "receiver of own"


def test_an_undo_after_its_time_changes_nothing(store: Store):
    desk = subscription("o", name="own")
    store.subscriptions.add(desk)
    pause_own(store, desk, CONTEXT)
    undo = undo_of(store, "o")
    late = replace(CONTEXT, now=NOW + timedelta(days=15))
    after = undo_change(store, undo, late)
    assert after is not None
    assert after.state is SubscriptionState.PAUSED
    assert undo_change(store, replace(undo, until="9999999999"), late) is None


def test_only_the_receiver_may_resume_what_the_receiver_paused():
    paused = subscription(state=SubscriptionState.PAUSED, state_reason="by the operator")
    with pytest.raises(ConfigError, match="ask them"):
        check_resumable(paused)
    check_resumable(replace(paused, state_reason=f"{BY_RECEIVER}, today"))


def test_a_sign_up_that_is_not_confirmed_has_no_page(store: Store):
    assert managed_subscription(store, "nonsense") is None
    assert managed_subscription(store, "o" + "0" * 32) is None
