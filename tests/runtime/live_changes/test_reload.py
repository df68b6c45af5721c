"""A good edit takes effect while the service runs; a bad one is refused, the last good stays."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.domain.errors import ConfigError
from monitor.pipeline.poll_context import LiveSettings
from monitor.runtime import status_file
from monitor.runtime.clock import StepDetector, now
from monitor.runtime.live_changes.reload import LIVE, SettingsReload, changed
from monitor.runtime.status_file import RunningSettings
from monitor.settings import loader
from monitor.settings.sections import Settings
from tests.cli.conftest import Terminal
from tests.contexts import live_settings

RULE = "[[keywords.rules]]\nname = 'r'\nany = ['{}']\naction = 'flag'\n"


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
        (status,) = status_file.read(self.file, now())
        return status


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
def watched_file(terminal: Terminal) -> Iterator[Watched]:
    """A file without any setting, in an empty folder, with an empty environment."""
    opened = watched_in(terminal.folder)
    yield opened
    opened.reload.close()


class Kept(logging.Handler):
    """Keeps what is logged."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture
def events(caplog: pytest.LogCaptureFixture) -> Iterator[list[logging.LogRecord]]:
    caplog.set_level(logging.INFO, logger="monitor.runtime.live_changes.reload")
    handler, logger = Kept(), logging.getLogger("monitor.runtime.live_changes.reload")
    logger.addHandler(handler)
    yield handler.records
    logger.removeHandler(handler)


def names(events) -> list[str]:
    return [event.getMessage() for event in events]


def test_nothing_happens_while_nobody_edits(watched_file, events):
    assert watched_file.look(10) == "start"
    assert events == []
    assert watched_file.said.fault == ""


def test_an_edit_takes_effect_when_two_looks_read_the_same(watched_file, events):
    watched_file.look(5)
    watched_file.write(RULE.format("one"))
    assert watched_file.look(1) == "start"
    assert watched_file.look(1) == "one at 0"
    watched_file.write(RULE.format("one") + "[topic]\nthreshold = 0.4\n")
    assert watched_file.look(5) == "one at 0.4"
    assert names(events) == ["config.taken", "config.taken"]
    assert [event.changed for event in events] == ["keywords.rules", "topic.threshold"]
    settings = loader.load(watched_file.file, environment={})
    assert events[-1].config == watched_file.said.config == settings.decision_digest


def test_a_half_written_file_never_counts_even_if_it_is_valid(watched_file, events):
    watched_file.write(RULE.format("one"))
    watched_file.look()
    for size in range(len(RULE) * 2):  # grows from look to look; empty is right by itself
        watched_file.write((RULE.format("two") * 2)[:size])
        assert watched_file.look(1) == "one at 0"
    watched_file.write(RULE.format("two"))
    assert watched_file.look() == "two at 0"
    assert names(events) == ["config.taken", "config.taken"]


def test_an_edit_between_the_start_and_the_first_look_is_seen(watched_file):
    watched_file.write(RULE.format("early"))
    assert watched_file.look() == "early at 0"


def test_an_edit_of_a_comment_changes_nothing_and_is_no_event(watched_file, events):
    watched_file.write("# a thought\n")
    assert watched_file.look(5) == "start"
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
def test_a_bad_edit_is_refused_logged_once_and_the_last_good_one_stays(
    watched_file, events, bad, fault
):
    watched_file.write(RULE.format("good"))
    watched_file.look()
    before = watched_file.said
    watched_file.write(bad)
    assert watched_file.look(5) == "good at 0"
    assert names(events) == ["config.taken", "config.refused"]
    assert fault in events[1].error
    assert fault in watched_file.said.fault
    assert (watched_file.said.config, watched_file.said.since) == (before.config, before.since)
    watched_file.write(RULE.format("good"))
    watched_file.look()
    assert watched_file.said == before
    assert names(events)[2:] == ["config.taken"]  # the operator hears that it is over


def test_a_fault_with_several_lines_is_one_line_of_the_log(watched_file, events):
    watched_file.write("[poll]\nevry = 1\ntik = 2\n")
    watched_file.look()
    assert "; " in events[0].error
    assert "\n" not in events[0].error


def test_the_same_fault_in_another_edit_is_not_logged_again(watched_file, events):
    for comment in "abc":
        watched_file.write(f"[poll]\nevry = '1m' # {comment}\n")
        watched_file.look()
    assert names(events) == ["config.refused"]


def test_a_file_that_is_gone_for_a_moment_is_no_fault_and_for_longer_is_one(watched_file, events):
    watched_file.look()
    text = watched_file.file.read_bytes()
    watched_file.file.unlink()
    watched_file.look(1)
    watched_file.write(text)
    watched_file.look()
    assert events == []
    watched_file.file.unlink()
    assert watched_file.look() == "start"
    assert "No such file" in events[0].error


def test_a_replaced_file_and_a_changed_symbolic_link_are_edits_too(watched_file):
    new = watched_file.file.with_name("new.toml")
    new.write_text(RULE.format("exchanged"))
    new.replace(watched_file.file)
    assert watched_file.look() == "exchanged at 0"
    for word in ("one", "two"):
        version = watched_file.file.with_name(f"{word}.toml")
        version.write_text(RULE.format(word))
        link = watched_file.file.with_name("link")
        link.symlink_to(version)
        link.replace(watched_file.file)
        assert watched_file.look() == f"{word} at 0"


