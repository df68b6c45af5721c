"""Alerts by `--repeat` on a file of articles: `python -m tests.stories.stream [FILE.jsonl.gz]`.

The articles are polled hour by hour, judged, grouped and matched as by the service, for three
subscriptions that differ in `--repeat` alone.  Printed: how many alerts each was sent, how many
were held back, by reason, and how many events were lost: stories with a flagged article of which a
subscription was told nothing.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.domain.alerts import AlertState
from monitor.domain.feeds import Entry, Parsed
from monitor.domain.stories import Repeat
from monitor.pipeline import poll
from monitor.pipeline.grouping.story_grouping import StoryGrouping
from monitor.pipeline.poll_context import Current
from monitor.runtime import build, topic_pack
from monitor.settings import loader
from monitor.store.store import Store
from tests.contexts import claimed, live_settings, poll_context
from tests.fakes import FakeParser, feed, fetched, subscription

STREAM = Path(__file__).parents[3] / "shared" / "eval" / "stream.jsonl.gz"
HOUR = timedelta(hours=1)


@dataclass(slots=True)
class Told:
    """What one subscription got."""

    sent: int = 0
    held_back: Counter[str] = field(default_factory=Counter)  # reason → alerts
    unexplained: int = 0  # held back without a reason
    lost: int = 0  # events


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The figures of a file."""

    articles: int
    flagged: int
    stories: int
    told: Mapping[Repeat, Told]


def read_lines(path: Path) -> list[dict[str, str]]:
    """The articles of a file, in order of date."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        articles = [json.loads(line) for line in lines]
    return sorted(articles, key=lambda article: (_date(article), article["id"]))


def _date(article: Mapping[str, str]) -> datetime:
    return datetime.fromisoformat(article["date"]).astimezone(UTC)


def alerts_by_repeat(articles: Iterable[dict[str, str]]) -> Outcome:
    """Poll the articles hour by hour into a database of its own, and count."""
    listed = list(articles)
    with (
        tempfile.TemporaryDirectory(prefix="watchpost-stream-") as folder,
        Store.open(f"sqlite:///{folder}/stream.db") as store,
    ):
        sources = sorted({article["source"] for article in listed})
        store.feeds.add_all(feed(source) for source in sources)
        for repeat in Repeat:
            store.subscriptions.add(subscription(repeat.value, repeat=repeat))
        asyncio.run(_poll_all(store, listed, sources))
        return _outcome(store, len(listed))


async def _poll_all(store: Store, articles: list[dict[str, str]], sources: list[str]) -> None:
    settings = loader.load(environment={})
    classifier = build.classifier(topic_pack.load_pack(settings))
    stage = build.story_grouping(settings)
    by_hour: dict[datetime, dict[str, list[Entry]]] = defaultdict(lambda: defaultdict(list))
    for article in articles:
        hour = _date(article).replace(minute=0, second=0, microsecond=0) + HOUR
        by_hour[hour][article["source"]].append(_entry(article))
    live = Current(live_settings(classifier=classifier))
    begin = min(by_hour) - HOUR  # the first poll of a feed never alerts
    await _poll(store, begin, {source: [] for source in sources}, live, stage)
    for hour, entries in sorted(by_hour.items()):
        await _poll(store, hour, entries, live, stage)


async def _poll(
    store: Store,
    now: datetime,
    entries: Mapping[str, list[Entry]],
    live: Current,
    stage: StoryGrouping | None,
) -> None:
    bodies = {source: f"{source} {now.isoformat()}" for source in entries}
    parsed = {
        body: Parsed(title=source, entries=tuple(entries[source]))
        for source, body in bodies.items()
    }
    context = replace(
        poll_context(store, **{source: [fetched(body)] for source, body in bodies.items()}),
        parser=FakeParser(**parsed),
        live=live,
        stories=stage,
    )
    await poll.poll(claimed(store, *entries, at=now), now, context)


def _entry(article: Mapping[str, str]) -> Entry:
    return Entry(
        title=article["title"],
        text=article.get("text", ""),
        guid=article["id"],
        url=None,
        published_at=_date(article),
        language=article.get("lang"),
    )


def _outcome(store: Store, articles: int) -> Outcome:
    relevant = [item.key for item in store.articles.list(flagged=True, limit=100_000)]
    places = {key: place.story for key, place in store.stories.grouped(relevant).items()}
    alerts = store.outbox.list(limit=1_000_000)
    counts_by_repeat = {repeat: Told() for repeat in Repeat}
    told_stories: dict[Repeat, set[int]] = defaultdict(set)
    for alert in alerts:
        counts = counts_by_repeat[Repeat(alert.subscription_key)]
        if alert.state is AlertState.REPEATED:
            reason = (alert.last_error or "").rpartition(", and ")[2]
            counts.held_back[reason] += 1
            counts.unexplained += not reason
            continue
        counts.sent += 1
        story = places.get(alert.article_keys[0])
        if story is not None:
            told_stories[Repeat(alert.subscription_key)].add(story)
    for repeat, counts in counts_by_repeat.items():
        counts.lost = len(set(places.values()) - told_stories[repeat])
    return Outcome(
        articles=articles,
        flagged=len(relevant),
        stories=len(set(places.values())),
        told=counts_by_repeat,
    )


def lines_of(outcome: Outcome) -> list[str]:
    """The figures for people."""
    lines = [
        f"articles {outcome.articles:,}  flagged {outcome.flagged:,}  stories {outcome.stories:,}"
    ]
    for repeat, counts in outcome.told.items():
        held = sum(counts.held_back.values())
        lines.append(
            f"--repeat {repeat.value:<6} sent {counts.sent:>4}  held back {held:>4}"
            f"  without a reason {counts.unexplained}  events lost {counts.lost}"
        )
        lines += [f"    {number:>4} {reason}" for reason, number in counts.held_back.most_common()]
    return lines


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else STREAM
    if not path.is_file():
        sys.exit(f"{path}: no such file: give the path of a file of articles")
    for line in lines_of(alerts_by_repeat(read_lines(path))):
        say(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
