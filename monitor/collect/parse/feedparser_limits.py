"""feedparser with an end: no element, entry or author may cost more than its share.

What its parsers collect grows without limit, and in places their time grows with the square of
what they are given.  These classes go in front of them, hold back the excess, and count the
entries that were closed, so that one cut in half can be told from a whole one.
"""

from __future__ import annotations

from typing import Any
from xml.sax import SAXException
from xml.sax.xmlreader import AttributesNSImpl

from feedparser.mixin import _FeedParserMixin

from monitor.collect.parse import clean

MAX_ATTRIBUTES = 100  # of one element
MAX_AUTHOR = 300  # characters searched for a mail address
MAX_SKIPS = 24  # hours of a day; days there are fewer
MAX_TAGS = 2 * clean.MAX_TAGS

_ITEMS = ("item", "entry")
# What feedparser gathers, and what it sets anew for each item: they differ without any say.  Of
# the stack of elements only the top is ever looked at, and within an item that is its own.
_COLLECTED = frozenset(
    {
        "_locator", "_scope", "elementstack", "ended", "entries", "exc", "feeddata",
        "guidislink", "limit", "property_depth_map", "states", "title_depth",
    }
)  # fmt: skip

# What feedparser raises over markup it trips on: about one document in 200 that were altered at
# random.  MemoryError is not among them; it ends the child.
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
    """More entries than we take: the rest of the document is not looked at."""


class BoundedParser(_FeedParserMixin):  # type: ignore[misc] # feedparser has no types
    """Limits for both parsers."""

    limit = 0  # entries
    ended = 0  # entries there were when the last one was closed
    skip_hours: tuple[str, ...] = ()  # what <hour> in <skipHours> says: feedparser keeps the last
    skip_days: tuple[str, ...] = ()
    depth: int
    # A name is what the publisher calls an entry, to the letter, wherever the document came from.
    can_be_relative_uri = _FeedParserMixin.can_be_relative_uri - {"id"}
    resolve_relative_uris = False  # in markup we keep no links; an entry's own are resolved anyway
    sanitize_html = False  # nh3 does it, faster and more strictly

    def unknown_starttag(self, tag: str, attrs: Any) -> None:
        try:
            super().unknown_starttag(tag, attrs)
        except FEEDPARSER_ERRORS:
            return  # this element is lost, the ones around it are not

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

    def _end_hour(self) -> None:
        self.skip_hours = (*self.skip_hours, *self._skipped("hour", "skiphours"))[:MAX_SKIPS]

    def _end_day(self) -> None:
        self.skip_days = (*self.skip_days, *self._skipped("day", "skipdays"))[:MAX_SKIPS]

    def _skipped(self, name: str, inside: str) -> tuple[str, ...]:
        skips = any(element[0] == inside for element in self.elementstack)
        said = self.pop(name)
        return (said,) if skips and isinstance(said, str) else ()

    def _add_tag(self, term: str | None, scheme: str | None, label: str | None) -> None:
        if len(self._get_context().get("tags", ())) < MAX_TAGS:
            super()._add_tag(term, scheme, label)

    def _sync_author_detail(self, key: str = "author") -> None:
        context = self._get_context()
        if len(context.get(key) or "") > MAX_AUTHOR:
            context[key] = context[key][:MAX_AUTHOR]
        super()._sync_author_detail(key)


class BoundedStrictParser(BoundedParser):
    """More of it for the parser that expat hands elements to.

    `states` are those it was in before the first item and at the end of each: where there is but
    one, no item has a say in how another is read.
    """

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.states: set[str] = set()
        self._scope: list[tuple[str | None, str | None]] = []  # prefixes that stand for namespaces

    def startPrefixMapping(self, prefix: str | None, uri: str | None) -> None:
        self._scope.append((prefix, uri))
        super().startPrefixMapping(prefix, uri)

    def endPrefixMapping(self, prefix: str | None) -> None:
        self._scope.pop()

    def startElementNS(
        self, name: tuple[str | None, str], qname: str | None, attrs: AttributesNSImpl
    ) -> None:
        if not self.states and name[1].lower() in _ITEMS:
            # feedparser forgets these itself when an item begins
            self.intextinput = self.inimage = 0
            self.states.add(self._state())
        if len(attrs) > MAX_ATTRIBUTES:
            attrs = AttributesNSImpl({}, {})
        super().startElementNS(name, qname, attrs)

    def endElementNS(self, name: tuple[str | None, str], qname: str | None) -> None:
        super().endElementNS(name, qname)
        if name[1].lower() in _ITEMS:
            self.states.add(self._state())

    def _state(self) -> str:
        """All that feedparser carries from one element to the next, but for what it collects."""
        found = {name: value for name, value in vars(self).items() if name not in _COLLECTED}
        feed = (self.feeddata.get("title"), self.feeddata.get("language"))
        return repr((sorted(found.items()), self._scope, feed))
