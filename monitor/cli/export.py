"""`monitor export`: flagged articles as a feed, a table, or lines for a program."""

from __future__ import annotations

import enum
import os
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import invocation, output
from monitor.domain.errors import ConfigError
from monitor.runtime import clock

if TYPE_CHECKING:
    from monitor.domain.alerts import Subscription
    from monitor.domain.articles import Article, Source
    from monitor.publish.items import Heading, Item
    from monitor.settings.sections import Settings
    from monitor.store.store import Store

MOST_IN_A_FEED = 500  # readers take the whole document at every look


class Format(enum.StrEnum):
    """What to write."""

    ATOM = "atom"
    JSONFEED = "jsonfeed"
    CSV = "csv"
    JSONL = "jsonl"


def export(
    context: typer.Context,
    form: Annotated[Format, typer.Option("--format", help="A feed, a table, or a line each.")],
    since: Annotated[str | None, typer.Option(metavar="7d", help="Seen within.")] = None,
    theme: Annotated[str | None, typer.Option(metavar="SLUG", help="Counted for it.")] = None,
    subscription: Annotated[
        str | None, typer.Option(help="What this one (name or key) wishes for.")
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="The rejected articles, too.")] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Else to standard output.")
    ] = None,
) -> None:
    """Write articles out: the newest 500 as a feed, or all of them as CSV or JSON Lines.

    A file is replaced whole, or left as it was.
    """
    from monitor.actions.subscribing.subscriptions import find_subscription

    chosen = invocation.settled_settings(context)
    after = clock.now() - invocation.span(since, "--since") if since else None
    with invocation.open_store(context) as store:
        wished = find_subscription(store, subscription) if subscription else None
        wanted = ExportOptions(theme=_theme(theme, chosen), subscription=wished, rejected=all_)
        articles = (one for one in store.articles.oldest_first(after) if wanted.is_met_by(one))
        count = _write(_pieces(form, articles, wanted, store, chosen), out)
    if out:
        output.note(f"wrote {count:,} bytes to {out}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """Which articles go out."""

    theme: str | None
    subscription: Subscription | None
    rejected: bool  # those, too

    def is_met_by(self, article: Article) -> bool:
        """A subscription's wishes are asked whatever its state."""
        from monitor.alerts import match
        from monitor.domain.alerts import SubscriptionState

        if self.subscription is not None:
            asking = replace(self.subscription, state=SubscriptionState.ACTIVE)
            if match.mismatch(article, asking) is not None:
                return False
        is_asked = article.decision.relevant or self.rejected
        return is_asked and (self.theme is None or self.theme in article.decision.labels)


def _theme(slug: str | None, chosen: Settings) -> str | None:
    from monitor.runtime import topic_pack

    known = topic_pack.read_card(chosen).theme_titles
    if slug and slug not in known:
        raise ConfigError(f"--theme {slug}: no such theme; there are: {', '.join(known)}")
    return slug


def _pieces(
    form: Format, articles: Iterable[Article], wanted: ExportOptions, store: Store, chosen: Settings
) -> Iterator[bytes]:
    """The document, bit by bit: a table of a million articles is never held whole."""
    from monitor.publish import atom_feed, csv_jsonl, json_feed

    titles = {feed.key: feed.title for feed in store.feeds.list()}
    if form is Format.CSV:
        yield from (line.encode() for line in csv_jsonl.csv_lines(articles, titles))
    elif form is Format.JSONL:
        yield from (line.encode() for line in csv_jsonl.json_lines(articles, titles))
    else:
        newest = [*reversed(deque(articles, maxlen=MOST_IN_A_FEED))]
        writer = atom_feed if form is Format.ATOM else json_feed
        yield writer.write(*_feed(newest, store.articles.sources(newest), wanted, chosen))


def _feed(
    articles: Iterable[Article],
    sources: Mapping[str, Sequence[Source]],
    wanted: ExportOptions,
    chosen: Settings,
) -> tuple[Heading, list[Item]]:
    from monitor.publish.items import heading, items
    from monitor.runtime import topic_pack

    card = topic_pack.read_card(chosen)
    written = items(articles, sources, card.theme_titles)
    of = wanted.subscription
    kind, key = ("subscription", of.key) if of else ("topic", f"{card.name}:{wanted.theme or ''}")
    about = heading(
        kind,
        key,
        title=f"{of.name if of else wanted.theme or card.name} · Watchpost",
        subtitle=f"Articles flagged for {card.name}",
        url=None,
        since=max((item.updated_at for item in written), default=clock.now()),
    )
    return about, written


def _write(pieces: Iterable[bytes], out: Path | None) -> int:
    """How many bytes; a file appears whole or not at all.  Raise ConfigError."""
    if out is None:
        return sum(sys.stdout.buffer.write(piece) for piece in pieces)
    unfinished = out.with_name(f".{out.name}.part")
    try:
        with unfinished.open("wb") as file:
            count = sum(file.write(piece) for piece in pieces)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(out)
    except OSError as error:
        raise ConfigError(f"{out}: can't be written: {error.strerror}") from None
    finally:
        unfinished.unlink(missing_ok=True)
    return count
