"""What a candidate would change: stored articles that only it, or only the pack in use, flags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from monitor.actions import as_json
from monitor.actions.as_json import JsonObject
from monitor.text.formats import readable_duration

if TYPE_CHECKING:
    from monitor.classify.rules.keywords import KeywordRules
    from monitor.domain.articles import Article
    from monitor.domain.ports import Classifier
    from monitor.store.store import Store

SPANS = (7, 3, 1)  # days; the first whose articles are few enough
MOST_ARTICLES = 20_000  # judged by both packs in half a minute or so
MOST_SHOWN = 50  # of each side
_BATCH = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedArticle:
    """A stored article whose outcome the candidate changes."""

    key: str
    title: str
    language: str | None
    seen_at: datetime
    before: float  # the score with the pack in use, keyword rules included
    after: float  # the score with the candidate

    def as_json(self) -> JsonObject:
        """The article for programs."""
        return {
            "key": self.key,
            "title": self.title,
            "language": self.language,
            "seen_at": as_json.instant(self.seen_at),
            "score_before": as_json.score(self.before),
            "score_after": as_json.score(self.after),
        }

    @classmethod
    def from_json(cls, table: Mapping[str, Any]) -> ChangedArticle:
        """The article of `as_json`."""
        return cls(
            key=table["key"],
            title=table["title"],
            language=table["language"],
            seen_at=datetime.fromisoformat(table["seen_at"]),
            before=table["score_before"],
            after=table["score_after"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PackChanges:
    """What the candidate changes in the articles of the last days."""

    articles: int  # judged by both packs
    days: int
    flagged_before: int  # by the pack in use, with the keyword rules
    newly: int  # flagged only by the candidate
    no_longer: int  # flagged only by the pack in use
    newly_flagged: tuple[ChangedArticle, ...]  # the highest scores, at most `MOST_SHOWN`
    no_longer_flagged: tuple[ChangedArticle, ...]

    @property
    def sentence(self) -> str:
        """ "Of 1,204 articles of the last 7 days, 3 would be flagged newly and 1 no longer; …" """
        span = readable_duration(timedelta(days=self.days))
        return (
            f"Of {self.articles:,} articles of the last {span}, {self.newly:,} would be flagged"
            f" newly and {self.no_longer:,} no longer; the pack in use flags"
            f" {self.flagged_before:,}."
        )

    def as_json(self) -> JsonObject:
        """The changes for programs, and to store."""
        return {
            "articles": self.articles,
            "days": self.days,
            "flagged_before": self.flagged_before,
            "newly": self.newly,
            "no_longer": self.no_longer,
            "newly_flagged": [article.as_json() for article in self.newly_flagged],
            "no_longer_flagged": [article.as_json() for article in self.no_longer_flagged],
        }

    @classmethod
    def from_json(cls, table: Mapping[str, Any]) -> PackChanges:
        """The changes of `as_json`."""
        counts = ("articles", "days", "flagged_before", "newly", "no_longer")
        return cls(
            **{name: table[name] for name in counts},
            newly_flagged=tuple(map(ChangedArticle.from_json, table["newly_flagged"])),
            no_longer_flagged=tuple(map(ChangedArticle.from_json, table["no_longer_flagged"])),
        )


def choose_span(store: Store, now: datetime) -> int:
    """The days whose stored articles are judged: seven, or fewer where there are very many."""
    for days in SPANS[:-1]:
        if store.articles.count(since=now - timedelta(days=days)) <= MOST_ARTICLES:
            return days
    return SPANS[-1]


def compare_decisions(
    articles: Iterable[Article],
    current: Classifier,
    candidate: Classifier,
    rules: KeywordRules,
    *,
    days: int,
) -> PackChanges:
    """Decide the articles of so many days with both packs and the same keyword rules.

    The first `MOST_ARTICLES` of them, if there are more.
    """
    count = flagged_before = 0
    newly: list[ChangedArticle] = []
    no_longer: list[ChangedArticle] = []
    for batch in _batches(islice(articles, MOST_ARTICLES)):
        count += len(batch)
        before = _decide_all(batch, current, rules)
        after = _decide_all(batch, candidate, rules)
        for article, (was, old), (is_now, new) in zip(batch, before, after, strict=True):
            flagged_before += was
            if was != is_now:
                (newly if is_now else no_longer).append(_changed(article, old, new))
    return PackChanges(
        articles=count,
        days=days,
        flagged_before=flagged_before,
        newly=len(newly),
        no_longer=len(no_longer),
        newly_flagged=tuple(sorted(newly, key=lambda item: (-item.after, item.key))[:MOST_SHOWN]),
        no_longer_flagged=tuple(
            sorted(no_longer, key=lambda item: (-item.before, item.key))[:MOST_SHOWN]
        ),
    )


def _batches(articles: Iterator[Article]) -> Iterator[list[Article]]:
    while batch := list(islice(articles, _BATCH)):
        yield batch


def _decide_all(
    articles: list[Article], classifier: Classifier, rules: KeywordRules
) -> list[tuple[bool, float]]:
    """Whether each article is flagged, and its score; similar articles move it as they did then."""
    from monitor.classify.memory.score_shift import shifted
    from monitor.classify.rules.decision import decide

    verdicts = classifier.judge([article.entry for article in articles])
    decisions = [
        decide(shifted(verdict, article.decision.similar), rules.hits(article.entry), config="")
        for article, verdict in zip(articles, verdicts, strict=True)
    ]
    return [(decision.relevant, decision.score) for decision in decisions]


def _changed(article: Article, before: float, after: float) -> ChangedArticle:
    return ChangedArticle(
        key=article.key,
        title=article.entry.title,
        language=article.entry.language,
        seen_at=article.seen_at,
        before=before,
        after=after,
    )
