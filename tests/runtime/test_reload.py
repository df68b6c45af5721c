"""A good edit takes effect while the service runs; a bad one is refused, the last good stays."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.domain.errors import ConfigError
from monitor.pipeline.poll_context import LiveSettings
from monitor.runtime import status_file
from monitor.runtime.clock import now
from monitor.runtime.reload import LIVE, SettingsReload, changed
from monitor.runtime.status_file import RunningSettings
from monitor.settings import loader
from monitor.settings.sections import Settings
from tests.cli.conftest import Terminal
from tests.contexts import live_settings

RULE = "[[keywords.rules]]\nname = 'r'\nany = ['{}']\n"


@dataclass
class Watched:
    """A file, its reload, and the live settings that came last, in words: the rules' terms."""

    file: Path
    reload: SettingsReload
    live: str = "start"

    def write(self, text: str | bytes) -> None:
        self.file.write_bytes(text.encode() if isinstance(text, str) else text)

    def look(self, times: int = 2) -> str:
        """Look so often; the live settings then."""
        for _ in range(times):
            live = self.reload.look()
            if live is not None:
                self.live = live.config
        return self.live

    @property
    def said(self) -> RunningSettings:
        (one,) = status_file.read(self.file, now())
        return one


def update(edited: Settings) -> LiveSettings:
    """Like `build.live_settings`: check the rules; `config` says in words what they are."""
    terms = [rule.any[0] for rule in edited.keywords.rules]
    if "wrong" in terms:
        raise ConfigError("keyword rule 'r' is wrong")
    return live_settings(config=f"{' '.join(terms) or 'no rules'} at {edited.topic.threshold:g}")


def watched_in(folder: Path, text: str = "") -> Watched:
    file = folder / "monitor.toml"
    file.write_text(text)
    started = loader.load(file, environment={})
    return Watched(file, SettingsReload(file, started, role="all", update=update))


@pytest.fixture
def watched(terminal: Terminal) -> Iterator[Watched]:
    """A file without any setting, in an empty folder, with an empty environment."""
    found = watched_in(terminal.folder)
    yield found
    found.reload.close()


