"""`monitor marks`: mark articles, and which are proposed for it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from monitor.domain.alerts import PollResult
from monitor.domain.articles import Article, Mark
from monitor.domain.feeds import Feed, FeedState, PollState
from monitor.runtime import build
from monitor.settings import loader
from tests.classify import toy_topic
from tests.cli.conftest import Terminal

NEAR = [toy_topic.article(f"Wolf story {number}", 0.45 + number / 100) for number in range(8)]
DEEP = [toy_topic.article(f"Weather report {number}", 0.01) for number in range(8)]


def store_articles(watch: Terminal, articles: Sequence[Article]) -> None:
    """Put articles into the service's database as a poll would."""
    feed = Feed(key="f", url="https://f.example/rss", poll=PollState(due_at=toy_topic.NOW))
    state = PollState(due_at=toy_topic.NOW, state=FeedState.OK)
    with build.open_store(loader.load(watch.folder / "monitor.toml")) as store:
        store.feeds.add(feed)
        store.commit([PollResult(feed_key="f", state=state, articles=tuple(articles))])


@pytest.fixture
def read(watch: Terminal) -> Terminal:
    """A service that has read some articles."""
    store_articles(watch, [*NEAR, *DEEP])
    return watch


def test_an_article_is_marked_by_its_key_alone(read: Terminal):
    key = NEAR[0].key
    result = read("marks", key[:8], "relevant", "--theme", "troops", "--theme", "arms", "--json")
    assert result.json()["themes"] == ["troops", "arms"]
    (mark,) = read("marks", "list", "--json").json()
    assert (mark["key"], mark["label"], mark["by"]) == (key, "relevant", "operator")
    assert "Wolf story 0" in read("marks", "list").out


def test_a_later_mark_replaces_the_earlier(read: Terminal):
    read("marks", NEAR[0].key, "relevant", "--by", "Ana")
    result = read("marks", "set", NEAR[0].key, "irrelevant", "--by", "Ana", "--note", "a dog")
    assert " Wolf story 0: irrelevant\n" in result.err
    assert "1 article is marked" in result.err
    (mark,) = read("marks", "list", "--json").json()
    assert (mark["label"], mark["by"]) == ("irrelevant", "Ana")
    history = read("marks", "history", NEAR[0].key, "--json").json()
    assert [(change["before"], change["after"]) for change in history] == [
        (None, "relevant"),
        ("relevant", "irrelevant"),
    ]
    assert "a dog" in read("marks", "history", NEAR[0].key).out


def test_an_undo_brings_back_the_mark_before_and_then_none(read: Terminal):
    read("marks", NEAR[0].key, "relevant")
    read("marks", NEAR[0].key, "irrelevant")
    assert " Wolf story 0: the mark before holds again" in read("marks", "undo").err
    (mark,) = read("marks", "list", "--json").json()
    assert mark["label"] == "relevant"
    (change,) = read("marks", "undo", "--json").json()
    assert change["is_undo"]
    assert read("marks", "list", "--json").json() == []
    assert "nothing within a day" in read("marks", "undo").err


def test_two_people_who_disagree_are_both_listed_and_teach_nothing(read: Terminal):
    read("marks", NEAR[0].key, "relevant", "--by", "Mina")
    result = read("marks", NEAR[0].key, "irrelevant", "--by", "Ana")
    assert "0 articles are marked, 1 contested: 0 to learn from" in result.err
    names = {mark["by"] for mark in read("marks", "list", "--json").json()}
    assert names == {"Ana", "Mina"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("abcdef12", "relevant"), "no article 'abcdef12': `monitor articles list`"),
        ((NEAR[0].key, "relevant", "--theme", "weather"), "no such theme: weather; there are:"),
        ((NEAR[0].key, "irrelevant", "--theme", "arms"), "an irrelevant article has no theme"),
    ],
)
def test_unknown_articles_and_themes_are_refused(read: Terminal, words, message):
    assert message in read.refused("marks", *words)
    assert read("marks", "list", "--json").json() == []


def test_another_word_is_refused(read: Terminal):
    result = read("marks", NEAR[0].key, "maybe")
    assert result.code == 2
    assert "relevant" in result.err


def test_unmarked_articles_that_teach_most_are_proposed(read: Terminal):
    proposed = read("marks", "next", "--n", "6", "--since", "3650d", "--json").json()
    assert [article["title"].split()[0] for article in proposed] == ["Wolf"] * 4 + ["Weather"] * 2
    assert proposed[0]["score"] == 0.5
    for article in proposed:
        read("marks", article["key"], "irrelevant")
    others = read("marks", "next", "--n", "6", "--since", "3650d", "--json").json()
    assert not {article["key"] for article in proposed} & {article["key"] for article in others}
    result = read("marks", "next", "--since", "3650d")
    assert "random sample" in result.out
    assert "until the next lesson" in result.err


def test_nothing_to_mark_says_what_to_do(watch: Terminal):
    result = watch("marks", "next")
    assert (result.code, result.out) == (0, "")
    assert "monitor poll" in result.err
    assert "marks next" in watch("marks", "list").err


def test_the_older_name_of_the_command_still_works(read: Terminal):
    read("label", NEAR[0].key, "relevant")
    (mark,) = read("label", "list", "--json").json()
    assert mark["label"] == "relevant"


def test_a_mark_is_removed_and_the_undo_brings_it_back(read: Terminal):
    key = NEAR[0].key
    assert "has not marked" in read.refused("marks", "remove", key)
    read("marks", key, "relevant")
    assert " Wolf story 0: not marked any more" in read("marks", "remove", key[:8]).err
    assert read("marks", "list", "--json").json() == []
    read("marks", "undo")
    assert [mark["label"] for mark in read("marks", "list", "--json").json()] == ["relevant"]
    assert read("marks", "remove", key, "--json").json()["after"] is None


def test_of_two_marks_on_an_article_the_last_or_that_of_a_topic_is_removed(read: Terminal):
    key = NEAR[0].key
    with build.open_store(loader.load(read.folder / "monitor.toml")) as store:
        for topic in ("dprk-russia", "cables"):
            mark = Mark(article_key=key, topic=topic, relevant=True, marked_at=toy_topic.NOW)
            store.marks.add(mark)
    removed = read("marks", "remove", key, "--topic", "cables").err
    assert "Wolf story 0: not marked for cables any more" in removed
    assert "not marked any more" in read("marks", "remove", key).err


def test_a_mark_may_name_a_topic_that_is_watched(read: Terminal):
    key = NEAR[0].key
    marked = read("marks", key, "relevant", "--topic", "dprk-russia", "--json").json()
    assert marked["topic"] == "dprk-russia"
    refused = read("marks", key, "relevant", "--topic", "bears")
    assert refused.code == 2
    assert "no such topic is watched; there are: dprk-russia" in refused.err
    alone = read("marks", "next", "--topic", "dprk-russia")
    assert "use it with --sample" in alone.err
    sample = read("marks", "next", "--sample", "--topic", "dprk-russia")
    assert sample.code == 0
