"""`monitor init`: a folder with everything, and the next steps."""

from __future__ import annotations

from tests.cli.conftest import Terminal


def test_the_next_steps_name_the_new_folder(terminal: Terminal):
    result = terminal("init", "watch", "--bare")
    assert (
        "wrote configuration watch/monitor.toml: beside it a database without feeds\n" in result.err
    )
    assert "monitor --config watch/monitor.toml run" in result.err


def test_in_this_folder_the_next_steps_need_no_option(terminal: Terminal):
    result = terminal("init")
    assert "starter feeds" in result.err
    assert "  monitor run\n" in result.err


def test_a_folder_is_set_up_once(terminal: Terminal):
    assert terminal("init", "--bare").code == 0
    assert "is there already" in terminal.refused("init", "--bare")


def test_init_creates_everything_a_service_needs(terminal: Terminal):
    result = terminal("init")
    assert result.code == 0
    assert "monitor run" in result.err
    assert (terminal.folder / "monitor.toml").is_file()
    assert (terminal.folder / "watchpost.db").is_file()
    assert len(terminal("feeds", "list", "--json").json()) >= 25


def test_init_bare_has_no_feeds(watch: Terminal):
    assert watch("feeds", "list", "--json").json() == []


def test_init_in_another_folder_says_how_to_name_it(terminal: Terminal):
    result = terminal("init", "my-watch", "--bare")
    assert "--config my-watch/monitor.toml" in result.err
    assert terminal("--config", "my-watch/monitor.toml", "doctor").code == 0


def test_init_overwrites_nothing(watch: Terminal):
    (watch.folder / "monitor.toml").write_text("# mine\n")
    assert "is there already" in watch.refused("init")
    assert (watch.folder / "monitor.toml").read_text() == "# mine\n"


def test_init_below_a_file_is_refused(terminal: Terminal):
    (terminal.folder / "file").write_text("")
    assert "file" in terminal.refused("init", "file/below")
