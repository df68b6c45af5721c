"""`monitor subscriptions`: who wants what, and how."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import setting, show
from monitor.digests import digest
from monitor.domain import About, ChannelKind, Subscription, SubscriptionState
from monitor.errors import ConfigError, DeliveryError

if TYPE_CHECKING:
    from monitor.settings import Settings
    from monitor.store.store import Store

app = typer.Typer(help="Who wants what, and how.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Which = Annotated[str, typer.Argument(help="A subscription's name or key.")]


@app.command()
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What to call it.")],
    email: Annotated[str | None, typer.Option(metavar="ADDR", help="Tell by e-mail.")] = None,
    webhook: Annotated[str | None, typer.Option(metavar="URL", help="Tell by webhook.")] = None,
    theme: Annotated[
        list[str] | None, typer.Option(metavar="SLUG", help="Only this theme.")
    ] = None,
    min_score: Annotated[float, typer.Option(min=0, max=1, help="Only from this score.")] = 0.0,
    lang: Annotated[
        list[str] | None, typer.Option(metavar="CODE", help="Only this language.")
    ] = None,
    feed: Annotated[list[str] | None, typer.Option(help="Only this feed (key or URL).")] = None,
    about: Annotated[
        list[About] | None,
        typer.Option(help="What to tell of: articles (if not said), the service itself, or both."),
    ] = None,
    json: Json = False,
) -> None:
    """Add a subscription.  A webhook's secret is shown now and never again."""
    chosen = setting.settled_settings(context)
    channel, address, secret = _destination(email, webhook, chosen)
    with setting.open_store(context) as store:
        subscription = Subscription(
            key=digest("subscription", name),
            name=_name(store, name),
            channel=channel,
            address=address,
            secret=secret,
            themes=_themes(theme or [], chosen),
            languages=frozenset(code.lower() for code in lang or ()),
            feeds=frozenset(_feed_key(store, which) for which in feed or ()),
            min_score=min_score,
            about=frozenset(about or [About.ARTICLES]),
            created_at=setting.now(),
        )
        store.subscriptions.add(subscription)
    if json:
        show.as_json({"key": subscription.key, "secret": secret or None})
        return
    show.note(f"{subscription.key[:12]} tells {address}")
    if secret:
        show.note("the receiver checks signatures with this secret, shown only now:")
        typer.echo(secret)


def _destination(
    email: str | None, webhook: str | None, chosen: Settings
) -> tuple[ChannelKind, str, str]:
    from monitor import egress
    from monitor.deliver import address, sign

    if (email is None) == (webhook is None):
        raise ConfigError("say where to: either --email ADDR or --webhook URL")
    if email is not None:
        return ChannelKind.EMAIL, address.check_email(email), ""
    assert webhook is not None  # noqa: S101 - for the type checker; ruled out above
    url = egress.check_url(webhook, allow=chosen.egress.allow)
    return ChannelKind.WEBHOOK, url, sign.new_secret()


def _name(store: Store, name: str) -> str:
    if not name.strip() or len(name) > 100 or not name.isprintable():
        raise ConfigError("a subscription's name has 1 to 100 printable characters")
    if any(known.name == name for known in store.subscriptions.list()):
        raise ConfigError(f"there is a subscription {name!r} already: remove it or choose another")
    return name


def _themes(slugs: list[str], chosen: Settings) -> frozenset[str]:
    from monitor import topic

    known = topic.read_card(chosen).theme_titles
    for slug in slugs:
        if slug not in known:
            raise ConfigError(f"--theme {slug}: no such theme; there are: {', '.join(known)}")
    return frozenset(slugs)


def _feed_key(store: Store, which: str) -> str:
    from monitor.cli.feeds import found

    return found(store, which).key


