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
from tests.conformance.whole_way import Kept, taken
from tests.service.publisher import Publisher

READ = {FeedState.OK, FeedState.EMPTY, FeedState.DEGRADED, FeedState.SILENT}
REFUSED = {"not_a_feed", "empty_body"}  # a document that is none, and is called so
_FIELDS = ("title", "url", "guid", "published_at")

# Where we mean to differ from what feedparser's tests expect, and why.
OTHERWISE = {
    "feedparser/wellformed/base/http_entry_id_base_content_location.xml": "an id is a name",
    "feedparser/wellformed/base/http_entry_id_base_docuri.xml": "an id is a name",
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

    what: str
    good: int
    of: int
    note: str = ""
    short: tuple[str, ...] = ()  # what falls short without being meant to


async def _taken(rows: Sequence[Row], host: str, folder: Path) -> dict[str, Kept]:
    return await taken({row["id"]: f"{host}/corpus/{quote(row['id'])}" for row in rows}, folder)


async def feedparser(host: str, folder: Path, step: int = 1) -> list[Figure]:
    """Entries as feedparser's own tests expect them, and as feedparser by itself reads them."""
    rows = corpora.documents("feedparser", step=step)
    kept = await _taken(rows, host, folder)
    met = [
        one
        for row in rows
        for one in fields.compared(row, kept[row["id"]].feed.url, kept[row["id"]].articles)
    ]
    figures = [_expected(name, [one for one in met if one.field == name]) for name in _FIELDS]
    return [*figures, *_agreement(rows, kept), _ends("feedparser: read or refused", kept)]


def _expected(name: str, met: Sequence[fields.Expected]) -> Figure:
    theirs = sum(one.is_theirs_right for one in met)
    meant = sum(not one.is_right and one.document in OTHERWISE for one in met)
    return Figure(
        f"feedparser's tests: {name}",
        sum(one.is_right for one in met),
        len(met),
        f"feedparser itself: {theirs}" + (f"; meant so: {meant}" if meant else ""),
        tuple(
            f"{one.document}: {one.ours} is not {one.wanted!r}"
            for one in met
            if one.is_theirs_right and not one.is_right and one.document not in OTHERWISE
        ),
    )


def _agreement(rows: Sequence[Row], kept: Mapping[str, Kept]) -> list[Figure]:
    asked, same, differ = Counter[str](), Counter[str](), []
    for row in rows:
        one = kept[row["id"]]
        theirs = None if row["id"] in NOISE else fields.said(row, one.feed.url)
        for name in _FIELDS if theirs else ():
            wanted = getattr(theirs, name)
            if not wanted:
                continue
            ours = [getattr(article.entry, name) for article in one.articles]
            asked[name] += 1
            is_same = ours == [wanted] or (
                name == "guid" and len(ours) == 1 and fields.is_same_name(wanted, ours[0])
            )
            same[name] += is_same
            if not is_same and row["id"] not in OTHERWISE:
                differ.append((name, f"{row['id']}: {ours} is not {wanted!r}"))
    return [
        Figure(
            f"as feedparser reads it: {name}",
            same[name],
            asked[name],
            "documents with one entry",
            tuple(text for field, text in differ if field == name),
        )
        for name in _FIELDS
    ]


def _ends(what: str, kept: Mapping[str, Kept]) -> Figure:
    """Each document is read, or refused as none; a parser failure is neither."""
    ends = Counter(one.end for one in kept.values())
    odd = tuple(
        f"{name}: {one.end}: {one.feed.poll.last_error}"
        for name, one in kept.items()
        if one.end not in {*READ, *REFUSED} or "parser fail" in (one.feed.poll.last_error or "")
    )
    told = ", ".join(f"{count:,} {end}" for end, count in ends.most_common())
    return Figure(what, len(kept) - len(odd), len(kept), told, odd)


async def feedvalidator(host: str, folder: Path, step: int = 1) -> list[Figure]:
    """Documents that are wrong in every way there is: none is an error of ours."""
    rows = corpora.documents("feedvalidator", step=step, kinds=("feed", "opml"))
    kept = await _taken(rows, host, folder)
    return [_ends("feedvalidator: read or refused", kept)]


async def dompurify(host: str, folder: Path, step: int = 1, explained: int = 3) -> list[Figure]:
    """Payloads in headline, author, tag, text and link, at every way out."""
    rows = corpora.documents("dompurify", step=step)
    kept = await _taken(rows, host, folder)
    faults = {name: outlets.active(one) for name, one in kept.items()}
    bare = tuple(f"{name}: nothing was kept" for name, one in kept.items() if not one.articles)
    short = (*bare, *(f"{name}: {one}" for name, found in faults.items() for one in found))
    keys = [article.key for one in kept.values() for article in one.articles]
    printed = outlets.on_a_terminal(folder, keys[:explained])
    good = sum(not found for found in faults.values()) - len(bare)
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
        kept = await taken(urls, folder)
    got = sorted(article.entry.title for article in kept["sample"].articles)
    right = got == ["Hello, world!", "post 2"]
    return [
        _ends("JSONTestSuite as feeds: read or refused", kept),
        Figure("JSON Feed sample", int(right), 1, "", () if right else (f"got {got}",)),
    ]
