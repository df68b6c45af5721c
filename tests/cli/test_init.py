"""`monitor init`: a folder with everything, and the next steps."""

from __future__ import annotations

from tests.cli.conftest import Terminal


def test_the_next_steps_name_the_new_folder(terminal: Terminal):
    result = terminal("init", "watch", "--bare")
    assert "wrote watch/monitor.toml\n" in result.err
    assert "monitor --config watch/monitor.toml run" in result.err


def test_in_this_folder_the_next_steps_need_no_option(terminal: Terminal):
    result = terminal("init")
    assert "starter feeds" in result.err
    assert "  monitor run\n" in result.err


def test_a_folder_is_set_up_once(terminal: Terminal):
    assert terminal("init", "--bare").code == 0
    assert "is there already" in terminal.refused("init", "--bare")
