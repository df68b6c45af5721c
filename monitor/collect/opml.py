"""OPML feed lists: import and export.

Source: OPML 2.0, https://opml.org/spec2.opml.  Nested outlines become tags.  Settings that OPML has
no attribute for are written in a namespace of our own, which other readers ignore.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from io import BytesIO
from xml.etree import ElementTree as Xml  # for writing only

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from monitor.collect.parse import clean
from monitor.collect.parse.charset import decode
from monitor.collect.xml_repair import repair_xml
from monitor.domain.errors import ConfigError
from monitor.domain.feeds import Feed
from monitor.text.urls import web_address

MAX_BYTES = 5 * 2**20
MAX_DEPTH = 20
MAX_FEEDS = 10_000
MAX_NOTE = 1_000  # characters

_OURS = "urn:watchpost:opml"
_FULL_TEXT, _EVERY, _PAUSED = (f"{{{_OURS}}}{name}" for name in ("fullText", "every", "paused"))
_ROOTS = ("opml", "outlinedocument")  # the second is the name in the first draft of OPML
_LIST_TAGS = (*_ROOTS, "body", "outline")
_VERSIONS = ("1.0", "1.1", "2.0")
_FEED_TYPES = ("rss", "atom")
# Where exporters put the address of a feed instead of in xmlUrl.
_OTHER_ADDRESSES = ("url", "feedurl", "href")
_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,300}\?>", re.IGNORECASE)
_ESCAPED = re.compile(r"&(?:amp|lt|gt|quot|apos|#\d{1,7});")
_NOT_WELL_FORMED = (Xml.ParseError, DefusedXmlException, LookupError, ValueError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One feed of a list as written in the file; its address is not checked yet."""

    url: str
    title: str = ""
    language: str | None = None
    note: str = ""
    tags: tuple[str, ...] = ()
    fulltext: bool = False
    every: str = ""  # "900s"
    paused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedList:
    """The feeds of a list, and remarks on its irregularities, a sentence each."""

    feeds: tuple[Outline, ...]
    remarks: tuple[str, ...] = ()


def read_feed_list(document: bytes, *, name: str) -> FeedList:
    """Return the feeds of an OPML document, in order, each address once.

    Raise ConfigError naming `name` when the document is not OPML, declares entities, or exceeds a
    limit of size, depth or number of feeds.  Lesser faults are tolerated; `remarks` name them.
    """
    if len(document) > MAX_BYTES:
        raise ConfigError(f"{name}: larger than {MAX_BYTES:,} bytes; split it into several files")
    text = _XML_DECLARATION.sub("", decode(document, ""), count=1)
    walk = _walk_repaired(text, name)
    return FeedList(feeds=tuple(walk.outlines.values()), remarks=tuple(walk.remarks()))


def _walk_repaired(text: str, name: str) -> _Walk:
    """Read the list as it is, else repaired, else tag by tag.  Raise ConfigError."""
    try:
        return _walk(text, name)
    except _NOT_WELL_FORMED as error:
        walk = _walk_mended(text, name)
        if walk is None:
            raise ConfigError(f"{name}: not readable as OPML: {error}") from None
        walk.oddities[f"not well-formed, and mended: {error}"] += 1
        return walk


def _walk(text: str, name: str) -> _Walk:
    walk = _Walk(name)
    for event, element in iterparse(BytesIO(text.encode()), events=("start", "end")):
        walk.step(event, element)
    return walk


def _walk_mended(text: str, name: str) -> _Walk | None:
    """The repaired list, or the elements that can be recognised in it; None without feeds."""
    try:
        return _walk(repair_xml(text), name)
    except Xml.ParseError:
        reader = _LooseReader(_Walk(name))
        reader.feed(text)
        return reader.walk if reader.walk.outlines else None
    except _NOT_WELL_FORMED:
        return None


class _LooseReader(HTMLParser):
    """Reads tags one by one, so that a broken one does not cost the others."""

    def __init__(self, walk: _Walk) -> None:
        super().__init__()
        self.walk = walk

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _LIST_TAGS and (tag != "outline" or self.walk.open_tags):
            attributes = {name: value or "" for name, value in reversed(attrs)}
            self.walk.step("start", Xml.Element(tag, attributes))

    def handle_endtag(self, tag: str) -> None:
        if tag in _LIST_TAGS and self.walk.open_tags and self.walk.open_tags[-1] == tag:
            self.walk.step("end", Xml.Element(tag))


