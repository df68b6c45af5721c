"""Tests of the extra: present in the tests; its absence is told by command and endpoint."""

from __future__ import annotations

import pytest

from monitor.domain.errors import ConfigError
from monitor.web.assistants import sdk_extra


def test_a_missing_sdk_is_told_with_the_command_that_installs_it(monkeypatch):
    sdk_extra.check_installed()
    monkeypatch.setattr(sdk_extra, "find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=r"pip install 'watchpost\[mcp\]'"):
        sdk_extra.check_installed()
