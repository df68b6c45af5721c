"""Atom feeds (RFC 4287), long ones in pages (RFC 5005, section 3)."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as Xml

from monitor import __version__
from monitor.publish.items import Heading, Item
from monitor.text.formats import rfc3339

MEDIA_TYPE = "application/atom+xml"
PAGE = 100  # articles of one document
_NAMESPACE = "http://www.w3.org/2005/Atom"


def document(heading: Heading, items: Sequence[Item]) -> bytes:
    """The feed as an Atom document."""
    root = Xml.Element("feed", {"xmlns": _NAMESPACE})
    _text(root, "id", heading.id)
    _text(root, "title", heading.title)
    _text(root, "subtitle", heading.subtitle)
    _text(root, "updated", rfc3339(heading.updated_at))
    _text(Xml.SubElement(root, "author"), "name", "Watchpost")
    _text(root, "generator", "Watchpost").set("version", __version__)
    if heading.url:
        Xml.SubElement(root, "link", rel="self", type=MEDIA_TYPE, href=heading.url)
    if heading.next_url:
        Xml.SubElement(root, "link", rel="next", type=MEDIA_TYPE, href=heading.next_url)
    for item in items:
        _entry(root, item)
    Xml.indent(root)
    return bytes(Xml.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _entry(root: Xml.Element, item: Item) -> None:
    entry = Xml.SubElement(root, "entry")
    if item.language:
        entry.set("xml:lang", item.language)
    _text(entry, "id", item.id)
    _text(entry, "title", item.title).set("type", "text")
    _text(entry, "updated", rfc3339(item.updated_at))
    if item.published_at:
        _text(entry, "published", rfc3339(item.published_at))
    for outlet in item.outlets:
        _text(Xml.SubElement(entry, "author"), "name", outlet.name)
    if item.link:
        Xml.SubElement(entry, "link", rel="alternate", href=item.link)
    for outlet in item.outlets:
        if outlet.link and outlet.link != item.link:
            Xml.SubElement(entry, "link", rel="related", href=outlet.link, title=outlet.name)
    for slug, title in item.themes:
        Xml.SubElement(entry, "category", term=slug, label=title)
    # RFC 4287 §4.1.2: an entry without an alternate link must have a content
    _text(entry, "summary" if item.link else "content", item.text).set("type", "text")


def _text(parent: Xml.Element, name: str, text: str) -> Xml.Element:
    element = Xml.SubElement(parent, name)
    element.text = text
    return element
