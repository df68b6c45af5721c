"""Documents that others collected: we find the entries that feedparser by itself finds."""

from __future__ import annotations

from monitor.collect.parse.document import parse_document
from monitor.domain.errors import ParseError
from tests.conformance import corpora, fields

pytestmark = corpora.needs_documents

# Documents that another reading is right about: cut in the middle of their only entry.
CUT_SHORT = {"feedparser/illformed/rss_incomplete_cdata.xml"}


def test_entries_and_their_guids_agree_with_plain_feedparser():
    differences = []
    for row in corpora.documents("feedparser", "feedvalidator", step=4):
        document, kind = corpora.body(row), row["content_type"]
        url = f"https://corpora.example/{row['id']}"
        plain = fields.plainly(document, kind, url, {})
        try:
            ours = parse_document(document, content_type=kind, url=url, max_entries=10_000).entries
        except ParseError:
            ours = ()
        if plain is not None and row["id"] not in CUT_SHORT:
            theirs = [entry.get("id") or "" for entry in plain.entries]
            guids = [entry.guid for entry in ours]
            if len(theirs) != len(guids) or not all(map(fields.is_same_name, theirs, guids)):
                differences.append(row["id"])
    assert differences == []
