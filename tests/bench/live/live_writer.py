"""The writer of the live bench: a round of changes that makes events of every type."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

from monitor.domain.alerts import Alert, AlertState, Outcome
from monitor.domain.articles import Article, Mark
from monitor.domain.delivery_schedule import HoldReason
from monitor.domain.feeds import FeedState
from monitor.domain.stories import (
    GroupedArticle,
    GroupingReason,
    NewStory,
    StoryChanges,
    StoryEvent,
    StoryEventKind,
)
from monitor.store.rules.rule_version import RuleVersion
from monitor.store.store import Store
from tests.fakes import NOW
from tests.store.builders import (
    MINUTE,
    a_feed,
    a_poll,
    a_subscription,
    an_alert,
    an_article,
    an_attempt,
)

_OUTCOMES = (Outcome.SENT, Outcome.LATER, Outcome.DEAD)
_FEED, _DESK = a_feed("live"), a_subscription("live")
_WHY = GroupingReason(sentence="founded the story")
_ARTICLES = 3  # of a round, and of a story


@dataclass
class LiveWriter:
    """Changes one database, as a service and its operators do; `begin` comes first."""

    store: Store
    rounds: int = field(default=0, init=False)

    def begin(self) -> None:
        """Store the feed and the subscription that everything is about."""
        self.store.feeds.add(_FEED)
        self.store.subscriptions.add(_DESK)

    def change(self) -> None:
        """One round: some 20 events of all types."""
        self.rounds += 1
        now = NOW + timedelta(seconds=self.rounds)
        articles = [self._article(number) for number in range(_ARTICLES)]
        self._poll(articles[:2], self._opened(articles[:2]))
        self._poll(articles[2:], self._grown(articles[2]))
        self._deliver()
        marks = [
            Mark(article_key=articles[0].key, relevant=True, marked_at=now, by=name)
            for name in ("Ana", "Ben")
        ]
        self.store.marks.set_all(marks, f"act {self.rounds}")
        self._correct_stories(articles)
        self.store.rule_versions.add(RuleVersion(at=now, by="Otto", text="", config="a"))

    @property
    def _story(self) -> int:
        """The number of the first of the two stories of this round; splits get those between."""
        return self.rounds * 10

    def _article(self, number: int) -> Article:
        return an_article(f"live {self.rounds} {number}", _FEED, seen_at=NOW + timedelta(hours=1))

    def _poll(self, articles: list[Article], stories: StoryChanges) -> None:
        """Each second poll fails, so that the state of the feed changes."""
        held = {"state": AlertState.HELD, "held_for": HoldReason.DIGEST}
        silenced = {"state": AlertState.SILENCED, "silenced_by": "night"}
        alerts: list[Alert] = []
        for article in articles:
            alert = an_alert(article, _DESK)
            alerts += [
                alert,
                replace(alert, key=f"{alert.key[:50]}-held", **held),
                replace(alert, key=f"{alert.key[:50]}-silenced", **silenced),
            ]
        is_first = len(articles) > 1
        state = FeedState.OK if is_first else FeedState.FAILING
        polled = a_poll(
            _FEED, *articles, alerts=tuple(alerts), stories=stories,
            state=replace(_FEED.poll, state=state),
        )  # fmt: skip
        self.store.commit([polled])

    def _opened(self, articles: list[Article]) -> StoryChanges:
        created = tuple(
            NewStory(
                number=self._story + place, article_key=article.key, title=article.entry.title,
                language=None, at=NOW,
            )
            for place, article in enumerate(articles)
        )  # fmt: skip
        grouped = tuple(
            _grouped(article, self._story + place) for place, article in enumerate(articles)
        )
        return StoryChanges(created=created, grouped=grouped, state=f"opened {self.rounds}")

    def _grown(self, article: Article) -> StoryChanges:
        changes = tuple(
            StoryEvent(
                story=self._story, kind=kind, at=NOW + timedelta(seconds=self.rounds),
                reason="of the method", other=other,
            )
            for kind, other in (
                (StoryEventKind.REOPENED, None), (StoryEventKind.MOVED, self._story + 1),
            )
        )  # fmt: skip
        grouped = (_grouped(article, self._story),)
        return StoryChanges(grouped=grouped, events=changes, state=f"grown {self.rounds}")

    def _deliver(self) -> None:
        """Try what is due: one is accepted, one is tried again, one is given up."""
        claims = self.store.outbox.claim(
            NOW + timedelta(days=1), limit=3, per_subscription=3, lease=MINUTE
        )
        for claim, outcome in zip(claims, _OUTCOMES, strict=False):
            due_at = NOW + timedelta(days=365) if outcome is Outcome.LATER else None
            attempt = an_attempt(claim.alert, outcome)
            self.store.outbox.record(attempt, token=claim.token, due_at=due_at)

    def _correct_stories(self, articles: list[Article]) -> None:
        edits, story = self.store.story_edits, self._story
        now = NOW + timedelta(seconds=self.rounds)
        edits.rename(story, f"The trip {self.rounds}", by="ann", now=now)
        edits.split(story, [articles[2].key], by="ann", reason="another one", now=now)
        merged = edits.merge(story + 1, story, by="ann", reason="one", now=now)
        edits.undo(merged, by="ann", now=now)


def _grouped(article: Article, story: int) -> GroupedArticle:
    return GroupedArticle(
        article_key=article.key, story=story, copy_key=article.copy_key, origin="live", at=NOW,
        why=_WHY,
    )  # fmt: skip
