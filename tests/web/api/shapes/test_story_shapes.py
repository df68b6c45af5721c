"""Tests of the documented shape of a figure against what the action gives."""

from __future__ import annotations

from monitor.actions.grouping.figure_lists import ShownFigure
from monitor.domain.stated_figures import StatedFigure
from monitor.web.api.shapes.story_shapes import StatedFigureShape
from tests.fakes import NOW


def test_a_figure_has_the_documented_fields_and_no_others() -> None:
    figure = StatedFigure(
        article_key="a",
        position=0,
        at=NOW,
        kind="killed",
        claimant="Seoul",
        party=None,
        through=None,
        value_min=600.0,
        value_max=None,
        approx=False,
        quote="600",
        sentence="600 were killed.",
    )
    shown = ShownFigure(figure=figure, title="", story=None, is_corrected=False).as_json()
    assert shown.keys() == StatedFigureShape.__annotations__.keys()
