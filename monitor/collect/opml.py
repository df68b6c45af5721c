"""Feed lists: OPML in and out.

Source: OPML 2.0, https://opml.org/spec2.opml.  Nested outlines become tags.  What only we know of
a feed stands in attributes of our own namespace, which other readers pass over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from xml.etree import ElementTree as Xml  # for writing only

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from monitor.collect.parse import clean
from monitor.domain.errors import ConfigError
from monitor.domain.feeds import Feed

MAX_BYTES = 5 * 2**20
MAX_DEPTH = 20
MAX_FEEDS = 10_000
MAX_NOTE = 1_000  # characters

_OURS = "urn:watchpost:opml"
_FULL_TEXT, _EVERY, _PAUSED = (f"{{{_OURS}}}{name}" for name in ("fullText", "every", "paused"))
_ROOTS = ("opml", "outlineDocument")  # the second is what it was called at first
_VERSIONS = ("1.0", "1.1", "2.0")
_FEED_TYPES = ("rss", "atom")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One feed of a list, as the file has it: its address is not checked yet."""

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
    """What a list holds, and what is odd about it, in sentences."""

    feeds: tuple[Outline, ...]
    remarks: tuple[str, ...] = ()


def read_feed_list(document: bytes, *, name: str) -> FeedList:
    """The feeds of an OPML document, in order, each address once.

    Raise ConfigError naming `name` for what is no OPML, declares entities, or is larger, deeper
    or longer than any list of feeds needs to be.  What can be read all the same is, and `remarks`
    say what may be missing for it.
    """
    if len(document) > MAX_BYTES:
        raise ConfigError(f"{name}: larger than {MAX_BYTES:,} bytes; split it into several files")
    walk = _Walk(name)
    try:
        for event, element in iterparse(BytesIO(document), events=("start", "end")):
            walk.step(event, element)
    except (Xml.ParseError, DefusedXmlException, LookupError, ValueError) as error:
        raise ConfigError(f"{name}: not readable as OPML: {error}") from None
    return FeedList(feeds=tuple(walk.found.values()), remarks=tuple(walk.remarks()))


@dataclass(slots=True)
class _Walk:
    """Events, not a tree: a list nested 50,000 deep must not reach the recursion limit."""

    name: str
    found: dict[str, Outline] = field(default_factory=dict)
    folders: list[str] = field(default_factory=list)  # that we are in; "" for a feed
    inside: list[str] = field(default_factory=list)  # the elements that we are in
    seen: set[str] = field(default_factory=set)  # elements
    odd: Counter[str] = field(default_factory=Counter)

    def step(self, event: str, element: Xml.Element) -> None:
        """Take the next beginning or end of an element."""
        if event == "start":
            if not self.inside:
                self._begin(element)
            if element.tag == "outline":
                self._outline(element)
            self.inside.append(element.tag)
            self.seen.add(element.tag)
            return
        self.inside.pop()
        if element.tag == "outline":
            self.folders.pop()
            element.clear()

    def _begin(self, root: Xml.Element) -> None:
        if root.tag not in _ROOTS:
            said = f"not OPML: its outermost element is <{root.tag[:40]}>"
            raise ConfigError(f"{self.name}: {said}")
        version = root.get("version")
        if root.tag == "opml" and version not in _VERSIONS:
            said = f"its version is {version[:20]}, not 2.0" if version else "it names no version"
            self.odd[said] += 1

    def _outline(self, element: Xml.Element) -> None:
        said = {name.lower(): value.strip() for name, value in element.attrib.items()}
        url = said.get("xmlurl", "")
        title = clean.single_line(said.get("title") or said.get("text") or "", clean.MAX_TITLE)
        if url:
            self.found.setdefault(url, _feed(element, said, url, title, self.folders))
        elif said.get("type", "").lower() in _FEED_TYPES:
            self.odd[f"“{title[:60]}” is a feed without an address (xmlUrl): left out"] += 1
        if url and not said.get("title"):
            self.odd["without a title: its text or address stands for it"] += 1
        if "body" not in self.inside:
            self.odd["outside of the body: read all the same"] += 1
        self.folders.append("" if url else title)
        if len(self.folders) > MAX_DEPTH or len(self.found) > MAX_FEEDS:
            limits = f"nested deeper than {MAX_DEPTH} or more than {MAX_FEEDS:,} feeds"
            raise ConfigError(f"{self.name}: {limits}")

    def remarks(self) -> Iterable[str]:
        """Each once, with how often where that is more than once."""
        if not self.found:
            yield "there is no feed in it: no outline has an address (xmlUrl)"
        for said, times in self.odd.items():
            yield said if times == 1 else f"{times} times: {said}"


def _feed(
    element: Xml.Element, said: dict[str, str], url: str, title: str, folders: Sequence[str]
) -> Outline:
    categories = [part.strip("/ ") for part in said.get("category", "").split(",")]
    tags = (clean.single_line(tag, clean.MAX_TAG) for tag in (*folders, *categories))
    return Outline(
        url=url,
        title="" if title == url else title,  # as we write those without: the feed's own will do
        language=said.get("language") or None,
        note=clean.single_line(said.get("description", ""), MAX_NOTE),
        tags=tuple(dict.fromkeys(tag for tag in tags if tag)),
        fulltext=element.get(_FULL_TEXT) == "true",
        every=element.get(_EVERY, ""),
        paused=element.get(_PAUSED) == "true",
    )


def write_feed_list(feeds: Iterable[Feed], *, title: str) -> bytes:
    """An OPML 2.0 document of these feeds.

    The first tag of a feed becomes its folder, and so do those that no category can hold.
    """
    Xml.register_namespace("watchpost", _OURS)
    root = Xml.Element("opml", version="2.0")
    Xml.SubElement(Xml.SubElement(root, "head"), "title").text = title
    body = Xml.SubElement(root, "body")
    folders: dict[tuple[str, ...], Xml.Element] = {(): body}
    for feed in feeds:
        path, categories = _shelved(feed.tags)
        for depth in range(len(path)):
            above, here = path[:depth], path[: depth + 1]
            if here not in folders:
                folders[here] = Xml.SubElement(folders[above], "outline", text=path[depth])
        Xml.SubElement(folders[path], "outline", _attributes(feed, categories))
    Xml.indent(root)
    return bytes(Xml.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _shelved(tags: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    """Folders, and categories: a comma would part one, a slash at its ends be lost."""
    names = [name for name in (clean.single_line(tag, clean.MAX_TAG) for tag in tags) if name]
    fit = [name for name in names[1:] if "," not in name and name.strip("/ ") == name]
    return tuple(name for name in names if name not in fit)[: MAX_DEPTH - 1], fit


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
    said = {"type": "rss", "text": name, "title": name, "xmlUrl": feed.url}
    return said | {key: value for key, value in optional.items() if value}
