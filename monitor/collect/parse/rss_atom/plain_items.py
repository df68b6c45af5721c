"""Fast reader of RSS and Atom items that say nothing odd, without feedparser's handlers.

An item is plain when the meaning of each of its elements is in the table below.  Its values come
out as feedparser's dictionaries would hold them (`entries.py` reads both).  feedparser remains the
reference: it resolves the names of elements, its state says in what surroundings items stand, and
`incremental.py` compares an item that both have read.  Any other item is left to feedparser.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from feedparser.mixin import _FeedParserMixin
from feedparser.util import FeedParserDict

from monitor.collect.parse.rss_atom.element_values import (
    OddItemError,
    leaf_text,
    plain_attributes,
    repaired_text,
    with_href,
)
from monitor.collect.parse.rss_atom.feedparser_limits import (
    MAX_AUTHOR,
    MAX_TAGS,
    BoundedStrictParser,
)

Values = dict[str, Any]  # an item, as a dictionary of feedparser's

_ITEMS = ("item", "entry")
_MAX_DEPTH = 5  # of elements within an item
_RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_PLAIN_TYPES = ("text/plain", "text/html")
_REFERENCE_IN_LINK = re.compile("&([A-Za-z0-9_]+);")
_PARTS_OF_AUTHOR = frozenset({"name", "email", "uri", "url"})


def read_items(
    document: str, blocks: Sequence[str], feed: BoundedStrictParser
) -> list[Values | None]:
    """Return the values of each item of a well-formed document; None for an item that is odd.

    `blocks` are the texts of its items.  `feed` has parsed the same head with other items, and none
    of these affected the next.
    """
    surroundings = feed.surroundings
    if surroundings is None or not surroundings.is_neutral:
        return [None] * len(blocks)
    try:
        # `split_items` declines documents with declarations, so no entity can expand.
        root = ElementTree.fromstring(document)  # noqa: S314 - without entities there is no bomb
    except ElementTree.ParseError:
        return [None] * len(blocks)
    elements = _item_elements(root, len(blocks))
    meanings = _Meanings(feed)
    return [
        None if "xmlns" in block else _read_item(element, feed, meanings)
        for element, block in zip(elements, blocks, strict=True)
    ]


def _item_elements(root: Element, count: int) -> Sequence[Element | None]:
    """The items of a feed; only None when they are not all side by side."""
    for parent in (root, *root):
        elements = [child for child in parent if child.tag.rpartition("}")[2].lower() in _ITEMS]
        if len(elements) == count:
            return elements
    return [None] * count


def _read_item(
    element: Element | None, feed: BoundedStrictParser, meanings: _Meanings
) -> Values | None:
    if element is None:
        return None
    item = _Item(feed, meanings)
    try:
        item.read(element)
    except OddItemError:
        return None
    return item.values


class _Item:
    """The values of one item while its elements are read, in feedparser's own order of steps."""

    def __init__(self, feed: BoundedStrictParser, meanings: _Meanings) -> None:
        self.values: Values = {}
        self._feed = feed
        self._meanings = meanings
        self._is_atom = feed.version.startswith("atom")
        self._depths: dict[str, int] = {}  # of the elements that the values are from
        self._title_depth = -1  # of the title that holds against deeper ones; -1: none
        self._has_content = False

    def read(self, element: Element) -> None:
        """Read all elements of the item.  Raise OddItemError."""
        about = element.attrib.pop(_RDF_ABOUT, "")
        if element.attrib:
            raise OddItemError
        if about:
            self.values["id"] = about
        self._read_children(element, 1)

    def _read_children(self, parent: Element, depth: int) -> None:
        if depth > _MAX_DEPTH:
            raise OddItemError
        for child in parent:
            self._meanings[child.tag](self, child, depth)

    # What elements mean: each method takes an element and its depth within the item.

    def pass_through(self, element: Element, depth: int) -> None:
        """An element that means nothing; those within it count as the item's."""
        if len(element):
            plain_attributes(element)
            self._read_children(element, depth + 1)

    def ignore(self, element: Element, _depth: int) -> None:
        """An element whose value is not used."""
        leaf_text(element)

    def title(self, element: Element, depth: int) -> None:
        """The headline: the first that has words, unless another is less deep."""
        value, detail = self._content(element, "text/plain")
        if not -1 < self._title_depth <= depth:
            self._keep("title", value, depth)
            self.values["title_detail"] = detail
        if value:
            self._title_depth = depth

    def media_title(self, element: Element, depth: int) -> None:
        """The headline of a picture: the item's where it has none yet."""
        title_depth = self._title_depth
        self.title(element, depth)
        self._title_depth = title_depth

    def other_title_begins(self, element: Element, _depth: int) -> None:
        """A source or picture, after which another headline is the item's."""
        leaf_text(element)
        self._title_depth = -1

    def description(self, element: Element, depth: int) -> None:
        """The text or summary in RSS, where markup is usual."""
        self._summarise(element, depth, "text/html")

    def summary(self, element: Element, depth: int) -> None:
        """The summary in Atom and of podcasts."""
        self._summarise(element, depth, "text/plain")

    def content(self, element: Element, _depth: int) -> None:
        """The text in Atom."""
        self._add_content(element, "text/plain")

    def encoded(self, element: Element, _depth: int) -> None:
        """The text in RSS, as the content module has it."""
        self._add_content(element, "text/html")

    def caption(self, element: Element, depth: int) -> None:
        """The caption of a picture."""
        self._keep("media_description", self._content(element, "text/plain")[0], depth)

    def link(self, element: Element, _depth: int) -> None:
        """An address, as an attribute in Atom and as text in RSS."""
        text = leaf_text(element)
        link = {"rel": "alternate", **with_href(plain_attributes(element))}
        link.setdefault("type", "application/atom+xml" if link["rel"] == "self" else "text/html")
        self.values.setdefault("links", []).append(link)
        if "href" in link:
            link["href"] = self._resolved(link["href"])
            kind = _FeedParserMixin.map_content_type(link["type"])
            if link["rel"] == "alternate" and kind in _FeedParserMixin.html_types:
                self.values["link"] = link["href"]
            return
        address = repaired_text(self._resolved(text)) if text else ""
        address = _REFERENCE_IN_LINK.sub(r"&\g<1>", address.replace("&amp;", "&"))
        self.values["link"] = address
        if address:
            link["href"] = address

    def enclosure(self, element: Element, _depth: int) -> None:
        """A file that belongs to the item."""
        leaf_text(element)
        enclosure = {**with_href(plain_attributes(element)), "rel": "enclosure"}
        self.values.setdefault("links", []).append(enclosure)

    def guid(self, element: Element, depth: int) -> None:
        """The publisher's identifier, which is an address unless an attribute says otherwise."""
        is_link = plain_attributes(element).get("ispermalink", "true") == "true"
        guid = repaired_text(leaf_text(element))
        self._keep("id", guid, depth)
        if is_link:
            self.values.setdefault("link", guid)

    def author(self, element: Element, depth: int) -> None:
        """An author by name; a name with a mail address in it is left to feedparser."""
        authors = self.values.setdefault("authors", [])
        if len(element):
            # feedparser writes the name over that of an author before who is a text
            if any("is_text" in author for author in authors):
                raise OddItemError
            authors.append({"name": self._name_within(element)})
            return
        name = repaired_text(leaf_text(element))
        if "@" in name or len(name) > MAX_AUTHOR or depth > 1:
            raise OddItemError
        authors.append({"name": name, "is_text": True})

    def category(self, element: Element, _depth: int) -> None:
        """A tag, as attributes in Atom and as text in RSS."""
        attributes = plain_attributes(element)
        scheme = attributes.get("scheme", attributes.get("domain"))
        self._add_tag(attributes.get("term"), scheme, attributes.get("label"))
        text = repaired_text(leaf_text(element))
        tags = self.values["tags"]
        if text and tags and not tags[-1]["term"]:
            tags[-1]["term"] = text
        elif text:
            self._add_tag(text, None, None)

    def _summarise(self, element: Element, depth: int, usual_type: str) -> None:
        if "summary" in self.values and not self._has_content:
            self._add_content(element, "text/plain")  # a second summary is the text
            return
        value, self.values["summary_detail"] = self._content(element, usual_type)
        self._keep("summary", value, depth)

    def _add_content(self, element: Element, usual_type: str) -> None:
        self._has_content = True
        value, detail = self._content(element, usual_type)
        self.values.setdefault("content", []).append({**detail, "value": value})
        self.values.setdefault("summary", value)

    def _content(self, element: Element, usual_type: str) -> tuple[str, Values]:
        """A text that may be HTML, and its type and language."""
        text = leaf_text(element)
        kind = _FeedParserMixin.map_content_type(plain_attributes(element).get("type", usual_type))
        if kind not in _PLAIN_TYPES:
            raise OddItemError
        if kind == "text/plain" and not self._is_atom and _FeedParserMixin.looks_like_html(text):
            kind = "text/html"
        surroundings = self._feed.surroundings
        language = surroundings.language if surroundings else None
        return repaired_text(text), {"type": kind, "language": language}

    def _keep(self, key: str, value: str, depth: int) -> None:
        """Keep the value unless an element less deep has given one; the last one holds."""
        if depth <= self._depths.get(key, depth):
            self._depths[key] = depth
            self.values[key] = value

    def _add_tag(self, term: str | None, scheme: str | None, label: str | None) -> None:
        tags = self.values.setdefault("tags", [])
        tag = {"term": term, "scheme": scheme, "label": label}
        if any(tag.values()) and len(tags) < MAX_TAGS and tag not in tags:
            tags.append(tag)

    def _name_within(self, author: Element) -> str:
        """The name of an Atom author.  Raise OddItemError unless there is one."""
        parts = [self._meanings.key(part.tag) for part in author]
        texts = dict(zip(parts, map(leaf_text, author), strict=True))
        name = texts.get("name")
        if not name or parts.count("name") > 1 or not texts.keys() <= _PARTS_OF_AUTHOR:
            raise OddItemError
        return name

    def _resolved(self, address: str) -> str:
        surroundings = self._feed.surroundings
        self._feed.baseuri = surroundings.base if surroundings else ""
        return self._feed.resolve_uri(address)


