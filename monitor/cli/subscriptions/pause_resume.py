"""`monitor subscriptions pause` and `resume`."""

from __future__ import annotations

import typer

from monitor.actions.subscribing import subscriptions as subscription_actions
from monitor.cli import invocation, output
from monitor.cli.access import local_caller
from monitor.cli.options import SubscriptionArgument
from monitor.domain.alerts import AlertState, Subscription
from monitor.runtime import clock


def pause(context: typer.Context, subscription: SubscriptionArgument) -> None:
    """Send it nothing until `subscriptions resume`; new articles are not kept for it."""
    with invocation.open_store(context) as store:
        paused = subscription_actions.pause_subscription(store, subscription)
        local_caller.record(store, "pause subscription", paused.subscription.name)
    waiting = paused.alerts[AlertState.PENDING]
    _confirm("paused", paused.subscription, f"{waiting} alerts that wait are kept for it")


def resume(context: typer.Context, subscription: SubscriptionArgument) -> None:
    """Send to a paused or disabled subscription again, first the alerts that waited."""
    with invocation.open_store(context) as store:
        resumed = subscription_actions.resume_subscription(store, subscription, clock.now())
        local_caller.record(store, "resume subscription", resumed.subscription.name)
    waiting = resumed.alerts[AlertState.PENDING]
    _confirm("resumed", resumed.subscription, f"active; {waiting} alerts wait for it")
    advice = subscription_actions.advice(resumed.subscription, resumed.alerts)
    if advice:
        output.print_note(advice)


def _confirm(done: str, subscription: Subscription, state: str) -> None:
    output.print_change(done, "subscription", subscription.name, state, key=subscription.key)
