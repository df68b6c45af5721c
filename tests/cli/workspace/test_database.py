"""`monitor db`, and databases that can not be used."""

from __future__ import annotations

import sqlite3

from tests.cli.conftest import Terminal


def test_a_file_that_is_no_database_is_refused_and_left_alone(watch: Terminal):
    file = watch.folder / "watchpost.db"
    file.write_bytes(b"this is a letter, not a database\n" * 100)
    assert "watchpost.db" in watch.refused("feeds", "list")
    assert file.read_bytes().startswith(b"this is a letter")


def test_a_database_newer_than_the_program_is_refused(watch: Terminal):
    with sqlite3.connect(watch.folder / "watchpost.db") as database:
        database.execute("update alembic_version set version_num = 'from-the-future'")
    database.close()
    assert "newer" in watch.refused("feeds", "list")


def test_a_backup_is_a_copy_and_overwrites_nothing(watch: Terminal):
    assert watch("db", "backup", "copy.db").code == 0
    with sqlite3.connect(watch.folder / "copy.db") as copy:
        assert copy.execute("pragma integrity_check").fetchone() == ("ok",)
    copy.close()
    assert "copy.db" in watch.refused("db", "backup", "copy.db")


def test_upgrading_a_current_database_changes_nothing(watch: Terminal):
    assert watch("db", "upgrade").code == 0


def test_a_copy_on_a_server_has_the_same_rows_and_is_not_made_twice(
    watch: Terminal, postgresql_url: str
):
    watch("feeds", "add", "--no-try", "https://wire.example/feed.xml")
    copied = watch("db", "copy", "--to", postgresql_url, "--json").json()
    assert copied["rows"]["feeds"] == 1
    assert copied["total"] == sum(copied["rows"].values())
    assert "already: name an empty database" in watch.refused("db", "copy", "--to", postgresql_url)
    file = f"sqlite:///{watch.folder / 'copy.db'}"
    result = watch("db", "copy", "--to", file)
    assert "both databases have the same numbers" in result.err
    assert "audit_entries" in result.out
    assert "sqlite:///" in watch.refused("db", "copy", "--to", "mysql://host/name")


def test_pruning_says_what_is_kept_and_how_large_the_tables_are(watch: Terminal):
    shown = watch("db", "prune", "--dry-run")
    assert shown.code == 0
    assert shown.err == "nothing was changed; would be removed: 0 rows\n"
    assert "180d" in shown.out
    assert "forever" in shown.out
    assert "articles" in shown.out
    report = watch("db", "prune", "--json").json()
    assert report["dry_run"] is False
    assert {line["kind"] for line in report["pruned"]} == {
        "texts",
        "articles",
        "attempts",
        "events",
        "exports",
    }
    assert watch("db", "prune", "--compact").code == 0