def test_settings_that_need_a_restart_are_named_and_do_not_delay_the_others(watched_file, events):
    watched_file.write(
        RULE.format("one") + "[poll]\ntimeout = '5s'\nevery = '1h'\n[log]\nlevel = 'error'"
    )
    assert watched_file.look() == "one at 0"
    applied, restart = events
    assert applied.changed == "poll.every, keywords.rules"
    assert restart.getMessage() == "config.needs_restart"
    assert restart.settings == "log.level, poll.timeout"
    assert watched_file.said.restart == ("log.level", "poll.timeout")
    watched_file.write(RULE.format("one"))
    watched_file.look()
    assert watched_file.said.restart == ()


def test_rules_for_another_pack_wait_with_it(watched_file, events):
    pack = watched_file.file.with_name("mine")
    pack.mkdir()
    (pack / "pack.toml").write_text(
        "name = 'mine'\ntitle = 'Mine'\n[topic]\nfirst = []\nsecond = []\ngate = []\n"
        "countries = []\n[themes.boats]\ntitle = 'Boats'\ndescription = 'Boats'\n"
    )
    whole = "[topic]\npack = 'mine'\n" + RULE.format("boat") + "theme = '{}'\n"
    watched_file.write(whole.format("troops"))
    watched_file.look()
    assert "names the theme 'troops'; there are: boats" in watched_file.said.fault
    watched_file.write(whole.format("boats"))
    assert watched_file.look() == "start"
    assert watched_file.said.restart == ("keywords.rules", "topic.pack")
    watched_file.write(RULE.format("boat"))
    assert watched_file.look() == "boat at 0"
    assert watched_file.said.restart == ()


def test_the_environment_still_wins(terminal):
    os.environ["MONITOR_TOPIC__THRESHOLD"] = "0.9"
    watched_file = watched_in(terminal.folder)
    watched_file.write("[topic]\nthreshold = 0.1\n")
    assert watched_file.look() == "no rules at 0.9"


def test_the_status_file_exists_while_the_service_runs(watched_file):
    assert watched_file.said.role == "all"
    path = status_file.status_path(watched_file.file, "all", os.getpid())
    path.unlink()  # somebody tidied up
    watched_file.look(1)
    assert watched_file.said.fault == ""
    watched_file.reload.close()
    assert not path.exists()


def test_a_read_only_folder_is_logged_once(terminal, events):
    status_file.status_path(terminal.folder / "monitor.toml", "all", os.getpid()).mkdir()
    watched_file = watched_in(terminal.folder)
    watched_file.write(RULE.format("one"))
    assert watched_file.look(5) == "one at 0"
    assert names(events) == ["config.status_unwritable", "config.taken"]


def test_every_live_setting_is_one(watched_file):
    plain = loader.load(environment={})
    changeable = {
        f"{section}.{key}" for section, table in plain if section != "path" for key, _ in table
    }
    assert changeable >= LIVE
    assert changed(plain, plain) == []


# ── what doctor says of it ───────────────────────────────────────────────────────────────────────


def findings(terminal: Terminal, code: int = 0) -> dict[str, tuple[str, str]]:
    import json

    result = terminal("doctor", "--json")
    assert result.code == code, result
    return {
        finding["subject"]: (finding["level"], finding["finding"])
        for finding in json.loads(result.out)
    }


def test_doctor_names_the_service_that_runs_and_how_it_does(watch: Terminal):
    assert findings(watch)["service"] == ("ok", "none runs on this configuration")
    watched_file = watched_in(watch.folder)
    level, sentence = findings(watch)["service"]
    assert level == "ok"
    assert f"role all, runs on the settings of {datetime.now(UTC):%Y-%m-%d}" in sentence
    watched_file.write("[poll]\ntimeout = '5s'\n")
    watched_file.look()
    level, sentence = findings(watch)["service"]
    assert (level, sentence.partition("has to")[2]) == (
        "warning",
        " be restarted for: poll.timeout",
    )


def test_doctor_shows_the_fault_and_that_the_service_keeps_what_it_had(watch: Terminal):
    watched_file = watched_in(watch.folder)
    watched_file.write("[poll]\nevry = '1m'\n")
    watched_file.look()
    message = watch.refused("doctor")
    assert "monitor.toml:2: no such setting poll.evry; did you mean every?" in message
    assert "refuses the file and keeps the settings it took at" in message
    subjects = findings(watch, code=2)
    assert subjects["settings"][0] == "fault"
    assert subjects["service"][0] == "fault"


def test_doctor_shows_a_rule_that_is_wrong_beside_everything_else(watch: Terminal):
    watched_file = watched_in(watch.folder)
    watched_file.write(RULE.format("*"))
    subjects = findings(watch, code=1)
    assert subjects["pack"][0] == "fault"
    assert "monitor.toml:2: keyword rule 'r': '*' is not a term" in subjects["pack"][1]
    assert {"settings", "database", "feeds", "service"} <= subjects.keys()


def test_after_a_step_of_the_clock_the_status_counts_from_the_step(watched_file: Watched):
    """So that `doctor` calls late what the health page calls late."""
    started_at = watched_file.said.counting_since
    wall, steady = [started_at], [0.0]
    watched_file.reload._steps = StepDetector(lambda: wall[0], lambda: steady[0])
    wall[0] += timedelta(days=10)
    watched_file.reload.look()
    assert watched_file.said.counting_since == started_at + timedelta(days=10)
    steady[0] += 60
    wall[0] += timedelta(minutes=1)
    watched_file.reload.look()
    assert watched_file.said.counting_since == started_at + timedelta(days=10)
