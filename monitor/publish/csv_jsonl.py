"""Articles as CSV for spreadsheets and as JSON Lines for programs, one after another."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping

from monitor.domain.articles import Article
from monitor.text import sanitize
from monitor.text.formats import rfc3339

# A cell that begins so is a formula to a spreadsheet, and may send the others away.  The wide
# forms are what an East Asian keyboard types, and some spreadsheets take them for the same.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

COLUMNS = (
    "key", "seen_at", "published_at", "outlet", "title", "url", "language", "relevant", "reason",
    "score", "threshold", "themes", "rules", "backlog", "text",
)  # fmt: skip


def csv_lines(articles: Iterable[Article], feed_titles: Mapping[str, str]) -> Iterator[str]:
    """A line of headings, then one for each article; lists are joined by "; "."""
    yield _line(COLUMNS)
    for article in articles:
        row = _row(article, feed_titles)
        yield _line([cell(row[name]) for name in COLUMNS])


def json_lines(articles: Iterable[Article], feed_titles: Mapping[str, str]) -> Iterator[str]:
    """An object for each article: the columns, and all that the decision was made of."""
    for article in articles:
        decision = article.decision
        probabilities = {slug: round(value, 4) for slug, value in decision.themes.items()}
        more = {
            "feed": article.feed_key,
            "author": sanitize.line(article.entry.author or ""),
            "chances": probabilities,  # the older name of the next; until the release after 0.1
            "theme_probabilities": probabilities,
            "theme_slugs": list(decision.labels),  # the same list as `themes`
            "terms": [[sanitize.line(term.text), round(term.weight, 4)] for term in decision.terms],
            "pack": decision.pack,
            "config": decision.config,
        }
        yield json.dumps(_row(article, feed_titles) | more, ensure_ascii=False) + "\n"


def cell(value: object) -> object:
    """A value that no spreadsheet takes for a formula; numbers are left alone."""
    if isinstance(value, list):
        value = "; ".join(str(part) for part in value)
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value


def _row(article: Article, feed_titles: Mapping[str, str]) -> dict[str, object]:
    entry, decision = article.entry, article.decision
    return {
        "key": article.key,
        "seen_at": rfc3339(article.seen_at),
        "published_at": rfc3339(entry.published_at),
        "outlet": sanitize.line(feed_titles.get(article.feed_key, "")),
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
    }


def _line(cells: Iterable[object]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()
