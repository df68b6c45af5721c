"""Changes by a receiver: who may resume, what an undo restores, which links are good."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from monitor.actions.managing.own_changes import (
    OwnContext,
    Undo,
    change_own,
    check_resumable,
    leave_own,
    managed_subscription,
    pause_own,
    resume_own,
    rotate_own,
    undo_change,
)
from monitor.actions.subscribing.delivery_schedules import ScheduleOptions
from monitor.actions.subscribing.sign_up import unsubscribe
from monitor.actions.subscribing.subscription_edits import SubscriptionEdit
from monitor.actions.subscribing.subscriptions import pause_subscription
from monitor.alerts import tokens
from monitor.alerts.tokens import Purpose
from monitor.domain.alerts import BY_RECEIVER, Subscription, SubscriptionState
from monitor.domain.delivery_schedule import DeliverySchedule, Frequency, QuietHours
from monitor.domain.errors import ConfigError, StoreError
from monitor.domain.message_contents import SubscriptionChanged
from monitor.domain.muting.operator_pause import is_paused_by_operator
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


def paused_by_operator(store: Store) -> Subscription:
    store.subscriptions.add(subscription("o", name="own"))
    return pause_subscription(store, "own").subscription


def test_a_receiver_does_not_take_over_a_pause_of_the_operator(store: Store):
    desk = paused_by_operator(store)
    with pytest.raises(ConfigError, match="paused already"):
        pause_own(store, desk, CONTEXT)
    with pytest.raises(ConfigError, match="ask them"):
        resume_own(store, desk, CONTEXT)


@pytest.mark.parametrize("leaves_by_mail", [False, True])
def test_leaving_does_not_end_a_pause_of_the_operator(store: Store, leaves_by_mail: bool):
    desk = paused_by_operator(store)
    if leaves_by_mail:
        unsubscribe(store, tokens.token(store.tokens.secret(), Purpose.UNSUBSCRIBE, desk), NOW)
    else:
        leave_own(store, desk, CONTEXT)
    with pytest.raises(ConfigError, match="ask them"):
        resume_own(store, desk, CONTEXT)


def test_an_undo_that_may_not_resume_changes_no_filter(store: Store):
    desk = subscription("o", name="own")
    store.subscriptions.add(desk)
    change_own(store, desk, SubscriptionEdit(themes=("troops",)), CONTEXT)
    undo = undo_of(store, "o")
    pause_subscription(store, "own")
    with pytest.raises(ConfigError, match="ask them"):
        undo_change(store, undo, CONTEXT)
    after = store.subscriptions.by_key("o")
    assert after is not None
    assert after.themes == {"troops"}


@pytest.mark.parametrize("is_operators", [False, True])
def test_an_undo_of_leaving_restores_the_pause(store: Store, is_operators: bool):
    desk = subscription("o", name="own")
    store.subscriptions.add(desk)
    if is_operators:
        pause_subscription(store, "own")
    else:
        pause_own(store, desk, CONTEXT)
    paused = store.subscriptions.by_key("o")
    assert paused is not None
    leave_own(store, paused, replace(CONTEXT, now=NOW + timedelta(minutes=1)))
    restored = undo_change(store, undo_of(store, "o"), CONTEXT)
    assert restored is not None
    assert restored.state is SubscriptionState.PAUSED
    assert is_paused_by_operator(restored) is is_operators


def test_a_sign_up_that_is_not_confirmed_has_no_page(store: Store):
    assert managed_subscription(store, "nonsense") is None
    assert managed_subscription(store, "o" + "0" * 32) is None


DESK = subscription("o", name="own")
ROOT = Path(__file__).parents[3]
Change = Callable[[Store, Subscription], object]
CHANGES: dict[str, Change] = {
    "edit": lambda store, desk: change_own(
        store, desk, SubscriptionEdit(themes=("troops",)), CONTEXT
    ),
    "pause": lambda store, desk: pause_own(store, desk, CONTEXT),
    "leave": lambda store, desk: leave_own(store, desk, CONTEXT),
    "rotate": lambda store, desk: rotate_own(store, desk, CONTEXT),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_that_can_not_be_told_is_not_made(
    store: Store, name: str, monkeypatch: pytest.MonkeyPatch
):
    store.subscriptions.add(DESK)
    log = store.event_log.newest()

    def cut(_alerts: object) -> int:
        raise StoreError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(store.outbox, "add", cut)
        with pytest.raises(StoreError):
            CHANGES[name](store, DESK)
    assert store.subscriptions.by_key(DESK.key) == DESK
    assert store.audit_log.list(AuditFilter(), 1) == []
    assert store.event_log.newest() == log
    CHANGES[name](store, DESK)
    assert store.subscriptions.by_key(DESK.key) != DESK
    assert len(store.outbox.list()) == len(store.audit_log.list(AuditFilter(), 9)) == 1


def test_an_undo_that_is_cut_between_its_two_changes_changes_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    desk = subscription("o", name="own", themes=frozenset({"troops"}))
    store.subscriptions.add(desk)
    change_own(store, desk, SubscriptionEdit(themes=()), CONTEXT)
    undo = undo_of(store, "o")
    leave_own(store, desk, CONTEXT)
    before, told = store.subscriptions.by_key("o"), store.outbox.list()

    def cut(*_arguments: object) -> None:
        raise StoreError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(store.digests, "restart_schedule", cut)  # after the edit, before it resumes
        with pytest.raises(StoreError):
            undo_change(store, undo, CONTEXT)
    assert (store.subscriptions.by_key("o"), store.outbox.list()) == (before, told)
    undone = undo_change(store, undo, CONTEXT)
    assert undone == desk
    assert len(store.outbox.list()) == len(told) + 2


_KILLED = """
import os, signal, sys
from tests.actions.managing.test_own_changes import *
with Store.open(sys.argv[1]) as store:
    store.outbox.add = lambda _alerts: os.kill(os.getpid(), signal.SIGKILL)
    pause_own(store, DESK, CONTEXT)
"""


def test_a_kill_between_the_change_and_its_message_leaves_neither(store: Store, database_url: str):
    store.subscriptions.add(DESK)
    command = [sys.executable, "-c", _KILLED, database_url]
    killed = subprocess.run(command, cwd=ROOT, timeout=60, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert store.subscriptions.by_key(DESK.key) == DESK
    assert store.audit_log.list(AuditFilter(), 1) == []
