"""Search benchmark: latency of questions, write cost of the index, its bytes, on both databases.

    python -m tests.bench.search --articles 100000

fills a database as a month of service leaves it and asks each question for a page of 50 and for
its count, as the console does.  Then it takes the words of stored articles out of the index and
stores them again, as an edit does, and prints what that costs beside a whole commit.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from sqlalchemy import text

from monitor.actions.reading.questions import read_question
from monitor.actions.reading.searches import MOST_COUNTED
from monitor.search.question import Question, QuestionTooSlow
from monitor.store.search import index_writes
from monitor.store.store import Store
from tests.bench.console.filled_store import Filling, article, fill
from tests.store.builders import a_feed, a_poll
from tests.store_fixtures import serving

DATABASES = ("sqlite", "postgresql")
# A word in every twentieth article of a language, one in none, one in half of a language's, …
QUESTIONS = (
    "kursk", "volcano", "market", "북한군", "도로", '"treaty with russia"', "sold*",
    "market is:flagged", "market theme:arms score>0.7", "market -harbour lang:en",
    "kursk OR 북한군 OR россией", "is:flagged", "is:flagged is:unmarked theme:arms",
    "lang:ko since:7d", "market sort:score", "is:told kursk", "kursk /treat(y|ies) with/",
)  # fmt: skip
PAGE = 50
GROUP = 50  # articles of one measured commit


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionTimes:
    """Milliseconds of one question."""

    question: str
    page_p50: float
    page_p95: float
    facets_p95: float  # over the newest articles that it finds
    count: float  # once: up to the bound of the console
    found: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteCost:
    """Microseconds for an article, the best of some groups."""

    commit: float
    index: float  # of its words alone, in a transaction of their own
    edit: float  # to take the words out and store them again


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.search", description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=40, help="of each question (default 40)")
    parser.add_argument("--database", choices=[*DATABASES, "both"], default="both")
    chosen = parser.parse_args(arguments)
    for name in DATABASES if chosen.database == "both" else [chosen.database]:
        with (
            tempfile.TemporaryDirectory() as folder,
            address(name, Path(folder)) as url,
            Store.open(url, upgrade=True) as store,
        ):
            measure(name, store, chosen.articles, chosen.rounds)


@contextmanager
def address(name: str, folder: Path) -> Iterator[str]:
    if name == "sqlite":
        yield f"sqlite:///{folder / 'watchpost.db'}"
        return
    with serving() as server, server.database() as url:
        yield url


def measure(name: str, store: Store, articles: int, rounds: int) -> None:
    """Fill the store and print every figure."""
    now = datetime.now(UTC)
    fill(store, Filling(articles=articles, until=now))
    show(f"{name}, {articles:,} articles, {rounds} rounds; milliseconds")
    show(f"{'':42} {'page p50':>9} {'p95':>8} {'facets p95':>11} {'count':>8} {'found':>9}")
    everything: list[float] = []
    for words in QUESTIONS:
        try:
            times = times_of(store, words, read_question(store, words, now), rounds)
        except QuestionTooSlow as error:
            show(f"{words:42} {error}")
            continue
        everything.append(times.page_p95)
        count = f"{times.found:,}" if times.found <= MOST_COUNTED else f"> {MOST_COUNTED:,}"
        show(
            f"{words:42} {times.page_p50:9.2f} {times.page_p95:8.2f} {times.facets_p95:11.2f}"
            f" {times.count:8.2f} {count:>9}"
        )
    show(f"{'the slowest page p95':42} {max(everything):18.2f}")
    cost = write_cost(store, now)
    show(
        f"write cost of an article: {cost.commit:.0f} µs whole; its words alone, in transactions"
        f" of their own, {cost.index:.0f} µs, in an edit {cost.edit:.0f} µs"
    )
    show(f"index: {index_bytes(store) / articles:,.0f} bytes an article")


def times_of(store: Store, words: str, question: Question, rounds: int) -> QuestionTimes:
    """A page, the facets and the count of one question."""
    pages = [_milliseconds(lambda: store.search.find(question, limit=PAGE)) for _ in range(rounds)]
    facets = [_milliseconds(lambda: store.search.facets(question)) for _ in range(rounds)]
    began = time.perf_counter()
    count = store.search.count(question, most=MOST_COUNTED + 1)
    return QuestionTimes(
        question=words,
        page_p50=statistics.median(pages),
        page_p95=_p95(pages),
        facets_p95=_p95(facets),
        count=(time.perf_counter() - began) * 1_000,
        found=count,
    )


def _milliseconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1_000


def _p95(milliseconds: list[float]) -> float:
    return sorted(milliseconds)[-(-len(milliseconds) * 95 // 100) - 1]


def write_cost(store: Store, now: datetime, groups: int = 20) -> WriteCost:
    """What the index adds to the storing of new articles, in commits of one poll."""
    feed, dice = a_feed("search-cost"), Random(2)
    store.feeds.add_all([feed])
    commits, indexes, edits = [], [], []
    for number in range(groups):
        new = [article(10**9 + number * GROUP + each, feed, now, dice) for each in range(GROUP)]
        began = time.perf_counter()
        store.commit([a_poll(feed, *new)])
        commits.append(time.perf_counter() - began)
        removing, inserting = _words_again(store, [each.key for each in new])
        indexes.append(inserting)
        edits.append(removing + inserting)
    per_article = 1e6 / GROUP
    return WriteCost(
        commit=min(commits) * per_article,
        index=min(indexes) * per_article,
        edit=min(edits) * per_article,
    )


def _words_again(store: Store, keys: list[str]) -> tuple[float, float]:
    """The seconds to take the words of these articles out of the index, and to store them again.

    Each in a transaction of its own: FTS5 writes at the commit.
    """
    database = store._database
    numbered = database.read(lambda opened: list(index_writes.stored_texts(opened, keys).values()))
    began = time.perf_counter()
    database.write(lambda opened: index_writes.delete_words(database, opened, numbered))
    removed = time.perf_counter()
    database.write(lambda opened: index_writes.insert(database, opened, numbered))
    return removed - began, time.perf_counter() - removed


def index_bytes(store: Store) -> int:
    """The bytes of the index of words with its table and the numbers of articles."""
    if store._database.is_sqlite:
        query = (
            "SELECT (SELECT sum(length(block)) FROM article_words_data)"
            " + (SELECT sum(length(term)) FROM article_words_idx)"
        )
    else:
        query = (
            "SELECT pg_total_relation_size('article_words')"
            " + pg_total_relation_size('article_numbers')"
        )
    return int(store._database.read(lambda opened: opened.scalar(text(query))) or 0)


def show(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
