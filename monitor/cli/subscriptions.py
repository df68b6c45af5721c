"""`monitor subscriptions`: who wants what, and how."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import cadence, invocation, output
from monitor.deliver.channels.troubleshooting import remedy
from monitor.deliver.messages.schedule_text import described
from monitor.domain.alerts import About, AlertState, ChannelKind, Subscription, SubscriptionState
from monitor.domain.delivery_schedule import AT_ONCE
from monitor.domain.errors import ConfigError, DeliveryError
from monitor.domain.keys import key_of
from monitor.domain.reasons import DeliveryReason
from monitor.runtime import clock

if TYPE_CHECKING:
    from monitor.settings.sections import Settings
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
    apprise: Annotated[
        str | None, typer.Option(metavar="URL", help="Tell by chat: an Apprise address.")
    ] = None,
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
    told: cadence.Told = None,
    at: cadence.At = None,
    on: cadence.On = None,
    zone: cadence.Zone = None,
    quiet: cadence.Quiet = None,
    budget: cadence.Budget = None,
    group: cadence.Group = None,
    empty: cadence.Empty = None,
    json: Json = False,
) -> None:
    """Add a subscription.  A webhook's secret is shown now and never again.

    A mail server is asked whether it would take mails; `monitor subscriptions test` sends one.
    """
    chosen = invocation.settled_settings(context)
    channel, address, secret = _destination(email, webhook, apprise, chosen)
    wanted = cadence.ScheduleOptions(
        every=told, at=at, on=on, zone=zone, quiet=quiet, budget=budget, group=group, empty=empty
    )
    with invocation.open_store(context) as store:
        subscription = Subscription(
            key=key_of("subscription", name),
            name=_name(store, name),
            channel=channel,
            address=address,
            secret=secret,
            themes=known_themes(theme or [], chosen),
            languages=frozenset(code.lower() for code in lang or ()),
            feeds=frozenset(_feed_key(store, which) for which in feed or ()),
            min_score=min_score,
            about=frozenset(about or [About.ARTICLES]),
            cadence=cadence.asked(AT_ONCE, wanted),
            created_at=clock.now(),
        )
        store.subscriptions.add(subscription)
    if json:
        output.as_json(
            {"key": subscription.key, "secret": secret if channel is ChannelKind.WEBHOOK else None}
        )
        return
    output.note(f"{subscription.key[:12]} tells {address}")
    if channel is ChannelKind.WEBHOOK:
        output.note("the receiver checks signatures with this secret, shown only now:")
        typer.echo(secret)
    output.note(f"next: `monitor subscriptions test {shlex.quote(name)}` shows whether it arrives")


def _destination(
    email: str | None, webhook: str | None, apprise: str | None, chosen: Settings
) -> tuple[ChannelKind, str, str]:
    """Channel, address and secret."""
    from monitor.deliver.channels import address, signature
    from monitor.net import egress

    if sum(way is not None for way in (email, webhook, apprise)) != 1:
        raise ConfigError("say where to: one of --email ADDR, --webhook URL and --apprise URL")
    if email is not None:
        checked = address.check_email(email)
        _check_mail_server(chosen)
        return ChannelKind.EMAIL, checked, ""
    if webhook is not None:
        url = egress.check_url(webhook, allow=chosen.egress.allow)
        return ChannelKind.WEBHOOK, url, signature.new_secret()
    assert apprise is not None  # noqa: S101 - for the type checker; ruled out above
    return ChannelKind.APPRISE, asyncio.run(_chat(apprise.strip(), chosen)), apprise.strip()


def _check_mail_server(chosen: Settings) -> None:
    """Raise ConfigError when it will never take a mail from us; say so when it just is away."""
    from monitor.runtime import build

    try:
        asyncio.run(build.check_mail(chosen))
    except DeliveryError as error:
        hint = remedy(error.reason, ChannelKind.EMAIL)
        if error.reason in (DeliveryReason.TLS, DeliveryReason.LOGIN, DeliveryReason.CONFIG):
            raise ConfigError(
                f"the mail server takes no mail from us ({error.detail}): {hint}"
            ) from None
        output.note(f"the mail server can't be asked now ({error.detail}): {hint}")


async def _chat(url: str, chosen: Settings) -> str:
    """An Apprise address as it is shown: without its tokens.  Raise ConfigError."""
    from monitor.deliver.channels.redact import shown
    from monitor.runtime import build

    channel = build.chat_channel(chosen)
    try:
        await channel.check(url)
    finally:
        await channel.close()
    return shown(url)


def _name(store: Store, name: str) -> str:
    if not name.strip() or len(name) > 100 or not name.isprintable():
        raise ConfigError("a subscription's name has 1 to 100 printable characters")
    if any(known.name == name for known in store.subscriptions.list()):
        raise ConfigError(f"there is a subscription {name!r} already: remove it or choose another")
    return name


def known_themes(slugs: list[str], chosen: Settings) -> frozenset[str]:
    """The themes of these slugs.  Raise ConfigError for one that the topic does not have."""
    from monitor.runtime import topic_pack

    known = topic_pack.read_card(chosen).theme_titles
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
    now = clock.now()
    with invocation.open_store(context) as store:
        subscriptions = store.subscriptions.list()
        outlook = store.digests.outlook()
    if json:
        output.as_json(
            [as_dict(s) | cadence.outlook_as_dict(outlook[s.key]) for s in subscriptions]
        )
        return
    output.table(
        ("key", "name", "by", "to", "wants", "told", "next", "state"),
        [
            (
                s.key[:8],
                s.name,
                s.channel,
                s.address,
                wishes(s),
                described(s.cadence),
                cadence.next_told(s, outlook[s.key], now),
                _state(s),
            )
            for s in subscriptions
        ],
        empty="nobody is told yet: `monitor subscriptions add NAME --email ADDR`",
    )


def _state(subscription: Subscription) -> str:
    """Its state and the reason; of one that is told, since when that fails."""
    since = subscription.health.failing_since
    if subscription.state is SubscriptionState.ACTIVE and since is not None:
        return f"active, failing since {output.short_instant(since)}"
    return f"{subscription.state} {subscription.state_reason}".strip()


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
        "cadence": cadence.as_dict(subscription.cadence),
        "state": subscription.state,
        "state_reason": subscription.state_reason,
        "failures": subscription.health.failures,
        "failing_since": output.instant(subscription.health.failing_since),
        "rests_until": output.instant(subscription.health.rests_until),
        "created_at": output.instant(subscription.created_at),
    }


def found(store: Store, which: str) -> Subscription:
    """The subscription that the person means.  Raise ConfigError."""
    subscription = store.subscriptions.find(which)
    if subscription is None:
        raise ConfigError(f"no subscription {which!r}: `monitor subscriptions list` shows them")
    return subscription


def advice(subscription: Subscription, counts: Mapping[AlertState, int]) -> str:
    """What waits for it or was given up, and the commands for that."""
    waiting, dead, name = counts[AlertState.PENDING], counts[AlertState.DEAD], subscription.name
    lines = []
    if subscription.state is not SubscriptionState.ACTIVE:
        lines.append(
            f"{waiting} alerts wait until `monitor subscriptions resume {shlex.quote(name)}`"
        )
    if dead:
        command = f"monitor deliveries retry --all-dead --subscription {shlex.quote(name)}"
        lines.append(f"{dead} alerts were given up: `{command}` sends them again")
    return "\n".join(lines)


@app.command()
def pause(context: typer.Context, subscription: Which) -> None:
    """Tell it nothing until `subscriptions resume`; what happens meanwhile is not kept for it."""
    with invocation.open_store(context) as store:
        wanted = found(store, subscription)
        store.subscriptions.set_state(wanted.key, SubscriptionState.PAUSED, "by the operator")
        waiting = store.outbox.counts(subscription=wanted.key)[AlertState.PENDING]
    output.note(f"paused {wanted.name}; {waiting} alerts that wait are kept for it")


@app.command()
def resume(context: typer.Context, subscription: Which) -> None:
    """Tell a paused or disabled subscription again, what waited for it first."""
    with invocation.open_store(context) as store:
        wanted = found(store, subscription)
        store.digests.start_anew(wanted.key, clock.now())
        store.subscriptions.set_state(wanted.key, SubscriptionState.ACTIVE, "")
        counts = store.outbox.counts(subscription=wanted.key)
    output.note(f"{wanted.name} is told again; {counts[AlertState.PENDING]} alerts wait for it")
    if counts[AlertState.DEAD]:
        output.note(advice(replace(wanted, state=SubscriptionState.ACTIVE), counts))


@app.command()
def remove(context: typer.Context, subscription: Which) -> None:
    """Forget a subscription and the alerts that wait for it."""
    with invocation.open_store(context) as store:
        gone = found(store, subscription)
        store.subscriptions.remove(gone.key)
    output.note(f"removed {gone.name}")
