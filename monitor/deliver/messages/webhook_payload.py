"""What a webhook carries: JSON that is valid, small and the same at every attempt."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

from monitor.domain.alerts import Claim
from monitor.domain.articles import Article, Decision, RuleHit, Source, Term
from monitor.domain.messages import Message
from monitor.text import sanitize
from monitor.text.formats import rfc3339

# Standard Webhooks asks for bodies under 20 kB, so that receivers can take them whole.
LIMIT_BYTES = 19_999

# What a publisher or a pack may make arbitrarily long.
_LONGEST_SUMMARY = 4_000
_LONGEST_TITLE = 500
_LONGEST_NAME = 200
_LONGEST_TERM = 100
_LIST_BYTES = 15_000  # of the list in a notice
_MOST_TERMS = 20
_MOST_RULES = 20
_MOST_SOURCES = 20
# What is cut, in this order, when titles are not enough: whose, which, and how many are left.
_LISTS = (("", "sources", 1), ("decision", "rules", 0), ("decision", "terms", 0))


def flagged(claim: Claim) -> dict[str, object]:
    """`data` for an alert about one article, JSON-ready."""
    article = claim.articles[0]
    return {
        "alert": claim.alert.key,
        "subscription": claim.subscription.key,
        "article": _article(article, claim.feed_titles.get(article.feed_key, "")),
        "decision": _decision(article.decision),
        "sources": _sources(article, claim),
    }


def brief(article: Article, feed_title: str) -> dict[str, object]:
    """An article of a digest: what it is and why it is there; the rest by its key."""
    whole, decision = _article(article, feed_title), article.decision
    return {
        "article": {name: value for name, value in whole.items() if name != "summary"},
        "decision": {
            "reason": str(decision.reason),
            "score": _number(decision.score),
            "threshold": _number(decision.threshold),
            "labels": list(decision.labels),
        },
    }


def fitting(items: Iterable[dict[str, object]]) -> list[dict[str, object]]:
    """The first of these, as many as a body has room for beside the rest of a notice."""
    fit, left = [], _LIST_BYTES
    for item in items:
        left -= len(_encoded(item)) + 1
        if left < 0:
            break
        fit.append(item)
    return fit


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
    """Every feed that brought it; at least its own."""
    own = Source(
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
        for source in (claim.sources.get(article.key) or (own,))[:_MOST_SOURCES]
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
    }


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

    `timestamp` is the alert's creation, the same at every attempt; so is all but `sources`, which
    may have grown.  What does not fit is left out: of the summary first, then of the title, then
    the sources but the first, then the lists that explain.  A digest was made to fit.  The schema
    of each type is docs/webhooks/<type>.v1.json.
    """
    data = {name: _json_ready(value) for name, value in message.data.items()}
    body = {"type": message.type, "timestamp": rfc3339(message.created_at), "data": data}
    encoded = _encoded(body)
    return encoded if len(encoded) <= LIMIT_BYTES else _encoded(_trimmed(body))


def _trimmed(body: dict[str, Any]) -> dict[str, Any]:
    """The same, short enough."""
    data = body["data"]
    for field in ("summary", "title"):
        _shorten(data.get("article", {}), field, _excess(body))
    for holder, field, left in _LISTS:
        lists = data.get(holder, {}) if holder else data
        if field in lists and _excess(body) > 0:
            lists[field] = lists[field][:left]
    return body


def _shorten(article: dict[str, Any], field: str, excess: int) -> None:
    """Take at least `excess` bytes from a text, or all of it."""
    text = article.get(field, "")
    if excess > 0 and text:
        mark = "…"
        octets = text.encode()
        kept = octets[: max(0, len(octets) - excess - len(mark.encode()))]
        article[field] = kept.decode(errors="ignore") + mark


def _encoded(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode()


def _excess(body: object) -> int:
    """By how many bytes it is too long."""
    return len(_encoded(body)) - LIMIT_BYTES


def _json_ready(value: object) -> Any:
    """The same in a form of our own that json takes, whatever it was."""
    if isinstance(value, str):
        return sanitize.body(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else 0.0
    if isinstance(value, Mapping):
        return {sanitize.body(str(name)): _json_ready(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_json_ready(inner) for inner in value]
    return value
