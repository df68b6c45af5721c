"""A spike is read from any stored JSON."""

from __future__ import annotations

from datetime import UTC, datetime

from monitor.domain.contents.spike_content import SpikeBegan


def test_a_whole_spike_is_read_back():
    spike = SpikeBegan(
        subject="theme", name="troops", title="Troops", at=datetime(2025, 6, 17, tzinfo=UTC),
        hours=3, volume=21, usual_low=0.5, usual_median=3, usual_high=9.5, windows=24,
    )  # fmt: skip
    assert SpikeBegan.from_json(spike.to_json()) == spike


def test_numbers_of_a_wrong_type_read_as_zero():
    spike = SpikeBegan.from_json({"usual_low": "much", "usual_high": True, "volume": None})
    assert spike == SpikeBegan()
