"""SQLite, PostgreSQL and brute force answer random questions alike: keys and order.

python -m tests.search.same --queries 2000 [--articles 400] [--seed 1]
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from monitor.actions.reading.questions import with_patterns
from monitor.domain.alerts import AlertState
from monitor.domain.articles import Article, DecisionReason, Mark, RuleAction, RuleHit, Term
from monitor.domain.feeds import Entry, Feed
from monitor.domain.keys import key_of
from monitor.search.grammar import parse
from monitor.search.question import Question, QuestionError, QuestionTooSlow
from monitor.store.search.article_search import ArticleSearch
from monitor.store.store import Store
from tests.search import brute_force
from tests.search.brute_force import Corpus
from tests.search.questions import PIECES
from tests.store.builders import (
    NOW,
    a_decision,
    a_feed,
    a_poll,
    a_subscription,
    an_alert,
    an_article,
)
from tests.store_fixtures import serving

VOCABULARY = (
    "kursk", "troops", "sappers", "sapper", "north", "korea", "Kim", "Jong-un", "a", "b", "Ёлка",
    "élan", "북한", "북한군", "파병", "러시아", "朝鲜士兵", "派兵", "兵", "TV조선", "5호", "ﬁn",
    "カナ",
)  # fmt: skip
PAGE = 7


def corpus(random: Random, count: int) -> Corpus:
    """Articles of four feeds with few different words, so that questions find something."""
    feeds = [
        a_feed("one", title="Harbour Wire", tags=("asia",)),
        a_feed("two", title="북녘 소식"),
        a_feed("three", title="Other", tags=("Wire",)),
        a_feed("four"),
    ]
    articles = [_article(random, number, random.choice(feeds)) for number in range(count)]
    marked = random.sample(articles, count // 5)
    marks = {
        article.key: [
            Mark(article_key=article.key, relevant=random.random() < 0.5, marked_at=NOW, by=name)
            for name in random.sample(["Ada", "Mina", "operator"], random.randint(1, 2))
        ]
        for article in marked
    }
    return Corpus(articles, {feed.key: feed for feed in feeds}, marks, defaultdict(set))


def _article(random: Random, number: int, feed: Feed) -> Article:
    def words(longest: int) -> str:
        return " ".join(random.choices(VOCABULARY, k=random.randint(0, longest)))

    score = random.choice((0.1, 0.2, 0.46, 0.5, 0.55, 0.6, 0.9))
    hit = RuleHit(rule="r1", action=RuleAction.FLAG, terms=("kursk",))
    decision = a_decision(
        relevant=score >= 0.5,
        reason=random.choice(list(DecisionReason)),
        score=score,
        themes={"troops": random.random(), "arms": random.choice((0.1, 0.4, 0.9))},
        labels=random.choice(((), ("troops",), ("arms", "troops"))),
        rules=random.choice(((), (hit,))),
        terms=random.choice(((), (Term(text="kursk", weight=1.0),))),
    )
    entry = Entry(
        title=words(5),
        text=words(300 if random.random() < 0.05 else 30) * random.choice((1, 1, 1, 40)),
        author=random.choice((None, "", "Kim Il", "Lee")),
        tags=random.choice(((), ("arms",), ("north korea", "arms trade"))),
        language=random.choice((None, "ru", "en", "en-GB", "uk", "ko")),
        url=random.choice(
            (None, "https://www.example.org/x", "https://example.com:80/example.org/")
        ),
        published_at=random.choice((None, NOW, NOW - timedelta(days=20))),
    )
    return an_article(
        str(number),
        feed,
        entry=entry,
        decision=decision,
        seen_at=NOW - timedelta(hours=random.randrange(1_000)),
        backlog=random.random() < 0.2,
        copy_key=key_of("copy", str(random.randrange(300))),
    )


def stored(store: Store, random: Random, content: Corpus) -> Corpus:
    """Store the corpus, edit some of it; return it as it is then."""
    store.feeds.add_all(list(content.feeds.values()))
    asker = a_subscription()
    store.subscriptions.add(asker)
    articles = list(content.articles)
    states: dict[str, set[str]] = defaultdict(set)
    for number, article in enumerate(articles):
        alerts = []
        if number % 4 == 0:
            state = (AlertState.PENDING, AlertState.SILENCED)[number // 4 % 2]
            alert = replace(an_alert(article, asker), key=key_of("alert", article.key), state=state)
            alerts = [alert]
            states[article.key].add(state.value)
        feed = content.feeds[article.feed_key]
        store.commit([a_poll(feed, article, alerts=tuple(alerts))])
        if number % 7 == 0:
            entry = replace(article.entry, title=f"{article.entry.title} troops 朝鲜")
            edited = replace(article, entry=entry, edits=1, edited_at=NOW)
            store.commit([a_poll(feed, edited=(edited,))])
            articles[number] = edited
    for marks in content.marks.values():
        for mark in marks:
            store.marks.add(mark)
    return replace(content, articles=articles, alert_states=states, known={})


def questions(random: Random, count: int) -> list[tuple[str, Question]]:
    """Different random questions that the grammar accepts."""
    accepted: dict[str, Question] = {}
    while len(accepted) < count:
        text = "".join(random.choices(PIECES, k=random.randint(1, 9))).strip()
        try:
            accepted[text] = with_patterns(parse(text, NOW), text)
        except QuestionError:
            continue
    return list(accepted.items())


def give_time(store: Store) -> None:
    """Let a question take minutes: on a busy machine any may take longer than a page waits."""
    store.search = ArticleSearch(store._database, limit=timedelta(minutes=5))


def search(store: Store, question: Question) -> list[str]:
    """The keys of all answers, read page by page."""
    keys: list[str] = []
    page = store.search.find(question, limit=PAGE)
    keys += [article.key for article in page.articles]
    while page.next:
        page = store.search.find(question, limit=20 * PAGE, after=page.next)
        keys += [article.key for article in page.articles]
    return keys


def counted(store: Store, question: Question, expected: Sequence[str]) -> int:
    """The count of the answers, bounded above what is expected."""
    return store.search.count(question, most=len(expected) + 1)


def differences(
    stores: Sequence[Store], content: Corpus, questions: Sequence[tuple[str, Question]]
) -> tuple[list[str], int]:
    """The questions that a database answers otherwise than brute force, and the hits of all."""
    different: list[str] = []
    hits = 0
    for text, question in questions:
        expected = brute_force.answers(question, content)
        hits += len(expected)
        try:
            if any(search(store, question) != expected for store in stores):
                different.append(text)
            elif any(counted(store, question, expected) != len(expected) for store in stores):
                different.append(f"{text} (counted)")
        except QuestionTooSlow:
            different.append(f"{text} (too slow)")
    return different, hits


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=int, default=2_000)
    parser.add_argument("--articles", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random = Random(options.seed)
    content = corpus(random, options.articles)
    with TemporaryDirectory() as folder, serving() as server, server.database() as url:
        path = Path(folder, "watchpost.db")
        with Store.open(f"sqlite:///{path}") as sqlite, Store.open(url) as postgresql:
            stores = [sqlite, postgresql]
            for store in stores:
                give_time(store)
                final = stored(store, random, content)
            different, hits = differences(stores, final, questions(random, options.queries))
    sys.stdout.write(
        f"{options.queries} questions of {options.articles} articles, {hits:,} hits:"
        f" {len(different)} different\n" + "".join(f"  {text}\n" for text in different[:20])
    )
    sys.exit(bool(different))


if __name__ == "__main__":
    main()
