"""`monitor subscriptions links`: the addresses that only a subscription's owner should know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.actions.subscribing import subscription_links
from monitor.actions.subscribing.subscriptions import find_subscription
from monitor.cli import invocation, output
from monitor.cli.access import local_caller
from monitor.cli.options import Json, SubscriptionArgument
from monitor.domain.alerts import Subscription
from monitor.store.one_transaction import in_one_transaction

if TYPE_CHECKING:
    from monitor.actions.subscribing.subscription_links import SubscriptionLinks
    from monitor.store.store import Store


def show_links(
    context: typer.Context,
    subscription: SubscriptionArgument,
    renew: Annotated[
        bool, typer.Option("--renew", help="New addresses of feeds and page; the old ones end now.")
    ] = False,
    json: Json = False,
) -> None:
    """Show the secret addresses of its feeds, of unsubscribing, and of its own page."""
    url = invocation.settled_settings(context).web.public_url
    with invocation.open_store(context) as store:
        owner = find_subscription(store, subscription)
        addresses = _links(store, owner, url, renew=renew)
    fields = addresses.as_json()
    if json:
        output.print_json(fields)
        return
    output.print_table(
        ("", "address"), [(name, str(url)) for name, url in fields.items()], empty=""
    )
    if renew:
        state = "its feeds and its page have new addresses, the old ones ended"
        output.print_change("changed", "subscription", owner.name, state, key=owner.key)
    output.print_note("whoever knows an address can use it; `--renew` gives the feeds new ones")


@in_one_transaction
def _links(store: Store, owner: Subscription, url: str, *, renew: bool) -> SubscriptionLinks:
    addresses = subscription_links.links(store, owner.key, public_url=url, renew=renew)
    if renew:
        local_caller.record(store, "renew feed addresses", owner.name)
    return addresses
