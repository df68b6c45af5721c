"""Stories and figures as entries of an Atom feed."""

from __future__ import annotations

from monitor.actions.grouping.figure_lists import FigurePage, ShownFigure
from monitor.actions.grouping.story_reports import ListedStory, StoryPage
from monitor.domain.stated_figures import value_text
from monitor.publish.items import Item, identity
from monitor.text import sanitize

_LONGEST_TITLE, _LONGEST_TEXT = 300, 2_000


def story_entries(page: StoryPage, address: str) -> list[Item]:
    """A story each, updated with its latest article; `address` is that of the list of stories."""
    return [_story(listed, address) for listed in page.stories]


def _story(listed: ListedStory, address: str) -> Item:
    story = listed.story
    counts = f"{story.articles:,} articles, {listed.outlets:,} outlets, {listed.origins:,} origins"
    return Item(
        id=identity("story", story.key),
        title=sanitize.line(story.title, _LONGEST_TITLE) or "(no headline)",
        text=f"{counts}; {story.phase(listed.now)}.",
        link=f"{address}/{story.key}",
        language=sanitize.language_tag(story.language),
        published_at=story.first_at,
        updated_at=story.last_at,
        themes=(),
        outlets=(),
        score=0.0,
    )


def figure_entries(page: FigurePage, articles_address: str) -> list[Item]:
    """A figure each; it leads to the article that states it, below `articles_address`."""
    return [_figure(shown, articles_address) for shown in page.figures]


def _figure(shown: ShownFigure, articles_address: str) -> Item:
    figure = shown.figure
    value = value_text(figure.value_min, figure.value_max, approx=figure.approx)
    claimant = f", {figure.claimant}" if figure.claimant else ""
    return Item(
        id=identity("figure", shown.key),
        title=sanitize.line(f"{value} {figure.kind}{claimant}", _LONGEST_TITLE),
        text=sanitize.line(figure.sentence, _LONGEST_TEXT),
        link=f"{articles_address}/{figure.article_key}",
        language="",
        published_at=figure.at,
        updated_at=figure.at,
        themes=(),
        outlets=(),
        score=0.0,
    )
