"""`monitor subscriptions add`: a new subscriber by e-mail, webhook or chat."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.actions.collecting import feeds as feed_actions
from monitor.actions.collecting.feed_logins import read_password
from monitor.actions.header_files import read_headers
from monitor.actions.option_values import check_topics
from monitor.actions.subscribing import destinations
from monitor.actions.subscribing import subscriptions as subscription_actions
from monitor.actions.subscribing.delivery_schedules import ScheduleOptions, changed_schedule
from monitor.actions.subscribing.filters import parse_filter
from monitor.actions.subscribing.subscriptions import NewSubscription
from monitor.cli import invocation, output
from monitor.cli.access import local_caller
from monitor.cli.options import HeaderFile, Json, SecretFile
from monitor.cli.subscriptions.schedule_options import (
    AtOption,
    BudgetOption,
    EmptyOption,
    FilterOption,
    FrequencyOption,
    GroupOption,
    OnOption,
    QuietOption,
    RepeatOption,
    TierOption,
    ZoneOption,
)
from monitor.deliver.channels.descriptor import Destination
from monitor.deliver.messages.schedule_text import schedule_phrase
from monitor.domain.alerts import About, ChannelKind, Subscription
from monitor.domain.article_filters import ArticleFilter
from monitor.domain.delivery_schedule import AT_ONCE
from monitor.domain.errors import ConfigError
from monitor.domain.stories import Repeat
from monitor.domain.tiers import WantedTier
from monitor.runtime import clock

if TYPE_CHECKING:
    from monitor.settings.sections import Settings
    from monitor.store.store import Store


def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What to call it.")],
    email: Annotated[str | None, typer.Option(metavar="ADDR", help="Send by e-mail.")] = None,
    webhook: Annotated[str | None, typer.Option(metavar="URL", help="Send to a webhook.")] = None,
    apprise: Annotated[
        str | None, typer.Option(metavar="URL", help="Send to a chat: an Apprise address.")
    ] = None,
    secret_file: SecretFile = None,
    header_file: HeaderFile = None,
    topic: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only this topic.")
    ] = None,
    theme: Annotated[
        list[str] | None, typer.Option(metavar="SLUG", help="Only this theme.")
    ] = None,
    min_score: Annotated[float, typer.Option(min=0, max=1, help="Only from this score.")] = 0.0,
    lang: Annotated[
        list[str] | None, typer.Option(metavar="CODE", help="Only this language.")
    ] = None,
    feed: Annotated[list[str] | None, typer.Option(help="Only this feed (key or URL).")] = None,
    question: FilterOption = None,
    about: Annotated[
        list[About] | None,
        typer.Option(
            help="Alert about articles (the default), changes of stories, spikes of themes and"
            " stories, or the service itself."
        ),
    ] = None,
    frequency: FrequencyOption = None,
    at: AtOption = None,
    on: OnOption = None,
    zone: ZoneOption = None,
    quiet: QuietOption = None,
    budget: BudgetOption = None,
    group: GroupOption = None,
    empty: EmptyOption = None,
    repeat: RepeatOption = None,
    tier: TierOption = None,
    json: Json = False,
) -> None:
    """Add a subscription.  A webhook's secret is shown now and never again.

    The mail server is asked whether it would accept mail; `monitor subscriptions test` sends one.
    """
    settings = invocation.settled_settings(context)
    destination = _destination(email, webhook, apprise, settings)
    if secret_file is not None:
        destination = _with_secret(name, destination, secret_file)
    schedule = ScheduleOptions(
        frequency=frequency,
        at=at,
        on=on,
        zone=zone,
        quiet=quiet,
        budget=budget,
        group=group,
        empty=empty,
    )
    with invocation.open_store(context) as store:
        feeds = [feed_actions.find_feed(store, key_or_url).key for key_or_url in feed or ()]
        request = NewSubscription(
            name=name,
            destination=destination,
            headers=read_headers(header_file) if header_file else (),
            topics=_topics(topic or [], settings),
            themes=_themes(theme or [], settings),
            languages=frozenset(lang or ()),
            feeds=frozenset(feeds),
            min_score=min_score,
            filter=_filter(store, question, settings),
            about=frozenset(about or [About.ARTICLES]),
            schedule=changed_schedule(AT_ONCE, schedule),
            repeat=repeat or Repeat.FACTS,
            tier=tier or WantedTier.ALERT,
        )
        subscription = local_caller.recorded(
            store,
            "add subscription",
            partial(subscription_actions.subscribe, store, request, clock.now()),
            attrgetter("name"),
            after={"channel": destination.channel},
        )
    _print_added(subscription, json, is_known=secret_file is not None)


def _destination(
    email: str | None, webhook: str | None, apprise: str | None, settings: Settings
) -> Destination:
    """The one destination that the options name.  Raise ConfigError for none or several."""
    options = {
        ChannelKind.EMAIL: email,
        ChannelKind.WEBHOOK: webhook,
        ChannelKind.APPRISE: apprise,
    }
    addresses = [(kind, text) for kind, text in options.items() if text is not None]
    if len(addresses) != 1:
        raise ConfigError("say where to: one of --email ADDR, --webhook URL and --apprise URL")
    kind, text = addresses[0]
    destination = destinations.parse_destination(kind, text, settings.egress.allow)
    remark = asyncio.run(destinations.probe_destination(destination, settings))
    if remark:
        output.print_note(remark)
    return destination


def _with_secret(name: str, destination: Destination, file: Path) -> Destination:
    """The destination with the signing secret that the receiver brought."""
    from monitor.deliver.transports import signature

    subscription_actions.check_signed(name, destination.channel)
    return replace(destination, signing_secret=signature.check_secret(read_password(file)))


def _topics(names: list[str], settings: Settings) -> frozenset[str]:
    from monitor.runtime import topics

    return check_topics(names, topics.settings_by_topic(settings))


def _themes(slugs: list[str], settings: Settings) -> frozenset[str]:
    return subscription_actions.check_themes(slugs, _topic_themes(settings))


def _filter(store: Store, question: str | None, settings: Settings) -> ArticleFilter | None:
    if not question:
        return None
    return parse_filter(store, question, clock.now(), topic_themes=_topic_themes(settings))


def _topic_themes(settings: Settings) -> Mapping[str, str]:
    """The slug of each theme → its title."""
    from monitor.runtime import topics

    return topics.theme_titles(settings)


def _print_added(subscription: Subscription, json: bool, *, is_known: bool) -> None:
    secret = "" if is_known else subscription.signing_secret
    if json:
        output.print_json({"key": subscription.key, "secret": secret or None})
        return
    state = f"{schedule_phrase(subscription.cadence)} to {subscription.address}"
    output.print_change("added", "subscription", subscription.name, state, key=subscription.key)
    if secret:
        output.print_note("the receiver checks signatures with this secret, shown only now:")
        typer.echo(secret)
    name = shlex.quote(subscription.name)
    output.print_note(f"next: `monitor subscriptions test {name}` shows whether it arrives")
