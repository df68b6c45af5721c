"""`monitor subscriptions rotate`: a new signing secret for a webhook."""

from __future__ import annotations

from functools import partial
from operator import attrgetter
from typing import Annotated

import typer

from monitor.actions import as_json, option_values
from monitor.actions.collecting.feed_logins import read_password
from monitor.actions.subscribing import subscriptions as subscription_actions
from monitor.cli import invocation, output
from monitor.cli.access import local_caller
from monitor.cli.options import Json, SecretFile, SubscriptionArgument
from monitor.runtime import clock
from monitor.text.formats import short_instant


def rotate(
    context: typer.Context,
    subscription: SubscriptionArgument,
    overlap: Annotated[
        str, typer.Option(metavar="TIME", help="How long calls carry the old signature, too.")
    ] = "24h",
    at_once: Annotated[
        bool, typer.Option("--now", help="End the old secrets at once: one of them leaked.")
    ] = False,
    secret_file: SecretFile = None,
    json: Json = False,
) -> None:
    """Give a webhook a new secret, shown now and never again.

    Until the overlap ends each call carries two signatures, by the new and by the old secret: the
    receiver may change to the new one at any time before.
    """
    now = clock.now()
    until = now if at_once else now + option_values.parse_duration(overlap, "overlap")
    with invocation.open_store(context) as store:
        rotate = partial(
            subscription_actions.rotate_secret,
            store,
            subscription,
            old_until=until,
            now=now,
            secret=read_password(secret_file) if secret_file else "",
        )
        after = {"old_until": as_json.instant(until)}
        name_of = attrgetter("subscription.name")
        rotated = local_caller.recorded(store, "rotate secret", rotate, name_of, after=after)
    key, name = rotated.subscription.key, rotated.subscription.name
    if json:
        output.print_json(
            {"key": key, "secret": rotated.secret, "old_until": as_json.instant(until)}
        )
        return
    ends = "at once" if at_once else short_instant(until)
    state = f"the old secret ends {ends}"
    if secret_file is None:
        state += "; the new one is shown only now"
    output.print_change("changed", "subscription", name, state, key=key)
    if secret_file is not None:
        return
    typer.echo(rotated.secret)
