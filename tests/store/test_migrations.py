"""Each migration converts the rows of the version before it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import select, text

from monitor.domain.alerts import About
from monitor.domain.delivery_schedule import AT_ONCE
from monitor.domain.feeds import FeedLogin, PublisherHints, PublishingHistory
from monitor.domain.message_contents import ArticleFlagged
from monitor.store.database import engine
from monitor.store.database.transactions import Database
from monitor.store.schema import versions
from monitor.store.schema.tables import article_numbers
from monitor.store.store import PATIENCE, Store


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'old.db'}"
        return
    with request.getfixturevalue("postgresql").database(template="template0") as address:
        yield address


def upgrade_to(database: Database, version: str) -> None:
    def upgrade(connection) -> None:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(versions._MIGRATIONS).replace("%", "%%"))
        command.upgrade(config, version)

    database.write(upgrade)


# An article in the columns that there are from migration 0047 on.
INSERT_ARTICLE = text(
    "INSERT INTO articles (key, copy_key, feed_key, alias, seen_at, backlog, title, text, tags,"
    " page, edits, relevant, reason, score, pack_score, threshold, themes, labels, terms,"
    " rules, pack, config, wording)"
    " VALUES (:key, 'c', 'f', '', '2025-06-17 12:00:00.000000', false, 't', '', '[]', '', 0,"
    " :relevant, 'score', 0.7, 0.7, 0.5, '{}', '[]', '[]', '[]', :pack, 'c', 'w')"
)


def old_article(key: str, score: float, *boosts: float) -> dict[str, object]:
    rules = [
        {"rule": f"r{n}", "action": "boost", "terms": ["x"], "boost": boost, "theme": None}
        for n, boost in enumerate(boosts)
    ]
    return {"key": key, "score": score, "rules": json.dumps(rules)}


def test_the_score_of_the_pack_is_the_score_without_boosts(url: str) -> None:
    database = Database(engine.read_url(url), patience=PATIENCE)
    upgrade_to(database, "0003")
    insert = text(
        "INSERT INTO articles (key, copy_key, feed_key, seen_at, backlog, title, text, tags,"
        " relevant, reason, score, threshold, themes, labels, terms, rules, pack, config)"
        " VALUES (:key, 'c', 'f', '2025-06-17 12:00:00.000000', false, 't', '', '[]', true,"
        " 'score', :score, 0.5, '{}', '[]', '[]', :rules, 'p', 'c')"
    )
    rows = [
        old_article("plain", 0.7),
        old_article("boosted", 0.7, 0.3, -0.1),
        old_article("cut", 1.0, 0.4),
        old_article("sunk", 0.0, -0.4),
        *(old_article(f"many{number:04}", 0.5, 0.25) for number in range(1_100)),
    ]
    database.write(lambda connection: connection.execute(insert, rows))
    database.close()
    with Store.open(url, upgrade=True) as store:
        scores = {
            article.key: article.decision.pack_score for article in store.articles.oldest_first()
        }
    assert {scores.pop(f"many{number:04}") for number in range(1_100)} == {0.25}
    assert scores == pytest.approx({"plain": 0.7, "boosted": 0.5, "cut": 0.6, "sunk": 0.4})


OLD_SUBSCRIPTION = text(
    "INSERT INTO subscriptions (key, name, channel, address, secret, themes, languages, feeds,"
    " min_score, state, state_reason, created_at) VALUES ('s', 'desk', 'webhook',"
    " 'https://example.org/', '', '[]', '[]', '[]', 0, 'active', '', '2025-06-17 12:00:00.000000')"
)
OLD_ALERT = text(
    "INSERT INTO alerts (key, subscription_key, created_at, due_at, attempts, state)"
    " VALUES ('a', 's', '2025-06-17 12:00:00.000000', '2025-06-17 12:00:00.000000', 0, 'pending')"
)


def test_alerts_without_a_type_become_article_alerts(url: str) -> None:
    database = Database(engine.read_url(url), patience=PATIENCE)
    upgrade_to(database, "0004")
    database.write(lambda connection: connection.execute(OLD_SUBSCRIPTION))
    database.write(lambda connection: connection.execute(OLD_ALERT))
    database.close()
    with Store.open(url, upgrade=True) as store:
        (alert,) = store.outbox.list()
        assert alert.content == ArticleFlagged()
        assert store.subscriptions.find("desk").about == {About.ARTICLES}
        assert store.subscriptions.find("desk").cadence == AT_ONCE
        assert store.digests.outlook()["s"].next_at is None


def test_a_default_interval_becomes_automatic(url: str) -> None:
    database = Database(engine.read_url(url), patience=PATIENCE)
    upgrade_to(database, "0006")
    insert = text(
        "INSERT INTO feeds (key, url, title, every_us, tags, note, paused, due_at, state, failures)"
        " VALUES (:key, :key, :key, :every, '[]', '', false, '2025-06-17 12:00:00.000000',"
        " 'ok', 0)"
    )
    rows = [{"key": "chosen", "every": 900 * 10**6}, {"key": "shipped", "every": 1_800 * 10**6}]
    database.write(lambda connection: connection.execute(insert, rows))
    database.close()
    with Store.open(url, upgrade=True) as store:
        chosen, shipped = store.feeds.list()
    assert (chosen.every, shipped.every) == (timedelta(minutes=15), None)
    assert (shipped.former_urls, shipped.poll.hints, shipped.poll.redirect) == (
        (),
        PublisherHints(),
        None,
    )


OLD_FEED = text(
    "INSERT INTO feeds (key, url, title, tags, note, paused, due_at, state, failures, former_urls,"
    " due_why, wishes, move) VALUES (:key, :key, '', '[]', '', false,"
    " '2025-06-17 12:00:00.000000', 'ok', 0, '[]', '', '{}', '{}')"
)
OLD_ARTICLE = text(
    "INSERT INTO articles (key, copy_key, feed_key, seen_at, published_at, backlog, title, text,"
    " tags, relevant, reason, score, pack_score, threshold, themes, labels, terms, rules, pack,"
    " config) VALUES (:key, 'c', 'busy', :seen_at, :published_at, false, 't', '', '[]', true,"
    " 'score', 0.5, 0.5, 0.5, '{}', '[]', '[]', '[]', 'p', 'c')"
)


def test_feeds_get_the_time_of_their_newest_article(url: str) -> None:
    database = Database(engine.read_url(url), patience=PATIENCE)
    upgrade_to(database, "0010")
    day = "2025-06-{} 12:00:00.000000".format
    articles = [
        {"key": "dated", "seen_at": day(17), "published_at": day(14)},
        {"key": "undated", "seen_at": day(15), "published_at": None},
    ]
    database.write(
        lambda connection: connection.execute(OLD_FEED, [{"key": "busy"}, {"key": "bare"}])
    )
    database.write(lambda connection: connection.execute(OLD_ARTICLE, articles))
    database.close()
    with Store.open(url, upgrade=True) as store:
        busy, bare = store.feeds.find("busy"), store.feeds.find("bare")
        assert busy.history == PublishingHistory(newest_at=datetime(2025, 6, 15, 12, tzinfo=UTC))
        assert (bare.history, bare.poll.since) == (PublishingHistory(), None)


def test_feeds_from_before_logins_have_none_and_can_be_given_one(url: str) -> None:
    database = Database(engine.read_url(url), patience=PATIENCE)
    upgrade_to(database, "0010")
    rows = [{"key": f"feed {number:04}"} for number in range(1_100)]
    database.write(lambda connection: connection.execute(OLD_FEED, rows))
    upgrade_to(database, "0018")
    database.close()
    login = FeedLogin(user="reader", password="sesame")
    with Store.open(url, upgrade=True) as store:
        feeds = store.feeds.list()
        assert (len(feeds), {feed.login for feed in feeds}) == (1_100, {None})
        store.feeds.set_login("feed 0007", login, datetime(2025, 6, 18, tzinfo=UTC))
        assert [feed.key for feed in store.feeds.list() if feed.login == login] == ["feed 0007"]


def test_articles_and_subscriptions_from_before_topics_are_of_the_one_topic(url: str) -> None:
    database = Database(engine.read_url(url), patience=PATIENCE)
    upgrade_to(database, "0047")
    rows = [
        {"key": "told", "relevant": True, "pack": "dprk-russia@1a2b3c"},
        {"key": "rejected", "relevant": False, "pack": "dprk-russia@1a2b3c"},
        {"key": "unjudged", "relevant": False, "pack": ""},
    ]
    database.write(lambda connection: connection.execute(INSERT_ARTICLE, rows))
    database.close()
    with Store.open(url, upgrade=True) as store:
        stored = {article.key: article for article in store.articles.oldest_first()}
        database = Database(engine.read_url(url), patience=PATIENCE)
        topics = database.read(
            lambda connection: connection.execute(text("SELECT key, topics FROM articles")).all()
        )
        database.close()
    assert {article.other_decisions for article in stored.values()} == {()}
    assert stored["told"].topics == ("dprk-russia",)
    topics_by_key = {
        key: json.loads(names) if isinstance(names, str) else names for key, names in topics
    }
    assert topics_by_key == {"told": ["dprk-russia"], "rejected": None, "unjudged": None}


def test_articles_from_before_are_remembered_for_each_topic_whose_gate_they_pass(url: str) -> None:
    database = Database(engine.read_url(url), patience=PATIENCE)
    upgrade_to(database, "0051")
    others = {
        "inside": '[{"pack": "second@3c4d", "own_score": 0.3}]',
        "outside": '[{"pack": "second@3c4d", "own_score": null}]',
        "alone": None,
    }
    value = ":others" if database.is_sqlite else "CAST(:others AS jsonb)"
    store_others = text(f"UPDATE articles SET other_decisions = {value} WHERE key = :key")
    rows = [{"key": key, "relevant": False, "pack": "first@1a2b"} for key in others]
    decisions = [{"key": key, "others": other} for key, other in others.items()]
    database.write(lambda connection: connection.execute(INSERT_ARTICLE, rows))
    database.write(lambda connection: connection.execute(store_others, decisions))
    upgrade_to(database, "0052")
    query = text("SELECT key FROM articles WHERE opens_other_gate")
    remembered = database.read(lambda connection: connection.scalars(query).all())
    database.close()
    assert remembered == ["inside"]


def test_numbers_from_before_get_the_themes_of_all_decisions(url: str) -> None:
    decided = {
        "leading": (["troops", "arms"], None),
        "further": ([], [{"labels": ["cables", "arms"]}, {"labels": ["cables"]}]),
        "without": ([], [{"labels": []}]),
    }
    database = Database(engine.read_url(url), patience=PATIENCE)
    upgrade_to(database, "0053")
    value = ":{}" if database.is_sqlite else "CAST(:{} AS jsonb)"
    store_decisions = text(
        f"UPDATE articles SET labels = {value.format('labels')},"
        f" other_decisions = {value.format('others')} WHERE key = :key"
    )
    store_number = text(
        "INSERT INTO article_numbers (key, relevant, near_line, in_review, has_themes)"
        " VALUES (:key, false, false, false, :has_themes)"
    )
    rows = [{"key": key, "relevant": False, "pack": "troops@1"} for key in decided]
    decisions = [
        {"key": key, "labels": json.dumps(labels), "others": others and json.dumps(others)}
        for key, (labels, others) in decided.items()
    ]
    numbers = [{"key": key, "has_themes": key != "without"} for key in decided]

    def insert(connection) -> None:
        connection.execute(INSERT_ARTICLE, rows)
        connection.execute(store_decisions, decisions)
        connection.execute(store_number, numbers)

    database.write(insert)
    upgrade_to(database, "0054")
    query = select(article_numbers.c.key, article_numbers.c.themes)
    rows_after = database.read(lambda connection: connection.execute(query).all())
    database.close()
    assert {row.key: row.themes for row in rows_after} == {
        "leading": ["arms", "troops"],
        "further": ["arms", "cables"],
        "without": None,
    }


def test_marks_from_before_answer_for_the_topic_that_led_their_article(url: str) -> None:
    database = Database(engine.read_url(url), patience=PATIENCE)
    upgrade_to(database, "0056")
    rows = [{"key": "a", "relevant": True, "pack": "wolves@1a2b"}]
    rows.append({"key": "unjudged", "relevant": False, "pack": ""})
    insert_mark = text(
        "INSERT INTO marks (article_key, relevant, themes, marked_at, marked_by, note)"
        " VALUES (:key, true, '[]', '2025-06-17 12:00:00.000000', 'Ada', 'n')"
    )
    insert_change = text(
        "INSERT INTO mark_changes (act, article_key, marked_by, at, undoes)"
        " VALUES ('x', :key, 'Ada', '2025-06-17 12:00:00.000000', '')"
    )

    def insert(connection) -> None:
        connection.execute(INSERT_ARTICLE, rows)
        for statement in (insert_mark, insert_change):
            connection.execute(statement, [{"key": row["key"]} for row in rows])

    database.write(insert)
    upgrade_to(database, "0057")
    for table in ("marks", "mark_changes"):
        query = text(f"SELECT article_key, topic FROM {table}")
        topics = database.read(lambda connection, query=query: connection.execute(query).all())
        assert {tuple(row) for row in topics} == {("a", "wolves"), ("unjudged", "")}
    database.close()
