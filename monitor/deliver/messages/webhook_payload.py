"""Webhook payloads: valid JSON below 20 kB, the same at every attempt."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import TypeVar

from monitor.domain.alerts import Claim
from monitor.domain.articles import Article, Decision, RuleHit, Source, Term
from monitor.domain.json_fields import from_dataclass
from monitor.domain.message_contents import ArticleFlagged
from monitor.domain.messages import Message
from monitor.text import sanitize
from monitor.text.formats import rfc3339

T = TypeVar("T")

# Standard Webhooks recommends bodies below 20 kB.
LIMIT_BYTES = 19_999

# Limits of what a publisher or a pack may make arbitrarily long, in characters or elements.
_LONGEST_SUMMARY = 4_000
_LONGEST_TITLE = 500
_LONGEST_NAME = 200
_LONGEST_TERM = 100
_LIST_BYTES = 15_000  # of the list in a notice
_MOST_TERMS = 20
_MOST_RULES = 20
_MOST_SOURCES = 20
# Lists that are cut, in this order, when shorter texts are not enough: the object that holds it,
# its field, and how many elements remain.
_LISTS = (("", "sources", 1), ("decision", "rules", 0), ("decision", "terms", 0))


def flagged(claim: Claim) -> dict[str, object]:
    """`data` for an alert about one article, JSON-ready."""
    article = claim.articles[0]
    return {
        "alert": claim.alert.key,
        "subscription": claim.subscription.key,
        "article": _article(article, claim.feed_titles.get(article.feed_key, "")),
        "decision": _decision(article.decision) | _topic(article),
        **_topics(article),
        "sources": _sources(article, claim),
        **_story(claim),
    }


def _story(claim: Claim) -> dict[str, object]:
    """The story and what is new, of an article that has a story."""
    content = claim.alert.content
    if not isinstance(content, ArticleFlagged) or content.story is None:
        return {}
    return {
        "story": {
            "key": content.story.key,
            "title": sanitize.line(content.story.title, _LONGEST_TITLE),
            "articles": content.story.articles,
        },
        "news": [
            {"kind": news.kind, "text": sanitize.line(news.text, _LONGEST_NAME)}
            for news in content.news
        ],
    }


def brief(article: Article, feed_title: str) -> dict[str, object]:
    """An article of a digest, without its summary and the details of its decision."""
    fields, decision = _article(article, feed_title), article.decision
    del fields["summary"]
    return {
        "article": fields,
        "decision": {
            "reason": str(decision.reason),
            "score": _number(decision.score),
            "threshold": _number(decision.threshold),
            "labels": list(decision.labels),
            "tier": str(decision.tier),
            **_topic(article),
        },
    }


def fitting(items: Iterable[T]) -> tuple[T, ...]:
    """The first of these dataclasses whose JSON fits into a notice, beside its other fields."""
    fit, room = [], _LIST_BYTES
    for item in items:
        room -= len(_encoded(from_dataclass(item))) + 1
        if room < 0:
            break
        fit.append(item)
    return tuple(fit)


def _article(article: Article, feed_title: str) -> dict[str, object]:
    entry = article.entry
    return {
        "key": article.key,
        "url": sanitize.link(entry.url),
        "title": sanitize.line(entry.title, _LONGEST_TITLE),
        "summary": sanitize.line(entry.text, _LONGEST_SUMMARY),
        "language": sanitize.language_tag(entry.language) or None,
        "feed": article.feed_key,
        "feed_title": sanitize.line(feed_title, _LONGEST_NAME),
        "published_at": rfc3339(entry.published_at),
        "seen_at": rfc3339(article.seen_at),
    }


def _sources(article: Article, claim: Claim) -> list[dict[str, object]]:
    """Every feed that published the article; at least its own."""
    own_source = Source(
        article_key=article.key,
        feed_key=article.feed_key,
        feed_title=claim.feed_titles.get(article.feed_key, ""),
        url=article.entry.url,
        seen_at=article.seen_at,
    )
    return [
        {
            "article": source.article_key,
            "url": sanitize.link(source.url),
            "feed": source.feed_key,
            "feed_title": sanitize.line(source.feed_title, _LONGEST_NAME),
            "seen_at": rfc3339(source.seen_at),
        }
        for source in (claim.sources.get(article.key) or (own_source,))[:_MOST_SOURCES]
    ]


def _decision(decision: Decision) -> dict[str, object]:
    return {
        "relevant": decision.relevant,
        "reason": str(decision.reason),
        "score": _number(decision.score),
        "threshold": _number(decision.threshold),
        "themes": {slug: _number(chance) for slug, chance in decision.themes.items()},
        "labels": list(decision.labels),
        "terms": [_term(term) for term in decision.terms[:_MOST_TERMS]],
        "rules": [_rule(hit) for hit in decision.rules[:_MOST_RULES]],
        "pack": decision.pack,
        "config": decision.config,
        "tier": str(decision.tier),
        **_confirmed_by(decision),
    }


def _topic(article: Article) -> dict[str, object]:
    """The topic of the decision, of an article that was judged for several."""
    return {"topic": article.decision.topic} if article.other_decisions else {}


def _topics(article: Article) -> dict[str, object]:
    """The topics that it is relevant for, of an article that was judged for several."""
    return {"topics": list(article.topics)} if article.other_decisions else {}


def _confirmed_by(decision: Decision) -> dict[str, object]:
    """Who confirmed it, of an article that was in review."""
    name = sanitize.line(decision.confirmed_by, _LONGEST_NAME)
    return {"confirmed_by": name} if name else {}


def _term(term: Term) -> dict[str, object]:
    return {"text": sanitize.line(term.text, _LONGEST_TERM), "weight": _number(term.weight)}


def _rule(hit: RuleHit) -> dict[str, object]:
    return {
        "rule": sanitize.line(hit.rule, _LONGEST_NAME),
        "action": str(hit.action),
        "terms": [sanitize.line(term, _LONGEST_TERM) for term in hit.terms[:_MOST_TERMS]],
        "boost": _number(hit.boost),
        "theme": hit.theme,
    }


def _number(value: float) -> float:
    """Four decimals; zero for what JSON has no number for."""
    return round(value, 4) if math.isfinite(value) else 0.0


# ── as bytes ─────────────────────────────────────────────────────────────────────────────────────


def webhook_body(message: Message) -> bytes:
    """The message as the request's body: compact UTF-8 JSON of at most 19,999 bytes.

    `timestamp` is the alert's creation, the same at every attempt; so is everything but `sources`,
    which may have grown.  A longer body loses its summary first, then its title, then all sources
    but the first, then the lists that explain the decision.  Digests are made to fit.
    The schema of each type is docs/webhooks/<type>.v1.json.
    """
    data = {name: _json_ready(value) for name, value in message.data.items()}
    body = {"type": message.type, "timestamp": rfc3339(message.created_at), "data": data}
    encoded = _encoded(body)
    if len(encoded) <= LIMIT_BYTES:
        return encoded
    _trim(body, data)
    return _encoded(body)


def _trim(body: object, data: dict[str, object]) -> None:
    """Shorten `data`, which is a part of `body`, until the body fits."""
    for field in ("summary", "title"):
        _shorten(_inner(data, "article"), field, _excess(body))
    for holder, field, remaining in _LISTS:
        fields = _inner(data, holder) if holder else data
        elements = fields.get(field)
        if isinstance(elements, list) and _excess(body) > 0:
            fields[field] = elements[:remaining]


def _inner(data: dict[str, object], name: str) -> dict[str, object]:
    inner = data.get(name)
    return inner if isinstance(inner, dict) else {}


def _shorten(article: dict[str, object], field: str, excess: int) -> None:
    """Remove at least `excess` bytes from a text, or all of it."""
    text = article.get(field)
    if excess > 0 and isinstance(text, str) and text:
        mark = "…"
        octets = text.encode()
        remaining = octets[: max(0, len(octets) - excess - len(mark.encode()))]
        article[field] = remaining.decode(errors="ignore") + mark


def _encoded(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode()


def _excess(body: object) -> int:
    """By how many bytes the body is too long; negative when it fits."""
    return len(_encoded(body)) - LIMIT_BYTES


def _json_ready(value: object) -> object:
    """The value with clean texts and names, finite numbers, lists and dicts only."""
    if isinstance(value, str):
        return sanitize.body(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else 0.0
    if isinstance(value, Mapping):
        return {sanitize.body(str(name)): _json_ready(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_json_ready(inner) for inner in value]
    return value
