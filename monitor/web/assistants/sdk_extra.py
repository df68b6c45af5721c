"""The extra `mcp`: whether the SDK of the Model Context Protocol is installed."""

from __future__ import annotations

from importlib.util import find_spec

from monitor.domain.errors import ConfigError

MISSING = "tools for assistants need a library that is not installed: pip install 'watchpost[mcp]'"


def check_installed() -> None:
    """Raise ConfigError when the SDK is missing."""
    if find_spec("mcp") is None:
        raise ConfigError(MISSING)
