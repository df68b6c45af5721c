"""`monitor subscriptions remove`: delete a subscription, or erase all that is stored about it."""

from __future__ import annotations

from functools import partial
from operator import attrgetter
from typing import Annotated

import typer

from monitor.actions.subscribing import subscriptions as subscription_actions
from monitor.actions.subscribing.subscription_erasure import (
    ErasedSubscription,
    erase_subscription,
)
from monitor.cli import invocation, output
from monitor.cli.access import local_caller
from monitor.cli.options import Json, SubscriptionArgument
from monitor.runtime import clock

EraseOption = Annotated[
    bool,
    typer.Option(
        "--erase",
        help="Erase its address, messages and attempts, too; also of one that was removed before.",
    ),
]


def remove(
    context: typer.Context,
    subscription: SubscriptionArgument,
    erase: EraseOption = False,
    json: Json = False,
) -> None:
    """Delete a subscription; alerts that wait for it are listed as undelivered.

    With --erase all that the database holds about it is removed for good.
    """
    if erase:
        _erase(context, subscription, json=json)
        return
    with invocation.open_store(context) as store:
        removed = local_caller.recorded(
            store,
            "remove subscription",
            partial(subscription_actions.remove_subscription, store, subscription, clock.now()),
            attrgetter("name"),
        )
    state = "alerts that waited for it are listed as undelivered"
    output.print_change("removed", "subscription", removed.name, state, key=removed.key)
    if json:
        output.print_json({"key": removed.key, "name": removed.name})


def _erase(context: typer.Context, subscription: str, *, json: bool) -> None:
    settings = invocation.settled_settings(context)
    with invocation.open_store(context) as store:
        erased = erase_subscription(store, subscription, settings, clock.now())
        # Its key, because the log is never changed and the name may be that of a person.
        local_caller.record(store, "erase subscription", erased.key)
    _print_erased(erased)
    if json:
        output.print_json(erased.as_json())


def _print_erased(erased: ErasedSubscription) -> None:
    output.print_change("erased", "subscription", erased.name, erased.summary, key=erased.key)
    for sentence in erased.remains:
        output.print_note(f"remains: {sentence}")
