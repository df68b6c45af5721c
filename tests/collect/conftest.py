"""The server of faults and corpora that the tests of collecting share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conformance import corpora


@pytest.fixture(scope="module")
def faults() -> Iterator[str]:
    """The address of a fault server of our own; `/corpus/<id>` serves the corpora."""
    if not corpora.TOOL.is_file():
        pytest.skip(f"{corpora.TOOL} is not there")
    with corpora.serving() as host:
        yield host
