"""Benchmarks inside one process: `python -m tests.bench.inside NAME`, as `micro.py` calls it.

Prints JSON: a list of `micro.Part`s as objects, or for `posting` its two figures.
"""

from __future__ import annotations

import io
import json
import re
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from html import unescape
from itertools import chain
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from monitor.domain.alerts import PollResult
from monitor.domain.articles import Article, Decision, DecisionReason, Term
from monitor.domain.feeds import Entry, Feed, FeedState, PollState
from monitor.domain.keys import key_of
from tests.bench import feeds
from tests.bench.plain_posts import posting

if TYPE_CHECKING:
    from monitor.domain.ports import Classifier
    from monitor.store.commit.polls import FindCandidates, LookUps
    from monitor.store.store import Store

Figures = list[dict[str, object]]

FEEDS, ENTRIES = 24, 40  # 960 entries: seconds, not minutes
GROUP = 50  # polls in one commit, as in monitor/pipeline/poll.py
NOW = datetime(2025, 7, 1, tzinfo=UTC)


def rate(call: Callable[[], object], count: int, *, times: int = 3) -> float:
    """Operations per second of processor time: the median of several calls of `count` item."""
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
    from monitor.collect.parse.rss_atom.feedparser_patches import apply

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
    """Entries as the parser returns them."""
    items = (feeds.item(number % FEEDS, number // FEEDS) for number in range(count))
    return [
        Entry(
            title=item.title,
            text=unescape(re.sub(r"\s*<[^>]*>\s*", " ", item.html)).strip(),
            url=item.address,
            guid=item.address,
            author=item.author,
            language=item.language,
            published_at=item.at,
            tags=(item.tag,),
        )
        for item in items
    ]


def judging() -> Figures:
    """The shipped pack, compared with a usual scikit-learn pipeline on the same texts."""
    from monitor.classify.features import language
    from monitor.runtime import build, topic_pack
    from monitor.settings import loader

    chosen = loader.load(None)
    loading = _milliseconds(lambda: build.classifier(topic_pack.load_pack(chosen)), times=1)
    again = _milliseconds(lambda: build.classifier(topic_pack.load_pack(chosen)), times=5)
    classifier, sample = build.classifier(topic_pack.load_pack(chosen)), entries(1000)
    singles = iter(sample * 2)
    classifier.judge(sample[:10])
    batch = rate(lambda: classifier.judge(sample), len(sample))
    single = _milliseconds(lambda: classifier.judge([next(singles)]), times=500)
    beside = "TfidfVectorizer word 1–2 + LogisticRegression, 9 themes"
    reference = _usual_pipeline([f"{entry.title}\n{entry.text}" for entry in sample])
    languages = rate(
        lambda: [language.entry_language(entry, None) for entry in _without_language(sample)],
        len(sample),
    )
    return [
        {"name": "load the pack, the first time", "unit": "ms", "value": loading},
        {"name": "load the pack again", "unit": "ms", "value": again},
        _part("judge one article", "ms", single, reference[0], beside),
        _part("judge 1,000, per CPU second", "/s", batch, reference[1], beside),
        {"name": "detect the language, per CPU second", "unit": "/s", "value": languages},
        *_remembering(classifier, sample, per_article=1000 / batch),
    ]


def _remembering(classifier: Classifier, sample: list[Entry], *, per_article: float) -> Figures:
    """The memory, full of articles that pass the gate, asked about all of a sample.

    `per_article` is the CPU of judging one, in milliseconds.
    """
    from monitor.classify.memory.recent_articles import MOST_ARTICLES, RecentArticle, RecentArticles
    from monitor.classify.memory.score_shift import shifted, similar_articles
    from monitor.runtime import topic_pack
    from monitor.settings import loader

    recent = RecentArticles(topic_pack.load_pack(loader.load(None)).model.vectoriser)
    judged_entries = list(zip(sample, classifier.judge(sample), strict=True))
    passing = [
        (entry, verdict) for entry, verdict in judged_entries if verdict.own_score is not None
    ]
    for number in range(MOST_ARTICLES):
        entry, verdict = passing[number % len(passing)]
        other = replace(entry, title=f"{entry.title} {number}")
        name, score = str(number), verdict.own_score or 0.0
        recent.add(RecentArticle(key=name, copy_key=name, origin=name, at=NOW, score=score), other)

    def remember() -> None:
        for entry, verdict in passing:
            shifted(verdict, similar_articles(recent.neighbours(entry, NOW), verdict))

    milliseconds = 1000 / rate(remember, len(sample))
    name = f"memory, for one article ({len(passing) / len(sample):.0%} pass the gate): CPU"
    return [_part(name, "ms", milliseconds, per_article, "judging it, in a batch")]


def topics() -> Figures:
    """Judging for two topics against one, and for one against its classifier alone, which is what
    it took before there could be several: CPU of the same articles, in turns of the same run.
    """
    from monitor.pipeline.stages import StepwiseJudge
    from monitor.runtime import build
    from monitor.settings import loader
    from monitor.settings.sections import FurtherTopicSettings

    chosen = loader.load(None)
    further = (FurtherTopicSettings(pack="undersea-cables"),)
    topic = chosen.topic.model_copy(update={"further": further})
    live = build.live_settings(chosen.model_copy(update={"topic": topic}), {})
    sample = entries(1000)
    judges: dict[str, Callable[[Sequence[Entry]], object]] = {
        "classifier": live.topics[0].classifier.judge,
        "one topic": lambda entries: StepwiseJudge(live.topics[:1], lambda: None).judge(entries),
        "two topics": lambda entries: StepwiseJudge(live.topics, lambda: None).judge(entries),
    }
    costs: dict[str, list[float]] = {name: [] for name in judges}
    for _ in range(7):
        for name, judge in judges.items():
            judge(sample[:10])
            started = time.process_time()
            judge(sample)
            costs[name].append((time.process_time() - started) / len(sample) * 1000)
    alone, first, both = (median(costs[name]) for name in judges)
    return [
        _part("judge for two topics, CPU an article", "ms", both, first, "for one topic"),
        _part("judge for one topic, CPU an article", "ms", first, alone, "its classifier alone"),
    ]


def _part(name: str, unit: str, value: float, reference: float, beside: str) -> dict[str, object]:
    return {"name": name, "unit": unit, "value": value, "reference": reference, "beside": beside}


def _without_language(entries: list[Entry]) -> Iterator[Entry]:
    return (replace(entry, language=None) for entry in entries)


def _usual_pipeline(texts: list[str]) -> tuple[float, float]:
    """Milliseconds for one text, texts per second in a batch; one binary model per theme."""
    import numpy
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import make_pipeline

    numbers = numpy.arange(len(texts))
    labels = (numbers[:, None] >> numpy.arange(9)) % 2
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
            new = count / _wall(lambda: [store.commit(group, _as_committed) for group in groups])
            existing = count / _wall(
                lambda: [store.commit(group, _as_committed) for group in groups]
            )
        driver = count / _wall(lambda: _driver(Path(folder, "driver.db"), groups))
    beside = "sqlite3 executemany, one table and one index, synchronous=FULL"
    return [
        _part("store new articles, per second", "/s", new, driver, beside),
        {"name": "store articles known already, per second", "unit": "/s", "value": existing},
    ]


def copying() -> Figures:
    """The cost of grouping copies: 4,000 new articles compared with 4,000 stored ones."""
    from monitor.store.commit.copy_candidates import find_candidates
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
                store.commit(group, _as_committed)
        database = Database(engine.read_url(url), patience=PATIENCE)

        def group_copies() -> None:
            for group in groups[half:]:
                database.write(
                    lambda connection, group=group: _grouped(
                        group, partial(find_candidates, connection)
                    )
                )

        cpu = _cpu(group_copies)
        database.close()
    count = sum(len(poll.articles) for poll in chain.from_iterable(groups[half:]))
    milliseconds = cpu / count * 1000
    return [_part("look for copies of one new article: CPU", "ms", milliseconds, 0.2, "the aim")]


def _as_committed(polls: Sequence[PollResult], look_ups: LookUps) -> Sequence[PollResult]:
    return _grouped(polls, look_ups.find_candidates)


def _grouped(polls: Sequence[PollResult], find: FindCandidates) -> Sequence[PollResult]:
    """The polls with copy keys and fingerprints, as the pipeline stores them."""
    from monitor.pipeline import stages

    nobody = stages.Audience(subscriptions=(), silences=(), before={}, decided_at=NOW)
    return stages.group_copies(polls, find, nobody)


def _groups() -> tuple[list[PollResult], list[list[PollResult]]]:
    """200 polls, and the same in groups of one commit."""
    polls = [_polled(number) for number in range(200)]
    return polls, [polls[start : start + GROUP] for start in range(0, len(polls), GROUP)]


def _add_feeds(store: Store, polls: Sequence[PollResult]) -> None:
    for poll in polls:
        url, state = f"https://{poll.feed_key}.example/rss", PollState(due_at=NOW)
        store.feeds.add(Feed(key=poll.feed_key, url=url, poll=state))


def _polled(number: int) -> PollResult:
    items = [feeds.item(number, serial) for serial in range(ENTRIES)]
    state = PollState(due_at=NOW + timedelta(minutes=30), state=FeedState.OK, last_ok_at=NOW)
    key = f"feed{number}"
    return PollResult(
        feed_key=key,
        state=state,
        entries=len(items),
        articles=tuple(article(key, item) for item in items),
    )


def article(feed_key: str, item: feeds.Item) -> Article:
    entry = Entry(
        title=item.title,
        text=re.sub(r"<[^>]*>", "", item.html),
        url=item.address,
        guid=item.address,
        author=item.author,
        language=item.language,
        published_at=item.at,
        tags=(item.tag,),
    )
    themes = {f"theme{number}": 0.1 for number in range(8)}
    return Article(
        key=key_of(feed_key, item.address),
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
            terms=tuple(Term(text=word, weight=-0.1) for word in item.title.split()[:8]),
            pack="bench@000000000000",
        ),
        seen_at=NOW,
        backlog=True,
    )


def _driver(file: Path, groups: list[list[PollResult]]) -> None:
    """Write the same values with the driver sqlite3 alone."""
    database = sqlite3.connect(file)
    database.executescript(
        "pragma journal_mode=wal; pragma synchronous=full;"
        "create table article (key text primary key, copy text, feed text, seen text, title text,"
        " body text, url text, guid text, author text, language text, at text, rest text);"
        "create index by_copy on article (copy);"
    )
    for group in groups:
        articles = chain.from_iterable(poll.articles for poll in group)
        rows = [_row(article) for article in articles]
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


def main(name: str, *arguments: str) -> None:
    figures: dict[str, Callable[..., object]] = {
        "reading": reading,
        "judging": judging,
        "topics": topics,
        "storing": storing,
        "copying": copying,
        "posting": posting,
    }
    sys.stdout.write(json.dumps(figures[name](*arguments)))


if __name__ == "__main__":
    main(*sys.argv[1:])
