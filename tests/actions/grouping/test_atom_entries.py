"""Stories and figures as entries of a feed: one line of plain text each, with a lasting id."""

from __future__ import annotations

from datetime import timedelta

from monitor.actions.grouping.atom_entries import figure_entries, story_entries
from monitor.actions.grouping.figure_lists import FigurePage, ShownFigure
from monitor.actions.grouping.story_reports import ListedStory, StoryPage
from monitor.domain.stated_figures import StatedFigure
from monitor.domain.stories import Story
from tests.fakes import NOW

STORY = Story(
    key="s" * 64, number=1, title="Lavrov\nin Pyongyang", language="en", first_at=NOW,
    last_at=NOW + timedelta(hours=2), articles=1_204,
)  # fmt: skip
FIGURE = StatedFigure(
    article_key="a" * 64, position=0, kind="killed", value_min=600.0, value_max=None, approx=True,
    claimant="spy agency", party="seoul", through=None, at=NOW, quote="about 600",
    sentence="At least about 600 died.",
)  # fmt: skip


def test_a_story_leads_to_its_page_and_is_updated_with_its_latest_article():
    listed = ListedStory(story=STORY, outlets=31, origins=4, now=NOW + timedelta(hours=2))
    page = StoryPage(stories=(listed,), next=None)
    (entry,) = story_entries(page, "https://desk.example/console/stories")
    assert entry.title == "Lavrov in Pyongyang"
    assert entry.text == "1,204 articles, 31 outlets, 4 origins; open."
    assert entry.link == f"https://desk.example/console/stories/{STORY.key}"
    assert (entry.published_at, entry.updated_at) == (STORY.first_at, STORY.last_at)
    assert page.as_csv().splitlines()[0].endswith("articles,outlets,origins,in_review")


def test_a_figure_leads_to_the_article_that_states_it():
    shown = ShownFigure(figure=FIGURE, title="Sappers leave", story=None, is_corrected=False)
    page = FigurePage(figures=(shown,), next=None)
    (entry,) = figure_entries(page, "https://desk.example/console/articles")
    assert entry.title == "about 600 or more killed, spy agency"
    assert entry.link == f"https://desk.example/console/articles/{FIGURE.article_key}"
    assert entry.text == "At least about 600 died."
