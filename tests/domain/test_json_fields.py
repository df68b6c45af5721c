"""The stored form of dataclasses."""

from __future__ import annotations

import pytest

from monitor.domain import json_fields


def test_only_a_dataclass_has_a_stored_form():
    with pytest.raises(TypeError, match="str is not a dataclass"):
        json_fields.from_dataclass("text")
