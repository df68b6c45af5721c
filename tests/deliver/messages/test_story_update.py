"""The message of a changed story says what is new, or what a person moved."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from monitor.deliver.messages import render, story_update, webhook_payload
from monitor.domain.contents.story_contents import (
    ArticleMention,
    News,
    StoryChange,
    StoryMention,
    StoryUpdated,
)

SCHEMA = Path(__file__).parents[3] / "docs/webhooks/story.updated.v1.json"
STORY = StoryMention(key="0123456789abcdef", title="Losses in Kursk", articles=7)
NEWS = StoryUpdated(
    at=datetime(2025, 6, 17, tzinfo=UTC),
    story=STORY,
    news=(
        News(kind="figure", text="NIS now says 800 killed"),
        News(kind="stance", text="Moscow …"),
    ),
    article=ArticleMention(key="a", title="Spy agency", url="https://news.example/a"),
)
MERGED = StoryUpdated(
    change=StoryChange.MERGED.value,
    story=STORY,
    other=replace(STORY, key="b", title="Kursk"),
    moved=3,
    by="ann",
    reason="one event",
)
HOSTILE = "<script>x</script>\r\nBcc: a@example.org\u202e"


def rendered(claim, content):
    claimed = claim()
    alert = replace(claimed.alert, article_keys=(), content=content)
    return render.message(
        replace(claimed, alert=alert, articles=()), topic="dprk-russia", theme_titles={}
    )


@pytest.mark.parametrize(
    ("content", "headline", "line"),
    [
        (NEWS, "Figures: NIS now says 800 killed · Losses in Kursk", "New: Moscow …"),
        (NEWS, "Figures: NIS now says 800 killed · Losses in Kursk", "https://news.example/a"),
        (MERGED, "Story merged: Losses in Kursk", "ann moved 3 articles of this story to “Kursk”."),
        (MERGED, "Story merged: Losses in Kursk", "Reason: one event"),
        (StoryUpdated(), "(no headline)", "Articles in the story: 0"),
    ],
)
def test_the_message_says_what_changed(claim, content, headline, line):
    message = rendered(claim, content)
    assert message.subject == f"[dprk-russia][story] {headline}"
    assert line in message.text
    assert "subscribes to messages about changes of stories" in message.text
    body = json.loads(webhook_payload.webhook_body(message))
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(body)


def test_a_hostile_text_stays_one_line_of_text(claim):
    content = replace(
        NEWS, story=replace(STORY, title=HOSTILE), news=(News(kind="figure", text=HOSTILE),)
    )
    message = rendered(claim, content)
    assert "\n" not in message.subject
    assert "<script>" not in message.html
    assert "\u202e" not in message.text


def test_a_link_that_is_none_of_the_web_is_left_out(claim):
    article = ArticleMention(key="a", title="Spy agency", url="javascript:alert(1)")
    assert "javascript" not in rendered(claim, replace(NEWS, article=article)).text


def test_mails_about_a_story_and_its_articles_are_one_thread(claim):
    assert rendered(claim, NEWS).thread_key == rendered(claim, MERGED).thread_key


def test_kinds_of_news_have_their_words():
    assert story_update.news_word("claimant") == "Claims"
    assert story_update.news_word("another version's") == "New"
