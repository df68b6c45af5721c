"""The options of a delivery schedule are the same for `add` and `edit`."""

from __future__ import annotations

from typing import Any

import pytest
from typer.main import get_command

from monitor import cli
from tests.cli.conftest import Terminal

SCHEDULE = {
    "--cadence", "--at", "--on", "--zone", "--quiet", "--budget", "--group", "--empty-digest",
}  # fmt: skip


def options_of(*words: str) -> dict[str, str]:
    """Option → help text."""
    command: Any = get_command(cli.app)
    for word in words:
        command = command.commands[word]
    return {option.opts[0]: str(getattr(option, "help", "")) for option in command.params}


def test_both_commands_have_every_option_with_the_same_words():
    add, edit = options_of("subscriptions", "add"), options_of("subscriptions", "edit")
    assert add.keys() >= SCHEDULE
    assert {name: add[name] for name in SCHEDULE} == {name: edit[name] for name in SCHEDULE}


def test_a_schedule_that_was_added_is_changed_by_the_same_options(watch: Terminal):
    add = ("subscriptions", "add", "desk", "--email", "a@desk.example")
    assert watch(*add, "--cadence", "daily", "--at", "07:30", "--zone", "Asia/Seoul").code == 0
    assert watch("subscriptions", "edit", "desk", "--at", "08:00").code == 0
    (desk,) = watch("subscriptions", "list", "--json").json()
    assert {"07:30", "08:00"} & set(str(desk["cadence"]).replace("'", " ").split()) == {"08:00"}


@pytest.mark.parametrize(
    ("option", "value"),
    [("--at", "25:00"), ("--on", "someday"), ("--zone", "Mars"), ("--quiet", "22"),
     ("--budget", "-1"), ("--group", "soon")],
)  # fmt: skip
def test_a_value_that_makes_no_schedule_is_refused_with_its_option(watch, option, value):
    add = ("subscriptions", "add", "desk", "--email", "a@desk.example", "--cadence", "weekly")
    assert option in watch.refused(*add, option, value)
