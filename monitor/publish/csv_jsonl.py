"""Exports of articles: CSV for spreadsheets, JSON Lines for programs, one article at a time."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

import msgspec

from monitor.domain.articles import Article
from monitor.text import sanitize
from monitor.text.formats import rfc3339

# Spreadsheets run a cell that begins so as a formula, which can send other cells to a server
# (OWASP "CSV injection").  Some accept the full-width forms of East Asian keyboards too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

COLUMNS = (
    "key", "seen_at", "published_at", "outlet", "title", "url", "language", "relevant", "reason",
    "score", "threshold", "themes", "rules", "backlog", "text", "tier",
    "topic", "topics",
)  # fmt: skip


def csv_lines(articles: Iterable[Article], feed_titles: Mapping[str, str]) -> Iterator[str]:
    """A line of headings, then one line for each article; lists are joined by "; "."""
    yield _line(COLUMNS)
    outlet_of = _outlets(feed_titles)
    for article in articles:
        row = _row(article, outlet_of(article.feed_key))
        yield _line([cell(row[name]) for name in COLUMNS])


def json_lines(articles: Iterable[Article], feed_titles: Mapping[str, str]) -> Iterator[str]:
    """One object for each article: the columns, and the details of the decision."""
    outlet_of = _outlets(feed_titles)
    for article in articles:
        decision = article.decision
        probabilities = {slug: round(value, 4) for slug, value in decision.themes.items()}
        record = _row(article, outlet_of(article.feed_key)) | {
            "feed": article.feed_key,
            "author": sanitize.line(article.entry.author or ""),
            "chances": probabilities,  # the older name of the next; until the release after 0.1
            "theme_probabilities": probabilities,
            "theme_slugs": list(decision.labels),  # the same list as `themes`
            "terms": [[sanitize.line(term.text), round(term.weight, 4)] for term in decision.terms],
            "pack": decision.pack,
            "config": decision.config,
            "confirmed_by": sanitize.line(decision.confirmed_by) or None,
        }
        octets = msgspec.json.encode(record)
        yield msgspec.json.format(octets, indent=0).decode() + "\n"  # a blank after each comma


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows under headings, as one document."""
    return _line(columns) + "".join(_line(map(cell, row)) for row in rows)


def cell(value: object) -> object:
    """A value that no spreadsheet runs as a formula; numbers stay as they are."""
    if isinstance(value, list):
        value = "; ".join(str(part) for part in value)
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value


def _outlets(feed_titles: Mapping[str, str]) -> Callable[[str], str]:
    """Key of a feed → its title as one line: few feeds have many articles."""
    return lru_cache(maxsize=10_000)(lambda feed_key: sanitize.line(feed_titles.get(feed_key, "")))


def _row(article: Article, outlet: str) -> dict[str, object]:
    entry, decision = article.entry, article.decision
    return {
        "key": article.key,
        "seen_at": rfc3339(article.seen_at),
        "published_at": rfc3339(entry.published_at),
        "outlet": outlet,
        "title": sanitize.line(entry.title),
        "url": sanitize.link(entry.url),
        "language": entry.language,
        "relevant": decision.relevant,
        "reason": decision.reason.value,
        "score": round(decision.score, 4),
        "threshold": round(decision.threshold, 4),
        "themes": list(decision.labels),
        "rules": [sanitize.line(hit.rule) for hit in decision.rules],
        "backlog": article.backlog,
        "text": sanitize.line(entry.text),
        "tier": decision.tier.value,
        "topic": decision.topic,
        "topics": list(article.topics),
    }


def _line(cells: Iterable[object]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()
