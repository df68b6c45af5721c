"""`monitor stories merge|split|rename|undo`."""

from __future__ import annotations

import asyncio

import pytest

from monitor.store.store import Store
from tests.cli.conftest import Terminal
from tests.contexts import watched
from tests.grouped import FIRST, OTHER, SECOND, arrive, grouping, news


@pytest.fixture
def grouped(watch: Terminal) -> Terminal:
    """A terminal in the folder of a service with two stories."""
    with Store.open(f"sqlite:///{watch.folder / 'watchpost.db'}") as store:
        watched(store)
        asyncio.run(arrive(store, grouping(), news(FIRST), news(SECOND, 1), news(OTHER, 2)))
    return watch


def keys(terminal: Terminal) -> dict[str, str]:
    stories = terminal("stories", "list", "--json").json()["stories"]
    return {story["title"]: story["key"] for story in stories}


def test_stories_are_merged_and_taken_apart_again(grouped: Terminal):
    before = keys(grouped)
    merged = grouped("stories", "merge", before[OTHER], before[FIRST], "--reason", "one trip")
    assert ": 1 article now in story" in merged.err
    assert keys(grouped) == {FIRST: before[FIRST]}
    undone = grouped("stories", "undo", before[FIRST], "--json").json()
    assert undone["kind"] == "undone"
    assert keys(grouped) == before


def test_an_article_is_split_off_and_a_story_renamed(grouped: Terminal):
    story = keys(grouped)[FIRST]
    shown = grouped("stories", "show", story, "--json").json()
    last = shown["articles_listed"][-1]["key"]
    split = grouped("stories", "split", story, last[:8], "--reason", "two trips", "--json").json()
    assert split["other"]["title"] == SECOND
    assert " The trip: its name from now on" in grouped("stories", "rename", story, "The trip").err
    assert set(keys(grouped)) == {"The trip", SECOND, OTHER}
    nameless = grouped.refused("stories", "rename", story, "")
    assert "monitor: title must have 1 to" in nameless


def test_a_split_of_a_stranger_is_refused(grouped: Terminal):
    before = keys(grouped)
    stranger = grouped("stories", "show", before[OTHER], "--json").json()["articles_listed"][0]
    message = grouped.refused("stories", "split", before[FIRST], stranger["key"], "--reason", "x")
    assert "is not in story" in message
