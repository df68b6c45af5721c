"""Tests of the arguments of tools: each says what it is, and is bounded."""

from __future__ import annotations

import pytest

from monitor.web.assistants.tools import TOOLS, AssistantTool


@pytest.mark.parametrize("tool", TOOLS.values(), ids=TOOLS)
def test_every_argument_is_described_and_bounded(tool: AssistantTool):
    schema = tool.input_schema()
    assert schema["additionalProperties"] is False
    for name, field in schema["properties"].items():
        assert field["description"], name
        assert {"maxLength", "maximum"} & field.keys(), name
