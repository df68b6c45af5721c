"""States, pauses and progress of jobs."""

from __future__ import annotations

from datetime import timedelta

from monitor.domain.jobs.job import JobProgress, JobState, pause_after_death, poisoned


def test_a_job_is_over_when_it_is_done_failed_or_cancelled():
    assert [state for state in JobState if state.is_over] == [
        JobState.DONE,
        JobState.FAILED,
        JobState.CANCELLED,
    ]


def test_pauses_after_deaths_double():
    pauses = [pause_after_death(attempts) for attempts in (1, 2, 3)]
    assert pauses == [timedelta(seconds=seconds) for seconds in (10, 20, 40)]


def test_progress_names_the_whole_where_it_is_known():
    assert JobProgress(step="removing texts", done=7).sentence == "removing texts"
    progress = JobProgress(step="deciding articles", done=1_200, total=5_000)
    assert progress.sentence == "deciding articles: 1,200 of 5,000"


def test_a_poisoned_job_tells_how_its_last_process_ended():
    assert poisoned(3, "ended by SIGSEGV").endswith("after 3 attempts, each of which ended its"
        " process; the last: ended by SIGSEGV")  # fmt: skip
