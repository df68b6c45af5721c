"""Sample feeds as a publisher would serve them: data in, RSS and Atom out."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleItem:
    """One item; `edited` is its headline from the second round on."""

    round: int  # the first poll that sees it
    guid: str
    title: str
    link: str
    published: datetime
    summary: str
    edited: str | None = None

    def headline(self, round_: int) -> str:
        return self.edited if self.edited and round_ > self.round else self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFeed:
    """A feed as it develops over the rounds."""

    name: str
    title: str
    path: str
    format: str  # "rss" | "atom"
    language: str
    link: str
    items: tuple[SampleItem, ...]
    broken_in_round: int | None = None

    def document(self, round_: int) -> bytes:
        """What the publisher serves in this round, newest first."""
        if round_ == self.broken_in_round:
            return b"<!DOCTYPE html><html><head><title>We will be right back</title></head></html>"
        items = [item for item in self.items if item.round <= round_]
        items.sort(key=lambda item: item.published, reverse=True)
        root = self._atom(items, round_) if self.format == "atom" else self._rss(items, round_)
        return bytes(Xml.tostring(root, encoding="utf-8", xml_declaration=True))

    def _rss(self, items: Sequence[SampleItem], round_: int) -> Xml.Element:
        root = Xml.Element("rss", version="2.0")
        channel = Xml.SubElement(root, "channel")
        for tag, text in (
            ("title", self.title),
            ("link", self.link),
            ("description", self.title),
            ("language", self.language),
        ):
            Xml.SubElement(channel, tag).text = text
        for item in items:
            node = Xml.SubElement(channel, "item")
            Xml.SubElement(node, "title").text = item.headline(round_)
            Xml.SubElement(node, "link").text = item.link
            Xml.SubElement(node, "guid", isPermaLink="false").text = item.guid
            Xml.SubElement(node, "pubDate").text = format_datetime(item.published)
            Xml.SubElement(node, "description").text = item.summary
        return root

    def _atom(self, items: Sequence[SampleItem], round_: int) -> Xml.Element:
        root = Xml.Element("feed", {"xmlns": ATOM, "xml:lang": self.language})
        Xml.SubElement(root, "title").text = self.title
        Xml.SubElement(root, "id").text = self.link
        Xml.SubElement(root, "link", href=self.link)
        Xml.SubElement(root, "updated").text = max(i.published for i in items).isoformat()
        for item in items:
            node = Xml.SubElement(root, "entry")
            Xml.SubElement(node, "title").text = item.headline(round_)
            Xml.SubElement(node, "link", href=item.link)
            Xml.SubElement(node, "id").text = item.guid
            Xml.SubElement(node, "updated").text = item.published.isoformat()
            Xml.SubElement(node, "summary", type="html").text = item.summary
        return root


def load(folder: Path) -> list[SampleFeed]:
    """Every sample feed of a folder, by name."""
    return [_feed(path) for path in sorted(folder.glob("*.toml"))]


def _feed(path: Path) -> SampleFeed:
    values: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return SampleFeed(
        name=path.stem,
        title=values["title"],
        path=values["url_path"],
        format=values["format"],
        language=values["language"],
        link=values["link"],
        broken_in_round=values.get("broken_in_round"),
        items=tuple(
            SampleItem(
                round=item["round"],
                guid=item["guid"],
                title=item["title"],
                link=item["link"],
                published=datetime.fromisoformat(item["published"]),
                summary=item["summary"],
                edited=item.get("title_round2"),
            )
            for item in values["items"]
        ),
    )
