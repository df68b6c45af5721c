"""`monitor subscriptions pause` and `resume`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import typer

from monitor.actions.subscribing import subscriptions as subscription_actions
from monitor.cli import invocation, output
from monitor.cli.access import local_caller
from monitor.cli.options import SubscriptionArgument
from monitor.domain.alerts import AlertState, Subscription
from monitor.runtime import clock

if TYPE_CHECKING:
    from monitor.actions.subscribing.subscriptions import ChangedSubscription


def pause(context: typer.Context, subscription: SubscriptionArgument) -> None:
    """Send it nothing until `subscriptions resume`; new articles are not kept for it."""
    with invocation.open_store(context) as store:
        change = partial(subscription_actions.pause_subscription, store, subscription)
        paused = local_caller.recorded(store, "pause subscription", change, _name)
    waiting = paused.alerts[AlertState.PENDING]
    _confirm("paused", paused.subscription, f"{waiting} alerts that wait are kept for it")


def resume(context: typer.Context, subscription: SubscriptionArgument) -> None:
    """Send to a paused or disabled subscription again, first the alerts that waited."""
    with invocation.open_store(context) as store:
        change = partial(subscription_actions.resume_subscription, store, subscription, clock.now())
        resumed = local_caller.recorded(store, "resume subscription", change, _name)
    waiting = resumed.alerts[AlertState.PENDING]
    _confirm("resumed", resumed.subscription, f"active; {waiting} alerts wait for it")
    advice = subscription_actions.advice(resumed.subscription, resumed.alerts)
    if advice:
        output.print_note(advice)


def _name(changed: ChangedSubscription) -> str:
    return changed.subscription.name


def _confirm(done: str, subscription: Subscription, state: str) -> None:
    output.print_change(done, "subscription", subscription.name, state, key=subscription.key)
