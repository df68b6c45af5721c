"""Group copies: a new article that is a near-duplicate of an earlier one takes its copy key.

The decision is pure.  The store looks up the candidates, the earlier articles that share an address
or fingerprints with the new ones; `near_duplicates` says whether two texts are copies.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from monitor.articles import near_duplicates
from monitor.articles.near_duplicates import ComparableText
from monitor.articles.wordings import Wording, are_alike
from monitor.domain.articles import Article

# Published so long before it was seen, an article of a backlog is old news: twice as long as copies
# may lie apart.
OLD_NEWS = 2 * near_duplicates.LEAD_DISTANCE

# A phrase that stands in so many different articles tells none of them from others.
_MOST_HOLDERS = 8

# The newest articles of one address that are compared: a copy has the copy key of its original, and
# addresses that very many feeds name would bring all their articles and terms into memory.
MOST_AT_ADDRESS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparableArticle:
    """An article with all that its copies are found by."""

    article: Article
    wording: Wording  # the feed's own
    text: ComparableText
    fingerprints: tuple[int, ...]
    may_join: bool  # may take another's copy key: a new article, or an edit that causes alerts


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyCandidate:
    """An earlier article that a new one may be a copy of."""

    key: str
    copy_key: str
    seen_at: datetime
    text: ComparableText
    wording: Wording  # of the text the beginning


@dataclass(slots=True, kw_only=True)
class CandidateIndex:
    """The candidates for some new articles, by all that they are found by."""

    by_key: dict[str, CopyCandidate] = field(default_factory=dict)
    # the oldest first
    by_alias: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    by_fingerprint: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    shared_copy_keys: set[str] = field(default_factory=set)  # which more than one article has

    def keys_with_common_fingerprints(self, numbers: Iterable[int]) -> list[str]:
        """The keys of candidates that have enough fingerprints in common with these."""
        votes: Counter[str] = Counter()
        for fingerprint in numbers:
            if self.is_distinctive(fingerprint):
                for key in self.by_fingerprint.get(fingerprint, ()):
                    votes[key] += near_duplicates.weight(fingerprint)
        return [key for key, count in votes.items() if count >= near_duplicates.REQUIRED_WEIGHT]

    def is_distinctive(self, fingerprint: int) -> bool:
        """Whether few enough articles have this fingerprint for it to mean something."""
        return len(self.by_fingerprint.get(fingerprint, ())) <= _MOST_HOLDERS

    def add(self, comparable: ComparableArticle, copy_key: str) -> None:
        """Make an article a candidate for those after it."""
        article = comparable.article
        self.by_key[article.key] = CopyCandidate(
            key=article.key,
            copy_key=copy_key,
            seen_at=article.seen_at,
            text=comparable.text,
            wording=comparable.wording,
        )
        if article.alias:
            at_address = self.by_alias[article.alias]
            at_address.append(article.key)
            del at_address[:-MOST_AT_ADDRESS]
        for fingerprint in comparable.fingerprints:
            holders = self.by_fingerprint[fingerprint]
            if self.is_distinctive(fingerprint) and article.key not in holders:
                holders.append(article.key)

    def original_of(self, comparable: ComparableArticle) -> CopyCandidate | None:
        """The first seen candidate that this article is a copy of."""
        article = comparable.article
        originals = [
            candidate
            for candidate in self._candidates(self.by_alias.get(article.alias, ()))
            if are_alike(comparable.wording, candidate.wording)
        ]
        originals += [
            candidate
            for candidate in self._candidates(
                self.keys_with_common_fingerprints(comparable.fingerprints)
            )
            if near_duplicates.are_copies(comparable.text, candidate.text)
        ]
        others = (candidate for candidate in originals if candidate.key != article.key)
        return min(others, key=lambda candidate: (candidate.seen_at, candidate.key), default=None)

    def _candidates(self, keys: Iterable[str]) -> list[CopyCandidate]:
        return [self.by_key[key] for key in keys if key in self.by_key]


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyGroups:
    """Which copy key each article takes, and by what its later copies will be found."""

    copy_keys: Mapping[str, str]  # article key → copy key
    fingerprints: Mapping[str, tuple[int, ...]]  # article key → those to store


def comparable(article: Article, *, may_join: bool) -> ComparableArticle:
    """The article with its comparable text, by the feed's own words; without fingerprints."""
    wording = Wording(article.entry.title, article.feed_entry.text)
    text = near_duplicates.comparable_text(
        title=wording.title,
        text=wording.text,
        published_at=article.entry.published_at or article.edited_at or article.seen_at,
        feed=article.feed_key,
    )
    return ComparableArticle(
        article=article, wording=wording, text=text, fingerprints=(), may_join=may_join
    )


def with_fingerprints(articles: Sequence[ComparableArticle]) -> list[ComparableArticle]:
    """The articles with their fingerprints, but for old news.

    Old news of a backlog causes no alert, and is too old to be the original of what comes later.
    """
    from monitor.articles import fingerprints  # needs numpy, which most commands do without

    recent = [comparable for comparable in articles if not _is_old_news(comparable)]
    numbers = iter(fingerprints.fingerprints([comparable.text for comparable in recent]))
    return [
        comparable if _is_old_news(comparable) else replace(comparable, fingerprints=next(numbers))
        for comparable in articles
    ]


def _is_old_news(comparable: ComparableArticle) -> bool:
    article = comparable.article
    seen_at = article.edited_at or article.seen_at
    return article.backlog and comparable.text.published_at < seen_at - OLD_NEWS


def group_copies(articles: Sequence[ComparableArticle], candidates: CandidateIndex) -> CopyGroups:
    """Give each article the copy key of the first article that it is a copy of, or its own.

    Articles may be copies of each other: the first in the list comes first.  An edited article
    that shares its copy key with another keeps it.  `candidates` grows by these articles.
    """
    copy_keys: dict[str, str] = {}
    stored: dict[str, tuple[int, ...]] = {}
    for comparable in articles:
        article = comparable.article
        original = candidates.original_of(comparable) if _may_move(comparable, candidates) else None
        copy_keys[article.key] = original.copy_key if original else article.copy_key
        if original is None or _stands_in_for(comparable, original):
            candidates.add(comparable, copy_keys[article.key])
            stored[article.key] = tuple(
                fingerprint
                for fingerprint in comparable.fingerprints
                if candidates.is_distinctive(fingerprint)
            )
    return CopyGroups(copy_keys=copy_keys, fingerprints=stored)


def _may_move(comparable: ComparableArticle, candidates: CandidateIndex) -> bool:
    article = comparable.article
    is_alone = article.edits == 0 or article.copy_key not in candidates.shared_copy_keys
    return comparable.may_join and is_alone


def _stands_in_for(comparable: ComparableArticle, original: CopyCandidate) -> bool:
    """Whether later copies are compared with this one too, because the original has no text."""
    return near_duplicates.is_headline_only(original.text) and not near_duplicates.is_headline_only(
        comparable.text
    )
