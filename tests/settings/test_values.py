"""Types of settings: what each accepts, and the sentence for anything else."""

from __future__ import annotations

from datetime import time, timedelta
from ipaddress import ip_network

import pytest
from pydantic import SecretStr, TypeAdapter, ValidationError

from monitor.settings import values


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (values.Duration, "1h30m", timedelta(minutes=90)),
        (values.Duration, " 45s ", timedelta(seconds=45)),
        (values.Duration, timedelta(days=2), timedelta(days=2)),
        (values.Duration, "1d2h3m4s", timedelta(days=1, hours=2, minutes=3, seconds=4)),
        (values.Keep, "180d", timedelta(days=180)),
        (values.Keep, "Forever ", None),
        (values.Keep, None, None),
        (values.Clock, "07:30", time(7, 30)),
        (values.Clock, "07:30:59", time(7, 30)),
        (values.Clock, time(7, 30), time(7, 30)),
        (values.Zone, "Europe/Kyiv", "Europe/Kyiv"),
        (values.Network, "10.1.2.3/16", ip_network("10.1.0.0/16")),
        (values.Listen, " 127.0.0.1:8080 ", "127.0.0.1:8080"),
        (values.HeaderName, " X-Forwarded-User ", "X-Forwarded-User"),
        (values.HeaderName, "", ""),
        (
            values.IssuerUrl,
            "https://id.example.org/realms/desk/",
            "https://id.example.org/realms/desk/",
        ),
        (values.IssuerUrl, "http://localhost:9400", "http://localhost:9400"),
        (values.IssuerUrl, " ", ""),
        (values.ProxyExemption, ".Internal.Example.org", ".internal.example.org"),
        (values.ProxyExemption, "10.1.2.3", "10.1.2.3"),
        (values.Listen, "[::1]:65535", "[::1]:65535"),
        (values.Listen, "", ""),
        (values.HostName, " Watch.Example.org. ", "watch.example.org"),
        (values.HostName, "[::1]", "::1"),
        (values.HostName, "192.0.2.7", "192.0.2.7"),
        (values.PublicUrl, "https://alerts.example.org/", "https://alerts.example.org"),
        (values.PublicUrl, "http://localhost:8080", "http://localhost:8080"),
        (values.PublicUrl, "http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        (values.PublicUrl, "http://[::1]:8080", "http://[::1]:8080"),
        (values.PublicUrl, "https://" + "a" * 192, "https://" + "a" * 192),
        (values.PublicUrl, "", ""),
        (values.Mailbox, "alerts@example.org", "alerts@example.org"),
        (values.Mailbox, "", ""),
        (values.CallUrl, "http://hc.example.org/ping", SecretStr("http://hc.example.org/ping")),
        (values.CallUrl, "", SecretStr("")),
    ],
)
def test_a_right_value_is_accepted(kind, text, expected):
    assert TypeAdapter(kind).validate_python(text) == expected


@pytest.mark.parametrize(
    ("kind", "text", "sentence"),
    [
        (values.Duration, "30", "a duration is written with its unit"),
        (values.Duration, "0s", "must be longer than zero"),
        (values.Duration, "9999999999d", "give 36500d at most"),
        (values.Keep, "36500d1s", "give 36500d at most"),
        (values.Keep, "never", "a duration is written with its unit"),
        (values.HeaderName, "X Forwarded", "a header has a name like"),
        (values.IssuerUrl, "http://id.example.org", "an issuer looks like"),
        (values.IssuerUrl, "https://id.example.org/?realm=desk", "no query"),
        (values.ProxyExemption, ".", "a host name looks like"),
        (values.Keep, "0d", "must be longer than zero"),
        (values.Clock, "25:00", "a time of day looks like"),
        (values.Zone, "Europe/Nowhere", "a time zone has a name like"),
        (values.Zone, "../etc/passwd", "a time zone has a name like"),
        (values.Network, "10.0.0.0/33", "an address range looks like"),
        (values.Listen, "8080", "an address to listen at looks like"),
        (values.Listen, "localhost:65536", "an address to listen at looks like"),
        (values.Listen, "localhost:٣", "an address to listen at looks like"),
        (values.HostName, "https://watch.example.org", "a host name looks like"),
        (values.HostName, "watch.example.org:8080", "a host name looks like"),
        (values.HostName, "*", "a host name looks like"),
        (values.HostName, "", "a host name looks like"),
        (values.PublicUrl, "http://alerts.example.org", "a public address looks like"),
        (values.PublicUrl, "https://alerts.example.org/?a=b", "a public address looks like"),
        (values.PublicUrl, "https://alerts.example.org/#a", "a public address looks like"),
        (values.PublicUrl, "https://alerts.example.org/a b", "a public address looks like"),
        (values.PublicUrl, "https://пример.рф", "a public address looks like"),
        (values.PublicUrl, "https://" + "a" * 193, "a public address looks like"),
        (values.PublicUrl, "https:///path", "a public address looks like"),
        (values.Mailbox, "alerts", "a mailbox looks like"),
        (values.Mailbox, "пошта@example.org", "a mailbox looks like"),
        (values.Mailbox, "a b@example.org", "a mailbox looks like"),
        (values.CallUrl, "ftp://example.org", "an address to call looks like"),
        (values.CallUrl, "https:///x", "an address to call looks like"),
    ],
)
def test_a_wrong_value_is_refused_with_an_example(kind, text, sentence):
    with pytest.raises(ValidationError, match=sentence):
        TypeAdapter(kind).validate_python(text)


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (values.Duration, "90m", "1h30m"),
        (values.Clock, "07:30", "07:30"),
        (values.Network, "10.1.0.0/16", "10.1.0.0/16"),
    ],
)
def test_a_value_is_shown_as_it_is_written(kind, value, text):
    adapter = TypeAdapter(kind)
    assert adapter.dump_python(adapter.validate_python(value)) == text