class Kept(logging.Handler):
    """Keeps what is logged."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture
def events(caplog: pytest.LogCaptureFixture) -> Iterator[list[logging.LogRecord]]:
    caplog.set_level(logging.INFO, logger="monitor.runtime.reload")
    kept, logger = Kept(), logging.getLogger("monitor.runtime.reload")
    logger.addHandler(kept)
    yield kept.records
    logger.removeHandler(kept)


def names(events) -> list[str]:
    return [event.getMessage() for event in events]


def test_nothing_happens_while_nobody_edits(watched, events):
    assert watched.look(10) == "start"
    assert events == []
    assert watched.said.fault == ""


def test_an_edit_takes_effect_when_two_looks_read_the_same(watched, events):
    watched.look(5)
    watched.write(RULE.format("one"))
    assert watched.look(1) == "start"
    assert watched.look(1) == "one at 0"
    watched.write(RULE.format("one") + "[topic]\nthreshold = 0.4\n")
    assert watched.look(5) == "one at 0.4"
    assert names(events) == ["config.taken", "config.taken"]
    assert [event.changed for event in events] == ["keywords.rules", "topic.threshold"]
    taken = loader.load(watched.file, environment={})
    assert events[-1].config == watched.said.config == taken.decision_digest


def test_a_half_written_file_never_counts_even_if_it_is_valid(watched, events):
    watched.write(RULE.format("one"))
    watched.look()
    for size in range(len(RULE) * 2):  # grows from look to look; empty is right by itself
        watched.write((RULE.format("two") * 2)[:size])
        assert watched.look(1) == "one at 0"
    watched.write(RULE.format("two"))
    assert watched.look() == "two at 0"
    assert names(events) == ["config.taken", "config.taken"]


def test_an_edit_between_the_start_and_the_first_look_is_seen(watched):
    watched.write(RULE.format("early"))
    assert watched.look() == "early at 0"


def test_an_edit_of_a_comment_changes_nothing_and_is_no_event(watched, events):
    watched.write("# a thought\n")
    assert watched.look(5) == "start"
    assert events == []


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        ("[keywords\n", "not valid TOML"),
        ("[poll]\nevry = '1m'\n", ":2: no such setting poll.evry; did you mean every?"),
        ("[topic]\nthreshold = 'much'\n", ":2: topic.threshold = 'much'"),
        ("[topic]\npack = 'none'\n", "topic.pack = 'none': no such shipped topic"),
        (RULE.format("wrong"), "keyword rule 'r' is wrong"),
        (b"\xff\xfe", "can't be read"),
        (b"#" * (5 * 2**20), "longer than 4,194,304 bytes"),
        ("x = " + "[" * 9_000, "nested too deeply"),
    ],
    ids=["toml", "key", "value", "pack", "rule", "bytes", "size", "nesting"],
)
def test_a_bad_edit_is_refused_logged_once_and_the_last_good_one_stays(watched, events, bad, fault):
    watched.write(RULE.format("good"))
    watched.look()
    before = watched.said
    watched.write(bad)
    assert watched.look(5) == "good at 0"
    assert names(events) == ["config.taken", "config.refused"]
    assert fault in events[1].error
    assert fault in watched.said.fault
    assert (watched.said.config, watched.said.since) == (before.config, before.since)
    watched.write(RULE.format("good"))
    watched.look()
    assert watched.said == before
    assert names(events)[2:] == ["config.taken"]  # the operator hears that it is over


def test_a_fault_with_several_lines_is_one_line_of_the_log(watched, events):
    watched.write("[poll]\nevry = 1\ntik = 2\n")
    watched.look()
    assert "; " in events[0].error
    assert "\n" not in events[0].error


def test_the_same_fault_in_another_edit_is_not_logged_again(watched, events):
    for comment in "abc":
        watched.write(f"[poll]\nevry = '1m' # {comment}\n")
        watched.look()
    assert names(events) == ["config.refused"]


def test_a_file_that_is_gone_for_a_moment_is_no_fault_and_for_longer_is_one(watched, events):
    watched.look()
    text = watched.file.read_bytes()
    watched.file.unlink()
    watched.look(1)
    watched.write(text)
    watched.look()
    assert events == []
    watched.file.unlink()
    assert watched.look() == "start"
    assert "No such file" in events[0].error


def test_a_replaced_file_and_a_changed_symbolic_link_are_edits_too(watched):
    new = watched.file.with_name("new.toml")
    new.write_text(RULE.format("exchanged"))
    new.replace(watched.file)
    assert watched.look() == "exchanged at 0"
    for word in ("one", "two"):
        version = watched.file.with_name(f"{word}.toml")
        version.write_text(RULE.format(word))
        link = watched.file.with_name("link")
        link.symlink_to(version)
        link.replace(watched.file)
        assert watched.look() == f"{word} at 0"


def test_settings_that_need_a_restart_are_named_and_do_not_delay_the_others(watched, events):
    watched.write(
        RULE.format("one") + "[poll]\ntimeout = '5s'\nevery = '1h'\n[log]\nlevel = 'error'"
    )
    assert watched.look() == "one at 0"
    taken, restart = events
    assert taken.changed == "poll.every, keywords.rules"
    assert restart.getMessage() == "config.needs_restart"
    assert restart.settings == "log.level, poll.timeout"
    assert watched.said.restart == ("log.level", "poll.timeout")
    watched.write(RULE.format("one"))
    watched.look()
    assert watched.said.restart == ()


def test_rules_for_another_pack_wait_with_it(watched, events):
    pack = watched.file.with_name("mine")
    pack.mkdir()
    (pack / "pack.toml").write_text(
        "name = 'mine'\ntitle = 'Mine'\n[topic]\nfirst = []\nsecond = []\ngate = []\n"
        "countries = []\n[themes.boats]\ntitle = 'Boats'\ndescription = 'Boats'\n"
    )
    whole = "[topic]\npack = 'mine'\n" + RULE.format("boat") + "theme = '{}'\n"
    watched.write(whole.format("troops"))
    watched.look()
    assert "names the theme 'troops'; there are: boats" in watched.said.fault
    watched.write(whole.format("boats"))
    assert watched.look() == "start"
    assert watched.said.restart == ("keywords.rules", "topic.pack")
    watched.write(RULE.format("boat"))
    assert watched.look() == "boat at 0"
    assert watched.said.restart == ()


def test_the_environment_still_wins(terminal):
    os.environ["MONITOR_TOPIC__THRESHOLD"] = "0.9"
    watched = watched_in(terminal.folder)
    watched.write("[topic]\nthreshold = 0.1\n")
    assert watched.look() == "no rules at 0.9"


def test_the_status_file_exists_while_the_service_runs(watched):
    assert watched.said.role == "all"
    said = status_file.status_path(watched.file, "all", os.getpid())
    said.unlink()  # somebody tidied up
    watched.look(1)
    assert watched.said.fault == ""
    watched.reload.close()
    assert not said.exists()


def test_a_read_only_folder_is_logged_once(terminal, events):
    status_file.status_path(terminal.folder / "monitor.toml", "all", os.getpid()).mkdir()
    watched = watched_in(terminal.folder)
    watched.write(RULE.format("one"))
    assert watched.look(5) == "one at 0"
    assert names(events) == ["config.status_unwritable", "config.taken"]


def test_every_live_setting_is_one(watched):
    plain = loader.load(environment={})
    known = {
        f"{section}.{key}" for section, table in plain if section != "path" for key, _ in table
    }
    assert known >= LIVE
    assert changed(plain, plain) == []


# ── what doctor says of it ───────────────────────────────────────────────────────────────────────


def findings(terminal: Terminal, code: int = 0) -> dict[str, tuple[str, str]]:
    import json

    said = terminal("doctor", "--json")
    assert said.code == code, said
    return {one["subject"]: (one["level"], one["finding"]) for one in json.loads(said.out)}


def test_doctor_names_the_service_that_runs_and_how_it_does(watch: Terminal):
    assert findings(watch)["service"] == ("ok", "none runs on this configuration")
    watched = watched_in(watch.folder)
    level, said = findings(watch)["service"]
    assert level == "ok"
    assert f"role all, runs on the settings of {datetime.now(UTC):%Y-%m-%d}" in said
    watched.write("[poll]\ntimeout = '5s'\n")
    watched.look()
    level, said = findings(watch)["service"]
    assert (level, said.partition("has to")[2]) == (
        "warning",
        " be restarted for: poll.timeout",
    )


def test_doctor_shows_the_fault_and_that_the_service_keeps_what_it_had(watch: Terminal):
    watched = watched_in(watch.folder)
    watched.write("[poll]\nevry = '1m'\n")
    watched.look()
    message = watch.refused("doctor")
    assert "monitor.toml:2: no such setting poll.evry; did you mean every?" in message
    assert "refuses the file and keeps the settings it took at" in message
    found = findings(watch, code=2)
    assert found["settings"][0] == "fault"
    assert found["service"][0] == "fault"


def test_doctor_shows_a_rule_that_is_wrong_beside_everything_else(watch: Terminal):
    watched = watched_in(watch.folder)
    watched.write(RULE.format("*"))
    found = findings(watch, code=1)
    assert found["pack"][0] == "fault"
    assert "monitor.toml:2: keyword rule 'r': '*' is not a term" in found["pack"][1]
    assert {"settings", "database", "feeds", "service"} <= found.keys()
