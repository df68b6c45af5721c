"""Figures taken inside one process: `python -m tests.bench.inside NAME`, as `micro.py` calls it.

Prints JSON: a list of `micro.Part`s as objects, or for `posting` its two figures.
"""

from __future__ import annotations

import asyncio
import io
import json
import re
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from monitor.domain.alerts import PollResult
from monitor.domain.articles import Article, Decision, DecisionReason, Term
from monitor.domain.feeds import Entry, Feed, FeedState, PollState
from monitor.domain.keys import key_of
from tests.bench import feeds

if TYPE_CHECKING:
    from monitor.store.store import Store

Figures = list[dict[str, object]]

FEEDS, ENTRIES = 24, 40  # 960 entries: seconds, not minutes
GROUP = 50  # polls in one commit, as in monitor/pipeline.py
NOW = datetime(2025, 7, 1, tzinfo=UTC)


def rate(call: Callable[[], object], count: int, *, times: int = 3) -> float:
    """Things per second of processor time: the median of some calls that each do `count`."""
    return median(count / max(_cpu(call), 1e-9) for _ in range(times))


def _cpu(call: Callable[[], object]) -> float:
    started = time.process_time()
    call()
    return time.process_time() - started


def _milliseconds(call: Callable[[], object], *, times: int) -> float:
    return median(_wall(call) for _ in range(times)) * 1000


def _wall(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


# ── reading ──────────────────────────────────────────────────────────────────────────────────────


def reading() -> Figures:
    """From bytes to clean entries, in one process."""
    import feedparser

    from monitor.collect.parse.document import parse_document
    from monitor.collect.parse.feedparser_patches import apply

    documents = [feeds.document(feed, entries=ENTRIES) for feed in range(FEEDS)]
    kind, url = "application/xml", "http://127.0.0.1/feed"

    def ours() -> None:
        for document in documents:
            parse_document(document, content_type=kind, url=url, max_entries=1000)

    def plain() -> None:
        for document in documents:
            feedparser.parse(io.BytesIO(document))

    beside = rate(plain, FEEDS * ENTRIES)
    apply()  # as the child does; it changes feedparser for good
    value, name = rate(ours, FEEDS * ENTRIES), "parse and clean, entries per CPU second"
    return [_part(name, "/s", value, beside, "feedparser.parse as it comes")]


# ── judging ──────────────────────────────────────────────────────────────────────────────────────


def entries(count: int) -> list[Entry]:
    """Entries as the parser hands them on."""
    made = (feeds.item(number % FEEDS, number // FEEDS) for number in range(count))
    return [
        Entry(
            title=each.title,
            text=unescape(re.sub(r"\s*<[^>]*>\s*", " ", each.html)).strip(),
            url=each.address,
            guid=each.address,
            author=each.author,
            language=each.language,
            published_at=each.at,
            tags=(each.tag,),
        )
        for each in made
    ]


def judging() -> Figures:
    """The shipped pack at work, beside the usual scikit-learn pipeline on the same texts."""
    from monitor.classify.features import language
    from monitor.runtime import build, topic_pack
    from monitor.settings import loader

    chosen = loader.load(None)
    loading = _milliseconds(lambda: build.classifier(topic_pack.load_pack(chosen)), times=1)
    again = _milliseconds(lambda: build.classifier(topic_pack.load_pack(chosen)), times=5)
    classifier, made = build.classifier(topic_pack.load_pack(chosen)), entries(1000)
    singles = iter(made * 2)
    classifier.judge(made[:10])
    batch = rate(lambda: classifier.judge(made), len(made))
    single = _milliseconds(lambda: classifier.judge([next(singles)]), times=500)
    beside = "TfidfVectorizer word 1–2 + LogisticRegression, 9 themes"
    reference = _usual_pipeline([f"{each.title}\n{each.text}" for each in made])
    languages = rate(
        lambda: [language.entry_language(each, None) for each in _unknown(made)], len(made)
    )
    return [
        {"name": "load the pack, the first time", "unit": "ms", "value": loading},
        {"name": "load the pack again", "unit": "ms", "value": again},
        _part("judge one article", "ms", single, reference[0], beside),
        _part("judge 1,000, per CPU second", "/s", batch, reference[1], beside),
        {"name": "detect the language, per CPU second", "unit": "/s", "value": languages},
    ]


def _part(name: str, unit: str, value: float, reference: float, beside: str) -> dict[str, object]:
    return {"name": name, "unit": unit, "value": value, "reference": reference, "beside": beside}


def _unknown(made: list[Entry]) -> Iterator[Entry]:
    from dataclasses import replace

    return (replace(each, language=None) for each in made)


def _usual_pipeline(texts: list[str]) -> tuple[float, float]:
    """Milliseconds for one text, texts per second in a batch; one binary model per theme."""
    import numpy
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import make_pipeline

    labels = numpy.array(
        [[(number >> bit) % 2 for bit in range(9)] for number in range(len(texts))]
    )
    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2)), OneVsRestClassifier(LogisticRegression())
    ).fit(texts, labels)
    singles = iter(texts)
    single = _milliseconds(lambda: model.predict_proba([next(singles)]), times=200)
    return single, rate(lambda: model.predict_proba(texts), len(texts))


# ── storing ──────────────────────────────────────────────────────────────────────────────────────


