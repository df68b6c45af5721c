"""An expected party that published other things and said nothing of a story is silent."""

from __future__ import annotations

from typing import Any

from monitor.actions.grouping.silent_parties import expected_outlets, silent_since
from monitor.actions.grouping.story_reports import show_story
from monitor.domain.stories import Stance
from monitor.settings import loader
from tests.contexts import watched
from tests.fakes import NOW, feed
from tests.grouped import FIRST, HOUR, OTHER, SECOND, arrive, figure_pack, grouping, news

OUTLETS = {"moscow": ("tass.example",), "pyongyang": ("kcna.example",)}


async def test_a_party_is_silent_until_an_article_reports_its_word(store):
    watched(store, feed("f"), feed("t", url="https://tass.example/rss"))
    stage = grouping(figure_pack())
    await arrive(store, stage, news(FIRST))
    story = store.stories.list()[0]
    assert silent_since(store, OUTLETS, story) == {}
    await arrive(store, stage, news(OTHER, 1), hours=1, key="t")
    shown = show_story(store, story.key, NOW + HOUR, OUTLETS)
    assert shown.matrix.rows[0].cells["moscow"].stance is Stance.SILENT
    assert shown.matrix.rows[0].cells["moscow"].at == story.first_at
    assert "pyongyang" not in shown.matrix.parties  # none of its outlets is watched
    document: Any = shown.as_json()
    assert document["matrix"]["rows"][0]["cells"]["moscow"]["article"] is None
    await arrive(store, stage, news(f"{SECOND}, Moscow confirms", 2), hours=2)
    shown = show_story(store, story.key, NOW + 2 * HOUR, OUTLETS)
    assert shown.matrix.rows[0].cells["moscow"].stance is Stance.CONFIRMED


def test_the_shipped_topic_expects_both_sides():
    assert set(expected_outlets(loader.load(environment={}))) == {"moscow", "pyongyang"}
