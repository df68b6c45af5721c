"""The report has the volumes of now, what is usual, and the spikes of a span."""

from __future__ import annotations

import json

from monitor.actions.grouping.spike_reports import recent_spikes, spike_report
from monitor.pipeline.grouping.spike_round import check_spikes
from tests.fakes import NOW
from tests.volumes import FEED, HOUR, flagged, stored, usual_weeks


def test_the_report_says_what_is_usual_and_what_spikes(store):
    store.feeds.add(FEED)
    usual_weeks(store, NOW, articles=2)
    stored(store, *flagged("now", 20, NOW - HOUR), at=NOW)
    check_spikes(store, {"troops": "Troops"}, NOW)
    report = spike_report(store, {"troops": "Troops"}, NOW)
    document = json.loads(json.dumps(report.as_json()))
    (volume,) = document["volumes"]
    assert (volume["volume"], volume["is_spike"], volume["windows"]) == (20, True, 24)
    (spike,) = document["spikes"]
    assert (spike["name"], spike["volume"], spike["ended_at"]) == ("troops", 20, None)
    assert report.going_on == recent_spikes(store, NOW)
    assert recent_spikes(store, NOW + 100 * HOUR) == report.going_on  # it goes on
