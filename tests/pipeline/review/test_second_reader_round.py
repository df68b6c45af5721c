"""The round of the second reader: what it confirms, and every way in which it fails."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network

import pytest

from monitor.collect.http.chat_client import ChatClient
from monitor.domain.alerts import PollResult
from monitor.domain.articles import Mark
from monitor.net import egress
from monitor.pipeline.review.second_reader_round import SecondReader, SecondReaderRound
from monitor.store.store import Store
from monitor.store.teaching.reader_trial import ReaderTrial
from tests.chat_server import ChatServer, Reply, chat_server, hangs, judged, said
from tests.contexts import at_once
from tests.fakes import NOW, article, decision, doubtful, entry, feed, subscription

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
async def server() -> AsyncIterator[ChatServer]:
    async with chat_server() as running:
        yield running


@pytest.fixture
async def reader(server: ChatServer) -> AsyncIterator[SecondReader]:
    allow = (ip_network("127.0.0.0/8"),)
    async with egress.open_session(allow=allow) as session:
        chat = ChatClient(
            session,
            url=server.url,
            model="qwen3",
            api_key="",
            timeout=timedelta(seconds=0.5),
            user_agent="Watchpost/test",
        )
        yield SecondReader(
            chat=chat,
            model="qwen3",
            instructions="Judge.",
            scores=(0.1, 0.9),
            budget=3,
            is_forced=True,
        )


@pytest.fixture
def filled(store: Store) -> Store:
    """Articles in doubt of one feed, and a subscription."""
    store.feeds.add_all([feed("f")])
    store.subscriptions.add(subscription("s"))
    add(store, doubtful("a", entry=entry("A letter")))
    return store


def add(store: Store, *articles) -> None:
    store.commit([PollResult(feed_key="f", state=feed("f").poll, articles=articles)])


def round_of(reader: SecondReader, store: Store) -> SecondReaderRound:
    return SecondReaderRound([reader], store, at_once, None)


async def test_an_article_that_it_finds_relevant_is_confirmed_and_alerted(
    filled: Store, reader: SecondReader, server: ChatServer
) -> None:
    await round_of(reader, filled)(LATER)
    stored = filled.articles.find("a")
    assert stored is not None
    assert stored.decision.relevant
    assert stored.decision.confirmed_by == "the second reader (qwen3)"
    (alert,) = filled.outbox.list()
    assert (alert.article_keys, alert.created_at) == (("a",), LATER)
    (reading,) = filled.second_readings.of_article("a")
    assert (reading.model, reading.prompt, reading.reason) == (
        "qwen3", reader.prompt, "soldiers are sent",
    )  # fmt: skip
    assert filled.marks.list() == []
    await round_of(reader, filled)(LATER)
    assert len(server.requests) == 1


async def test_an_article_that_it_finds_irrelevant_stays_as_it_was(
    filled: Store, reader: SecondReader, server: ChatServer
) -> None:
    server.reply = lambda article: judged(relevant=False, reason="a greeting")
    add(filled, article("near", decision=decision(score=0.6), entry=entry("Arms by rail")))
    await round_of(reader, filled)(LATER)
    assert filled.outbox.list() == []
    for key, relevant in (("a", False), ("near", True)):
        stored = filled.articles.find(key)
        assert stored is not None
        assert stored.decision.relevant is relevant
        (reading,) = filled.second_readings.of_article(key)
        assert reading.relevant is False


@pytest.mark.parametrize(
    "reply",
    [
        hangs,
        lambda article: said("Yes, this is relevant."),
        lambda article: said({"relevant": "yes", "reason": ""}),
        lambda article: said({"answer": True}),
    ],
)
async def test_a_reader_that_hangs_or_lies_changes_nothing_and_is_named(
    filled: Store, reader: SecondReader, server: ChatServer, reply: Reply
) -> None:
    server.reply = reply
    work = round_of(reader, filled)
    await work(LATER)
    assert filled.articles.find("a") == doubtful("a", entry=entry("A letter"))
    assert filled.outbox.list() == []
    (reading,) = filled.second_readings.of_article("a")
    assert (reading.relevant, reading.fault) == (None, work.fault())
    assert work.fault()


async def test_no_more_is_asked_than_the_budget_of_the_day(
    filled: Store, reader: SecondReader, server: ChatServer
) -> None:
    server.reply = lambda article: judged(relevant=False)
    add(filled, *(doubtful(f"d{n}", entry=entry(f"Letter {n}")) for n in range(7)))
    for _ in range(3):
        await round_of(reader, filled)(LATER)
    assert len(server.requests) == 3
    await round_of(reader, filled)(NOW + timedelta(days=1))
    assert len(server.requests) == 6


async def test_the_same_text_is_asked_about_once(
    filled: Store, reader: SecondReader, server: ChatServer
) -> None:
    add(filled, doubtful("b", entry=entry("A letter")))
    await round_of(reader, filled)(LATER)
    assert len(server.requests) == 1
    reused = [filled.second_readings.of_article(key)[0].reused for key in ("a", "b")]
    assert sorted(reused) == [False, True]


async def test_a_person_who_answered_meanwhile_is_not_overruled(
    filled: Store, reader: SecondReader, server: ChatServer
) -> None:
    def mark_and_answer(article: dict[str, str]):
        filled.marks.add(Mark(article_key="a", relevant=False, marked_at=LATER, by="Ana"))
        return judged(relevant=True)

    server.reply = mark_and_answer
    await round_of(reader, filled)(LATER)
    assert filled.outbox.list() == []


async def test_it_is_off_until_a_trial_was_passed(
    filled: Store, reader: SecondReader, server: ChatServer
) -> None:
    work = round_of(replace(reader, is_forced=False), filled)
    await work(LATER)
    assert "off until it was tried" in work.fault()
    trial = ReaderTrial(at=NOW, model="qwen3", prompt=reader.prompt, asked=30, correct=26)
    filled.second_readings.add_trial(trial)
    await work(LATER)
    assert "qwen3 was right on 26 of 30 lines in doubt (86.7%)" in work.fault()
    assert server.requests == []
    filled.second_readings.add_trial(replace(trial, correct=27))
    await work(LATER)
    assert work.fault() == ""
    assert len(server.requests) == 1


@pytest.fixture
def readers(reader: SecondReader) -> list[SecondReader]:
    """The reader for each of two topics."""
    return [
        replace(reader, topic="test", instructions="Judge arms."),
        replace(reader, topic="cables", instructions="Judge cables."),
    ]


async def test_each_topic_is_asked_about_with_its_own_instructions(
    store: Store, readers: list[SecondReader], server: ChatServer
) -> None:
    store.feeds.add_all([feed("f")])
    store.subscriptions.add(subscription("arms", topics=frozenset({"test"})))
    store.subscriptions.add(subscription("sea", topics=frozenset({"cables"})))
    arms, sea = doubtful().decision, doubtful().decision
    sea = replace(sea, pack="cables@1", own_score=0.3)
    add(store, doubtful("both", decision=arms, other_decisions=(sea,)))
    relevant = decision(score=0.95)
    add(store, article("told", decision=relevant, other_decisions=(sea,), copy_key="told"))
    server.reply = lambda article: judged(relevant=len(server.requests) == 2)
    work = SecondReaderRound(readers, store, at_once, None)
    await work(LATER)
    instructions = [request["messages"][0]["content"] for request in server.requests]
    assert instructions == ["Judge arms.", "Judge cables."]
    stored = store.articles.find("both")
    assert stored is not None
    assert (stored.decision.topic, stored.topics) == ("cables", ("cables",))
    assert stored.decision.confirmed_by == "the second reader (qwen3)"
    assert store.review_list.list(since=NOW, limit=9) == []
    readings = store.second_readings.of_article("both")
    assert [(reading.topic, reading.relevant) for reading in readings] == [
        ("cables", True), ("test", False),
    ]  # fmt: skip
    (alert,) = store.outbox.list()
    assert (alert.subscription_key, alert.article_keys) == ("sea", ("both",))
    await work(LATER)
    assert len(server.requests) == 2


async def test_the_topics_share_the_budget_and_each_needs_a_trial(
    store: Store, readers: list[SecondReader], server: ChatServer
) -> None:
    store.feeds.add_all([feed("f")])
    sea = replace(doubtful().decision, pack="cables@1", own_score=0.3)
    add(store, *(doubtful(f"d{n}", entry=entry(f"Letter {n}")) for n in range(2)))
    add(store, *(doubtful(f"s{n}", entry=entry(f"Ship {n}"), decision=sea) for n in range(3)))
    server.reply = lambda article: judged(relevant=False)
    work = SecondReaderRound(
        [readers[0], replace(readers[1], is_forced=False)], store, at_once, None
    )
    await work(LATER)
    assert len(server.requests) == 2
    assert "off for cables until it was tried" in work.fault()
    assert "--second-reader --topic cables" in work.fault()
    await SecondReaderRound(readers, store, at_once, None)(LATER)
    assert len(server.requests) == 3
