"""`monitor backup` and `monitor restore`."""

from __future__ import annotations

from tests.cli.conftest import Terminal


def test_a_service_is_backed_up_and_restored_into_another_folder(watch: Terminal):
    watch("subscriptions", "add", "hook", "--webhook", "https://a.example/")
    made = watch("backup", "all.tar.gz")
    assert "wrote backup all.tar.gz: the database and 1 file, " in made.err
    assert "it holds all secrets" in made.err
    assert "exists already" in watch.refused("backup", "all.tar.gz")
    (watch.folder / "new").mkdir()
    restored = watch("restore", "all.tar.gz", "--into", "new")
    assert "0 feeds, 0 articles" in restored.err
    assert "new/monitor.toml" in restored.err
    listed = watch("--config", "new/monitor.toml", "subscriptions", "list", "--json").json()
    assert [subscription["name"] for subscription in listed] == ["hook"]
    assert "is not empty" in watch.refused("restore", "all.tar.gz", "--into", "new")
    (watch.folder / "newer").mkdir()
    shown = watch("restore", "all.tar.gz", "--into", "newer", "--json").json()
    assert shown["waiting"] == 0


def test_a_folder_that_is_not_there_is_named(watch: Terminal):
    assert "its folder does not exist" in watch.refused("backup", "none/all.tar.gz")
    watch("backup", "all.tar.gz")
    assert "there is no such folder" in watch.refused("restore", "all.tar.gz", "--into", "none")
    (watch.folder / "letter.txt").write_text("no backup")
    assert "no backup of Watchpost" in watch.refused("restore", "letter.txt")
