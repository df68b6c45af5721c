"""Text and attributes of one XML element, as feedparser hands them to its handlers."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from feedparser import mixin

from monitor.collect.parse.rss_atom.feedparser_limits import MAX_ATTRIBUTES

# They change the language or the base of an element, or how its text is encoded.
_ODD_ATTRIBUTES = frozenset({"lang", "base", "mode", "src"})
_C1_CONTROLS = re.compile("[\x80-\x9f]")


class OddItemError(Exception):
    """An item has something whose meaning only feedparser knows."""


def leaf_text(element: Element) -> str:
    """Return the text of an element without others in it.  Raise OddItemError for any other."""
    if len(element):
        raise OddItemError
    return (element.text or "").strip()


def plain_attributes(element: Element) -> dict[str, str]:
    """Return the attributes by their names in lower case.  Raise OddItemError for odd ones."""
    if not element.attrib:
        return {}
    attributes = {name.lower(): value for name, value in element.items()}
    if (
        len(element.attrib) > MAX_ATTRIBUTES
        or not _ODD_ATTRIBUTES.isdisjoint(attributes)
        or any(name.startswith("{") for name in attributes)
    ):
        raise OddItemError
    for name in ("rel", "type"):
        if name in attributes:
            attributes[name] = attributes[name].lower()
    return attributes


def with_href(attributes: dict[str, str]) -> dict[str, str]:
    """Return the attributes with the address, which has one of three names, as `href`."""
    href = attributes.get("url", attributes.get("uri", attributes.get("href")))
    if not href:
        return attributes
    others = {name: value for name, value in attributes.items() if name not in ("url", "uri")}
    return {**others, "href": href}


def repaired_text(text: str) -> str:
    """Return the text with UTF-8 that was taken for Latin-1, and Windows-1252, put right."""
    if text.isascii():
        return text
    text = _decoded_again(text)
    return text.translate(mixin._cp1252) if _C1_CONTROLS.search(text) else text


def _decoded_again(text: str) -> str:
    try:
        return text.encode("iso-8859-1").decode()
    except UnicodeError:
        return text