def storing() -> Figures:
    """Commits of 50 polls × 40 new articles, beside sqlite3 writing the same values."""
    from monitor.store.store import Store

    polls, groups = _groups()
    count = sum(len(poll.articles) for poll in polls)
    with TemporaryDirectory() as folder:
        with Store.open(f"sqlite:///{folder}/store.db") as store:
            _add_feeds(store, polls)
            ours = count / _wall(lambda: [store.commit(group) for group in groups])
            known = count / _wall(lambda: [store.commit(group) for group in groups])
        driver = count / _wall(lambda: _driver(Path(folder, "driver.db"), groups))
    beside = "sqlite3 executemany, one table and one index, synchronous=FULL"
    return [
        _part("store new articles, per second", "/s", ours, driver, beside),
        {"name": "store articles known already, per second", "unit": "/s", "value": known},
    ]


def copying() -> Figures:
    """What the look for copies costs: 4,000 articles held against 4,000 stored before."""
    from monitor.store.commit import near_duplicates
    from monitor.store.database import engine
    from monitor.store.database.transactions import Database
    from monitor.store.store import PATIENCE, Store

    polls, groups = _groups()
    half = len(groups) // 2
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/store.db"
        with Store.open(url) as store:
            _add_feeds(store, polls)
            for group in groups[:half]:
                store.commit(group)
        database = Database(engine.read_url(url), patience=PATIENCE)
        new = [[one for poll in group for one in poll.articles] for group in groups[half:]]
        took = _cpu(
            lambda: [
                database.write(
                    lambda to, some=some: near_duplicates.link(database, to, some, [], ())
                )
                for some in new
            ]
        )
        database.close()
    each = took / sum(map(len, new)) * 1000
    return [_part("look for copies of one new article: CPU", "ms", each, 0.2, "the aim")]


def _groups() -> tuple[list[PollResult], list[list[PollResult]]]:
    """200 polls, and the same as they are committed."""
    polls = [_polled(number) for number in range(200)]
    return polls, [polls[start : start + GROUP] for start in range(0, len(polls), GROUP)]


def _add_feeds(store: Store, polls: Sequence[PollResult]) -> None:
    for poll in polls:
        url, state = f"https://{poll.feed_key}.example/rss", PollState(due_at=NOW)
        store.feeds.add(Feed(key=poll.feed_key, url=url, poll=state))


def _polled(number: int) -> PollResult:
    made = [feeds.item(number, serial) for serial in range(ENTRIES)]
    state = PollState(due_at=NOW + timedelta(minutes=30), state=FeedState.OK, last_ok_at=NOW)
    key = f"feed{number}"
    return PollResult(
        feed_key=key,
        state=state,
        entries=len(made),
        articles=tuple(article(key, each) for each in made),
    )


def article(feed_key: str, each: feeds.Item) -> Article:
    entry = Entry(
        title=each.title,
        text=re.sub(r"<[^>]*>", "", each.html),
        url=each.address,
        guid=each.address,
        author=each.author,
        language=each.language,
        published_at=each.at,
        tags=(each.tag,),
    )
    themes = {f"theme{number}": 0.1 for number in range(8)}
    return Article(
        key=key_of(feed_key, each.address),
        copy_key=key_of("copy", entry.url or ""),
        feed_key=feed_key,
        entry=entry,
        decision=Decision(
            relevant=False,
            reason=DecisionReason.BELOW,
            score=0.1,
            pack_score=0.1,
            threshold=0.5,
            themes=themes,
            labels=(),
            terms=tuple(Term(text=word, weight=-0.1) for word in each.title.split()[:8]),
            pack="bench@000000000000",
        ),
        seen_at=NOW,
        backlog=True,
    )


def _driver(file: Path, groups: list[list[PollResult]]) -> None:
    """The same values by the database's own driver."""
    database = sqlite3.connect(file)
    database.executescript(
        "pragma journal_mode=wal; pragma synchronous=full;"
        "create table article (key text primary key, copy text, feed text, seen text, title text,"
        " body text, url text, guid text, author text, language text, at text, rest text);"
        "create index by_copy on article (copy);"
    )
    for group in groups:
        rows = [_row(article) for polled in group for article in polled.articles]
        marks = ", ".join("?" * 12)
        database.executemany(f"insert or ignore into article values ({marks})", rows)
        database.commit()
    database.close()


def _row(article: Article) -> tuple[object, ...]:
    entry, decision = article.entry, article.decision
    rest = {"themes": decision.themes, "terms": [[t.text, t.weight] for t in decision.terms]}
    return (
        article.key, article.copy_key, article.feed_key, article.seen_at.isoformat(), entry.title,
        entry.text, entry.url, entry.guid, entry.author, entry.language,
        entry.published_at and entry.published_at.isoformat(), json.dumps(rest),
    )  # fmt: skip


# ── posting ──────────────────────────────────────────────────────────────────────────────────────


def posting(hook: str) -> dict[str, float]:
    """What 500 posts cost when nothing is signed, tried again or recorded."""
    started, cpu = time.perf_counter(), time.process_time()
    asyncio.run(_post(hook, 500, side_by_side=20))
    wall, cpu = time.perf_counter() - started, time.process_time() - cpu
    return {"per_second": 500 / wall, "cpu_ms": cpu / 500 * 1000}


async def _post(hook: str, count: int, *, side_by_side: int) -> None:
    import aiohttp

    body = json.dumps({"type": "article.flagged", "data": {"text": "x" * 2_000}}).encode()
    left = iter(range(count))

    async def one_after_another(session: aiohttp.ClientSession) -> None:
        for _ in left:
            async with session.post(hook, data=body) as answer:
                await answer.read()

    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*(one_after_another(session) for _ in range(side_by_side)))


def main(what: str, *arguments: str) -> None:
    figures: dict[str, Callable[..., object]] = {
        "reading": reading,
        "judging": judging,
        "storing": storing,
        "copying": copying,
        "posting": posting,
    }
    sys.stdout.write(json.dumps(figures[what](*arguments)))


if __name__ == "__main__":
    main(*sys.argv[1:])
