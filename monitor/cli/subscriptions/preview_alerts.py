"""`monitor subscriptions preview`: what it would have been told, by the code that alerts."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.actions import option_values
from monitor.actions.subscribing import subscription_preview
from monitor.actions.subscribing.alert_history import LAST_DAYS
from monitor.actions.subscribing.subscriptions import find_subscription
from monitor.cli import invocation, output
from monitor.cli.options import Json, SubscriptionArgument
from monitor.cli.past_alert_table import print_past_alerts
from monitor.runtime import clock


def preview(
    context: typer.Context,
    subscription: SubscriptionArgument,
    since: Annotated[
        str, typer.Option(metavar="TIME", help="Since: “7d” ago, or a date or time in UTC.")
    ] = LAST_DAYS,
    json: Json = False,
) -> None:
    """Which past articles it would have been told of, and which silences would have kept back."""
    now = clock.now()
    first = option_values.parse_instant(since, "since", now)
    with invocation.open_store(context) as store:
        receiver = find_subscription(store, subscription)
        shown = subscription_preview.preview_subscription(store, receiver, first, now)
    if json:
        output.print_json(shown.as_json())
        return
    output.print_note(shown.sentence)
    print_past_alerts((*shown.told, *shown.silenced))
