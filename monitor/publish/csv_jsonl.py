"""Exports of articles: CSV for spreadsheets, JSON Lines for programs, one article at a time."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

import msgspec

from monitor.domain.contents.exported_article import ExportedArticle
from monitor.text import sanitize
from monitor.text.formats import rfc3339

# Spreadsheets run a cell that begins so as a formula, which can send other cells to a server
# (OWASP "CSV injection").  Some accept the full-width forms of East Asian keyboards too.
_FORMULA = re.compile(" *[=+@\t\r\n＝＋－＠-]")

_encode = msgspec.json.Encoder().encode

COLUMNS = (
    "key", "seen_at", "published_at", "outlet", "title", "url", "language", "relevant", "reason",
    "score", "threshold", "themes", "rules", "backlog", "text", "tier",
    "topic", "topics",
)  # fmt: skip


def csv_lines(articles: Iterable[ExportedArticle], feed_titles: Mapping[str, str]) -> Iterator[str]:
    """A line of headings, then one line for each article; lists are joined by "; "."""
    yield _line(COLUMNS)
    outlet_of = _outlets(feed_titles)
    for article in articles:
        yield _line(map(cell, _row(article, outlet_of(article.feed_key)).values()))


def json_lines(
    articles: Iterable[ExportedArticle], feed_titles: Mapping[str, str]
) -> Iterator[bytes]:
    """One object for each article, in UTF-8: the columns, and the details of the decision."""
    outlet_of = _outlets(feed_titles)
    for article in articles:
        probabilities = {slug: round(float(value), 4) for slug, value in article.themes.items()}
        record = _row(article, outlet_of(article.feed_key))
        record["feed"] = article.feed_key
        record["author"] = sanitize.line(article.author or "")
        record["chances"] = probabilities  # the older name of the next; until after release 0.1
        record["theme_probabilities"] = probabilities
        record["theme_slugs"] = article.labels  # the same list as `themes`
        record["terms"] = [
            [sanitize.line(word), round(weight, 4)] for word, weight in article.terms
        ]
        record["pack"] = article.pack
        record["config"] = article.config
        record["confirmed_by"] = sanitize.line(article.confirmed_by) or None
        yield msgspec.json.format(_encode(record), indent=0) + b"\n"  # a blank after each comma


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows under headings, as one document."""
    return _line(columns) + "".join(_line(map(cell, row)) for row in rows)


def cell(value: object) -> object:
    """A value that no spreadsheet runs as a formula; numbers stay as they are."""
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    if isinstance(value, str):
        return f"'{value}" if _FORMULA.match(value) else value
    return "" if value is None else value


def _outlets(feed_titles: Mapping[str, str]) -> Callable[[str], str]:
    """Key of a feed → its title as one line: few feeds have many articles."""
    return lru_cache(maxsize=10_000)(lambda feed_key: sanitize.line(feed_titles.get(feed_key, "")))


def _row(article: ExportedArticle, outlet: str) -> dict[str, object]:
    """The values of COLUMNS, in their order."""
    return {
        "key": article.key,
        "seen_at": rfc3339(article.seen_at),
        "published_at": rfc3339(article.published_at),
        "outlet": outlet,
        "title": sanitize.line(article.title),
        "url": sanitize.link(article.url),
        "language": article.language,
        "relevant": article.relevant,
        "reason": article.reason.value,
        "score": round(article.score, 4),
        "threshold": round(article.threshold, 4),
        "themes": article.labels,
        "rules": [sanitize.line(rule) for rule in article.rules],
        "backlog": article.backlog,
        "text": sanitize.line(article.text),
        "tier": article.tier.value,
        "topic": article.topic,
        "topics": article.topics,
    }


class _LastLine:
    """A file for `csv.writer` whose `write` returns the line."""

    def write(self, line: str) -> str:
        return line


_write_row = csv.writer(_LastLine(), lineterminator="\r\n").writerow


def _line(cells: Iterable[object]) -> str:
    line: str = _write_row(cells)
    return line
