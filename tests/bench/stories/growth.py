"""Memory and cost of stories over a month: `python -m tests.bench.stories.growth [--daily N]`.

N flagged articles a day for 30 days, made of the written examples of the shipped topic, are grouped
and stored as by the service, in a SQLite file.  Printed for each block of five days: the processor
time for an article, without the grouping, with it, and with it and the encoder where that is
installed; and the resident memory beside that at the start.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from monitor.classify.encoder import sentence_encoder
from monitor.domain.articles import Verdict
from monitor.domain.feeds import Entry, Parsed
from monitor.pipeline import poll
from monitor.pipeline.grouping.story_grouping import StoryGrouping
from monitor.pipeline.poll_context import Current
from monitor.runtime import build, topic_pack
from monitor.settings import loader
from monitor.store.store import Store
from tests.contexts import claimed, live_settings, poll_context
from tests.fakes import NOW, FakeParser, feed, fetched, subscription, verdict

DAYS, BLOCK = 30, 5
WITHOUT, WITH, ENCODER = "without", "with", "encoder"
_TITLES = {
    WITHOUT: "without stories",
    WITH: "with stories",
    ENCODER: "with stories and the encoder",
}
_PAGE_BYTES = resource.getpagesize()


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Five days of articles."""

    first_day: int
    articles: int
    milliseconds: float  # processor time of an article, all stages
    resident_mb: float  # more than at the start


def examples() -> list[dict[str, str]]:
    """The relevant written examples of the shipped topic."""
    folder = topic_pack.pack_folder(loader.load(environment={})) / "examples"
    lines = [
        json.loads(line)
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return [line for line in lines if line["label"] == "positive"]


def measure(daily: int, days: int, stage: StoryGrouping | None) -> list[Block]:
    """The blocks of so many days; without a stage nothing is grouped."""
    with (
        tempfile.TemporaryDirectory(prefix="watchpost-growth-") as folder,
        Store.open(f"sqlite:///{folder}/growth.db") as store,
    ):
        store.feeds.add(feed("f"))
        store.subscriptions.add(subscription())
        return asyncio.run(_measure(store, pairings(examples()), daily, days, stage))


async def _measure(
    store: Store,
    lines: Iterator[Entry],
    daily: int,
    days: int,
    stage: StoryGrouping | None,
) -> list[Block]:
    await _day(store, NOW, [], stage)
    start = _resident_mb()
    blocks = []
    for first in range(0, days, BLOCK):
        began, count = time.process_time(), 0
        for day in range(first, min(first + BLOCK, days)):
            at = NOW + timedelta(days=day + 1)
            entries = [replace(entry, published_at=at) for entry in islice(lines, daily)]
            await _day(store, at, entries, stage)
            count += len(entries)
        spent = time.process_time() - began
        blocks.append(
            Block(
                first_day=first + 1,
                articles=count,
                milliseconds=spent * 1_000 / max(1, count),
                resident_mb=_resident_mb() - start,
            )
        )
    return blocks


async def _day(
    store: Store, now: datetime, entries: Sequence[Entry], stage: StoryGrouping | None
) -> None:
    body = now.isoformat()
    context = replace(
        poll_context(store, f=[fetched(body)]),
        parser=FakeParser(**{body: Parsed(title="F", entries=tuple(entries))}),
        live=Current(live_settings(classifier=_EverythingIsRelevant())),
        stories=stage,
    )
    await poll.poll(claimed(store, "f", at=now), now, context)


class _EverythingIsRelevant:
    """A classifier that flags every entry: what grouping costs does not depend on judging."""

    def judge(self, entries: Sequence[Entry], /) -> list[Verdict]:
        return [verdict(0.9) for _ in entries]


def pairings(lines: Sequence[dict[str, str]]) -> Iterator[Entry]:
    """Entries without end: the headline of one example over the texts of two others.

    The texts are paired anew in each pass, so that no entry is a copy of an earlier one.
    """
    count = len(lines)
    for passed in range(1, count):
        for place, line in enumerate(lines):
            texts = (lines[(place + passed * step) % count]["text"] for step in (37, 59))
            yield Entry(
                title=line["title"],
                text=" ".join(texts),
                guid=f"{passed} {place}",
                url=None,
                language=line["lang"],
            )


def _resident_mb() -> float:
    pages = Path(f"/proc/{os.getpid()}/statm").read_text(encoding="utf-8").split()[1]
    return int(pages) * _PAGE_BYTES / 1_000_000


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.stories.growth")
    parser.add_argument("--daily", type=int, default=200, help="flagged articles a day")
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--only", choices=(WITHOUT, WITH, ENCODER), help="one of them")
    chosen = parser.parse_args()
    if not chosen.only:  # each in a process of its own: memory that one leaves is not the other's
        names = (WITHOUT, WITH, ENCODER) if sentence_encoder.is_installed() else (WITHOUT, WITH)
        for name in names:
            arguments = ["--only", name, "--daily", str(chosen.daily), "--days", str(chosen.days)]
            command = [sys.executable, "-m", "tests.bench.stories.growth", *arguments]
            subprocess.run(command, check=True)
        return 0
    say(f"{_TITLES[chosen.only]}, {chosen.daily} flagged articles a day")
    is_encoded = "true" if chosen.only == ENCODER else "false"
    settings = loader.load(environment={"MONITOR_STORIES__ENCODER": is_encoded})
    used = None if chosen.only == WITHOUT else build.story_grouping(settings)
    for block in measure(chosen.daily, chosen.days, used):
        say(
            f"  from day {block.first_day:>2}: {block.articles:,} articles,"
            f" {block.milliseconds:.1f} ms each, {block.resident_mb:+.0f} MB"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
