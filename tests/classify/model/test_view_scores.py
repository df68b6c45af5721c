"""The scores of the views: each alone, and which one moved the score."""

from __future__ import annotations

import pytest

from monitor.classify.features.views import extract_views
from monitor.classify.model.linear import LinearClassifier
from monitor.classify.model.view_scores import ViewScore, ViewScores, view_scores
from monitor.classify.packs import pack
from monitor.classify.packs.pack import Pack
from monitor.domain.feeds import Entry
from tests.classify import toy_topic

FOR, AGAINST = "The wolf killed nine sheep on the farm. ", "The coach of the league smiled. "


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Pack:
    return pack.load_pack(toy_topic.make(tmp_path_factory.mktemp("topic") / "wolves"))


def scores(trained: Pack, title: str, text: str) -> ViewScores:
    views = extract_views(title, text, trained.lexicon, trained.metadata.topic)
    return view_scores(trained.model, views)


def test_an_article_with_one_view_has_no_scores(trained):
    assert scores(trained, "Wolf kills sheep", "At night.") == ViewScores()
    assert ViewScores().sentence() == ""
    assert ViewScores().as_list() == []


def test_the_score_of_a_short_view_is_that_of_an_article_with_only_its_text(trained):
    text = FOR * 3 + AGAINST * 20
    shown = scores(trained, "Wolf seen", text).scores
    cut = Entry(title="Wolf seen", text=text[: shown[0].characters])
    (verdict,) = LinearClassifier(trained).judge([cut])
    assert shown[0].score == pytest.approx(verdict.score)


@pytest.mark.parametrize(
    ("text", "characters", "verb"),
    [(FOR * 6 + AGAINST * 20, 599, "lower"), (AGAINST * 8 + FOR * 20, 599, "raise")],
)
def test_the_view_that_differs_most_is_named(trained, text, characters, verb):
    shown = scores(trained, "Wolf seen", text)
    assert abs(shown.moved_by.characters - characters) < 25
    assert f"the first {shown.moved_by.characters} {verb} it most" in shown.sentence()
    assert [row["moved"] for row in shown.as_list()] == [False, False, True]


def test_views_that_hardly_differ_name_none():
    alike = tuple(ViewScore(characters=n, score=0.5) for n in (150, 200, 200))
    shown = ViewScores(scores=alike)
    assert shown.sentence() == (
        "mean of the scores with the first 150 (0.50), 200 (0.50, twice) characters of the text"
    )
