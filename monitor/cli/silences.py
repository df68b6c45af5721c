"""`monitor silences`: what is not told for a while, and why."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import invocation, output
from monitor.domain.alerts import Silence
from monitor.domain.errors import ConfigError
from monitor.domain.keys import key_of
from monitor.runtime import clock

if TYPE_CHECKING:
    from monitor.store.store import Store

app = typer.Typer(help="What is not told for a while, and why.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_LONGEST = timedelta(days=366)


@app.command()
def add(
    context: typer.Context,
    reason: Annotated[str, typer.Option(help="Why; digests say it.")],
    for_: Annotated[
        str | None, typer.Option("--for", metavar="3d", help="How long from now.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="TIME", help="Until a date or time, in UTC.")
    ] = None,
    subscription: Annotated[
        str | None, typer.Option(help="Only for this one (name or key).")
    ] = None,
    feed: Annotated[
        str | None, typer.Option(help="What comes from this feed (key or URL).")
    ] = None,
    theme: Annotated[
        str | None, typer.Option(metavar="SLUG", help="What is of this theme.")
    ] = None,
    term: Annotated[
        str | None, typer.Option(metavar="WORDS", help="What says this in headline or text.")
    ] = None,
    json: Json = False,
) -> None:
    """Do not tell of what all these options describe; it is kept and counted, with the reason."""
    now = clock.now()
    end = _end(for_, until, now)
    if not reason.strip():
        raise ConfigError("--reason is empty: say why, digests show it")
    if not any((subscription, feed, theme, term)):
        raise ConfigError("say what to silence: --subscription, --feed, --theme or --term")
    if term is not None and not any(letter.isalnum() for letter in term):
        raise ConfigError(f"--term {term!r} has no letter: name a word")
    with invocation.open_store(context) as store:
        silence = Silence(
            key=key_of("silence", now.isoformat(), *map(str, (subscription, feed, theme, term))),
            subscription_key=_subscription(store, subscription),
            feed_key=_feed(store, feed),
            theme=_theme(context, theme),
            term=term.strip() if term else None,
            reason=reason.strip(),
            created_at=now,
            until=end,
        )
        store.silences.add(silence)
    if json:
        output.as_json(as_dict(silence, 0))
        return
    output.note(f"{silence.key[:8]} silences until {output.instant(end)}; it ends by itself")


def _end(for_: str | None, until: str | None, now: datetime) -> datetime:
    if (for_ is None) == (until is None):
        raise ConfigError("say how long: either --for 3d or --until 2026-12-01")
    if for_ is not None:
        length = invocation.span(for_, "--for")
    else:
        try:
            datetime.fromisoformat(str(until))
        except ValueError:
            raise ConfigError(
                f'--until {until!r}: a date or time, such as "2026-12-01T08:00"; for a length of'
                " time use --for"
            ) from None
        length = invocation.moment(str(until), "--until", now) - now
    if length <= timedelta():
        raise ConfigError("the silence would be over already: choose a later end")
    if length > _LONGEST:
        raise ConfigError("a silence lasts at most a year: choose an earlier end, renew it then")
    return now + length


def _subscription(store: Store, which: str | None) -> str | None:
    from monitor.cli.subscriptions import found

    return found(store, which).key if which is not None else None


def _feed(store: Store, which: str | None) -> str | None:
    from monitor.cli.feeds import found

    return found(store, which).key if which is not None else None


def _theme(context: typer.Context, slug: str | None) -> str | None:
    from monitor.cli.subscriptions import known_themes

    if slug is not None:
        known_themes([slug], invocation.settled_settings(context))
    return slug


@app.command("list")
def list_(
    context: typer.Context,
    all_: Annotated[bool, typer.Option("--all", help="Those that are over, too.")] = False,
    json: Json = False,
) -> None:
    """Silences in force, what ends first first, and how much each kept back."""
    now = clock.now()
    with invocation.open_store(context) as store:
        silences = store.silences.list(until_after=None if all_ else now)
        counts = store.silences.counts()
        names = {one.key: one.name for one in store.subscriptions.list()}
        feeds = {one.key: one.title or one.url for one in store.feeds.list()}
    if json:
        output.as_json([as_dict(one, counts.get(one.key, 0)) for one in silences])
        return
    output.table(
        ("key", "silences", "until", "reason", "kept back"),
        [
            (
                one.key[:8],
                described(one, names, feeds),
                f"{output.instant(one.until)}{'' if one.until > now else ' (over)'}",
                one.reason,
                str(counts.get(one.key, 0)),
            )
            for one in silences
        ],
        empty="nothing is silenced",
    )


def described(silence: Silence, names: dict[str, str], feeds: dict[str, str]) -> str:
    """What it silences, in words."""
    feed, told = silence.feed_key, silence.subscription_key
    parts = [
        f"theme {silence.theme}" if silence.theme else "",
        f"“{silence.term}”" if silence.term else "",
        f"from {feeds.get(feed, 'a feed that is gone')}" if feed else "",
        f"for {names.get(told, 'a subscription that is gone')}" if told else "",
    ]
    return " ".join(part for part in parts if part)


def as_dict(silence: Silence, kept_back: int) -> dict[str, object]:
    """A silence as `--json` shows it."""
    return {
        "key": silence.key,
        "subscription": silence.subscription_key,
        "feed": silence.feed_key,
        "theme": silence.theme,
        "term": silence.term,
        "reason": silence.reason,
        "created_at": output.instant(silence.created_at),
        "until": output.instant(silence.until),
        "kept_back": kept_back,
    }


@app.command()
def remove(
    context: typer.Context,
    silence: Annotated[str, typer.Argument(help="A silence's key.")],
) -> None:
    """End a silence now.  What it kept back stays listed: `deliveries list --state silenced`."""
    with invocation.open_store(context) as store:
        found = store.silences.find(silence)
        if found is None:
            raise ConfigError(f"no silence {silence!r}: `monitor silences list --all` shows them")
        ended = store.silences.end(found.key, clock.now())
        kept = store.silences.counts().get(found.key, 0)
    output.note(f"{'ended' if ended else 'was over already'}; it kept back {kept}")
