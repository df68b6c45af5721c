"""Faulty articles: one that can't be grouped, matched or stored costs itself alone.

It is stored unjudged, with its headline and the reason, and its feed is degraded.  A fault that
every article meets is not theirs.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from monitor.articles.unjudged import unjudged
from monitor.domain.alerts import PollResult
from monitor.domain.articles import Article, DecisionReason
from monitor.domain.errors import MonitorError
from monitor.domain.feeds import Entry, bare_entry
from monitor.domain.stories import NO_CHANGES
from monitor.polling import poll_state
from monitor.store.database.database_errors import Unstorable

log = logging.getLogger(__name__)

# Stores a poll and undoes it.  Raises what storing raises.
Rehearsal = Callable[[PollResult], None]
_PLAIN = Entry(title="A plain headline")


def is_of_database(error: Exception) -> bool:
    """Whether the error says nothing about the values: the database is busy, full or away."""
    return isinstance(error, MonitorError) and not isinstance(error, Unstorable)


def without_faulty(poll: PollResult, rehearse: Rehearsal) -> PollResult | None:
    """The poll with its faulty articles unjudged, or without them where even that can't be stored.

    None when its articles are not at fault.  Raise StoreError when the database is.
    """
    articles = [*poll.articles, *poll.edited]
    faults: dict[str, Exception] = {}
    if _fault(_only(poll, ()), rehearse) is None:
        _find(poll, articles, rehearse, faults)
    faulty = [article for article in articles if article.key in faults]
    if not faulty or _fault(_with_plain_entry(poll, faulty[0]), rehearse) is not None:
        return None
    for article in faulty:
        error = faults[article.key]
        fields = {"feed": poll.feed_key, "title": article.entry.title, "error": repr(error)}
        log.error("commit.faulty_article", extra=fields, exc_info=error)
    sound = replace(
        poll, state=poll_state.degraded(poll.state, _sentence(faulty, articles, faults))
    )
    bare = _with_bare(sound, faults)
    if _fault(bare, rehearse) is None:
        return bare
    rest = [article for article in articles if article.key not in faults]
    return _only(sound, rest)


def _fault(poll: PollResult, rehearse: Rehearsal) -> Exception | None:
    try:
        rehearse(poll)
    except Exception as error:  # a loop edge: see above
        if is_of_database(error):
            raise
        return error
    return None


def _find(
    poll: PollResult, articles: Sequence[Article], rehearse: Rehearsal, faults: dict[str, Exception]
) -> None:
    """Add the articles at fault, found by halving."""
    error = _fault(_only(poll, articles), rehearse)
    if error is None:
        return
    if len(articles) <= 1:
        faults |= {article.key: error for article in articles}
        return
    half = len(articles) // 2
    _find(poll, articles[:half], rehearse, faults)
    _find(poll, articles[half:], rehearse, faults)


def _only(poll: PollResult, articles: Collection[Article]) -> PollResult:
    """The poll with these of its articles, and the alerts about them."""
    keys = {article.key for article in articles}
    return replace(
        poll,
        articles=tuple(article for article in poll.articles if article.key in keys),
        edited=tuple(article for article in poll.edited if article.key in keys),
        alerts=tuple(alert for alert in poll.alerts if keys.issuperset(alert.article_keys)),
        fingerprints={},
        stories=NO_CHANGES,
        figures={},
    )


def _with_plain_entry(poll: PollResult, article: Article) -> PollResult:
    """A poll of one relevant article in other words."""
    decision = unjudged(article.decision.config)
    decision = replace(decision, relevant=True, reason=DecisionReason.SCORE, score=1.0)
    plain = replace(
        article,
        entry=_PLAIN,
        own_text=None,
        page="",
        decision=decision,
        edits=0,
        edited_at=None,
        seen_at=poll.at or article.seen_at,
    )
    return replace(_only(poll, ()), articles=(plain,))


def _with_bare(poll: PollResult, faults: dict[str, Exception]) -> PollResult:
    sound = _only(poll, [a for a in (*poll.articles, *poll.edited) if a.key not in faults])
    articles = [
        _bare(article, faults[article.key]) if article.key in faults else article
        for article in poll.articles
    ]
    return replace(sound, articles=tuple(articles))


def _bare(article: Article, error: Exception) -> Article:
    return replace(
        article,
        entry=bare_entry(article.entry),
        own_text=None,
        page=f"not judged, it can't be stored as it is: {error!r}",
        decision=unjudged(article.decision.config),
        other_decisions=(),
    )


def _sentence(
    faulty: Sequence[Article], articles: Sequence[Article], faults: dict[str, Exception]
) -> str:
    first = faulty[0]
    error, title = faults[first.key], first.entry.title[:80]
    count = f"{len(faulty)} of {len(articles)} new entries"
    return f"{count} can't be stored as they are; the first ({title!r}): {error!r}"
