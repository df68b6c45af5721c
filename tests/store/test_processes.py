"""Several processes on one database: no claim twice, no partial commit."""

from __future__ import annotations

import itertools
import signal
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from monitor.domain.alerts import AlertState
from monitor.domain.delivery_schedule import DeliverySchedule, Frequency
from monitor.domain.digest_content import DigestReady
from monitor.store.store import Store
from tests.store.builders import MINUTE, NOW, a_feed, a_poll, a_subscription, an_alert, an_article

BOUND = 60  # seconds
ROOT = Path(__file__).parents[2]

_PREAMBLE = """
import sys
from monitor.store.store import Store
from tests.store.builders import *
store = Store.open(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()  # so that all processes begin together
"""


def start(url: str, script: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _PREAMBLE + textwrap.dedent(script), url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def run_together(url: str, scripts: Sequence[str]) -> list[list[str]]:
    """Run the scripts at the same time, each in its own process; return the words each printed."""
    processes = [start(url, script) for script in scripts]
    try:
        for process in processes:
            assert process.stdout.readline() == "ready\n", process.stderr.read()
        for process in processes:
            process.stdin.write("go\n")
            process.stdin.flush()
        outputs = []
        for process in processes:
            output, errors = process.communicate(timeout=BOUND)
            assert process.returncode == 0, errors
            outputs.append(output.split())
    finally:
        for process in processes:
            process.kill()
            process.wait(BOUND)
    return outputs


def add_alerts(store: Store, subscriptions: int, stories: int) -> None:
    feed = a_feed()
    store.feeds.add(feed)
    for number in range(subscriptions):
        asker = a_subscription(f"asker {number}")
        store.subscriptions.add(asker)
        articles = [an_article(f"story {index}", feed) for index in range(stories)]
        alerts = tuple(an_alert(article, asker) for article in articles)
        store.commit([a_poll(feed, *articles, alerts=alerts)])


def test_no_alert_is_claimed_twice(store: Store, database_url: str) -> None:
    add_alerts(store, subscriptions=4, stories=50)
    claiming = """
        mine = []
        while len(mine) < 100:  # so that both processes take part
            limit = min(7, 100 - len(mine))
            mine += store.outbox.claim(NOW, limit=limit, per_subscription=3, lease=MINUTE)
        print(*(claimed.alert.key for claimed in mine))
    """
    first, second = run_together(database_url, [claiming] * 2)
    claims = Counter(first + second)
    assert len(claims) == 200
    assert set(claims.values()) == {1}
    assert store.outbox.claim(NOW, limit=9, per_subscription=9, lease=MINUTE) == []


def test_no_feed_is_polled_twice_in_a_round(store: Store, database_url: str) -> None:
    store.feeds.add_all(a_feed(str(number)) for number in range(100))
    polling = """
        while claimed := store.feeds.claim(NOW, limit=10, lease=MINUTE):
            polls = [
                a_poll(claim.feed, an_article("news", claim.feed), token=claim.token)
                for claim in claimed
            ]
            for done in store.commit(polls):
                print(*(article.feed_key for article in done.articles))
    """
    outputs = run_together(database_url, [polling] * 2)
    polled = Counter(itertools.chain.from_iterable(outputs))
    assert len(polled) == 100
    assert set(polled.values()) == {1}


def test_many_concurrent_writers_all_succeed(store: Store, database_url: str) -> None:
    store.feeds.add_all(a_feed(str(number)) for number in range(4))
    writing = """
        feed = a_feed("{number}")
        for index in range(15):
            store.commit([a_poll(feed, an_article(str(index), feed))])
            print(index)
    """
    outputs = run_together(database_url, [writing.format(number=number) for number in range(4)])
    assert [len(output) for output in outputs] == [15] * 4
    assert store.articles.count() == 60
    assert integrity(store) in (None, "ok")


def test_the_same_alert_from_two_processes_is_stored_once(store: Store, database_url: str) -> None:
    """Two feeds with the same stories, in opposite order, polled by two processes."""
    store.feeds.add_all([a_feed("0"), a_feed("1")])
    store.subscriptions.add(a_subscription())
    telling = """
        feed, asker = a_feed("{number}"), a_subscription()
        for start in range(0, 30, 3):
            stories = [an_article(str(index), feed) for index in range(start, start + 3)][::{step}]
            alerts = tuple(an_alert(story, asker) for story in stories)
            (done,) = store.commit([a_poll(feed, *stories, alerts=alerts)])
            print(len(done.articles))
    """
    scripts = [telling.format(number=number, step=step) for number, step in ((0, 1), (1, -1))]
    assert run_together(database_url, scripts) == [["3"] * 10] * 2
    assert store.articles.count() == 60
    assert len(store.outbox.list(limit=1_000)) == 30


@pytest.mark.parametrize("after", [1, 6])
def test_a_killed_process_leaves_whole_polls_only(
    store: Store, database_url: str, after: int
) -> None:
    store.subscriptions.add(a_subscription())
    store.feeds.add_all(a_feed(str(number)) for number in range(400))
    polling = """
        asker = a_subscription()
        for start in range(0, 400, 10):
            polls = []
            for number in range(start, start + 10):
                feed = a_feed(str(number))
                stories = [an_article(f"{number} {index}", feed) for index in range(5)]
                alerts = tuple(an_alert(story, asker) for story in stories)
                polls.append(a_poll(feed, *stories, alerts=alerts))
            store.commit(polls)
            print(start, flush=True)
    """
    process = start(database_url, polling)
    process.stdin.write("go\n")
    process.stdin.flush()
    for _ in range(after + 1):
        process.stdout.readline()
    process.kill()
    process.communicate(timeout=BOUND)
    assert process.returncode == -signal.SIGKILL
    stories = Counter(article.feed_key for article in store.articles.oldest_first())
    alerts = store.outbox.list(limit=10_000)
    polled = [feed for feed in store.feeds.list() if feed.poll.due_at > NOW]
    assert len(polled) >= 10 * after
    assert len(polled) % 10 == 0  # the polls of one commit are stored together
    assert stories == {feed.key: 5 for feed in polled}
    assert len(alerts) == 5 * len(polled)
    assert integrity(store) in (None, "ok")


def integrity(store: Store) -> Any:
    """The result of SQLite's integrity check of the whole file."""
    if not store._database.is_sqlite:
        return None
    check = "PRAGMA integrity_check"
    return store._database._driver(lambda driver: driver.execute(check).fetchone()[0])


def test_each_article_is_in_exactly_one_digest(store: Store, database_url: str):
    asker = a_subscription(cadence=DeliverySchedule(every=Frequency.HOURLY, empty=True))
    feed = a_feed()
    store.feeds.add(feed)
    store.subscriptions.add(asker)
    sealing = """
        for minute in range(0, 60 * 14, 30):
            store.digests.close_due(NOW + minute * MINUTE)
    """
    bringing = """
        from monitor.alerts import match
        feed, (asker,) = a_feed(), store.subscriptions.list()
        for number in range(40):
            at = NOW + 20 * number * MINUTE
            article = an_article(f"story {number}", feed, seen_at=at)
            store.commit([a_poll(feed, article, alerts=match.alerts([article], [asker]))])
    """
    run_together(database_url, [sealing, sealing, bringing])
    for hour in range(14, 17):
        store.digests.close_due(NOW + 60 * hour * MINUTE)
    digests = [
        alert for alert in store.outbox.list(limit=1_000) if isinstance(alert.content, DigestReady)
    ]
    counted = Counter(itertools.chain.from_iterable(digest.article_keys for digest in digests))
    assert (len(counted), set(counted.values())) == (40, {1})
    ends = [digest.content.until for digest in digests]
    assert len(set(ends)) == len(ends)
    assert store.outbox.counts()[AlertState.HELD] == 0
