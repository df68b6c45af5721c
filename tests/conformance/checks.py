"""What is measured of the corpora: figures, and what falls short, by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from monitor.domain.feeds import FeedState
from tests.conformance import corpora, fields, outlets
from tests.conformance.corpora import Row
from tests.conformance.full_pipeline import PollOutcome, poll_documents
from tests.service.publisher import Publisher

READ = {FeedState.OK, FeedState.EMPTY, FeedState.DEGRADED, FeedState.SILENT}
REFUSED = {"not_a_feed", "empty_body"}  # a document that is none, and is called so
_FIELDS = ("title", "url", "guid", "published_at")

# Where we mean to differ from what feedparser's tests expect, and why.
OTHERWISE = {
    "feedparser/wellformed/base/http_entry_id_base_content_location.xml": "an id is a name",
    "feedparser/wellformed/base/http_entry_id_base_docuri.xml": "an id is a name",
    # RFC 4287 §4.2.6: an id is absolute; one that is none leads nowhere, so it is no address
    "feedparser/wellformed/atom10/entry_id_with_attributes.xml": "an id is a name",
    "feedparser/wellformed/lang/http_content_language_entry_title_inherit_2.xml": "an id is a name",
    # RFC 9110 §8.7: it is no base for links any more; servers put internal addresses there.
    "feedparser/wellformed/base/http_entry_link_base_content_location.xml": "Content-Location",
    "feedparser/wellformed/base/http_item_link_base_content_location.xml": "Content-Location",
}
# Where feedparser by itself reads noise: bytes without a declared character set.
NOISE = {
    f"feedparser/illformed/chardet/{name}.xml"
    for name in ("big5", "eucjp", "euckr", "gb2312", "koi8r", "shiftjis")
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    title: str
    good: int
    of: int
    note: str = ""
    short: tuple[str, ...] = ()  # what falls short without being meant to


async def _taken(rows: Sequence[Row], host: str, folder: Path) -> dict[str, PollOutcome]:
    return await poll_documents(
        {row["id"]: f"{host}/corpus/{quote(row['id'])}" for row in rows}, folder
    )


async def feedparser(host: str, folder: Path, step: int = 1) -> list[Figure]:
    """Entries as feedparser's own tests expect them, and as feedparser by itself reads them."""
    rows = corpora.documents("feedparser", step=step)
    results = await _taken(rows, host, folder)
    expectations = [
        expectation
        for row in rows
        for expectation in fields.compared(
            row, results[row["id"]].feed.url, results[row["id"]].articles
        )
    ]
    figures = [
        _expected(name, [expectation for expectation in expectations if expectation.field == name])
        for name in _FIELDS
    ]
    return [*figures, *_agreement(rows, results), _ends("feedparser: read or refused", results)]


def _expected(name: str, expectations: Sequence[fields.Expected]) -> Figure:
    feedparser_right = sum(expectation.is_feedparser_right for expectation in expectations)
    meant = sum(
        not expectation.is_right and expectation.document in OTHERWISE
        for expectation in expectations
    )
    return Figure(
        f"feedparser's tests: {name}",
        sum(expectation.is_right for expectation in expectations),
        len(expectations),
        f"feedparser itself: {feedparser_right}" + (f"; meant so: {meant}" if meant else ""),
        tuple(
            f"{expectation.document}: {expectation.values} is not {expectation.expected!r}"
            for expectation in expectations
            if expectation.is_feedparser_right
            and not expectation.is_right
            and expectation.document not in OTHERWISE
        ),
    )


def _agreement(rows: Sequence[Row], results: Mapping[str, PollOutcome]) -> list[Figure]:
    compared, equal, differ = Counter[str](), Counter[str](), []
    for row in rows:
        result = results[row["id"]]
        plain = None if row["id"] in NOISE else fields.single_entry(row, result.feed.url)
        for name in _FIELDS if plain else ():
            value = getattr(plain, name)
            if not value:
                continue
            values = [getattr(article.entry, name) for article in result.articles]
            compared[name] += 1
            is_same = values == [value] or (
                name == "guid" and len(values) == 1 and fields.is_same_name(value, values[0])
            )
            equal[name] += is_same
            if not is_same and row["id"] not in OTHERWISE:
                differ.append((name, f"{row['id']}: {values} is not {value!r}"))
    return [
        Figure(
            f"as feedparser reads it: {name}",
            equal[name],
            compared[name],
            "documents with one entry",
            tuple(text for field, text in differ if field == name),
        )
        for name in _FIELDS
    ]


def _ends(title: str, results: Mapping[str, PollOutcome]) -> Figure:
    """Each document is read, or refused as none; a parser failure is neither."""
    ends = Counter(result.end for result in results.values())
    odd = tuple(
        f"{name}: {result.end}: {result.feed.poll.last_error}"
        for name, result in results.items()
        if result.end not in {*READ, *REFUSED}
        or "parser fail" in (result.feed.poll.last_error or "")
    )
    note = ", ".join(f"{count:,} {end}" for end, count in ends.most_common())
    return Figure(title, len(results) - len(odd), len(results), note, odd)


async def feedvalidator(host: str, folder: Path, step: int = 1) -> list[Figure]:
    """Documents that are wrong in every way there is: none is an error of ours."""
    rows = corpora.documents("feedvalidator", step=step, kinds=("feed", "opml"))
    results = await _taken(rows, host, folder)
    return [_ends("feedvalidator: read or refused", results)]


async def dompurify(host: str, folder: Path, step: int = 1, explained: int = 3) -> list[Figure]:
    """Payloads in headline, author, tag, text and link, at every way out."""
    rows = corpora.documents("dompurify", step=step)
    results = await _taken(rows, host, folder)
    faults = {name: outlets.active(result) for name, result in results.items()}
    bare = tuple(
        f"{name}: nothing was kept" for name, result in results.items() if not result.articles
    )
    short = (*bare, *(f"{name}: {result}" for name, active in faults.items() for result in active))
    keys = [article.key for result in results.values() for article in result.articles]
    printed = outlets.on_a_terminal(folder, keys[:explained])
    good = sum(not active for active in faults.values()) - len(bare)
    return [
        Figure("DOMPurify: inert in mail, webhook, feeds, files", good, len(rows), "", short),
        Figure(
            "DOMPurify: inert on a terminal",
            0 if printed else len(rows),
            len(rows),
            f"listed all, explained {min(explained, len(keys))}",
            tuple(printed),
        ),
    ]


async def json_feeds(folder: Path, step: int = 1) -> list[Figure]:
    """JSON of every kind, as a document and as an item of a JSON Feed."""
    files = sorted((corpora.CORPORA / "jsontestsuite").rglob("*.json"))[::step]
    sample = corpora.CORPORA / "feedparser" / "json" / "example.json"
    whole = {f"{path.name}": path.read_bytes() for path in files}
    head = b'{"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": ['
    items = {f"item {path.name}": head + path.read_bytes() + b"]}" for path in files}
    with Publisher() as publisher:
        documents = {**whole, **items, "sample": sample.read_bytes()}
        urls = {
            name: publisher.publish(f"/{number}", document)
            for number, (name, document) in enumerate(documents.items())
        }
        results = await poll_documents(urls, folder)
    got = sorted(article.entry.title for article in results["sample"].articles)
    right = got == ["Hello, world!", "post 2"]
    return [
        _ends("JSONTestSuite as feeds: read or refused", results),
        Figure("JSON Feed sample", int(right), 1, "", () if right else (f"got {got}",)),
    ]
