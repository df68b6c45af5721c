"""Rules, dashboard and unit of `deploy/`: what they name exists in `/metrics` and in `monitor`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from monitor.domain.alerts import AlertState, ChannelKind, Outcome, PollCounts, PollResult
from monitor.domain.feeds import FeedState, PollState
from monitor.domain.reasons import DeliveryReason
from monitor.store.reports.latency import AlertLatency, TimeToAlert
from monitor.store.reports.metrics import StoreMetrics, StoreState
from monitor.store.reports.work_state import ReceiverCounts
from monitor.web.site.prometheus import Metrics
from tests.deploy.test_containers import exists
from tests.fakes import NOW

DEPLOY = Path(__file__).parents[2] / "deploy"
RULES: list[dict[str, Any]] = yaml.safe_load(
    (DEPLOY / "prometheus/watchpost.rules.yml").read_text(encoding="utf-8")
)["groups"][0]["rules"]
DASHBOARD: dict[str, Any] = json.loads((DEPLOY / "grafana/watchpost.json").read_bytes())
UNIT = (DEPLOY / "systemd/watchpost.service").read_text(encoding="utf-8")
EXPRESSIONS = [rule["expr"] for rule in RULES] + [
    target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]
]
_SELECTOR = re.compile(r"(watchpost_\w+)(?:\{([^}]*)\})?")
_LABEL = re.compile(r'(\w+)(=~|!=|=)"([^"]*)"')


@pytest.fixture(scope="module")
def exported() -> dict[str, dict[str, set[str]]]:
    """Name of a time series → its labels → their values, of a service with some of everything."""
    state = StoreState(
        feeds=dict.fromkeys(FeedState, 1), last_read_at=NOW, feed_due_at=NOW, articles=2, flagged=1,
        alerts={(channel, state): 1 for channel in ChannelKind for state in AlertState},
        oldest_alert_at=NOW, alert_due_at=NOW, last_attempt_at=NOW,
        attempts={(outcome, reason): 1 for outcome in Outcome for reason in DeliveryReason},
        receivers=ReceiverCounts(active=1),
    )  # fmt: skip
    waits = dict.fromkeys(("seen", "decided"), AlertLatency(p05=1, p50=2, p95=3))
    times = {("channel", "email"): TimeToAlert(alerts=1, waits=waits)}
    metrics = Metrics()
    polls = [
        PollState(due_at=NOW, state=FeedState.OK),
        PollState(due_at=NOW, state=FeedState.FAILING, last_error="timeout: no answer"),
    ]
    counts: list[PollCounts] = [PollResult(feed_key="f", state=poll).counts() for poll in polls]
    metrics.polled(counts)
    series: dict[str, dict[str, set[str]]] = {}
    text = metrics.text(StoreMetrics(state=state, times=times), NOW).decode()
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = series.setdefault(sample.name, {})
            for label, value in sample.labels.items():
                labels.setdefault(label, set()).add(value)
    return series


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_every_series_and_label_of_an_expression_is_exported(
    expression: str, exported: dict[str, dict[str, set[str]]]
) -> None:
    for name, selector in _SELECTOR.findall(expression):
        assert name in exported
        for label, operator, value in _LABEL.findall(selector):
            assert label in exported[name]
            values = value.split("|") if operator == "=~" else [value]
            assert set(values) <= exported[name][label]


def test_every_rule_says_what_is_wrong_and_what_to_do() -> None:
    for rule in RULES:
        assert rule["labels"]["severity"] in {"critical", "warning", "info"}
        assert set(rule["annotations"]) == {"summary", "description"}


def test_every_command_that_an_annotation_names_exists() -> None:
    texts = [rule["annotations"]["description"] for rule in RULES]
    texts += [panel["description"] for panel in DASHBOARD["panels"]]
    commands = re.findall(r"`monitor ([^`]+)`", " ".join(texts))
    assert commands
    for command in commands:
        assert exists(command.split()), command


def test_the_panels_of_the_dashboard_do_not_overlap() -> None:
    cells = [
        (x, y)
        for place in (panel["gridPos"] for panel in DASHBOARD["panels"])
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24


def test_the_unit_starts_a_command_that_exists() -> None:
    (line,) = re.findall(r"^ExecStart=/opt/watchpost/bin/monitor --config \S+ (.+)$", UNIT, re.M)
    assert exists(line.split())
    for command in re.findall(r"bin/monitor (init) \S+$", UNIT, re.M):
        assert exists([command])
