"""A value in words."""

from __future__ import annotations

import pytest

from monitor.domain.stated_figures import value_text


@pytest.mark.parametrize(
    ("low", "high", "approx", "text"),
    [
        (3_000, 3_000, True, "about 3,000"),
        (1_000, None, False, "1,000 or more"),
        (None, 5_000, False, "up to 5,000"),
        (10_000, 12_000, False, "10,000 to 12,000"),
        (1.5, 1.5, False, "1.5"),
        (0, 0, False, "0"),
    ],
)
def test_a_value_is_written_with_its_open_ends(low, high, approx, text):
    assert value_text(low, high, approx=approx) == text
