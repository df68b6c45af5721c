"""Checks of a whole installation: typed findings, one faulty part at a time."""

from __future__ import annotations

import shutil
import socketserver
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.actions.operations.checks import (
    check_installation,
    check_running_services,
    needs_person,
)
from monitor.actions.operations.findings import FindingLevel
from monitor.domain.alerts import EndpointHealth, SubscriptionState
from monitor.domain.feeds import FeedState, PollState
from monitor.runtime import build, status_file, topic_pack
from monitor.runtime.status_file import RunningSettings
from monitor.settings.sections import DatabaseSettings, EmailSettings, Settings
from monitor.store.store import Store
from tests.fakes import NOW, feed, subscription


class Greeting(socketserver.StreamRequestHandler):
    """A mail server that accepts every command."""

    def handle(self) -> None:
        self.wfile.write(b"220 ready\r\n")
        while line := self.rfile.readline():
            self.wfile.write(b"250 fine\r\n")
            if line.upper().startswith(b"QUIT"):
                return


@pytest.fixture
def mail_server() -> Iterator[int]:
    """The port of a mail server on loopback."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Greeting) as server:
        threading.Thread(target=server.serve_forever).start()
        yield server.server_address[1]
        server.shutdown()


def mail_settings(settings: Settings, port: int) -> EmailSettings:
    changes = {"host": "127.0.0.1", "port": port, "tls": "none"}
    return settings.email.model_copy(update=changes)


def subjects(settings: Settings, level: FindingLevel) -> set[str]:
    findings = check_installation(settings, settings.path, NOW)
    return {finding.subject for finding in findings if finding.level is level}


def test_every_part_has_a_finding(store: Store, settings: Settings):
    findings = check_installation(settings, settings.path, NOW)
    assert {finding.subject for finding in findings} >= {
        "settings", "pack", "database", "polling", "subscriptions", "alerts", "e-mail", "pages",
        "service",
    }  # fmt: skip
    assert findings[0].as_json() == {
        "level": "ok", "subject": "settings", "finding": str(settings.path),
    }  # fmt: skip


def test_an_error_in_one_check_is_a_fault_and_does_not_end_the_others(
    store: Store, settings: Settings, tmp_path: Path
):
    (tmp_path / "broken").mkdir()
    topic = settings.topic.model_copy(update={"pack": "./broken"})
    broken = settings.model_copy(update={"topic": topic})
    assert "pack" in subjects(broken, FindingLevel.FAULT)
    assert "database" in subjects(broken, FindingLevel.OK)


def test_pages_that_readers_can_not_reach_are_a_warning(store: Store, settings: Settings):
    web = settings.web.model_copy(update={"public_url": "https://alerts.example"})
    unserved = settings.model_copy(update={"web": web})
    assert "pages" in subjects(unserved, FindingLevel.WARNING)


@pytest.mark.parametrize(
    ("changes", "level", "words"),
    [
        ({}, FindingLevel.OK, "runs on the settings of"),
        ({"restart": ("web.listen",)}, FindingLevel.WARNING, "has to be restarted for: web.listen"),
        ({"fault": "line 3: no such key"}, FindingLevel.FAULT, "refuses the file"),
    ],
)
def test_a_running_service_says_whether_it_follows_the_file(tmp_path, changes, level, words):
    file = tmp_path / "monitor.toml"
    status = RunningSettings(
        pid=7, role="all", config="c0", since="2025-06-17T12:00:00Z", **changes
    )
    status_file.write(file, status)
    written = status_file.status_path(file, "all", 7).stat().st_mtime
    (finding,) = check_running_services(file, NOW.fromtimestamp(written, NOW.tzinfo))
    assert finding.level is level
    assert words in finding.sentence
    assert needs_person([finding]) is (level is FindingLevel.FAULT)


def test_without_a_service_the_finding_says_so(tmp_path: Path):
    (finding,) = check_running_services(tmp_path / "monitor.toml", NOW)
    assert finding.sentence == "none runs on this configuration"
    assert check_running_services(None, NOW) == []


def test_a_complete_configuration_has_no_warning_about_contact_mail_or_pages(
    store: Store, settings: Settings, mail_server: int
):
    complete = settings.model_copy(
        update={
            "poll": settings.poll.model_copy(update={"contact": "me@watch.example"}),
            "email": mail_settings(settings, mail_server),
            "web": settings.web.model_copy(
                update={"listen": "127.0.0.1:8080", "public_url": "https://alerts.example"}
            ),
        }
    )
    assert {"settings", "e-mail", "pages"} <= subjects(complete, FindingLevel.OK)
    assert not {"settings", "e-mail", "pages"} & subjects(complete, FindingLevel.WARNING)


def test_pages_without_a_public_address_are_a_warning(store: Store, settings: Settings):
    web = settings.web.model_copy(update={"listen": "127.0.0.1:8080"})
    assert "pages" in subjects(settings.model_copy(update={"web": web}), FindingLevel.WARNING)


def test_a_subscription_that_does_not_receive_is_named_with_the_reason(
    store: Store, settings: Settings
):
    disabled = subscription(
        "t", name="desk", state=SubscriptionState.DISABLED, state_reason="gone: 410"
    )
    store.subscriptions.add(disabled)
    findings = check_installation(settings, None, NOW)
    sentences = [finding.sentence for finding in findings if finding.subject == "subscriptions"]
    assert sentences == ["2", "desk is disabled: gone: 410; `monitor subscriptions resume desk`"]
    assert "subscriptions" in subjects(settings, FindingLevel.FAULT)


def test_a_receiver_that_fails_is_a_warning_and_after_a_while_a_fault(
    store: Store, settings: Settings
):
    for hours, level in ((0, FindingLevel.WARNING), (48, FindingLevel.FAULT)):
        since = NOW - timedelta(hours=hours)
        store.subscriptions.set_health("s", EndpointHealth(failures=3, failing_since=since))
        assert "subscriptions" in subjects(settings, level)


def test_the_health_finding_has_the_reasons_of_the_health_page(store: Store, settings: Settings):
    store.subscriptions.set_health("s", EndpointHealth(failures=3, failing_since=NOW))
    findings = check_installation(settings, None, NOW)
    (health,) = [finding for finding in findings if finding.subject == "health"]
    assert health.level is FindingLevel.WARNING
    assert health.sentence == (
        "degraded: 1 of 1 receivers accept no message now: see `monitor subscriptions list`"
    )


def test_a_database_that_is_down_is_waited_for_once(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    waits: list[object] = []
    open_store = build.open_store

    def counted(of: Settings, *, patience: timedelta) -> Store:
        waits.append(patience)
        return open_store(of, patience=timedelta(0))

    monkeypatch.setattr(build, "open_store", counted)
    down = settings.model_copy(
        update={"database": DatabaseSettings(url="postgresql://nobody@127.0.0.1:9/none")}
    )
    findings = check_installation(down, None, NOW)
    faults = {
        finding.subject: finding.sentence
        for finding in findings
        if finding.level is FindingLevel.FAULT
    }
    assert waits == [timedelta(seconds=3)]
    assert faults["health"] == faults["database"]
    assert "127.0.0.1" in faults["database"]


def test_a_mail_server_that_does_not_answer_is_a_fault(store: Store, settings: Settings):
    unserved = settings.model_copy(update={"email": mail_settings(settings, 1)})
    assert "e-mail" in subjects(unserved, FindingLevel.FAULT)


def test_a_service_that_judges_by_another_pack_is_a_warning(store: Store, settings: Settings):
    status = RunningSettings(
        pid=7, role="all", config="c0", since="2025-06-17T12:00:00Z", pack="older@0123456789ab"
    )
    assert settings.path is not None
    status_file.write(settings.path, status)
    at = status_file.status_path(settings.path, "all", 7).stat().st_mtime
    findings = check_installation(settings, settings.path, NOW.fromtimestamp(at, NOW.tzinfo))
    sentences = [finding.sentence for finding in findings if finding.subject == "pack"]
    assert sentences[-1].startswith("process 7 still judges by older@0123456789ab: it takes")


def test_a_pack_without_data_for_grouping_is_named(store: Store, settings: Settings):
    topic = settings.topic.model_copy(update={"pack": "undersea-cables"})
    findings = check_installation(settings.model_copy(update={"topic": topic}), settings.path, NOW)
    (stories,) = (finding for finding in findings if finding.subject == "stories")
    assert stories.sentence.startswith("none: undersea-cables has no data for grouping")
    findings = check_installation(settings, settings.path, NOW)
    (stories,) = (finding for finding in findings if finding.subject == "stories")
    assert stories.sentence.startswith("articles are compared")


def test_faulty_data_for_grouping_is_a_fault(store: Store, settings: Settings, tmp_path: Path):
    pack = tmp_path / "broken"
    shutil.copytree(topic_pack.pack_folder(settings), pack)
    (pack / "stories" / "agencies.toml").write_text("[", encoding="utf-8")
    topic = settings.topic.model_copy(update={"pack": "./broken"})
    findings = check_installation(settings.model_copy(update={"topic": topic}), settings.path, NOW)
    faults = [finding for finding in findings if finding.level is FindingLevel.FAULT]
    assert any("agencies.toml" in finding.sentence for finding in faults)


def test_two_services_on_one_sqlite_file_are_both_named_with_a_warning(
    store: Store, settings: Settings
):
    assert settings.path is not None
    for pid in (7, 8):
        status_file.write(
            settings.path,
            RunningSettings(pid=pid, role="all", config="c0", since="2025-06-17T12:00:00Z"),
        )
    at = status_file.status_path(settings.path, "all", 8).stat().st_mtime
    findings = check_installation(settings, settings.path, NOW.fromtimestamp(at, NOW.tzinfo))
    sentences = [finding.sentence for finding in findings if finding.subject == "service"]
    assert [sentence.partition(",")[0] for sentence in sentences] == [
        "process 7",
        "process 8",
        "2 processes use one SQLite file: stop all but one",
    ]


@pytest.mark.parametrize(
    ("state", "level"),
    [
        (FeedState.OK, FindingLevel.OK),
        (FeedState.NEW, FindingLevel.WARNING),
        (FeedState.FAILING, FindingLevel.FAULT),
    ],
)
def test_the_last_day_is_judged_by_the_feeds_that_are_healthy(
    empty_store: Store, settings: Settings, state: FeedState, level: FindingLevel
):
    empty_store.feeds.add_all([feed("f", poll=PollState(due_at=NOW, state=state))])
    findings = check_installation(settings, None, NOW)
    assert [finding.level for finding in findings if finding.subject == "last day"] == [level]


def test_a_new_installation_without_subscriptions_is_a_warning(
    empty_store: Store, settings: Settings
):
    assert {"feeds", "subscriptions"} <= subjects(settings, FindingLevel.WARNING)
