"""What a round came to, in a line and in numbers."""

from __future__ import annotations

from monitor.domain.alerts import PollCounts, PollResult
from monitor.domain.feeds import FeedState, PollState
from monitor.runtime import report
from monitor.runtime.report import LogFormat, Report
from tests.fakes import NOW, article


def polled(state: FeedState, **changes: object) -> PollCounts:
    result = PollResult(feed_key="f", state=PollState(state=state, due_at=NOW), **changes)
    return result.counts()


def test_a_round_is_counted_by_how_each_feed_answered():
    done = [
        polled(FeedState.OK, articles=(article("a"), article("b", backlog=True)), entries=2),
        polled(FeedState.DEGRADED),
        polled(FeedState.UNCHANGED),
        polled(FeedState.FAILING),
    ]
    counts = report.poll_counts(done)
    assert (counts["feeds"], counts["ok"], counts["unchanged"], counts["failed"]) == (4, 2, 1, 1)
    assert (counts["new"], counts["edited"], counts["entries"]) == (2, 0, 2)
    assert report.poll_line(done) == (
        "4 feeds: 2 ok, 1 unchanged, 1 failed; 2 new, 2 flagged, 0 alerts;"
        " 1 were there before, stored without alerting"
    )


def test_edits_are_counted_where_there_are_any():
    done = [polled(FeedState.OK, edited=(article("a"),))]
    assert report.poll_counts(done)["edited"] == 1
    assert report.poll_line(done).endswith("0 new, 0 flagged, 0 alerts; 1 edited")


def test_a_silent_feed_whose_document_was_read_is_ok_and_not_unchanged():
    articles = (article("a"), article("b"))
    read = polled(FeedState.SILENT, entries=30, articles=articles)
    answered = polled(FeedState.SILENT, entries=0)
    counts = report.poll_counts([read, answered])
    assert (counts["ok"], counts["unchanged"], counts["new"]) == (1, 1, 2)


def test_the_pages_and_the_console_are_named_with_a_link_for_people(capsys):
    to_people = Report(LogFormat.TEXT)
    to_people.serving("http://127.0.0.1:8081", taken="127.0.0.1:8080")
    to_people.opened_console("http://127.0.0.1:8081", "http://127.0.0.1:8081/console/x")
    to_people.opened_console("http://127.0.0.1:8081", "")
    lines = capsys.readouterr().err.splitlines()
    assert "http://127.0.0.1:8081 (127.0.0.1:8080 is taken by another program)" in lines[0]
    assert "console  http://127.0.0.1:8081/console/x (signs in once" in lines[1]
    assert lines[2].endswith("console  http://127.0.0.1:8081/console/")


def test_a_log_for_programs_never_has_a_link(caplog):
    caplog.set_level("INFO")
    Report(LogFormat.JSON).opened_console("http://127.0.0.1:1", "http://127.0.0.1:1/secret")
    (record,) = caplog.records
    assert record.message == "console.opened"
    assert "secret" not in str(record.__dict__)
