"""Each kind of job does its work, reports how far it is, and refuses wrong options."""

from __future__ import annotations

import pytest

from monitor.actions.jobs.job_kinds import KINDS, basis_of, check_options, describe_settings
from monitor.domain.errors import ConfigError
from monitor.domain.jobs.job import Job, JobKind, JobProgress
from monitor.runtime import clock
from monitor.settings.sections import Settings
from monitor.store.store import Store
from tests.jobs.job_sites import a_job_site


def a_job(kind: JobKind, **options: str) -> Job:
    now = clock.now()
    return Job(
        key="a" * 32, kind=kind, options=options, version="0.1.0", asked_by="Otto", asked_at=now,
        due_at=now, attempts=1,
    )  # fmt: skip


def do(store: Store, settings: Settings, job: Job) -> tuple[dict[str, object], list[JobProgress]]:
    reports: list[JobProgress] = []
    site = a_job_site(store, settings, report=reports.append)
    return dict(KINDS[job.kind].run(site, job)), reports


def test_every_kind_can_be_done_and_is_described():
    assert set(KINDS) == set(JobKind)
    assert all(kind.title for kind in KINDS.values())


def test_a_backtest_decides_the_stored_articles_by_a_draft(wolves: Settings, wolf_store: Store):
    rules = "[[keywords.rules]]\nname = 'circus'\nany = ['circus']\naction = 'flag'\n"
    job = a_job(JobKind.BACKTEST, rules=rules, length="3650d")
    result, reports = do(wolf_store, wolves, job)
    assert result["articles"] == 6
    assert len(result["gained"]) + result["before"]["flagged"] == 6
    assert JobProgress(step="deciding articles", done=6, total=6) in reports


def test_a_prune_reports_what_it_removed(wolves: Settings, wolf_store: Store):
    result, _ = do(wolf_store, wolves, a_job(JobKind.PRUNE))
    assert {line["kind"] for line in result["pruned"]} == {
        "texts", "articles", "attempts", "events", "exports",
    }  # fmt: skip


def test_an_index_counts_the_articles(wolves: Settings, wolf_store: Store):
    result, _ = do(wolf_store, wolves, a_job(JobKind.SEARCH_INDEX))
    assert result == {"articles": 6}


@pytest.mark.parametrize(
    ("kind", "options", "message"),
    [
        (JobKind.PRUNE, {"length": "3d"}, "length: jobs of the kind prune take no options"),
        (JobKind.BACKTEST, {"lenght": "3d"}, "take no such option, but: length, rules"),
        (JobKind.BACKTEST, {"length": "3"}, "'3'"),
        (JobKind.BACKTEST, {"rules": "[feeds]\n"}, "feeds"),
        (JobKind.BACKTEST, {"rules": "x" * 200_001}, "longer than 200,000 characters"),
        (JobKind.BACKTEST, {"length": "0d"}, "set length: '0d': must be longer than zero"),
        (JobKind.BACKTEST, {"length": "99999d"}, "set length: '99999d': give"),
        (JobKind.TRAINING, {"topic": "bears"}, "set topic: bears: no such topic is watched"),
        (JobKind.EXPORT, {"format": "pdf"}, "format: 'pdf': give atom or jsonfeed or csv or jsonl"),
        (JobKind.EXPORT, {"since": "3"}, "set since: '3': a duration is written with its unit"),
        (JobKind.EXPORT, {"theme": "dance"}, "set theme: dance: no such theme"),
        (JobKind.EXPORT, {"subscription": "gone"}, "no subscription 'gone'"),
        (JobKind.EXPORT, {"all": "maybe"}, "all: 'maybe': give yes or no"),
    ],
)
def test_a_wrong_option_is_named(wolves: Settings, wolf_store: Store, kind, options, message):
    with pytest.raises(ConfigError) as caught:
        check_options(wolf_store, wolves, kind, options, clock.now())
    assert message in str(caught.value)


def test_what_a_worker_must_agree_on_is_said_in_words(wolves: Settings):
    basis = basis_of(wolves, JobKind.TRAINING, {})
    assert basis.startswith("pack wolves@")
    assert describe_settings(wolves) == basis
    assert basis_of(wolves, JobKind.PRUNE, {}).startswith("retention texts ")
    assert basis_of(wolves, JobKind.SEARCH_INDEX, {}) == ""
    assert basis_of(wolves, JobKind.EXPORT, {}) == "topics wolves"
