"""`monitor silences`: mute alerts by theme, term, feed or subscription for a limited time."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.actions import option_values
from monitor.cli import invocation, output
from monitor.cli.access import local_caller
from monitor.cli.options import Json
from monitor.cli.past_alert_table import print_past_alerts
from monitor.domain.errors import ConfigError
from monitor.domain.muting.silence import Silence
from monitor.runtime import clock
from monitor.store.one_transaction import in_one_transaction
from monitor.text.formats import zoned_instant

if TYPE_CHECKING:
    from monitor.actions.silences import AddedSilence, SilenceRequest
    from monitor.store.store import Store

_SHOWN = ("subscription", "feed", "theme", "term", "until", "every", "zone")

app = typer.Typer(help="Mute alerts for a limited time, with a reason.", no_args_is_help=True)


@app.command()
def add(
    context: typer.Context,
    reason: Annotated[str, typer.Option(help="The reason, which digests show.")],
    for_: Annotated[
        str | None, typer.Option("--for", metavar="3d", help="How long from now.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="TIME", help="Until a date or time, in UTC.")
    ] = None,
    subscription: Annotated[
        str | None, typer.Option(help="Only alerts of this subscription (name or key).")
    ] = None,
    feed: Annotated[
        str | None, typer.Option(help="Only articles of this feed (key or URL).")
    ] = None,
    theme: Annotated[
        str | None, typer.Option(metavar="SLUG", help="Only articles of this theme.")
    ] = None,
    term: Annotated[
        str | None,
        typer.Option(metavar="WORDS", help="Only articles with these words in headline or text."),
    ] = None,
    every: Annotated[
        str | None,
        typer.Option(
            metavar="TIMES", help="Only at times that come again: “mon-fri 22:00-06:00”, “sat,sun”."
        ),
    ] = None,
    zone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="Time zone of --every; else UTC.")
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="List what it would have kept back in the last 7 days."),
    ] = False,
    json: Json = False,
) -> None:
    """Mute alerts that match all these options; they are kept and counted, with the reason."""
    from monitor.actions.silences import show_silence
    from monitor.actions.subscribing.subscriptions import check_themes
    from monitor.runtime import topics

    now = clock.now()
    length = _length(for_, until, now)
    if theme is not None:
        titles = topics.theme_titles(invocation.settled_settings(context))
        check_themes([theme], titles)
    with invocation.open_store(context) as store:
        request = _request(store, reason, length, (subscription, feed, theme, term), (every, zone))
        if dry_run:
            _print_preview(store, request, now, json)
            return
        added = _add(store, request, now)
        scope = show_silence(store, added.silence.key).scope
    if json:
        output.print_json(added.as_json())
        return
    state = f"until {zoned_instant(added.silence.until)}; it ends by itself"
    output.print_change("added", "silence", scope, state, key=added.silence.key)


@in_one_transaction
def _add(store: Store, request: SilenceRequest, now: datetime) -> AddedSilence:
    from monitor.actions.silences import add_silence

    added = add_silence(store, request, now)
    after = {name: value for name, value in added.as_json().items() if name in _SHOWN and value}
    target, reason = added.silence.key[:8], added.silence.reason
    local_caller.record(store, "add silence", target, after=after, reason=reason)
    return added


def _request(
    store: Store,
    reason: str,
    length: timedelta,
    scope: tuple[str | None, str | None, str | None, str | None],
    times: tuple[str | None, str | None],
) -> SilenceRequest:
    """The silence as typed; `scope` is subscription, feed, theme and term, `times` has a zone."""
    from monitor.actions.collecting.feeds import find_feed
    from monitor.actions.silences import SilenceRequest
    from monitor.actions.subscribing.subscriptions import find_subscription

    subscription, feed, theme, term = scope
    return SilenceRequest(
        reason=reason,
        length=length,
        subscription_key=None
        if subscription is None
        else find_subscription(store, subscription).key,
        feed_key=None if feed is None else find_feed(store, feed).key,
        theme=theme,
        term=term,
        every=times[0],
        zone=times[1],
    )


def _print_preview(store: Store, request: SilenceRequest, now: datetime, json: bool) -> None:
    """What the silence would have kept back; nothing is added."""
    from monitor.actions.silence_preview import preview_silence
    from monitor.actions.subscribing.alert_history import LAST_DAYS

    since = option_values.parse_instant(LAST_DAYS, "since", now)
    preview = preview_silence(store, request, since, now)
    if json:
        output.print_json(preview.as_json())
        return
    output.print_note(f"{preview.sentence}  Nothing was added.")
    print_past_alerts(preview.kept_back)


def _length(for_: str | None, until: str | None, now: datetime) -> timedelta:
    """How long from now, by either option.  Raise ConfigError."""
    if (for_ is None) == (until is None):
        raise ConfigError("say how long: either --for 3d or --until 2026-12-01")
    if for_ is not None:
        return option_values.parse_duration(for_, "for")
    try:
        datetime.fromisoformat(str(until))
    except ValueError:
        raise ConfigError(
            f'--until {until!r}: a date or time, such as "2026-12-01T08:00"; for a length of'
            " time use --for"
        ) from None
    return option_values.parse_instant(str(until), "until", now) - now


@app.command("list")
def list_(
    context: typer.Context,
    all_: Annotated[bool, typer.Option("--all", help="Include silences that have ended.")] = False,
    json: Json = False,
) -> None:
    """Silences in force, the first to end first, and how many alerts each kept back."""
    from monitor.actions.silences import list_silences

    now = clock.now()
    with invocation.open_store(context) as store:
        rows = list_silences(store, now, include_ended=all_)
    if json:
        output.print_json([row.as_json() for row in rows])
        return
    output.print_table(
        ("key", "silences", "until", "reason", "kept back"),
        [
            (
                row.silence.key[:8],
                row.scope,
                _end(row.silence, now),
                row.silence.reason,
                str(row.kept_back),
            )
            for row in rows
        ],
        empty="nothing is silenced",
    )


def _end(silence: Silence, now: datetime) -> str:
    """ "2026-12-01T08:00:00Z (over)" """
    return f"{zoned_instant(silence.until)}{'' if silence.until > now else ' (over)'}"


@app.command()
def remove(
    context: typer.Context,
    silence: Annotated[str, typer.Argument(help="A silence's key.")],
) -> None:
    """End a silence now.  Its alerts stay listed: `deliveries list --state silenced`."""
    from monitor.actions.silences import end_silence, show_silence

    with invocation.open_store(context) as store:
        ended = local_caller.recorded(
            store,
            "end silence",
            partial(end_silence, store, silence, clock.now()),
            lambda ended: ended.silence.key[:8],
        )
        scope = show_silence(store, ended.silence.key).scope
    state = f"{'' if ended.was_active else 'was over already; '}it kept back {ended.kept_back}"
    output.print_change("ended", "silence", scope, state, key=ended.silence.key)
