"""We find the entries that feedparser finds by itself, in our documents and in collected ones."""

from __future__ import annotations

import pytest

from monitor.collect.parse.document import parse_document
from monitor.domain.errors import ParseError
from tests.conformance import corpora, fields
from tests.documents import feed_documents

# Our result is the right one: the document is cut off in the middle of its only entry.
CUT_SHORT = {"feedparser/illformed/rss_incomplete_cdata.xml"}
OUR_DOCUMENTS = [
    document
    for document in feed_documents()
    if document.name not in {"feed.json", "truncated.xml"}  # which feedparser does not support
]


def agrees(body: bytes, content_type: str, url: str) -> bool:
    """Whether our entries have the number and the guids of feedparser's."""
    plain = fields.plainly(body, content_type, url, {})
    if plain is None:
        return True
    try:
        entries = parse_document(
            body, content_type=content_type, url=url, max_entries=10_000
        ).entries
    except ParseError:
        entries = ()
    expected = [entry.get("id") or "" for entry in plain.entries]
    guids = [entry.guid for entry in entries]
    return len(expected) == len(guids) and all(map(fields.is_same_name, expected, guids))


@pytest.mark.parametrize("document", OUR_DOCUMENTS, ids=lambda document: document.name)
def test_entries_and_guids_of_our_documents_agree_with_plain_feedparser(document):
    assert agrees(document.body, document.content_type, f"https://e.example/{document.name}")


@corpora.needs_documents
def test_entries_and_guids_of_the_corpora_agree_with_plain_feedparser():
    differences = []
    for row in corpora.documents("feedparser", "feedvalidator", step=4):
        url = f"https://corpora.example/{row['id']}"
        if row["id"] not in CUT_SHORT and not agrees(corpora.body(row), row["content_type"], url):
            differences.append(row["id"])
    assert differences == []
