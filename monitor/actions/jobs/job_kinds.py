"""Kinds of jobs: what each does, the options that it takes, and what a worker must agree on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.actions.jobs import export_job, replay_job, training_job
from monitor.actions.jobs.job_site import JobSite, KindOfJob
from monitor.actions.option_values import InvalidOption, parse_length
from monitor.domain.jobs.job import Job, JobKind
from monitor.runtime import build, topic_pack, topics
from monitor.text.formats import duration_text

if TYPE_CHECKING:
    from monitor.settings.sections import Settings
    from monitor.store.store import Store

_BACKTEST_LENGTH = "30d"
_LONGEST_OPTION = 200_000  # characters: a rule text


def check_options(
    store: Store, settings: Settings, kind: JobKind, options: Mapping[str, str], now: datetime
) -> None:
    """Raise InvalidOption for an option that the kind does not take, or whose value is wrong.

    A time ago is counted from `now`, the time of the request.
    Raise ConfigError for one that names what does not exist.
    """
    kind_of_job = KINDS[kind]
    for name, value in options.items():
        if name not in kind_of_job.options:
            raise InvalidOption("set", f"{name}: {_options_taken(kind)}")
        if len(value) > _LONGEST_OPTION:
            raise InvalidOption("set", f"{name}: is longer than {_LONGEST_OPTION:,} characters")
        choices = kind_of_job.choices.get(name)
        if choices and value not in choices:
            raise InvalidOption("set", f"{name}: {value!r}: give {' or '.join(choices)}")
    try:
        kind_of_job.check(store, settings, options, now)
    except InvalidOption as error:
        raise InvalidOption("set", f"{error.option}: {error.problem}") from None


def _options_taken(kind: JobKind) -> str:
    """Jobs of a kind take other options, or none, in a sentence."""
    options = ", ".join(KINDS[kind].options)
    return (
        f"jobs of the kind {kind} take no {'such option, but: ' if options else 'options'}{options}"
    )


def basis_of(settings: Settings, kind: JobKind, options: Mapping[str, str]) -> str:
    """What the settings mean for a job; empty where they do not matter.

    Raise ConfigError, PackError.
    """
    return KINDS[kind].basis(settings, options)


def _deciding_basis(settings: Settings, options: Mapping[str, str]) -> str:
    """The packs, loaded and checked whole, and the rules."""
    by_topic = topics.settings_by_topic(settings)
    return _basis([topic_pack.find_pack(topic).pack.id for topic in by_topic.values()], settings)


def describe_settings(settings: Settings) -> str:
    """The packs and the rules of the settings: "pack nk-russia@1f2e, rules 0c2a".

    It is asked for often, so the packs are not loaded.  Raise ConfigError, PackError.
    """
    from monitor.classify.packs import pack_registry

    by_topic = topics.settings_by_topic(settings)
    digests = {
        name: pack_registry.pack_digest(topic_pack.first_pack_folder(topic))
        for name, topic in by_topic.items()
    }
    return _basis([f"{name}@{digest}" for name, digest in digests.items()], settings)


def _basis(pack_ids: Sequence[str], settings: Settings) -> str:
    return f"pack {' and '.join(pack_ids)}, rules {settings.decision_digest}"


# ── backtest ─────────────────────────────────────────────────────────────────────────────────────


def _check_backtest(
    _store: Store, settings: Settings, options: Mapping[str, str], _now: datetime
) -> None:
    from monitor.settings.rule_text import draft_settings

    _backtest_length(options)
    if options.get("rules"):
        draft_settings(settings, options["rules"])


def _backtest_length(options: Mapping[str, str]) -> timedelta:
    return parse_length(options.get("length") or _BACKTEST_LENGTH, "length")


def _backtest(site: JobSite, job: Job) -> Mapping[str, object]:
    from monitor.actions.rules.keyword_trial import KeywordTrialRequest, try_keywords

    now, length = site.clock(), _backtest_length(job.options)
    request = KeywordTrialRequest(length=length, draft=job.options.get("rules", ""))
    site.step("reading the pack and the rules")
    total = site.store.articles.count(since=now - length)
    trial = try_keywords(
        site.store,
        request,
        site.settings,
        now,
        on_progress=lambda done: site.step("deciding articles", done, total),
    )
    return trial.as_json()


# ── prune ────────────────────────────────────────────────────────────────────────────────────────


def _retention_basis(settings: Settings, options: Mapping[str, str]) -> str:
    lengths = build.retention(settings)
    return "retention " + ", ".join(
        f"{kind.value} {duration_text(length)}" for kind, length in lengths.items()
    )


def _prune(site: JobSite, job: Job) -> Mapping[str, object]:
    from monitor.actions.operations import prune_report

    report = prune_report.prune(
        site.store,
        site.settings,
        site.clock(),
        on_step=lambda kind, rows: site.step(f"removing {kind.value}", rows),
    )
    return report.as_json()


# ── search index ─────────────────────────────────────────────────────────────────────────────────


def _index(site: JobSite, job: Job) -> Mapping[str, object]:
    from monitor.actions.reading.searches import rebuild_index_step

    progress = rebuild_index_step(site.store)
    while not progress.is_complete:
        site.step("indexing articles", progress.indexed, progress.articles)
        progress = rebuild_index_step(site.store)
    site.store.refresh_statistics()
    return {"articles": progress.articles}


KINDS: Mapping[JobKind, KindOfJob] = {
    JobKind.BACKTEST: KindOfJob(
        title="Decide stored articles again, by the rules in force or by drafted ones",
        options={
            "length": f"how far back, by default {_BACKTEST_LENGTH}",
            "rules": "a drafted rule text instead of the rules in force",
        },
        check=_check_backtest,
        basis=_deciding_basis,
        run=_backtest,
    ),
    JobKind.TRAINING: KindOfJob(
        title="Train a candidate on marks, and compare it with the pack in use",
        options=training_job.OPTIONS,
        check=training_job.check,
        basis=_deciding_basis,
        run=training_job.run,
        clean_up=training_job.clean_up,
    ),
    JobKind.PRUNE: KindOfJob(
        title="Remove what retention no longer keeps",
        basis=_retention_basis,
        run=_prune,
    ),
    JobKind.SEARCH_INDEX: KindOfJob(
        title="Index the words of articles that the search does not know yet",
        run=_index,
    ),
    JobKind.EXPORT: KindOfJob(
        title="Write articles to a file, which can be downloaded for some days",
        options=export_job.OPTIONS,
        choices=export_job.CHOICES,
        check=export_job.check,
        basis=export_job.basis,
        run=export_job.run,
    ),
    JobKind.STORY_REPLAY: KindOfJob(
        title="Group the articles of a period anew, and say which stories would differ",
        options=replay_job.OPTIONS,
        check=replay_job.check,
        basis=replay_job.basis,
        run=replay_job.run,
    ),
}
