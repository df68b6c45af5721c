"""Publication dates: RFC 822, ISO 8601, and the forms that publishers write by hand.

A text without year, month and day, or one that could mean two different days, gives no date.
Missing parts are never completed from today's clock.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dateparser.date import DateDataParser

MAX_LENGTH = 100  # characters; no publisher needs more for a date
# Unusual formats cost milliseconds each: beyond this number in a document they are not parsed.
MAX_UNUSUAL_FORMATS = 200

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
# RFC 822 §5.1 defines the North American zones; the others are those of the countries we watch.
# Names that two zones share and that RFC 822 does not define (IST, BST, …) are left out.
_ZONE_HOURS = {
    "ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
    "kst": 9, "jst": 9, "msk": 3, "мск": 3, "msd": 4, "hkt": 8, "sgt": 8, "pht": 8, "ict": 7,
    "wib": 7, "cet": 1, "cest": 2, "mez": 1, "mesz": 2, "eet": 2, "eest": 3, "west": 1,
    "vlat": 10, "krat": 7, "yekt": 5, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
}  # fmt: skip
_OFFSET = re.compile(r"(?:(?:UTC|GMT)\s?)?([+-\u2212])(\d{1,2})(?::?(\d{2}))?", re.IGNORECASE)
_RFC822 = re.compile(
    r"(?:[A-Za-z]{3,9}\.?,?\s+)?"  # a weekday, which is often wrong
    r"(?:(?P<day>\d{1,2})[\s-]+(?P<month>[A-Za-z]{3,9})\.?|"
    r"(?P<month_first>[A-Za-z]{3,9})\.?\s+(?P<day_second>\d{1,2}))"
    r"(?:st|nd|rd|th)?,?[\s-]+(?P<year>\d{4}|\d\d(?=\s+\d{1,2}:)),?"
    r"(?:\s+(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?)?"
    r"(?:\s*(?P<zone>(?!(?i:[ap]\.?m))(?:[^\W\d_]|[+\u2212-]\d)[^\s(]*(?:\s?\d{1,2}(?::?\d\d)?)?))?(?:\s*\(.*\))?"
)
_ISO_WITH_ZONE = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s*([^\d\s].*)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_YEAR_FIRST = re.compile(r"(?<!\d)\d{4}\s?[/.-]\s?(\d{1,2})\s?[/.-]\s?\d{1,2}")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})\s?([/.-])\s?(\d{1,2})\s?\2\s?\d{4}(?!\d)")
_BLANKS = re.compile(r"\s+")

# Languages of month and weekday names: those of the shipped feeds, and related ones.
_LANGUAGES = ("en", "ko", "ru", "uk", "zh", "ja", "pl", "de", "fr", "es", "vi", "it", "pt", "nl")


class DateReader:
    """Parses the dates of one document; `language` (BCP 47) decides the order in 06/07/2025."""

    def __init__(self, language: str | None = None) -> None:
        self._language = (language or "").lower()
        self._unusual_left = MAX_UNUSUAL_FORMATS

    def read(self, text: str) -> datetime | None:
        """Return the instant in UTC; None when the text has no date or an ambiguous one.

        A date without a time is midnight UTC, a time without a zone is UTC.
        """
        text = _BLANKS.sub(" ", text[: MAX_LENGTH + 1]).strip()
        if not text or len(text) > MAX_LENGTH:
            return None
        try:
            return _iso8601(text) or _rfc822(text) or self._unusual_format(text)
        except (ValueError, OverflowError):  # a known format with an impossible date
            return None

    def _unusual_format(self, text: str) -> datetime | None:
        if self._unusual_left <= 0 or not _YEAR.search(text) or self._is_ambiguous(text):
            return None
        self._unusual_left -= 1
        local, _, name = text.rpartition(" ")
        zone = (
            _zone(name) if name.lower() in _ZONE_HOURS else None
        )  # dateparser may not know the letters
        parser = _dateparser(month_first=self._language == "en-us")
        instant = parser.get_date_data(local if zone else text).date_obj
        if instant is None:
            return None
        return (instant.replace(tzinfo=zone) if zone else instant).astimezone(UTC)

    def _is_ambiguous(self, text: str) -> bool:
        """Whether day and month could be exchanged, or the month is above 12."""
        if match := _YEAR_FIRST.search(text):
            return int(match[1]) > 12
        match = _YEAR_LAST.search(text)
        if match is None or match[2] != "/" or match[1] == match[3]:
            return False
        is_exchangeable = int(match[1]) <= 12 and int(match[3]) <= 12
        return is_exchangeable and self._language in ("", "en")


def _iso8601(text: str) -> datetime | None:
    """Parse ISO 8601 and similar: "2025-06-17T12:00:00Z", "2025-06-17 12:00 +0900"."""
    if not text[:4].isdigit() or text.isdigit():
        return None
    zone = UTC
    if match := _ISO_WITH_ZONE.fullmatch(text):
        text, zone = match[1], _known_zone(match[2])
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (instant if instant.tzinfo else instant.replace(tzinfo=zone)).astimezone(UTC)


def _rfc822(text: str) -> datetime | None:
    """Parse RFC 822 with the deviations of publishers.  Raise ValueError for an unknown zone."""
    match = _RFC822.fullmatch(text)
    month = _MONTHS.get((match["month"] or match["month_first"])[:3].lower()) if match else None
    if match is None or month is None:
        return None
    instant = datetime(
        _full_year(int(match["year"])),
        month,
        int(match["day"] or match["day_second"]),
        int(match["hour"] or 0),
        int(match["minute"] or 0),
        min(int(match["second"] or 0), 59),  # a leap second
        tzinfo=_known_zone(match["zone"]) if match["zone"] else UTC,
    )
    return instant.astimezone(UTC)


def _full_year(year: int) -> int:
    """A year of two digits is one from 1970 to 2069."""
    if year > 99:
        return year
    return 2000 + year if year < 70 else 1900 + year


def _known_zone(name: str) -> timezone:
    zone = _zone(name)
    if zone is None:
        raise ValueError(f"unknown or ambiguous zone: {name}")
    return zone


def _zone(name: str) -> timezone | None:
    """Parse a zone's letters or offset ("KST", "+0900", "GMT+7", "+09:00"); None if unknown."""
    name = name.strip().strip("()")
    hours = _ZONE_HOURS.get(name.lower())
    if hours is not None:
        return timezone(timedelta(hours=hours))
    match = _OFFSET.fullmatch(name)
    if match is None:
        return None
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    if offset >= timedelta(hours=24):
        return None
    return timezone(offset if match[1] == "+" else -offset)


_parsers: dict[bool, DateDataParser] = {}


def _dateparser(*, month_first: bool) -> DateDataParser:
    """dateparser, restricted to complete dates.  Loading takes 80 ms, so it happens on demand."""
    if month_first not in _parsers:
        from dateparser.date import DateDataParser

        _parsers[month_first] = DateDataParser(
            languages=list(_LANGUAGES),
            settings={
                "STRICT_PARSING": True,
                "REQUIRE_PARTS": ["day", "month", "year"],
                "PARSERS": ["absolute-time"],  # not "yesterday", not bare numbers
                "DATE_ORDER": "MDY" if month_first else "DMY",
                "PREFER_LOCALE_DATE_ORDER": False,
                "TIMEZONE": "UTC",
                "TO_TIMEZONE": "UTC",
                "RETURN_AS_TIMEZONE_AWARE": True,
            },
        )
    return _parsers[month_first]
