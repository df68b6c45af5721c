"""`monitor jobs`: started, listed, shown, cancelled, tried again."""

from __future__ import annotations

from monitor.store.store import Store
from tests.actions.jobs.test_offered_files import PIECES, exported
from tests.cli.conftest import Terminal


def test_a_job_is_started_followed_and_ended(watch: Terminal):
    done = watch("jobs", "start", "backtest", "--set", "length=7d", "--reason", "monthly")
    assert done.err.startswith("started job ")
    assert "backtest: waits for a worker" in done.err
    (listed,) = watch("jobs", "list", "--json").json()
    assert (listed["kind"], listed["state"]) == ("backtest", "waiting")
    result = watch("jobs", "list")
    assert "waits for a worker" in result.out
    assert "no process takes jobs: start `monitor run`" in result.err
    key = listed["key"][:8]
    assert watch("jobs", "show", key, "--json").json()["options"] == {"length": "7d"}
    shown = watch("jobs", "show", key).out
    assert "set length  7d" in shown
    assert "settings    pack " in shown
    assert f"cancelled job {key} backtest: cancelled" in watch("jobs", "cancel", key).err
    assert watch("jobs", "list", "--open", "--json").json() == []
    assert f"started job {key} backtest: waits" in watch("jobs", "retry", key).err


def test_an_option_is_read_from_a_file(watch: Terminal):
    draft = watch.folder / "draft.toml"
    draft.write_text("[topic]\nthreshold = 0.4\n", encoding="utf-8")
    job = watch("jobs", "start", "backtest", "--set", "rules=@draft.toml", "--json").json()
    assert job["options"] == {"rules": draft.read_text(encoding="utf-8")}


def test_what_can_not_be_used_is_named(watch: Terminal):
    assert "'dance'" in watch.refused("jobs", "start", "dance")
    assert "give NAME=VALUE" in watch.refused("jobs", "start", "prune", "--set", "length")
    assert "can't be read" in watch.refused("jobs", "start", "backtest", "--set", "rules=@gone")
    wrong = watch.refused("jobs", "start", "prune", "--set", "length=3d")
    assert "length: jobs of the kind prune take no options" in wrong
    draft = watch.folder / "draft.toml"
    draft.write_text("[topic]\nthreshold = 4\n", encoding="utf-8")
    assert "the draft:2" in watch.refused("jobs", "start", "backtest", "--set", "rules=@draft.toml")
    assert "no job 'beef'" in watch.refused("jobs", "cancel", "beef")
    assert watch("jobs", "list", "--json").json() == []


def test_the_list_fits_a_narrow_terminal(watch: Terminal, monkeypatch):
    watch("jobs", "start", "search-index")
    monkeypatch.setenv("COLUMNS", "80")
    assert max(map(len, watch("jobs", "list").out.splitlines())) <= 80


def test_the_file_of_an_export_is_downloaded(watch: Terminal):
    with Store.open(f"sqlite:///{watch.folder / 'watchpost.db'}") as store:
        key = exported(store).key[:8]
    shown = watch("jobs", "show", key).out
    assert "articles.csv, 131,079 bytes, until " in shown
    assert f"monitor jobs download {key}" in shown
    assert watch("jobs", "show", key, "--json").json()["file"]["bytes"] == 131_079
    done = watch("jobs", "download", key, "--out", "saved.csv")
    assert "wrote 131,079 bytes to saved.csv" in done.err
    assert (watch.folder / "saved.csv").read_bytes() == b"".join(PIECES)


def test_why_there_is_no_file_is_told(watch: Terminal):
    job = watch("jobs", "start", "export", "--set", "format=csv", "--json").json()
    assert job["options"] == {"format": "csv"}
    assert "it is waiting" in watch.refused("jobs", "download", job["key"], "--out", "saved.csv")
    assert not (watch.folder / "saved.csv").exists()
    assert "give yes or no" in watch.refused("jobs", "start", "export", "--set", "all=1")
