"""Limits for feedparser: bounded numbers of entries, attributes, tags and author characters.

Its parsers collect without limit, and some of their steps take quadratic time.  These mixins come
before them in the method resolution order, drop the excess, and count the entries that were closed,
so that a truncated entry can be told from a whole one.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from xml.sax import SAXException
from xml.sax.xmlreader import AttributesNSImpl

from feedparser.api import StrictFeedParser
from feedparser.mixin import _FeedParserMixin

from monitor.collect.parse import clean

MAX_ATTRIBUTES = 100  # of one element
MAX_AUTHOR = 300  # characters searched for a mail address
MAX_SKIPS = 24  # hours, or days
MAX_TAGS = 2 * clean.MAX_TAGS

_ITEMS = ("item", "entry")
# Attributes that do not affect how the next item is parsed: results that feedparser collects, and
# values that it sets again for each item.  Of the element stack only the top is read, and within
# an item that is the item's own.
_COLLECTED = frozenset(
    {
        "_locator", "_scope", "elementstack", "ended", "entries", "exc", "feeddata",
        "guidislink", "limit", "property_depth_map", "states", "surroundings", "title_depth",
    }
)  # fmt: skip

# Exceptions that feedparser raises on markup it cannot handle: about one document in 200 randomly
# altered ones.  Not MemoryError, which ends the worker process.
FEEDPARSER_ERRORS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    SAXException,
    TypeError,
    ValueError,
)


class TooManyEntries(Exception):
    """The document has more entries than the limit: the rest of it is not parsed."""


class BoundedParser(_FeedParserMixin):  # type: ignore[misc] # feedparser has no types
    """Limits for both of feedparser's parsers."""

    limit = 0  # entries
    ended = 0  # number of entries when the last one was closed
    skip_hours: tuple[
        str, ...
    ] = ()  # texts of <hour> in <skipHours>; feedparser keeps only the last
    skip_days: tuple[str, ...] = ()
    depth: int
    # An id is kept unchanged: it must not depend on the address of the document.
    can_be_relative_uri = _FeedParserMixin.can_be_relative_uri - {"id"}
    resolve_relative_uris = False  # within markup, whose links we drop
    sanitize_html = False  # `clean` does it with nh3, faster and more strictly

    def resolve_uri(self, uri: str) -> str:
        return str(super().resolve_uri(clean.with_host(uri, self.baseuri or "")))

    def unknown_starttag(self, tag: str, attrs: Any) -> None:
        try:
            super().unknown_starttag(tag, attrs)
        except FEEDPARSER_ERRORS:
            return  # only this element is lost

    def unknown_endtag(self, tag: str) -> None:
        bases, languages, depth = len(self.basestack), len(self.langstack), self.depth
        try:
            super().unknown_endtag(tag)
        except FEEDPARSER_ERRORS:
            del self.basestack[max(bases - 1, 0) :]
            del self.langstack[max(languages - 1, 0) :]
            self.depth = depth - 1

    def _start_item(self, attrs_d: dict[str, str]) -> None:
        if len(self.entries) >= self.limit:
            raise TooManyEntries
        super()._start_item(attrs_d)

    _start_entry = _start_item

    def _end_item(self) -> None:
        super()._end_item()
        self.ended = len(self.entries)

    _end_entry = _end_item

    # The caption of a picture, which feedparser takes for one more summary of the entry.
    def _start_media_description(self, attrs_d: dict[str, str]) -> None:
        self.push_content("media_description", attrs_d, "text/plain", 1)

    def _end_media_description(self) -> None:
        self.pop_content("media_description")

    def _end_hour(self) -> None:
        self.skip_hours = (*self.skip_hours, *self._skipped("hour", "skiphours"))[:MAX_SKIPS]

    def _end_day(self) -> None:
        self.skip_days = (*self.skip_days, *self._skipped("day", "skipdays"))[:MAX_SKIPS]

    def _skipped(self, name: str, parent: str) -> tuple[str, ...]:
        is_inside = any(element[0] == parent for element in self.elementstack)
        text = self.pop(name)
        return (text,) if is_inside and isinstance(text, str) else ()

    def _add_tag(self, term: str | None, scheme: str | None, label: str | None) -> None:
        if len(self._get_context().get("tags", ())) < MAX_TAGS:
            super()._add_tag(term, scheme, label)

    def _sync_author_detail(self, key: str = "author") -> None:
        context = self._get_context()
        if len(context.get(key) or "") > MAX_AUTHOR:
            context[key] = context[key][:MAX_AUTHOR]
        super()._sync_author_detail(key)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the items of a document inherit from what stands before them."""

    language: str | None
    base: str  # against which their addresses are resolved
    is_neutral: bool  # whether no element is open that gives those within it another meaning


class BoundedStrictParser(BoundedParser):
    """Limits and item states for the strict parser, which receives its elements from expat.

    `states` are the parser's states before the first item and after each: when there is exactly
    one, no item affects how another is parsed.  `surroundings` are those of the first item.
    """

    version: str
    namespacemap: dict[str | None, str]
    namespaces_in_use: dict[str, str]

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.states: set[str] = set()
        self.surroundings: Surroundings | None = None
        self._scope: list[tuple[str | None, str | None]] = []  # (prefix, namespace) in effect

    def startPrefixMapping(self, prefix: str | None, uri: str | None) -> None:
        self._scope.append((prefix, uri))
        super().startPrefixMapping(prefix, uri)

    def endPrefixMapping(self, prefix: str | None) -> None:
        self._scope.pop()

    def startElementNS(
        self, name: tuple[str | None, str], qname: str | None, attrs: AttributesNSImpl
    ) -> None:
        if not self.states and name[1].lower() in _ITEMS:
            # feedparser resets these itself at the start of an item
            self.intextinput = self.inimage = 0
            self.states.add(self._state())
            self.surroundings = self._surroundings()
        if len(attrs) > MAX_ATTRIBUTES:
            attrs = AttributesNSImpl({}, {})
        super().startElementNS(name, qname, attrs)

    def endElementNS(self, name: tuple[str | None, str], qname: str | None) -> None:
        super().endElementNS(name, qname)
        if name[1].lower() in _ITEMS:
            self.states.add(self._state())

    def element_name(self, tag: str) -> str:
        """The name that feedparser gives an element, for a tag as ElementTree writes it."""
        names: list[str] = []
        namespace, _, local = tag.removeprefix("{").rpartition("}")
        probe = SimpleNamespace(
            _matchnamespaces=self._matchnamespaces,
            namespaces_in_use=self.namespaces_in_use,
            decls={},
            unknown_starttag=lambda name, _attributes: names.append(name),
        )
        no_attributes = AttributesNSImpl({}, {})
        StrictFeedParser.startElementNS(probe, (namespace or None, local), None, no_attributes)
        return names[0]

    def _surroundings(self) -> Surroundings:
        is_inside = (
            self.incontent, self.insource, self.inauthor, self.incontributor, self.inpublisher,
            self.hasContent, self.svgOK, self.contentparams, self._summaryKey,
        )  # fmt: skip
        return Surroundings(self.lang, self.baseuri, is_neutral=not any(is_inside))

    def _state(self) -> str:
        """Everything that feedparser carries from one element to the next, except its results."""
        attributes = {name: value for name, value in vars(self).items() if name not in _COLLECTED}
        inherited = (self.feeddata.get("title"), self.feeddata.get("language"))
        return repr((sorted(attributes.items()), self._scope, inherited))
