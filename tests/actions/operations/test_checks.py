"""Checks of a whole installation: typed findings, one faulty part at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.actions.operations.checks import (
    check_installation,
    check_running_services,
    needs_person,
)
from monitor.actions.operations.findings import FindingLevel
from monitor.domain.alerts import SubscriptionState
from monitor.runtime import status_file
from monitor.runtime.status_file import RunningSettings
from monitor.settings.sections import Settings
from monitor.store.store import Store
from tests.fakes import NOW, subscription


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
    written = status_file.status_path(file, "all").stat().st_mtime
    (finding,) = check_running_services(file, NOW.fromtimestamp(written, NOW.tzinfo))
    assert finding.level is level
    assert words in finding.sentence
    assert needs_person([finding]) is (level is FindingLevel.FAULT)


def test_without_a_service_the_finding_says_so(tmp_path: Path):
    (finding,) = check_running_services(tmp_path / "monitor.toml", NOW)
    assert finding.sentence == "none runs on this configuration"
    assert check_running_services(None, NOW) == []


def test_a_complete_configuration_has_no_warning_about_contact_mail_or_pages(
    store: Store, settings: Settings
):
    complete = settings.model_copy(
        update={
            "poll": settings.poll.model_copy(update={"contact": "me@watch.example"}),
            "email": settings.email.model_copy(update={"host": "mail.watch.example"}),
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
    assert sentences == ["2", "desk is disabled: gone: 410"]


def test_a_new_installation_without_subscriptions_is_a_warning(
    empty_store: Store, settings: Settings
):
    assert {"feeds", "subscriptions"} <= subjects(settings, FindingLevel.WARNING)
