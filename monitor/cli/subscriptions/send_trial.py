"""`monitor subscriptions test`: send one message now and show the receiver's answer."""

from __future__ import annotations

import asyncio

import typer

from monitor.actions.subscribing import subscriptions as subscription_actions
from monitor.actions.subscribing import trial_message
from monitor.cli import invocation, output
from monitor.cli.options import Json, SubscriptionArgument
from monitor.runtime import clock


def send_trial_message(
    context: typer.Context, subscription: SubscriptionArgument, json: Json = False
) -> None:
    """Send one test message now; show what goes out, and the receiver's answer as it came."""
    settings = invocation.settled_settings(context)
    with invocation.open_store(context) as store:
        receiver = subscription_actions.find_subscription(store, subscription)
    answer = asyncio.run(trial_message.send_trial(receiver, settings, clock.now()))
    if json:
        output.print_json(answer.as_json())
    else:
        if answer.sent:
            output.print_sent_message(answer.sent)
        verdict = "accepted" if answer.accepted else "not accepted"
        seconds = answer.took.total_seconds()
        output.print_note(f"{verdict} by {answer.channel} after {seconds:.2f} s: {answer.answer}")
        if answer.hint:
            output.print_note(f"what to do: {answer.hint}")
    if not answer.accepted:
        raise typer.Exit(1)
