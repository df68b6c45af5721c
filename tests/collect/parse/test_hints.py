"""What documents say of when to ask for them again, through the reader itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.collect.parse.document import parse_document
from monitor.domain.feeds import PublisherHints

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
THREE = datetime(2000, 1, 1, 3, 0, tzinfo=UTC)
SY = 'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'


def wished(
    header: str, *, after: str = "", attributes: str = SY, is_well_formed: bool = True
) -> PublisherHints:
    document = (
        f'<rss version="2.0" {attributes}><channel><title>T</title>{header}'
        f"<item><title>One</title><guid>1</guid>{'' if is_well_formed else '<b>'}</item>{after}"
        "</channel></rss>"
    )
    parsed = parse_document(
        document.encode(), content_type="text/xml", url="https://a.example/", max_entries=10
    )
    assert len(parsed.entries) == 1
    return parsed.hints


def update(period: str = "", frequency: str = "", base: str = "") -> str:
    elements = {"updatePeriod": period, "updateFrequency": frequency, "updateBase": base}
    return "".join(f"<sy:{name}>{text}</sy:{name}>" for name, text in elements.items() if text)


@pytest.mark.parametrize("sound", [True, False])
@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", {}),
        ("<ttl>60</ttl>", {"ttl": HOUR}),
        ("<ttl> 60 </ttl>", {"ttl": HOUR}),
        ("<ttl>0</ttl><ttl/>", {}),
        ("<ttl>an hour</ttl>", {}),
        ("<ttl>-5</ttl>", {}),
        ("<ttl>999999999</ttl>", {"ttl": 365 * DAY}),
        ("<ttl>99999999999999999999</ttl>", {}),
        ("<skipHours><hour>0</hour><hour>23</hour></skipHours>", {"skip_hours": {0, 23}}),
        ("<skipHours><hour>24</hour><hour>25</hour></skipHours>", {"skip_hours": {0}}),
        ("<hour>3</hour><day>Monday</day>", {}),
        ("<skipDays><day>Saturday</day><day>sunday</day></skipDays>", {"skip_days": {5, 6}}),
        ("<skipDays><day>Caturday</day></skipDays>", {}),
        (update("hourly"), {"period": HOUR}),
        (update(" Daily ", "2"), {"period": 12 * HOUR}),
        (update("", "4"), {"period": 6 * HOUR}),
        (update("hourly", "999999999"), {"period": timedelta(seconds=1)}),
        (update("hourly", "0"), {"period": HOUR}),
        (update("sometimes"), {}),
        (update("daily", base="2000-01-01T12:00+09:00"), {"period": DAY, "base": THREE}),
        (update("daily", base="noon"), {"period": DAY}),
        (update(base="2000-01-01"), {}),
    ],
)
def test_a_channel_gives_hints(header, expected, sound):
    sets = {name: frozenset(v) if isinstance(v, set) else v for name, v in expected.items()}
    assert wished(header, is_well_formed=sound) == PublisherHints(**sets)


def test_hints_may_follow_the_items():
    assert wished("", after="<ttl>5</ttl>") == PublisherHints(ttl=5 * MINUTE)


def test_elements_of_an_item_are_no_hints_of_the_channel():
    item = "<item><title>Two</title><ttl>9</ttl><hour>3</hour></item>"
    document = f"<rss version='2.0'><channel><title>T</title>{item}</channel></rss>".encode()
    hints = parse_document(
        document, content_type="text/xml", url="https://a.example/", max_entries=10
    )
    assert hints.hints == PublisherHints()


def test_ten_thousand_skipped_hours_become_24():
    hours = "".join(f"<hour>{number % 24}</hour>" for number in range(10_000))
    assert len(wished(f"<skipHours>{hours}</skipHours>").skip_hours) == 24
