"""The lines about a story in a digest are short, safe, and say what is new."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.deliver.messages.digest_story_lines import fitting, heading, notes
from monitor.domain.contents.story_contents import DigestStory, News

STORY = DigestStory(
    key="s", title="Losses in Kursk", articles=7, outlets=4, origins=1, new_articles=("a", "b"),
    news=(News(kind="story", text="a new story"), News(kind="figure", text="NIS says 800 killed")),
    figures=("800 killed, says NIS", "600 killed, says Kyiv"), held_back=1,
)  # fmt: skip


def test_the_heading_counts_and_the_notes_say_what_is_new():
    assert heading(STORY) == "Losses in Kursk (2 new of 7 articles, 4 outlets, 1 origin)"
    assert notes(STORY) == (
        "A new story.",
        "New: NIS says 800 killed",
        "Figures: 800 killed, says NIS; 600 killed, says Kyiv",
        "Not sent: 1 more article of this story with nothing new.",
    )


def test_a_story_without_news_has_no_notes():
    assert notes(replace(STORY, news=(), figures=(), held_back=0)) == ()


@pytest.mark.parametrize("text", ["<b>x</b>\r\ny", "\u202eabc", "x" * 5_000])
def test_hostile_texts_become_one_short_line(text):
    hostile = replace(STORY, title=text, news=(News(kind="figure", text=text),), figures=(text,))
    for line in (heading(hostile), *notes(hostile)):
        assert "\n" not in line
        assert "\u202e" not in line
        assert len(line) < 500
    (item,) = fitting([hostile])
    assert len(str(item)) < 2_000


def test_as_many_stories_as_fit_are_in_the_webhook():
    many = [replace(STORY, title=f"{number} " + "x" * 200) for number in range(50)]
    assert 5 < len(fitting(many)) < 20
