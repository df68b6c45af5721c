"""Feed lists: OPML in and out.

Source: OPML 2.0, https://opml.org/spec2.opml.  Nested outlines become tags.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from xml.etree import ElementTree as Xml  # for writing only

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from monitor.domain import Feed
from monitor.errors import ConfigError

# What no other reader's lists have: OPML 2.0 leaves it to namespaces.
_OURS = "urn:watchpost:opml"
_FULL_TEXT = f"{{{_OURS}}}fullText"

MAX_BYTES = 5 * 2**20
MAX_DEPTH = 20
MAX_FEEDS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One feed of a list, as the file has it: its address is not checked yet."""

    url: str
    title: str = ""
    language: str | None = None
    note: str = ""
    tags: tuple[str, ...] = ()
    fulltext: bool = False


def read(document: bytes, *, name: str) -> list[Outline]:
    """The feeds of an OPML document, in order, each address once.

    Raise ConfigError naming `name` for what is no OPML, declares entities, or is larger, deeper
    or longer than any list of feeds needs to be.
    """
    if len(document) > MAX_BYTES:
        raise ConfigError(f"{name}: larger than {MAX_BYTES:,} bytes; split it into several files")
    try:
        found, root = _walk(document, name)
    except (Xml.ParseError, DefusedXmlException, LookupError, ValueError) as error:
        raise ConfigError(f"{name}: not readable as OPML: {error}") from None
    if root != "opml":
        raise ConfigError(f"{name}: not OPML: its outermost element is <{root[:40]}>")
    return found


def _walk(document: bytes, name: str) -> tuple[list[Outline], str]:
    """The outlines with an address, and the name of the outermost element.

    Events, not a tree: a list nested 50,000 deep must not reach the recursion limit.
    """
    found: dict[str, Outline] = {}
    path: list[str] = []
    root = ""
    for event, element in iterparse(BytesIO(document), events=("start", "end")):
        root = root or element.tag
        if element.tag != "outline":
            continue
        if event == "end":
            path.pop()
            element.clear()
            continue
        url = (element.get("xmlUrl") or element.get("xmlurl") or "").strip()
        title = (element.get("title") or element.get("text") or "").strip()
        if url:
            found.setdefault(url, _outline(element, url, title, path))
        path.append("" if url else title)
        if len(path) > MAX_DEPTH or len(found) > MAX_FEEDS:
            limits = f"nested deeper than {MAX_DEPTH} or more than {MAX_FEEDS:,} feeds"
            raise ConfigError(f"{name}: {limits}")
    return list(found.values()), root


def _outline(element: Xml.Element, url: str, title: str, path: list[str]) -> Outline:
    categories = [part.strip("/ ") for part in (element.get("category") or "").split(",")]
    tags = dict.fromkeys(tag for tag in (*path, *categories) if tag)
    return Outline(
        url=url,
        title=title,
        language=element.get("language") or None,
        note=(element.get("description") or "").strip(),
        tags=tuple(tags),
        fulltext=element.get(_FULL_TEXT) == "true",
    )


def write(feeds: Iterable[Feed], *, title: str) -> bytes:
    """An OPML 2.0 document of these feeds; the first tag of a feed becomes its folder."""
    Xml.register_namespace("watchpost", _OURS)
    root = Xml.Element("opml", version="2.0")
    Xml.SubElement(Xml.SubElement(root, "head"), "title").text = title
    body = Xml.SubElement(root, "body")
    folders: dict[str, Xml.Element] = {}
    for feed in feeds:
        parent = body
        if feed.tags:
            folder = feed.tags[0]
            if folder not in folders:
                folders[folder] = Xml.SubElement(body, "outline", text=folder)
            parent = folders[folder]
        optional = {
            "language": feed.language or "",
            "description": feed.note,
            "category": ",".join(feed.tags[1:]),
            _FULL_TEXT: "true" if feed.fulltext else "",
        }
        Xml.SubElement(
            parent,
            "outline",
            {
                "type": "rss",
                "text": feed.title or feed.url,
                "title": feed.title or feed.url,
                "xmlUrl": feed.url,
                **{name: value for name, value in optional.items() if value},
            },
        )
    Xml.indent(root)
    return bytes(Xml.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"
