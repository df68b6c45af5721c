"""Documents that others collected: each is read or refused, and agrees with plain feedparser."""

from __future__ import annotations

import asyncio
import io
import json
import re
import warnings
from pathlib import Path
from typing import Any

import feedparser
import pytest

from monitor.collect.parse import FeedParser
from monitor.collect.read import read
from monitor.domain import Fetched, Parsed
from monitor.errors import ParseError
from monitor.reasons import FeedReason

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"
MANIFEST = CORPORA / "manifest.jsonl"
pytestmark = pytest.mark.skipif(not MANIFEST.is_file(), reason=f"{MANIFEST} is not there")

EACH = 15  # every fifteenth document
# Documents that another reading is right about: cut in the middle of their only entry.
CUT_SHORT = {"feedparser/illformed/rss_incomplete_cdata.xml"}


def documents(*kinds: str, step: int = EACH) -> list[dict[str, Any]]:
    with MANIFEST.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    feeds = [row for row in rows if row["kind"] == "feed" and row["id"].startswith(kinds)]
    return feeds[::step]


def fetched(row: dict[str, Any]) -> Fetched:
    return Fetched(
        url=f"https://corpora.example/{row['id']}",
        status=200,
        body=(CORPORA / row["id"]).read_bytes(),
        content_type=row["content_type"],
    )


def plainly(document: Fetched) -> Any:
    """What feedparser makes of it by itself, or None when it raises."""
    headers = {"content-type": document.content_type, "content-location": document.url}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return feedparser.parse(
                io.BytesIO(document.body or b""),
                response_headers=headers,
                sanitize_html=False,
                resolve_relative_uris=False,
            )
        except (ArithmeticError, LookupError, TypeError, ValueError):
            return None


async def test_every_document_ends_in_a_feed_or_a_reason():
    parser = FeedParser(workers=2)
    try:
        ends = await asyncio.gather(
            *(parser.parse(fetched(row)) for row in documents("feedparser", "feedvalidator")),
            return_exceptions=True,
        )
    finally:
        await parser.close()
    refused = [end for end in ends if not isinstance(end, Parsed)]
    assert {end.reason for end in refused if isinstance(end, ParseError)} <= {
        FeedReason.NOT_A_FEED,
        FeedReason.EMPTY_BODY,
    }
    assert all(isinstance(end, ParseError) for end in refused)
    assert len(refused) < len(ends) / 10


def test_entries_and_their_guids_agree_with_plain_feedparser():
    differences = []
    for row in documents("feedparser", "feedvalidator", step=4):
        document = fetched(row)
        plain = plainly(document)
        try:
            ours = read(
                document.body or b"",
                content_type=document.content_type,
                url=document.url,
                max_entries=10_000,
            ).entries
        except ParseError:
            ours = ()
        if plain is not None and row["id"] not in CUT_SHORT:
            guids = [(entry.get("id") or "").strip() for entry in plain.entries]
            if guids != [entry.guid or "" for entry in ours]:
                differences.append(row["id"])
    assert differences == []


ACTIVE = re.compile(r"<[a-zA-Z/!?]")


def test_no_payload_does_anything_even_where_nobody_escapes_it():
    payloads = documents("dompurify", step=1)
    assert len(payloads) > 200
    for row in payloads:
        document = fetched(row)
        parsed = read(
            document.body or b"",
            content_type=document.content_type,
            url=document.url,
            max_entries=100,
        )
        assert parsed.entries
        for entry in parsed.entries:
            texts = [parsed.title, entry.title, entry.text, entry.author or "", *entry.tags]
            assert not [text for text in texts if ACTIVE.search(text)], row["id"]
            assert (entry.url or "https://").startswith(("http://", "https://"))
