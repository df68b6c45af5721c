"""`python -m tests.torture.hostile_entries`: hostile entries straight into judging and storing.

No parser cleans them before.  Each must be stored, judged by the shipped pack or kept unjudged with
the reason; none may fail its feed or end the round.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from monitor.domain.articles import DecisionReason
from monitor.domain.feeds import Entry, FeedState, Parsed
from monitor.pipeline import poll
from monitor.runtime import build
from monitor.settings import loader
from monitor.store.store import Store
from tests.contexts import claimed, poll_context, watched
from tests.fakes import NOW, FakeParser, fetched
from tests.store_fixtures import serving

DOCUMENT = 500  # entries of one poll
_PIECES = (
    "\x00", "\ud800", "\udfff\ud800", "\u0301" * 50, "<" * 200, "İß" * 20, "\u202e", "9" * 400,
    "\u200d" * 30, "%s{0}${x}", "'; --", "\r\nBcc: x", "=cmd|' /C calc'!A0", "\ufdfa" * 40, "𝕂" * 9,
    "Kursk", "북한", "Пхеньян", "\u0e33" * 40, "\n" * 30, "\u00ad", "\uffff", "a" * 3_000, "&#0;",
)  # fmt: skip


@dataclass
class HostileOutcome:
    """What became of the entries on one database."""

    entries: int = 0
    judged: int = 0
    unjudged: int = 0
    failed_polls: list[str] = field(default_factory=list)  # their reasons
    seconds: float = 0.0


def hostile_text(source: random.Random) -> str:
    """Up to six hostile pieces and random characters, surrogates among them."""
    pieces = [source.choice(_PIECES) for _ in range(source.randrange(4))]
    pieces += [chr(source.randrange(0x110000)) for _ in range(source.randrange(8))]
    source.shuffle(pieces)
    return "".join(pieces)


def hostile_entries(source: random.Random, number: int) -> Iterator[Entry]:
    """Entries of which every field may be hostile or missing."""

    def maybe(text: str) -> str | None:
        return text if source.random() < 0.7 else None

    for index in range(number):
        address = f"https://x.example/{index}/{hostile_text(source)}"
        year = source.randrange(1, 9999)
        yield Entry(
            title=hostile_text(source),
            text=hostile_text(source) + str(source.random()),
            url=maybe(source.choice((address, hostile_text(source)))),
            guid=maybe(hostile_text(source) + str(source.random())),
            author=maybe(hostile_text(source)),
            language=maybe(source.choice(("ko", "ru", "", hostile_text(source)))),
            published_at=datetime(year, 1, 1, tzinfo=UTC) if source.random() < 0.7 else None,
            tags=tuple(hostile_text(source) for _ in range(source.randrange(3))),
        )


def judge_and_store(store: Store, entries: int, *, seed: int = 1) -> HostileOutcome:
    """Poll documents of hostile entries until so many were read."""
    watched(store)
    settings = loader.load(environment={})
    live = build.live_settings(settings, {})
    source, outcome, started = random.Random(seed), HostileOutcome(), perf_counter()
    while outcome.entries < entries:
        number = min(DOCUMENT, entries - outcome.entries)
        document = Parsed(title="F", entries=tuple(hostile_entries(source, number)))
        now = NOW + timedelta(hours=outcome.entries // DOCUMENT + 1)
        name = f"document {outcome.entries}"  # another body each time: an equal one is not read
        context = poll_context(store, f=[fetched(name)])
        context.live.replace(live)
        context = replace(context, parser=FakeParser(**{name: document}))
        asyncio.run(poll.poll(claimed(store, "f", at=now), now, context))
        outcome.entries += number
        state = store.feeds.find("f").poll
        if state.state is FeedState.FAILING:
            outcome.failed_polls.append(str(state.last_error))
    outcome.seconds = perf_counter() - started
    reasons = Counter(article.decision.reason for article in store.articles.oldest_first())
    outcome.unjudged = reasons[DecisionReason.UNJUDGED]
    outcome.judged = reasons.total() - outcome.unjudged
    return outcome


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.torture.hostile_entries", description=__doc__
    )
    parser.add_argument("--entries", type=int, default=100_000, help="(default 100,000)")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="watchpost-hostile-") as folder, serving() as server:
        are_well = True
        with server.database() as url:
            for name in (f"sqlite:///{Path(folder)}/watchpost.db", url):
                with Store.open(name) as store:
                    outcome = judge_and_store(store, chosen.entries, seed=chosen.seed)
                show(name.partition(":")[0], outcome)
                are_well = are_well and not outcome.failed_polls
    return 0 if are_well else 1


def show(database: str, outcome: HostileOutcome) -> None:
    sys.stdout.write(
        f"{database:12} {outcome.entries:,} entries: {outcome.judged:,} articles judged,"
        f" {outcome.unjudged:,} unjudged, {len(outcome.failed_polls):,} polls failed,"
        f" {outcome.seconds:,.0f} s\n"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
