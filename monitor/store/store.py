"""The store: the one way to the database, with a repository for each noun."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from sqlalchemy import Connection, func, select

from monitor.domain.alerts import AlertState, PollResult
from monitor.domain.articles import Mark
from monitor.domain.feeds import FeedState
from monitor.domain.ports import GiveWay
from monitor.store.database import engine
from monitor.store.database.transactions import CACHE_MB, Database
from monitor.store.late_repository import repository
from monitor.store.schema.tables import IS_RELEVANT, articles, feeds
from monitor.store.schema.versions import Schema, SchemaState

if TYPE_CHECKING:  # imported when used: a command uses few of them
    from monitor.health.coverage import Coverage
    from monitor.store.access.audit_repository import AuditLog
    from monitor.store.access.identity_repository import Identities
    from monitor.store.access.keyed_requests import KeyedRequests
    from monitor.store.access.passkey_repository import Passkeys
    from monitor.store.access.people_repository import People
    from monitor.store.access.session_repository import Sessions
    from monitor.store.access.token_repository import AccessTokens
    from monitor.store.commit.clock_correction import ClockLimits, CorrectedTimes
    from monitor.store.commit.confirmations import ConfirmationRequest, ConfirmedArticle
    from monitor.store.commit.polls import CompletePolls
    from monitor.store.commit.taken_back import TakenBack
    from monitor.store.events.event_log import EventLog
    from monitor.store.jobs.job_engine import JobEngine
    from monitor.store.jobs.job_files import JobFiles
    from monitor.store.jobs.job_repository import Jobs
    from monitor.store.jobs.worker_repository import WorkerProcesses
    from monitor.store.reports.dashboard_counts import DashboardCounts
    from monitor.store.reports.latency import LatencyReport
    from monitor.store.reports.metrics import StoreMetrics
    from monitor.store.reports.topic_counts import TopicCounts
    from monitor.store.reports.work_state import WorkState
    from monitor.store.repositories.articles import Articles
    from monitor.store.repositories.digests import Digests
    from monitor.store.repositories.feed_notices import FeedNotices
    from monitor.store.repositories.feeds import Feeds
    from monitor.store.repositories.marks import Marks
    from monitor.store.repositories.outbox import Outbox
    from monitor.store.repositories.remembered_articles import RememberedArticles
    from monitor.store.repositories.service_faults import ServiceFaults
    from monitor.store.repositories.silences import Silences
    from monitor.store.repositories.subscriptions import Subscriptions
    from monitor.store.repositories.tokens import Tokens
    from monitor.store.repositories.websub import WebSub
    from monitor.store.retention.erasure import Erasure
    from monitor.store.retention.pruning import Pruning
    from monitor.store.rules.rule_candidates import RuleCandidates
    from monitor.store.rules.rule_drafts import RuleDrafts
    from monitor.store.rules.rule_versions import RuleVersions
    from monitor.store.rules.stored_decisions import StoredDecisions
    from monitor.store.search.article_search import ArticleSearch
    from monitor.store.search.saved_search_table import SavedSearches
    from monitor.store.stories.figure_ledger import Figures
    from monitor.store.stories.spike_repository import Spikes
    from monitor.store.stories.story_edits import StoryEdits
    from monitor.store.stories.story_lists import Stories
    from monitor.store.teaching.mark_summaries import MarkSummaries
    from monitor.store.teaching.pack_trainings import PackTrainings
    from monitor.store.teaching.review_list import ReviewList
    from monitor.store.teaching.score_strata import ScoreStrata
    from monitor.store.teaching.second_readings import SecondReadings

Result = TypeVar("Result")

# How long to wait for a lock, or for a database server that restarts.
PATIENCE = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreCounts:
    """How many feeds, articles and alerts are stored."""

    feeds: Mapping[
        FeedState, int
    ]  # every state; a paused feed counts as paused, whatever its state
    articles: int
    flagged: int  # articles that are relevant
    pending: int  # alerts, by state
    sent: int
    dead: int
    held: int  # for a later message
    silenced: int


class Store:
    """One database.  Synchronous; used by one thread at a time."""

    feeds: Feeds = repository("repositories.feeds.Feeds")
    feed_notices: FeedNotices = repository("repositories.feed_notices.FeedNotices")
    service_faults: ServiceFaults = repository("repositories.service_faults.ServiceFaults")
    articles: Articles = repository("repositories.articles.Articles")
    search: ArticleSearch = repository("search.article_search.ArticleSearch")
    saved_searches: SavedSearches = repository("search.saved_search_table.SavedSearches")
    event_log: EventLog = repository("events.event_log.EventLog")
    rule_candidates: RuleCandidates = repository("rules.rule_candidates.RuleCandidates")
    stored_decisions: StoredDecisions = repository("rules.stored_decisions.StoredDecisions")
    rule_versions: RuleVersions = repository("rules.rule_versions.RuleVersions")
    rule_drafts: RuleDrafts = repository("rules.rule_drafts.RuleDrafts")
    marks: Marks = repository("repositories.marks.Marks")
    mark_summaries: MarkSummaries = repository("teaching.mark_summaries.MarkSummaries")
    topic_counts: TopicCounts = repository("reports.topic_counts.TopicCounts")
    pack_trainings: PackTrainings = repository("teaching.pack_trainings.PackTrainings")
    review_list: ReviewList = repository("teaching.review_list.ReviewList")
    second_readings: SecondReadings = repository("teaching.second_readings.SecondReadings")
    remembered: RememberedArticles = repository(
        "repositories.remembered_articles.RememberedArticles"
    )
    score_strata: ScoreStrata = repository("teaching.score_strata.ScoreStrata")
    subscriptions: Subscriptions = repository("repositories.subscriptions.Subscriptions")
    outbox: Outbox = repository("repositories.outbox.Outbox")
    latency: LatencyReport = repository("reports.latency.LatencyReport")
    dashboard: DashboardCounts = repository("reports.dashboard_counts.DashboardCounts")
    tokens: Tokens = repository("repositories.tokens.Tokens")
    digests: Digests = repository("repositories.digests.Digests")
    silences: Silences = repository("repositories.silences.Silences")
    stories: Stories = repository("stories.story_lists.Stories")
    story_edits: StoryEdits = repository("stories.story_edits.StoryEdits")
    spikes: Spikes = repository("stories.spike_repository.Spikes")
    figures: Figures = repository("stories.figure_ledger.Figures")
    websub: WebSub = repository("repositories.websub.WebSub")
    people: People = repository("access.people_repository.People")
    sessions: Sessions = repository("access.session_repository.Sessions")
    access_tokens: AccessTokens = repository("access.token_repository.AccessTokens")
    passkeys: Passkeys = repository("access.passkey_repository.Passkeys")
    identities: Identities = repository("access.identity_repository.Identities")
    keyed_requests: KeyedRequests = repository("access.keyed_requests.KeyedRequests")
    jobs: Jobs = repository("jobs.job_repository.Jobs")
    job_files: JobFiles = repository("jobs.job_files.JobFiles")
    job_engine: JobEngine = repository("jobs.job_engine.JobEngine")
    workers: WorkerProcesses = repository("jobs.worker_repository.WorkerProcesses")
    audit_log: AuditLog = repository("access.audit_repository.AuditLog")
    pruning: Pruning = repository("retention.pruning.Pruning")
    erasure: Erasure = repository("retention.erasure.Erasure")

    def __init__(self, database: Database) -> None:
        """Use `open` instead."""
        self._database = database
        self.schema = Schema(database)

    @classmethod
    def open(
        cls,
        url: str,
        *,
        upgrade: bool | None = None,
        patience: timedelta = PATIENCE,
        cache_mb: int = CACHE_MB,
    ) -> Store:
        """Open `sqlite:///file` or `postgresql://…`.

        `upgrade` says whether missing or old tables are upgraded: by default those of SQLite
        are, and those of PostgreSQL are refused.  Calls wait for a lock, or for a server that
        restarts, up to `patience`.  `cache_mb` megabytes of a SQLite file stay in memory.
        Raise ConfigError for an invalid address, and StoreError for a database that can't be used;
        it is left unchanged then.
        """
        address = engine.read_url(url)
        file = engine.sqlite_file(address)
        is_sqlite = address.get_backend_name() == "sqlite"
        upgrade = is_sqlite if upgrade is None else upgrade
        if file:
            engine.prepare_file(file, create=upgrade)
        store = cls(Database(address, patience=patience, cache_mb=cache_mb))
        try:
            store._prepare(upgrade=upgrade)
        except BaseException:
            store.close()
            raise
        return store

    def _prepare(self, *, upgrade: bool) -> None:
        status = self.schema.status()
        if upgrade and status.state is not SchemaState.CURRENT:
            self.schema.upgrade()
        else:
            self.schema.check()
        self._database.use_write_ahead_log()

    def before_statements(self, call: GiveWay) -> None:
        """Call this before each statement from now on, within transactions, too."""
        self._database.before_statements(call)

    def close(self) -> None:
        """Close the connections; the store can't be used afterwards."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def commit(
        self, results: Sequence[PollResult], complete: CompletePolls | None = None
    ) -> list[PollResult]:
        """Store what these polls changed, in one transaction; return each as it was stored.

        `complete` is called in the transaction, with the polls whose claims still hold and a
        look-up of copy candidates: it gives articles their copy keys and polls their alerts.  By
        default polls are stored as they are.

        The answer has a result for each one given, in order, with only the articles and alerts
        that are new: what is stored already is not inserted again, whatever became of it.  A poll
        whose feed was removed, or claimed again since, is skipped whole and comes back without
        any.  So does one that can't be stored, and its state is then failing, with the reason: it
        harms no other.  Raise StoreBusy or StoreError when none was stored.
        """
        if not results:
            return []
        from monitor.store.commit import polls

        return polls.commit(self._database, results, complete or polls.as_they_are)

    def confirm(
        self, request: ConfirmationRequest, complete: CompletePolls
    ) -> ConfirmedArticle | None:
        """Make an article in doubt relevant, with the alerts that follow.

        `complete` is called in the transaction, with the confirmed article as an edit.  None, and
        nothing is stored, when there is no such article.
        """
        from monitor.store.commit import confirmations

        return confirmations.confirm(self._database, request, complete)

    def take_back(self, mark: Mark, act: str) -> TakenBack | None:
        """Store a person's "no"; undo the confirmation of a second reader that nobody shares.

        None when there is no such article.
        """
        from monitor.store.commit import taken_back

        return taken_back.take_back(self._database, mark, act)

    def counts(self) -> StoreCounts:
        """The totals that `monitor doctor` and the demo show."""
        by_state = select(feeds.c.paused, feeds.c.state, func.count())
        by_state = by_state.group_by(feeds.c.paused, feeds.c.state)
        number_of_articles = select(func.count()).select_from(articles)

        def count(connection: Connection) -> tuple[dict[FeedState, int], int, int]:
            states = dict.fromkeys(FeedState, 0)
            for paused, state, number in connection.execute(by_state):
                states[FeedState.PAUSED if paused else state] += number
            total = connection.scalar(number_of_articles) or 0
            flagged = connection.scalar(number_of_articles.where(IS_RELEVANT)) or 0
            return states, total, flagged

        states, total, flagged = self._database.read(count)
        alerts = self.outbox.counts()
        return StoreCounts(
            feeds=states,
            articles=total,
            flagged=flagged,
            pending=alerts[AlertState.PENDING],
            sent=alerts[AlertState.SENT],
            dead=alerts[AlertState.DEAD],
            held=alerts[AlertState.HELD],
            silenced=alerts[AlertState.SILENCED],
        )

    def coverage(self, since: datetime, until: datetime) -> Coverage:
        """Monitoring coverage from `since` until before `until`; feed states are those of now."""
        from monitor.store.reports import coverage

        return coverage.coverage(self._database, since, until)

    def correct_times(self, now: datetime, limits: ClockLimits) -> CorrectedTimes:
        """Make due now what a clock that was ahead has planned, and end its leases and rests."""
        from monitor.store.commit import clock_correction

        return clock_correction.correct(self._database, now, limits)

    def record_heartbeat(self, now: datetime) -> None:
        """Record that a service runs; each running service calls this once a minute."""
        from monitor.store.reports import poll_counts

        poll_counts.record_heartbeat(self._database, now)

    def metrics(self, now: datetime) -> StoreMetrics:
        """Counts and times for monitoring programs."""
        from monitor.store.reports import metrics

        return metrics.store_metrics(self._database, now)

    def work(self, now: datetime) -> WorkState:
        """What is read and sent, and what waits for it: health follows from it."""
        from monitor.store.reports import work_state

        return work_state.work_state(self._database, now)

    def warnings(self) -> list[str]:
        """Problems that do not stop the store, one sentence each."""
        from monitor.store.database import maintenance

        return maintenance.warnings(self._database)

    def copy_to(self, target: Store) -> dict[str, int]:
        """Copy every row into an empty database, of either kind, in one transaction.

        Returns the number of rows by table, which were compared.  The words of the articles are
        indexed by the target's own task.  Raise StoreError when the target has rows.
        """
        from monitor.store import row_copy

        return row_copy.copy_rows(self._database, target._database)

    def outdated_statistics(self) -> list[str]:
        """The tables of PostgreSQL whose planner statistics are outdated; none of SQLite."""
        from monitor.store import planner_statistics

        return planner_statistics.outdated_tables(self._database)

    def refresh_statistics(self) -> list[str]:
        """Analyse these tables, which may take seconds; return their names.  Raise StoreError."""
        from monitor.store import planner_statistics

        return planner_statistics.analyse_outdated(self._database)

    def row_counts(self) -> dict[str, int]:
        """Table → number of rows."""
        from monitor.store import row_copy

        return row_copy.row_counts(self._database)

    def other_users(self) -> int:
        """How many other connections of this program use the database; PostgreSQL knows them."""
        from monitor.store import row_copy

        return row_copy.other_users(self._database)

    def together(self, call: Callable[[], Result]) -> Result:
        """Run `call`, whose reads and writes of this store are one transaction.

        It runs again when the connection is lost, so it must change nothing but the database.
        """
        return self._database.together(call)

    @property
    def name(self) -> str:
        """The file, or the address without its password, for messages."""
        return self._database.name

    @property
    def file(self) -> Path | None:
        """The file of a SQLite database; None for PostgreSQL, and in memory."""
        return self._database.file

    def backup(self, path: Path) -> None:
        """Write a consistent copy of the database while it is in use.

        Only its owner may read the copy: it holds the secrets of webhooks.  Raise StoreError when
        `path` exists already, and for PostgreSQL, which has its own backup tool.
        """
        from monitor.store.database import maintenance

        maintenance.backup(self._database, path)
