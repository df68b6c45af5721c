"""feedparser in a hurry reads the same as it does at its own pace."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

from monitor.collect.parse.document import parse_document
from monitor.domain.errors import ParseError
from monitor.domain.feeds import Parsed
from tests.bench import feeds
from tests.conformance import corpora

# Reads the documents that standard input names, as the child does; prints what came of each.
IN_A_HURRY = """
import json, sys
from monitor.collect.parse.feedparser_patches import apply
from tests.collect.parse.test_feedparser_patches import outcome
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
    """All that is read of a document, in words."""
    try:
        parsed = parse_document(
            document, content_type=kind, url="http://e.example/f", max_entries=1_000
        )
    except ParseError as error:
        return f"{error.reason}: {error.detail}"
    return repr(replace(parsed, memory=None)) if isinstance(parsed, Parsed) else ""


def in_a_hurry(documents: list[tuple[str, bytes]]) -> list[str]:
    sent = json.dumps([(kind, document.decode("latin-1")) for kind, document in documents])
    command = [sys.executable, "-c", IN_A_HURRY]
    done = subprocess.run(command, input=sent, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_odd_and_usual_feeds_are_read_the_same():
    kind = "application/xml; charset=utf-8"
    documents = [(kind, ODD.encode()), *((kind, feeds.document(n, entries=3)) for n in range(6))]
    assert in_a_hurry(documents) == [outcome(*each) for each in documents]
    assert "“Odd”" in outcome(*documents[0])


@corpora.needs_documents
def test_so_are_documents_that_others_collected():
    found = corpora.documents("feedparser", "feedvalidator", step=6)
    documents = [(row["content_type"], corpora.body(row)) for row in found]
    assert in_a_hurry(documents) == [outcome(*each) for each in documents]
