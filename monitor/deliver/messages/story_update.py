"""The notice of a changed story: what an article brought, or what a person moved."""

from __future__ import annotations

from monitor.deliver.messages.notice import Notice
from monitor.domain.contents.story_contents import (
    NewsKind,
    StoryChange,
    StoryMention,
    StoryUpdated,
)
from monitor.text import sanitize

_NEWS_WORDS = {
    NewsKind.FIGURE.value: "Figures",
    NewsKind.CLAIMANT.value: "Claims",
    NewsKind.THEME.value: "Theme",
}
_DONE = {
    StoryChange.MERGED.value: "merged",
    StoryChange.SPLIT.value: "split",
    StoryChange.UNDONE.value: "put back as it was",
}


def news_word(kind: str) -> str:
    """The word before what is new, in subjects and lists."""
    return _NEWS_WORDS.get(kind, "New")


def notice(content: StoryUpdated, *, thread_key: str = "") -> Notice:
    """The content in words; mails with one `thread_key` belong together."""
    title = _title(content.story)
    if content.change in _DONE:
        headline = f"Story {_DONE[content.change]}: {title}"
        sentence = _moved(content)
        facts = [("Reason", content.reason)] if content.reason else []
    else:
        first = next(iter(content.news), None)
        headline = f"{news_word(first.kind)}: {first.text} · {title}" if first else title
        sentence = f"An article brings something new to the story “{title}”."
        facts = [(news_word(item.kind), item.text) for item in content.news]
        facts += _article(content)
    return Notice(
        tag="story",
        headline=headline,
        sentences=(sentence,),
        facts=(*facts, ("Articles in the story", f"{content.story.articles:,}")),
        thread_key=thread_key,
        about="changes of stories",
    )


def _title(story: StoryMention) -> str:
    return story.title or "(no headline)"


def _moved(content: StoryUpdated) -> str:
    count = content.moved
    moved = f"{content.by or 'A person'} moved {count:,} article{'s' * (count != 1)}"
    return f"{moved} of this story to “{_title(content.other)}”." if content.other else f"{moved}."


def _article(content: StoryUpdated) -> tuple[tuple[str, str], ...]:
    if content.article is None:
        return ()
    link = sanitize.link(content.article.url)
    title = content.article.title or "(no headline)"
    return (("Article", title), ("Link", link)) if link else (("Article", title),)
