"""What messages say about stories is read from any stored JSON."""

from __future__ import annotations

from monitor.domain.contents.story_contents import (
    ArticleMention,
    News,
    StoryChange,
    StoryMention,
    StoryUpdated,
)


def test_an_update_without_an_article_or_another_story_has_none():
    update = StoryUpdated.from_json({"change": "news", "article": None, "other": None})
    assert update.article is None
    assert update.other is None
    assert StoryChange(update.change) is StoryChange.NEWS


def test_a_whole_update_is_read_back():
    update = StoryUpdated(
        change=StoryChange.SPLIT.value,
        story=StoryMention(key="a", title="T", articles=2),
        other=StoryMention(key="b", title="U", articles=1),
        article=ArticleMention(key="c", title="V", url="https://news.example/v"),
        news=(News(kind="figure", text="600 killed"),),
        moved=1,
        by="ann",
        reason="two trips",
    )
    assert StoryUpdated.from_json(update.to_json()) == update
