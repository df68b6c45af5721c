"""Story lines of a digest: what is new, origins, figures, what was held back; also as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

from monitor.domain.contents.story_contents import DigestStory, News, NewsKind
from monitor.domain.json_fields import from_dataclass
from monitor.text import sanitize

_LONGEST_TITLE = 300
_LONGEST_TEXT = 160
_MOST_KEYS = 20
_ROOM = 6_000  # bytes of the list in a webhook's body


def heading(story: DigestStory) -> str:
    """The title with the size: "Losses in Kursk (2 new of 7 articles, 4 outlets, 2 origins)"."""
    new = len(story.new_articles)
    counts = [
        f"{new:,} new of {_counted(story.articles, 'article')}",
        _counted(story.outlets, "outlet"),
        _counted(story.origins, "origin"),
    ]
    title = sanitize.line(story.title, _LONGEST_TITLE) or "(no headline)"
    return f"{title} ({', '.join(counts)})"


def notes(story: DigestStory) -> tuple[str, ...]:
    """What is new, which figures stand, and how much was held back, a line each."""
    lines = []
    news = [item for item in story.news if item.kind != NewsKind.STORY]
    if any(item.kind == NewsKind.STORY for item in story.news):
        lines.append("A new story.")
    if news:
        lines.append(f"New: {'; '.join(sanitize.line(item.text, _LONGEST_TEXT) for item in news)}")
    if story.figures:
        figures = (sanitize.line(text, _LONGEST_TEXT) for text in story.figures)
        lines.append(f"Figures: {'; '.join(figures)}")
    if story.held_back:
        held = _counted(story.held_back, "more article")
        lines.append(f"Not sent: {held} of this story with nothing new.")
    return tuple(lines)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def fitting(stories: Iterable[DigestStory]) -> list[dict[str, object]]:
    """The first stories that fit into a webhook's body beside its articles, sanitized."""
    fit, room = [], _ROOM
    for story in stories:
        item = from_dataclass(_shortened(story))
        room -= len(json.dumps(item, ensure_ascii=False).encode())
        if room < 0:
            break
        fit.append(item)
    return fit


def _shortened(story: DigestStory) -> DigestStory:
    return replace(
        story,
        title=sanitize.line(story.title, _LONGEST_TITLE),
        new_articles=story.new_articles[:_MOST_KEYS],
        news=tuple(
            News(kind=item.kind, text=sanitize.line(item.text, _LONGEST_TEXT))
            for item in story.news
        ),
        figures=tuple(sanitize.line(text, _LONGEST_TEXT) for text in story.figures),
    )
