"""Export articles: Atom or JSON Feed of the newest, CSV or JSON Lines of all."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from monitor.actions.progress import counted
from monitor.actions.reading.articles import check_theme
from monitor.alerts import match
from monitor.domain.alerts import Subscription, SubscriptionState
from monitor.domain.articles import Article, Decision, Source
from monitor.domain.contents.exported_article import ExportedArticle
from monitor.domain.tiers import Tier
from monitor.runtime import topic_pack, topics

if TYPE_CHECKING:
    from monitor.publish.items import Heading, Item
    from monitor.settings.sections import Settings
    from monitor.store.store import Store

MAX_FEED_ITEMS = 500  # a feed reader takes the whole document at every poll
_LINES_PER_PIECE = 250  # some 400 KB, which are written at once


class ExportFormat(enum.StrEnum):
    """What to write."""

    ATOM = "atom"
    JSONFEED = "jsonfeed"
    CSV = "csv"
    JSONL = "jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRequest:
    """Which articles to export, and how; None does not restrict."""

    format: ExportFormat
    since: datetime | None = None  # seen at or after
    theme: str | None = None
    subscription: Subscription | None = None  # only what it asks for, whatever its state
    include_rejected: bool = False
    tier: Tier | None = None

    @property
    def flagged(self) -> bool | None:
        """True where only flagged articles can be accepted, else None."""
        return True if self.tier is None and not self.include_rejected else None

    def accepts(self, article: Article) -> bool:
        """Whether the article is exported."""
        if self.subscription is not None:
            active = replace(self.subscription, state=SubscriptionState.ACTIVE)
            if match.mismatch(article, active) is not None:
                return False
        return self.accepts_decision(article.decision)

    def accepts_decision(self, decided: Decision | ExportedArticle) -> bool:
        """Whether an article with this decision is exported, as far as no subscription asks."""
        if self.tier is not None and decided.tier is not self.tier:
            return False
        if self.tier is None and not (decided.relevant or self.include_rejected):
            return False
        return self.theme is None or self.theme in decided.labels


def export_articles(
    store: Store,
    request: ExportRequest,
    settings: Settings,
    now: datetime,
    *,
    on_progress: Callable[[int], None] = lambda articles: None,
) -> Iterator[bytes]:
    """The document in pieces: a table of a million articles is never held whole.

    `on_progress` is called with the number of articles that were read.  Raise InvalidOption when
    the theme is not of the topic.
    """
    check_theme(request.theme, settings)
    return _pieces(store, request, settings, now, on_progress)


def _pieces(
    store: Store,
    request: ExportRequest,
    settings: Settings,
    now: datetime,
    on_progress: Callable[[int], None],
) -> Iterator[bytes]:
    from monitor.publish import atom_feed, csv_jsonl, json_feed

    if request.format in (ExportFormat.CSV, ExportFormat.JSONL):
        exported, feed_titles = _exported(store, request, on_progress), store.feeds.all_titles()
        if request.format is ExportFormat.JSONL:
            lines = csv_jsonl.json_lines(exported, feed_titles)
        else:
            lines = (line.encode() for line in csv_jsonl.csv_lines(exported, feed_titles))
        while piece := b"".join(islice(lines, _LINES_PER_PIECE)):
            yield piece
    else:
        articles = store.articles.newest_first(request.since, flagged=request.flagged)
        accepted = filter(request.accepts, counted(articles, on_progress))
        newest = [*islice(accepted, MAX_FEED_ITEMS)]
        heading, items = _feed(newest, store.articles.sources(newest), request, settings, now)
        if request.format is ExportFormat.ATOM:
            yield atom_feed.document(heading, items)
        else:
            yield json_feed.document(heading, items)


def _exported(
    store: Store, request: ExportRequest, on_progress: Callable[[int], None]
) -> Iterator[ExportedArticle]:
    """What is exported, the oldest first; only a subscription has to see articles whole."""
    if request.subscription is None:
        exported = store.articles.exported(request.since, flagged=request.flagged)
        return filter(request.accepts_decision, counted(exported, on_progress))
    articles = store.articles.oldest_first(request.since, flagged=request.flagged)
    return map(ExportedArticle.of, filter(request.accepts, counted(articles, on_progress)))


def _feed(
    articles: Iterable[Article],
    sources: Mapping[str, Sequence[Source]],
    request: ExportRequest,
    settings: Settings,
    now: datetime,
) -> tuple[Heading, list[Item]]:
    from monitor.publish.items import heading, items

    card = topic_pack.read_card(settings)
    written = items(articles, sources, topics.theme_titles(settings))
    subscription = request.subscription
    if subscription:
        kind, key = "subscription", subscription.key
    else:
        kind, key = "topic", f"{card.name}:{request.theme or ''}"
    name = subscription.name if subscription else request.theme or card.name
    about = heading(
        kind,
        key,
        title=f"{name} · Watchpost",
        subtitle=f"Articles flagged for {card.name}",
        url=None,
        since=max((item.updated_at for item in written), default=now),
    )
    return about, written
