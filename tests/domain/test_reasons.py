"""Reasons are closed lists: they are stored, logged, and labels of metrics."""

from __future__ import annotations

import re

import pytest

from monitor.domain.reasons import DeliveryReason, FeedReason
from tests.house.files import path_of


@pytest.mark.parametrize("reasons", [FeedReason, DeliveryReason])
def test_a_reason_is_one_short_word_that_a_metric_can_have_as_label(reasons):
    assert all(re.fullmatch(r"[a-z_]{3,16}", reason) for reason in reasons)


@pytest.mark.parametrize("reasons", [FeedReason, DeliveryReason])
def test_each_reason_is_given_somewhere(reasons):
    sources = "".join(path.read_text() for path in path_of("monitor").rglob("*.py"))
    names = [reason.name for reason in reasons]
    unused = [name for name in names if f"{reasons.__name__}.{name}" not in sources]
    assert unused == []
