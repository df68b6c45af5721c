"""The state of the service: health, findings, processes, and the settings of the file."""

from __future__ import annotations

import json
import os

import pytest

from monitor.actions.operations.findings import FindingLevel
from monitor.actions.operations.service_health import health_status
from monitor.actions.operations.service_state import service_state, store_findings
from monitor.runtime import clock, status_file
from monitor.runtime.status_file import RunningSettings
from monitor.settings import loader
from monitor.store.store import Store
from tests.fakes import NOW


@pytest.fixture
def file(settings):
    return settings.path


def state(store: Store, settings, file=None):
    health = health_status(store.work(NOW), NOW, started_at=NOW)
    last_findings = store_findings(store, settings, NOW, file)
    return service_state(store, settings, health, last_findings, clock.now(), file)


def running(file, **changes):
    process = RunningSettings(
        **{"pid": os.getpid(), "role": "all", "config": "", "since": "2025-06-17T12:00:00Z"}
        | changes
    )
    status_file.write(file, process)
    return process


def test_the_words_are_those_of_healthz_and_doctor(store, settings):
    shown = state(store, settings)
    assert shown.sentence == "The service works normally."
    subjects = {finding.subject for finding in shown.findings}
    assert {"database", "last day", "search", "subscriptions", "alerts"} <= subjects
    assert all(finding.level is not FindingLevel.OK for finding in shown.in_trouble())


def test_a_process_says_whether_it_has_the_settings_of_the_file(store, settings, file):
    running(file, config=settings.decision_digest)
    (process,) = state(store, settings, file).processes
    assert (process.has_current, process.sentence) == (True, "has the settings of the file")
    file.write_text("[topic]\nthreshold = 0.7\n")
    (process,) = state(store, settings, file).processes
    assert (process.has_current, process.sentence) == (False, "has earlier settings")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"fault": "line 3: no such setting"}, "refuses the file: line 3: no such setting"),
        ({"restart": ("poll.timeout",)}, "has to be restarted for: poll.timeout"),
    ],
)
def test_a_process_that_needs_a_person_says_why(store, settings, file, change, sentence):
    running(file, config=settings.decision_digest, **change)
    (process,) = state(store, settings, file).processes
    assert process.sentence == sentence


def test_the_settings_are_those_of_the_file_as_it_is_now(store, settings, file):
    file.write_text('[poll]\nevery = "20m"\n')
    shown = {setting.name: setting for setting in state(store, settings, file).settings}
    assert (shown["poll.every"].value, shown["poll.every"].place) == ("20m", f"{file}:2")


def test_a_file_that_is_refused_leaves_the_settings_of_the_start_and_says_why(
    store, settings, file
):
    file.write_text("[poll]\nevry = 3\n")
    shown = state(store, settings, file)
    assert "no such setting poll.evry" in shown.settings_fault
    assert shown.config == settings.decision_digest


def test_the_json_masks_secrets(store, tmp_path):
    environment = {"MONITOR_EMAIL__PASSWORD": "hunter2"}
    settings = loader.load(environment=environment)
    text = json.dumps(state(store, settings).as_json())
    assert "hunter2" not in text
    assert json.loads(text)["file"] is None


def test_standing_faults_are_those_that_were_reported(store, settings):
    store.service_faults.replace(["disk"], {"disk": "is full"}, lambda present, ended: (), NOW)
    assert state(store, settings).faults == {"disk": "is full"}
    assert state(store, settings).as_json()["standing_faults"] == {"disk": "is full"}
