"""`monitor subscriptions links`: the addresses that only a subscription's owner should know."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.cli import invocation, output
from monitor.cli.subscriptions import Json, Which, found
from monitor.domain.errors import ConfigError


def show_links(
    context: typer.Context,
    subscription: Which,
    renew: Annotated[
        bool, typer.Option("--renew", help="New feed addresses; the old ones end now.")
    ] = False,
    json: Json = False,
) -> None:
    """Where its articles are read as a feed, and where it is ended; for its owner's eyes only."""
    from monitor.alerts import tokens

    chosen = invocation.settled_settings(context)
    url = chosen.web.public_url
    if not url:
        raise ConfigError(
            "readers can't reach us: set web.listen and web.public_url, as docs/web.md says"
        )
    with invocation.open_store(context) as store:
        wanted = found(store, subscription)
        secret = store.tokens.secret()
        renewals = (store.tokens.renew if renew else store.tokens.renewals)(wanted.key)
    addresses = {
        "atom": tokens.feed(url, secret, wanted, renewals, "atom"),
        "json": tokens.feed(url, secret, wanted, renewals, "json"),
        "unsubscribe": tokens.unsubscribe(url, secret, wanted),
    }
    if json:
        output.as_json(addresses)
        return
    output.table(("", "address"), [(name, str(at)) for name, at in addresses.items()], empty="")
    output.note("whoever knows an address can use it; `--renew` gives the feeds new ones")