@app.command("list")
def list_(context: typer.Context, json: Json = False) -> None:
    """Every subscription and what it asks for; secrets are not shown."""
    with setting.open_store(context) as store:
        subscriptions = store.subscriptions.list()
    if json:
        show.as_json([as_dict(subscription) for subscription in subscriptions])
        return
    show.table(
        ("key", "name", "by", "to", "wants", "state"),
        [
            (
                s.key[:8],
                s.name,
                s.channel,
                s.address,
                wishes(s),
                f"{s.state} {s.state_reason}".strip(),
            )
            for s in subscriptions
        ],
        empty="nobody is told yet: `monitor subscriptions add NAME --email ADDR`",
    )


def wishes(subscription: Subscription) -> str:
    """What a subscription asks for, in a few words."""
    if About.ARTICLES not in subscription.about:
        return "the service's own state"
    parts = [
        ", ".join(sorted(subscription.themes)),
        ", ".join(sorted(subscription.languages)),
        f"{len(subscription.feeds)} feeds" if subscription.feeds else "",
        f"score ≥ {subscription.min_score:g}" if subscription.min_score else "",
    ]
    wanted = "; ".join(part for part in parts if part) or "everything relevant"
    also = "; and the service's own state" if About.SERVICE in subscription.about else ""
    return wanted + also


def as_dict(subscription: Subscription) -> dict[str, object]:
    """A subscription as `subscriptions list --json` shows it: never with its secret."""
    return {
        "key": subscription.key,
        "name": subscription.name,
        "channel": subscription.channel,
        "address": subscription.address,
        "themes": sorted(subscription.themes),
        "languages": sorted(subscription.languages),
        "feeds": sorted(subscription.feeds),
        "min_score": subscription.min_score,
        "about": sorted(subscription.about),
        "state": subscription.state,
        "state_reason": subscription.state_reason,
        "created_at": show.instant(subscription.created_at),
    }


def found(store: Store, which: str) -> Subscription:
    """The subscription that the person means.  Raise ConfigError."""
    subscription = store.subscriptions.find(which)
    if subscription is None:
        raise ConfigError(f"no subscription {which!r}: `monitor subscriptions list` shows them")
    return subscription


@app.command()
def pause(context: typer.Context, subscription: Which) -> None:
    """Tell it nothing until `subscriptions resume`; what happens meanwhile is not kept for it."""
    with setting.open_store(context) as store:
        key = found(store, subscription).key
        store.subscriptions.set_state(key, SubscriptionState.PAUSED, "by the operator")


@app.command()
def resume(context: typer.Context, subscription: Which) -> None:
    """Tell a paused or disabled subscription again, what waited for it first."""
    with setting.open_store(context) as store:
        store.subscriptions.set_state(found(store, subscription).key, SubscriptionState.ACTIVE, "")


@app.command()
def remove(context: typer.Context, subscription: Which) -> None:
    """Forget a subscription and the alerts that wait for it."""
    with setting.open_store(context) as store:
        gone = found(store, subscription)
        store.subscriptions.remove(gone.key)
    show.note(f"removed {gone.name}")


@app.command("test")
def send_test(context: typer.Context, subscription: Which, json: Json = False) -> None:
    """Send one test message now and show the receiver's answer as it came."""
    chosen = setting.settled_settings(context)
    with setting.open_store(context) as store:
        wanted = found(store, subscription)
    ok, answer = asyncio.run(_test(wanted, chosen))
    if json:
        show.as_json({"ok": ok, "answer": answer})
    else:
        show.note(f"{'accepted' if ok else 'not accepted'}: {answer}")
    if not ok:
        raise typer.Exit(1)


async def _test(subscription: Subscription, chosen: Settings) -> tuple[bool, str]:
    from monitor import app as parts
    from monitor import topic
    from monitor.deliver import render

    now = setting.now()
    name = topic.read_card(chosen).name
    async with parts.channels(chosen) as channels:
        try:
            message = render.test_message(subscription, topic=name, now=now)
            return True, await channels[subscription.channel].send(message, subscription, now)
        except DeliveryError as error:
            return False, str(error)