@dataclass(slots=True)
class _Walk:
    """Reads events, not a tree: deep nesting must not reach the recursion limit."""

    name: str
    outlines: dict[str, Outline] = field(default_factory=dict)  # by address
    folders: list[str] = field(default_factory=list)  # open outlines; "" for a feed
    open_tags: list[str] = field(default_factory=list)
    oddities: Counter[str] = field(default_factory=Counter)  # remark → how often

    def step(self, event: str, element: Xml.Element) -> None:
        """Process the start or end of an element."""
        if event == "start":
            if not self.open_tags:
                self._begin(element)
            if _local_name(element) == "outline":
                self._outline(element)
            self.open_tags.append(_local_name(element))
            return
        self.open_tags.pop()
        if _local_name(element) == "outline":
            self.folders.pop()
            element.clear()

    def _begin(self, root: Xml.Element) -> None:
        if _local_name(root) not in _ROOTS:
            remark = f"not OPML: its outermost element is <{_local_name(root)[:40]}>"
            raise ConfigError(f"{self.name}: {remark}")
        version = root.get("version")
        if _local_name(root) == "opml" and version not in _VERSIONS:
            remark = f"its version is {version[:20]}, not 2.0" if version else "it names no version"
            self.oddities[remark] += 1

    def _outline(self, element: Xml.Element) -> None:
        attributes = {name.lower(): value.strip() for name, value in element.attrib.items()}
        url = _feed_address(attributes)
        written = attributes.get("title") or attributes.get("text") or ""
        title = clean.single_line(_unescaped(written), clean.MAX_TITLE)
        if url:
            feed = _feed(element, {**attributes, "xmlurl": url}, title, self.folders)
            listed = self.outlines.setdefault(url, feed)
            if listed is not feed:  # in a second folder
                tags = tuple(dict.fromkeys([*listed.tags, *feed.tags]))
                self.outlines[url] = replace(listed, tags=tags)
        elif attributes.get("type", "").lower() in _FEED_TYPES:
            self.oddities[f"“{title[:60]}” is a feed without an address (xmlUrl): left out"] += 1
        if url and not attributes.get("title"):
            self.oddities["without a title: its text or address is used instead"] += 1
        if "body" not in self.open_tags:
            self.oddities["outside the body: read nevertheless"] += 1
        self.folders.append("" if url else title)
        if len(self.folders) > MAX_DEPTH or len(self.outlines) > MAX_FEEDS:
            limits = f"nested deeper than {MAX_DEPTH} or more than {MAX_FEEDS:,} feeds"
            raise ConfigError(f"{self.name}: {limits}")

    def remarks(self) -> Iterable[str]:
        """Yield each remark once, with its count when it occurred more than once."""
        if not self.outlines:
            yield "the list has no feeds: no outline has an address (xmlUrl)"
        for remark, count in self.oddities.items():
            yield remark if count == 1 else f"{count} times: {remark}"


def _local_name(element: Xml.Element) -> str:
    """The name without its namespace, in lower case."""
    return element.tag.rpartition("}")[2].lower()


def _feed_address(attributes: dict[str, str]) -> str:
    """The address of the feed; empty for a folder or a link to something else."""
    written = attributes.get("xmlurl", "")
    if not written and attributes.get("type", "").lower() in _FEED_TYPES:
        written = next((attributes[name] for name in _OTHER_ADDRESSES if attributes.get(name)), "")
    return web_address(_unescaped(written))


def _unescaped(name: str) -> str:
    """A name that some exporter escaped twice: "Q&amp;amp;A" in the file."""
    return html.unescape(name) if _ESCAPED.search(name) else name


def _feed(
    element: Xml.Element, attributes: dict[str, str], title: str, folders: Sequence[str]
) -> Outline:
    url = attributes["xmlurl"]
    categories = [part.strip("/ ") for part in attributes.get("category", "").split(",")]
    tags = (clean.single_line(_unescaped(tag), clean.MAX_TAG) for tag in (*folders, *categories))
    return Outline(
        url=url,
        title=""
        if title == url
        else title,  # our own export puts the address where a title is missing
        language=attributes.get("language") or None,
        note=clean.single_line(attributes.get("description", ""), MAX_NOTE),
        tags=tuple(dict.fromkeys(tag for tag in tags if tag)),
        fulltext=element.get(_FULL_TEXT) == "true",
        every=element.get(_EVERY, ""),
        paused=element.get(_PAUSED) == "true",
    )


def write_feed_list(feeds: Iterable[Feed], *, title: str) -> bytes:
    """Return an OPML 2.0 document of these feeds.

    The first tag of a feed becomes its folder; so do tags that cannot be written as categories.
    """
    Xml.register_namespace("watchpost", _OURS)
    root = Xml.Element("opml", version="2.0")
    Xml.SubElement(Xml.SubElement(root, "head"), "title").text = title
    body = Xml.SubElement(root, "body")
    folders: dict[tuple[str, ...], Xml.Element] = {(): body}
    for feed in feeds:
        path, categories = _folders_and_categories(feed.tags)
        for depth in range(len(path)):
            parent, path_here = path[:depth], path[: depth + 1]
            if path_here not in folders:
                folders[path_here] = Xml.SubElement(folders[parent], "outline", text=path[depth])
        Xml.SubElement(folders[path], "outline", _attributes(feed, categories))
    Xml.indent(root)
    return bytes(Xml.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _folders_and_categories(tags: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    """Split tags into folders and categories.

    No category has a comma, which would split it, or a slash at its ends, which would be lost.
    """
    lines = [clean.single_line(tag, clean.MAX_TAG) for tag in tags]
    names = [line for line in lines if line]
    categories = [name for name in names[1:] if "," not in name and name.strip("/ ") == name]
    folders = tuple(name for name in names if name not in categories)
    return folders[: MAX_DEPTH - 1], categories


def _attributes(feed: Feed, categories: Sequence[str]) -> dict[str, str]:
    name = clean.single_line(feed.title, clean.MAX_TITLE) or feed.url
    optional = {
        "language": feed.language or "",
        "description": clean.single_line(feed.note, MAX_NOTE),
        "category": ",".join(categories),
        _FULL_TEXT: "true" if feed.fulltext else "",
        _EVERY: f"{feed.every.total_seconds():.0f}s" if feed.every else "",
        _PAUSED: "true" if feed.paused else "",
    }
    required = {"type": "rss", "text": name, "title": name, "xmlUrl": feed.url}
    return required | {key: value for key, value in optional.items() if value}
