"""The command line in this process, for tests of what a running service tells other commands."""

from __future__ import annotations

from tests.cli.conftest import terminal as terminal
from tests.cli.conftest import watch as watch
