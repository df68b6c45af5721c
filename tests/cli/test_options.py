"""Options that several commands share have one name and one help text everywhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

from monitor import cli
from tests.cli.conftest import Terminal


def commands(command: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """A command and every command below it, with their words."""
    yield path, command
    for name, child in getattr(command, "commands", {}).items():
        yield from commands(child, f"{path} {name}".strip())


def test_json_is_printed_for_the_same_option_with_the_same_words():
    texts: dict[str, set[str]] = defaultdict(set)
    for path, command in commands(get_command(cli.app)):
        for option in command.params:
            if "--json" in option.opts:
                texts[str(option.help)].add(path)
    assert "feeds list" in texts["Print JSON."]
    assert set(texts) == {"Print JSON."}


@pytest.mark.parametrize(
    "command",
    [
        "articles list",
        "keywords test",
        "stories list",
        "stories spikes",
        "figures list",
        "review list",
        "marks next",
        "deliveries list",
        "audit list",
        "export --format csv",
    ],
)
def test_a_time_ago_before_the_calendar_is_refused(watch: Terminal, command: str):
    refusal = watch.refused(*command.split(), "--since", "740000d")
    assert "--since '740000d': give 36500d at most" in refusal


def test_the_overlap_of_two_secrets_ends_within_the_calendar(watch: Terminal):
    refusal = watch.refused("subscriptions", "rotate", "hook", "--overlap", "9999999d")
    assert "--overlap '9999999d': give 36500d at most" in refusal