_Meaning = Callable[[_Item, Element, int], None]


def _kept_as(key: str) -> _Meaning:
    """The meaning of an element whose text is kept under `key`, whatever its attributes."""

    def keep(item: _Item, element: Element, depth: int) -> None:
        item._keep(key, repaired_text(leaf_text(element)), depth)

    return keep


def _origin(key: str) -> _Meaning:
    """The meaning of an element that is the address of the article behind a counting service."""
    keep = _kept_as(key)

    def keep_bare(item: _Item, element: Element, depth: int) -> None:
        if element.attrib:
            raise OddItemError
        keep(item, element, depth)

    return keep_bare


# The names of elements (prefix of feedparser's, "_", local name) by what they mean.
_ELEMENTS: Mapping[_Meaning, Sequence[str]] = {
    _Item.title: ("title", "dc_title"),
    _Item.media_title: ("media_title",),
    _Item.other_title_begins: ("source", "image"),
    _Item.description: ("description", "dc_description"),
    _Item.summary: ("summary", "itunes_summary"),
    _Item.content: ("content",),
    _Item.encoded: ("content_encoded", "fullitem"),
    _Item.caption: ("media_description",),
    _Item.link: ("link",),
    _Item.enclosure: ("enclosure",),
    _Item.guid: ("guid", "id"),
    _Item.author: ("author", "dc_creator", "dc_author", "itunes_author", "managingeditor"),
    _Item.category: ("category", "dc_subject", "keywords"),
    _kept_as("published"): ("published", "issued", "pubdate", "dcterms_issued"),
    _kept_as("updated"): ("updated", "modified", "dc_date", "dcterms_modified"),
    _kept_as("created"): ("created", "dcterms_created"),
    _origin("feedburner_origlink"): ("feedburner_origlink",),
    _origin("pheedo_origlink"): ("pheedo_origlink",),
    _Item.pass_through: ("media_group", "media_content"),
    _Item.ignore: (
        "dc_contributor", "dc_publisher", "dc_rights", "expirationdate", "itunes_block",
        "itunes_explicit", "itunes_image", "itunes_subtitle", "media_credit", "media_rating",
        "media_thumbnail", "rights",
    ),
}  # fmt: skip
_BY_NAME: dict[str, _Meaning] = {}
for _meaning, _names in _ELEMENTS.items():
    _BY_NAME.update(dict.fromkeys(_names, _meaning))
