"""The SQLAlchemy Core tables that all queries of the store use, built from the table file.

They are declared as the SQLModel rows in this folder, where each constraint and index states its
reason.  A change of a row needs a migration, and `make docs` writes the file anew:
`tests/store/schema/test_versions.py` and `test_tables.py` fail without.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import ColumnElement, literal_column

from monitor.access.accounts import SignInMethod
from monitor.access.caller import Door
from monitor.access.roles import PersonRole
from monitor.domain.alerts import AlertState, ChannelKind, Outcome, SubscriptionState
from monitor.domain.articles import DecisionReason
from monitor.domain.delivery_schedule import HoldReason
from monitor.domain.events.event_types import EventType
from monitor.domain.feeds import FeedState
from monitor.domain.jobs.job import JobKind, JobState
from monitor.domain.messages import MessageType
from monitor.domain.reasons import DeliveryReason
from monitor.domain.stories import Repeat, Standing, StoryEventKind
from monitor.domain.tiers import WantedTier
from monitor.polling.websub import HubSubscriptionState
from monitor.store.database import table_file
from monitor.store.database.columns import UtcDateTime
from monitor.store.database.stored_states import Pruned, TrainingState
from monitor.stories.volume_spikes import SpikeSubject

FILE = Path(__file__).with_name("tables.json")
ENUMS = (
    AlertState,
    ChannelKind,
    DecisionReason,
    DeliveryReason,
    Door,
    EventType,
    FeedState,
    HoldReason,
    HubSubscriptionState,
    JobKind,
    JobState,
    MessageType,
    Outcome,
    PersonRole,
    Pruned,
    Repeat,
    SignInMethod,
    SpikeSubject,
    Standing,
    StoryEventKind,
    SubscriptionState,
    TrainingState,
    WantedTier,
)

metadata = table_file.tables_from_json(FILE.read_bytes(), ENUMS)

_tables = metadata.tables
feeds, feed_memories = _tables["feeds"], _tables["feed_memories"]
former_feeds, feed_strips = _tables["former_feeds"], _tables["feed_strips"]
hubs, farewells = _tables["hubs"], _tables["hub_farewells"]
articles, prints, marks = _tables["articles"], _tables["prints"], _tables["marks"]
mark_changes, pack_trainings = _tables["mark_changes"], _tables["pack_trainings"]
subscriptions, silences = _tables["subscriptions"], _tables["silences"]
alerts, alert_articles, attempts = _tables["alerts"], _tables["alert_articles"], _tables["attempts"]
secrets, feed_links = _tables["secrets"], _tables["feed_links"]
hours, conditions = _tables["hours"], _tables["conditions"]
people, sign_in_links, sessions = _tables["people"], _tables["sign_in_links"], _tables["sessions"]
identities = _tables["identities"]
passkeys, spent_challenges = _tables["passkeys"], _tables["spent_challenges"]
access_tokens, audit_entries = _tables["access_tokens"], _tables["audit_entries"]
keyed_requests = _tables["keyed_requests"]
article_numbers, search_indexes = _tables["article_numbers"], _tables["search_indexes"]
second_readings, reader_trials = _tables["second_readings"], _tables["reader_trials"]
saved_searches = _tables["saved_searches"]
prune_positions, pruned_articles = _tables["prune_positions"], _tables["pruned_articles"]
rule_versions, rule_drafts = _tables["rule_versions"], _tables["rule_drafts"]
stories, story_articles = _tables["stories"], _tables["story_articles"]
story_events, story_heads = _tables["story_events"], _tables["story_heads"]
figures, figure_corrections = _tables["figures"], _tables["figure_corrections"]
spikes = _tables["spikes"]
events, event_logs = _tables["events"], _tables["event_logs"]
jobs, worker_processes = _tables["jobs"], _tables["worker_processes"]
job_files, job_file_chunks = _tables["job_files"], _tables["job_file_chunks"]

# The versions of an article before its publisher edited it, each with its decision.
revisions = _tables["revisions"]

IS_RELEVANT: ColumnElement[bool] = literal_column("articles.relevant")
IS_NEAR_LINE: ColumnElement[bool] = literal_column(
    "abs(articles.score - articles.threshold) <= 0.05"
)
IS_REMEMBERED: ColumnElement[bool] = literal_column("articles.own_score IS NOT NULL")
IS_REMEMBERED_BESIDE: ColumnElement[bool] = literal_column("articles.opens_other_gate")
IS_IN_REVIEW: ColumnElement[bool] = literal_column(
    "NOT articles.relevant AND NOT articles.backlog"
    " AND articles.score >= articles.review_threshold AND articles.reason IN ('below', 'boosted')"
)
# The same beside the number, for walks along the numbers.
IS_NUMBERED_RELEVANT: ColumnElement[bool] = literal_column("article_numbers.relevant")
IS_NUMBERED_NEAR: ColumnElement[bool] = literal_column("article_numbers.near_line")
IS_NUMBERED_IN_REVIEW: ColumnElement[bool] = literal_column("article_numbers.in_review")
IS_NUMBERED_WITH_THEMES: ColumnElement[bool] = literal_column("article_numbers.themes IS NOT NULL")
IS_PENDING: ColumnElement[bool] = literal_column("alerts.state = 'pending'")
HAS_SUBSCRIPTION = alerts.c.subscription_key == subscriptions.c.key
IS_ACTIVE = subscriptions.c.state == SubscriptionState.ACTIVE
IS_HELD: ColumnElement[bool] = literal_column("alerts.state = 'held'")
IS_DEAD: ColumnElement[bool] = literal_column("alerts.state = 'dead'")
IS_SILENCED: ColumnElement[bool] = literal_column("alerts.state = 'silenced'")
IS_REPEATED: ColumnElement[bool] = literal_column("alerts.state = 'repeated'")
# An article in review is placed in a story, and is not told, counted or quoted there.
COUNTS_IN_STORY: ColumnElement[bool] = literal_column("story_articles.standing <> 'review'")
IS_OPEN_WINDOW: ColumnElement[bool] = literal_column("story_articles.words IS NOT NULL")
# The place of an article in the window of stories: later than its own time, where it was old.
window_place: ColumnElement[datetime] = literal_column(
    "coalesce(story_articles.window_at, story_articles.at)", UtcDateTime()
)
