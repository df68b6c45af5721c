"""Figures as people read them."""

from __future__ import annotations

import pytest

from monitor.figures.figure import Attribution, Figure


@pytest.mark.parametrize(
    ("low", "high", "approx", "text"),
    [
        (3000, 3000, True, "about 3,000"),
        (1000, None, False, "1,000 or more"),
        (None, 5000, False, "up to 5,000"),
        (10_000, 12_000, False, "10,000 to 12,000"),
        (2.5, 2.5, False, "2.5"),
        (0, 0, False, "0"),
        (180e9, 180e9, False, "180,000,000,000"),
    ],
)
def test_a_value_is_written_with_its_open_ends(low, high, approx, text):
    figure = Figure(
        value_min=low, value_max=high, approx=approx, kind="killed",
        attribution=Attribution(), claimed_on=None, quote="", sentence="",
    )  # fmt: skip
    assert figure.value_text == text
