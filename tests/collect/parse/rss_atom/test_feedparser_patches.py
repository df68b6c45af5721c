"""The performance patches: every patched name exists, and feedparser's results do not change."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import pytest
from feedparser import mixin, urls
from feedparser.util import FeedParserDict

from monitor.collect.parse.document import parse_document
from monitor.collect.parse.rss_atom import feedparser_patches
from monitor.domain.errors import ParseError
from monitor.domain.feeds import Parsed
from tests.bench import feeds
from tests.conformance import corpora
from tests.documents import feed_documents

ROOT = Path(__file__).parents[4]

# Parses the documents of standard input with the patches; prints the outcome of each.
WITH_PATCHES = """
import json, sys
from monitor.collect.parse.rss_atom.feedparser_patches import apply
from tests.collect.parse.rss_atom.test_feedparser_patches import outcome
apply()
for kind, document in json.load(sys.stdin):
    print(json.dumps(outcome(kind, document.encode("latin-1"))))
"""
ODD = """<rss version="2.0" xml:base="http://e.example/a/"
     xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:a="http://www.w3.org/2005/Atom">
  <channel><title>\x93Odd\x94</title><copyright>C</copyright><tagline>T</tagline>
  <item><title>caf\xc3\xa9 \x96 \u5317\u97d3</title><guid>7</guid><category>one</category>
    <category domain="d">two</category><enclosure url="x.mp3" length="1" type="audio/mpeg"/>
    <description type="text/html">&lt;a href="y">y&lt;/a> &#150; z</description>
    <dc:date>2025-06-17T10:00:00Z</dc:date><issued>2025-06-01</issued><url>u</url>
    <a:link rel="license" href="l"/><author>x@e.example (X)</author><source url="s">S</source>
  </item>
  <item><modified>2025-06-18</modified><link>z</link><summary>s</summary></item></channel></rss>"""


def outcome(kind: str, document: bytes) -> str:
    """Everything that is parsed from a document, as text."""
    try:
        parsed = parse_document(
            document, content_type=kind, url="http://e.example/f", max_entries=1_000
        )
    except ParseError as error:
        return f"{error.reason}: {error.detail}"
    return repr(replace(parsed, memory=None)) if isinstance(parsed, Parsed) else ""


def with_patches(documents: list[tuple[str, bytes]]) -> list[str]:
    sent = json.dumps([(kind, document.decode("latin-1")) for kind, document in documents])
    command = [sys.executable, "-c", WITH_PATCHES]
    done = subprocess.run(command, input=sent, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_special_and_usual_feeds_are_parsed_the_same():
    kind = "application/xml; charset=utf-8"
    documents = [(kind, ODD.encode()), *((kind, feeds.document(n, entries=3)) for n in range(6))]
    documents += [(document.content_type, document.body) for document in feed_documents()]
    assert with_patches(documents) == [outcome(kind, body) for kind, body in documents]
    assert "“Odd”" in outcome(*documents[0])


@corpora.needs_documents
def test_documents_of_the_corpora_are_parsed_the_same():
    rows = corpora.documents("feedparser", "feedvalidator", step=6)
    documents = [(row["content_type"], corpora.body(row)) for row in rows]
    assert with_patches(documents) == [outcome(kind, body) for kind, body in documents]


# The private names that the patches replace: `pyproject.toml` pins the version that has them.


def test_the_installed_feedparser_is_the_pinned_one():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"feedparser=={version('feedparser')}" in project["dependencies"]


def test_the_patched_functions_exist_and_are_used_by_the_mixin():
    assert callable(urls.make_safe_absolute_uri)
    assert mixin.make_safe_absolute_uri is urls.make_safe_absolute_uri
    assert callable(mixin.copy.deepcopy)
    source = inspect.getsource(mixin)
    assert "make_safe_absolute_uri(" in source
    assert "copy.deepcopy(" in source
    assert ".translate(_cp1252)" in source


@pytest.mark.parametrize("text", ["", "plain", "\x80\x93a\x94\x9f", "\u5317\u97d3 \U0001f600"])
def test_the_translation_table_answers_as_the_original(text):
    table = feedparser_patches._TranslationTable(mixin._cp1252)
    assert text.translate(table) == text.translate(mixin._cp1252)
    assert text.translate(table) == text.translate(mixin._cp1252)  # from the table as it is now


@pytest.mark.parametrize(
    "base", ["", "http://a.example/dir/", "ftp://a.example/", "not an address"]
)
@pytest.mark.parametrize("relative", [None, "", "x/y", "http://b.example/", "javascript:alert(1)"])
def test_cached_addresses_are_those_of_the_original(base, relative):
    cached = lru_cache(maxsize=1_000)(urls.make_safe_absolute_uri)
    assert cached(base, relative) == urls.make_safe_absolute_uri(base, relative)


@pytest.mark.parametrize("name", feedparser_patches._PATCHED_METHODS)
@pytest.mark.parametrize(
    "key", ["title", "nothing", "guid", "date", "category", "updated", "license"]
)
def test_each_patched_method_answers_as_the_original(name, key):
    content = {
        "title": "T",
        "id": "7",
        "published": "2025",
        "tags": [],
        "links": [],
        "updated": "1",
    }
    values = ("v",) if name == "__setitem__" else ()
    fast, original = FeedParserDict(content), FeedParserDict(content)
    assert answer(feedparser_patches._fast_method(name), fast, key, *values) == answer(
        getattr(FeedParserDict, name), original, key, *values
    )
    assert dict(fast) == dict(original)


def answer(method: Callable[..., object], *arguments: object) -> object:
    """What a method returns, or the class of what it raises."""
    try:
        return method(*arguments)
    except KeyError as error:
        return type(error)
