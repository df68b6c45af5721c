"""The SQLAlchemy Core tables that all queries of the store use.

Each constraint and index of the SQLModel rows in this folder states its reason.  A change of a
table needs a migration: `tests/store/schema/test_versions.py` fails without it.
"""

from __future__ import annotations

from sqlalchemy import Column, ColumnElement, ForeignKeyConstraint, Table, literal_column

from monitor.domain.alerts import SubscriptionState
from monitor.store.database.columns import key_type
from monitor.store.schema.alerts import (
    AlertArticleRow,
    AlertRow,
    AttemptRow,
    SilenceRow,
    SubscriptionRow,
)
from monitor.store.schema.articles import (
    ArticleNumberRow,
    ArticleRow,
    MarkChangeRow,
    MarkRow,
    PrintRow,
    SearchIndexRow,
)
from monitor.store.schema.base import TableRow
from monitor.store.schema.feeds import (
    FarewellRow,
    FeedMemoryRow,
    FeedRow,
    FeedStripRow,
    FormerFeedRow,
    HubRow,
)
from monitor.store.schema.health import ConditionRow, HourRow
from monitor.store.schema.links import FeedLinkRow, SecretRow
from monitor.store.schema.people_tables import (
    AccessTokenRow,
    AuditEntryRow,
    IdentityRow,
    KeyedRequestRow,
    PasskeyRow,
    PersonRow,
    SessionRow,
    SignInLinkRow,
    SpentChallengeRow,
)
from monitor.store.schema.reader_tables import ReaderTrialRow, SecondReadingRow
from monitor.store.schema.retention_tables import PrunedArticleRow, PrunePositionRow
from monitor.store.schema.rule_tables import RuleDraftRow, RuleVersionRow
from monitor.store.schema.saved_tables import SavedSearchRow
from monitor.store.schema.spike_tables import SpikeRow
from monitor.store.schema.story_tables import (
    FigureCorrectionRow,
    FigureRow,
    StoryArticleRow,
    StoryEventRow,
    StoryHeadRow,
    StoryRow,
)
from monitor.store.schema.teaching_tables import PackTrainingRow

metadata = TableRow.metadata


def _table(row: type[TableRow]) -> Table:
    return metadata.tables[str(row.__tablename__)]


feeds, feed_memories = _table(FeedRow), _table(FeedMemoryRow)
former_feeds, feed_strips = _table(FormerFeedRow), _table(FeedStripRow)
hubs, farewells = _table(HubRow), _table(FarewellRow)
articles, prints, marks = _table(ArticleRow), _table(PrintRow), _table(MarkRow)
mark_changes, pack_trainings = _table(MarkChangeRow), _table(PackTrainingRow)
subscriptions, silences = _table(SubscriptionRow), _table(SilenceRow)
alerts, alert_articles, attempts = _table(AlertRow), _table(AlertArticleRow), _table(AttemptRow)
secrets, feed_links = _table(SecretRow), _table(FeedLinkRow)
hours, conditions = _table(HourRow), _table(ConditionRow)
people, sign_in_links, sessions = _table(PersonRow), _table(SignInLinkRow), _table(SessionRow)
identities = _table(IdentityRow)
passkeys, spent_challenges = _table(PasskeyRow), _table(SpentChallengeRow)
access_tokens, audit_entries = _table(AccessTokenRow), _table(AuditEntryRow)
keyed_requests = _table(KeyedRequestRow)
article_numbers, search_indexes = _table(ArticleNumberRow), _table(SearchIndexRow)
second_readings, reader_trials = _table(SecondReadingRow), _table(ReaderTrialRow)
saved_searches = _table(SavedSearchRow)
prune_positions, pruned_articles = _table(PrunePositionRow), _table(PrunedArticleRow)
rule_versions, rule_drafts = _table(RuleVersionRow), _table(RuleDraftRow)
stories, story_articles = _table(StoryRow), _table(StoryArticleRow)
story_events, story_heads = _table(StoryEventRow), _table(StoryHeadRow)
figures, figure_corrections = _table(FigureRow), _table(FigureCorrectionRow)
spikes = _table(SpikeRow)

# The versions of an article before its publisher edited it, each with its decision.
revisions = Table(
    "revisions",
    metadata,
    Column("article_key", key_type(), primary_key=True),
    *(
        Column(
            column.name, column.type, primary_key=column.name == "edits", nullable=column.nullable
        )
        for column in articles.c
        if column.name not in ("key", "copy_key", "feed_key", "seen_at", "backlog", "alias")
    ),
    # a deleted article takes its revisions along
    ForeignKeyConstraint(
        ["article_key"], ["articles.key"], name="fk_revisions_article_key", ondelete="CASCADE"
    ),
)

IS_RELEVANT: ColumnElement[bool] = literal_column("articles.relevant")
IS_NEAR_LINE: ColumnElement[bool] = literal_column(
    "abs(articles.score - articles.threshold) <= 0.05"
)
IS_REMEMBERED: ColumnElement[bool] = literal_column("articles.own_score IS NOT NULL")
IS_IN_REVIEW: ColumnElement[bool] = literal_column(
    "NOT articles.relevant AND NOT articles.backlog"
    " AND articles.score >= articles.review_threshold AND articles.reason IN ('below', 'boosted')"
)
# The same beside the number, for walks along the numbers.
IS_NUMBERED_RELEVANT: ColumnElement[bool] = literal_column("article_numbers.relevant")
IS_NUMBERED_NEAR: ColumnElement[bool] = literal_column("article_numbers.near_line")
IS_NUMBERED_IN_REVIEW: ColumnElement[bool] = literal_column("article_numbers.in_review")
IS_PENDING: ColumnElement[bool] = literal_column("alerts.state = 'pending'")
HAS_SUBSCRIPTION = alerts.c.subscription_key == subscriptions.c.key
IS_ACTIVE = subscriptions.c.state == SubscriptionState.ACTIVE
IS_HELD: ColumnElement[bool] = literal_column("alerts.state = 'held'")
IS_DEAD: ColumnElement[bool] = literal_column("alerts.state = 'dead'")
IS_SILENCED: ColumnElement[bool] = literal_column("alerts.state = 'silenced'")
IS_REPEATED: ColumnElement[bool] = literal_column("alerts.state = 'repeated'")
IS_OPEN_WINDOW: ColumnElement[bool] = literal_column("story_articles.words IS NOT NULL")