# Values that are used, here or by feedparser's handlers: no unknown element may set them.
_USED_KEYS = frozenset(
    {
        "author", "author_detail", "authors", "content", "created", "feedburner_origlink", "id",
        "link", "links", "media_description", "pheedo_origlink", "published", "summary",
        "summary_detail", "tags", "title", "title_detail", "updated",
    }
)  # fmt: skip


class _Meanings(dict[str, _Meaning]):
    """The meanings of elements in one document, by their tags as ElementTree writes them."""

    def __init__(self, feed: BoundedStrictParser) -> None:
        super().__init__()
        self._feed = feed

    def __missing__(self, tag: str) -> _Meaning:
        self[tag] = meaning = self._meaning(self.key(tag))
        return meaning

    def key(self, tag: str) -> str:
        """The name under which feedparser handles the element."""
        prefix, _, suffix = self._feed.element_name(tag).rpartition(":")
        prefix = self._feed.namespacemap.get(prefix, prefix)
        return f"{prefix}_{suffix}" if prefix else suffix

    def _meaning(self, key: str) -> _Meaning:
        if key in _BY_NAME:
            return _BY_NAME[key]
        has_handler = hasattr(self._feed, f"_start_{key}") or hasattr(self._feed, f"_end_{key}")
        keys = FeedParserDict.keymap.get(key, key)
        is_used = not _USED_KEYS.isdisjoint([keys] if isinstance(keys, str) else keys)
        if has_handler or is_used or key.rpartition("_")[2] in ("svg", "math"):
            return _decline
        return _Item.pass_through


def _decline(_item: _Item, _element: Element, _depth: int) -> None:
    """An element that only feedparser reads."""
    raise OddItemError
