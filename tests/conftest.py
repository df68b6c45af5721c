"""What every test may ask for."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import settings

# How long an example takes on a busy machine is no law of ours.
settings.register_profile("watchpost", deadline=None, max_examples=60)
settings.load_profile("watchpost")

pytest_plugins = ["tests.store_fixtures", "tests.web_fixtures"]


@pytest.fixture
def now() -> datetime:
    """The instant of the test; time is an argument, so nobody sleeps."""
    return datetime(2025, 6, 17, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    """Undo what a command of a test sets: the level of the log outlives it, and hides warnings."""
    root = logging.getLogger()
    level = root.level
    yield
    root.setLevel(level)
