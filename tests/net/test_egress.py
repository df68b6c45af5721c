"""No connection is made to an address that is not public, however it is written or reached."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from ipaddress import ip_address, ip_network

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.errors import FetchError
from monitor.domain.reasons import FeedReason
from monitor.net import egress
from tests.web_fixtures import LOOPBACK, Names

# An address of each range of the IANA registries of special-purpose addresses, and neighbours.
REFUSED = [
    *("0.0.0.0", "0.255.255.255", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1"),
    *("127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1"),
    *("192.0.0.170", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255"),
    *("198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1"),
    *("255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1"),
    *("64:ff9b:1::1", "100::1", "2001::1", "2001:10::1", "2001:db8::1", "2002:7f00:1::"),
    *("3fff::1", "fc00::1", "fd12:3456::1", "fe80::1", "fec0::1", "ff02::1", "5f00::1"),
]
ACCEPTED = [
    *("1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "172.15.255.255"),
    *("172.32.0.0", "192.0.1.1", "198.17.255.255", "198.20.0.0", "223.255.255.255"),
    *("2001:200::1", "2606:4700::1111", "2a00:1450::1"),
]
# Ways to write 127.0.0.1, and tricks to make two programs read two hosts.
LOOPBACK_URLS = [
    *("http://127.0.0.1/", "http://127.1/", "http://0x7f.0.0.1/", "http://0177.0.0.1/"),
    *("http://2130706433/", "http://0x7f000001/", "http://[::1]/", "http://[::ffff:127.0.0.1]/"),
    *("http://[::ffff:7f00:1]/", "http://localhost/", "http://LOCALHOST./", "http://a.localhost/"),
    *("http://127.0.0.1./", "http://rebound.example/", "http://0/", "http://0.0.0.0/"),
    *("http://user@127.0.0.1/", "http://127.0.0.1:80@one.example/", "http://one.example@[::1]/"),
    *(
        "http://\uff11\uff12\uff17.0.0.1/",
        "http://127\u30020.0.1/",
        "http://\u2460\u2461\u2466.0.0.1/",
    ),
]

_connects: list[object] = []
_listening = False


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect":
        _connects.append(arguments[1])


@pytest.fixture
def connects() -> Iterator[list[object]]:
    """Every address that a socket is connected to, as the interpreter itself reports it."""
    global _listening
    if not _listening:  # an audit hook can't be taken away again
        sys.addaudithook(_note)
        _listening = True
    _connects.clear()
    yield _connects
    _connects.clear()


@pytest.mark.parametrize("address", REFUSED)
def test_a_special_purpose_address_is_refused_with_a_reason(address):
    assert egress.refusal(ip_address(address))


@pytest.mark.parametrize("address", ACCEPTED)
def test_a_public_address_is_accepted(address):
    assert egress.refusal(ip_address(address)) is None


@given(st.ip_addresses(v=4))
def test_an_address_that_python_calls_private_is_never_accepted(address):
    if not address.is_global:
        assert egress.refusal(address)


@given(st.ip_addresses(v=4))
def test_an_ipv4_mapped_address_is_checked_as_ipv4(address):
    mapped = ip_address(f"::ffff:{address}")
    assert egress.refusal(mapped) == egress.refusal(address)


@given(st.ip_addresses(v=6))
def test_no_address_outside_of_the_public_ipv6_range_is_accepted(address):
    if address not in ip_network("2000::/3") and address.ipv4_mapped is None:
        assert egress.refusal(address)


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("10.1.2.3", "10.1.0.0/16"),
        ("::ffff:10.1.2.3", "10.1.0.0/16"),
        ("fd00::5", "fd00::/8"),
        ("64:ff9b::808:808", "64:ff9b::/96"),
    ],
)
def test_the_operator_allows_a_range_and_no_more(address, allowed):
    allow = [ip_network(allowed)]
    assert egress.refusal(ip_address(address), allow) is None
    assert egress.refusal(ip_address("10.2.0.1"), allow)
    assert egress.refusal(ip_address("169.254.169.254"), allow)


@pytest.mark.parametrize("address", REFUSED)
async def test_no_socket_is_opened_to_a_hostile_address_named_or_written(address, connects):
    """At connect time: by a name that leads there, and by the address itself."""
    host = f"[{address}]" if ":" in address else address
    async with egress.open_session(resolver=Names([address])) as session:
        for url in ("http://named.example/", f"http://{host}/"):
            with pytest.raises(aiohttp.ClientConnectorError) as raised:
                await session.get(url)
            assert egress.refused(raised.value)
    assert connects == []


@pytest.mark.parametrize("url", LOOPBACK_URLS)
async def test_no_spelling_reaches_loopback(url, connects):
    async with egress.open_session(resolver=Names(["127.0.0.1"])) as session:
        with pytest.raises((FetchError, aiohttp.ClientConnectorError)):
            await session.get(egress.check_url(url))
    assert connects == []


@pytest.mark.parametrize(
    ("url", "normalized"),
    [
        ("https://Example.ORG", "https://example.org/"),
        (" http://example.org:80/a?b=c#d\n", "http://example.org/a?b=c"),
        ("https://example.org:8443/x", "https://example.org:8443/x"),
        ("https://пример.рф/лента", "https://xn--e1afmkfd.xn--p1ai/%D0%BB%D0%B5%D0%BD%D1%82%D0%B0"),
        ("http://[2606:4700::1111]/", "http://[2606:4700::1111]/"),
        ("http://my_host.example./f", "http://my_host.example/f"),
    ],
)
def test_a_url_is_normalized(url, normalized):
    assert egress.check_url(url) == normalized
    assert egress.check_url(normalized) == normalized


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "https://"),
        ("ftp://example.org/", "https://"),
        ("https:///feed", "no host"),
        ("https://user@example.org/", "user name"),
        ("https://@example.org/", "user name"),
        ("https://example.org:0/", "port 0"),
        ("https://example.org:99999/", "can't be read"),
        ("https://example..org/", "not a valid DNS name"),
        (f"https://{'a' * 64}.org/", "not a valid DNS name"),
        ("https://-a.org/", "not a valid DNS name"),
        ("https://exa mple.org/", "white space"),
        ("https://example.org/\ud800", "control character"),
        ("https://[fe80::1%25eth0]/", "network interface"),
        ("https://0x7f.1/", "usual form"),
        ("https://example.org/" + "a" * 4_000, "longer than"),
    ],
)
def test_a_url_that_cannot_be_requested_says_why(url, sentence):
    with pytest.raises(FetchError, match=sentence) as raised:
        egress.check_url(url)
    assert raised.value.reason is FeedReason.ADDRESS


def test_an_ip_address_is_checked_at_once_with_the_allowed_ranges():
    with pytest.raises(FetchError, match=r"private address; .*egress\.allow") as raised:
        egress.check_url("http://10.0.0.1/", allow=())
    assert raised.value.reason is FeedReason.EGRESS
    assert egress.check_url("http://10.0.0.1/", allow=[ip_network("10.0.0.0/8")])
    assert egress.check_url("http://10.0.0.1/")  # where they are not, when connecting


@given(st.text())
def test_any_text_is_a_url_or_a_fetch_error(text):
    try:
        url = egress.check_url(f"https://{text}")
    except FetchError:
        return
    assert url.startswith("https://")
    assert egress.check_url(url) == url


async def test_a_name_that_changes_its_mind_is_refused_the_second_time(server, connects):
    url = server.serve("/").replace("127.0.0.1", "rebound.example")
    names = Names(["127.0.0.1"], ["169.254.169.254"])
    async with egress.open_session(allow=LOOPBACK, resolver=names) as session:
        async with session.get(url) as answer:
            assert answer.status == 200
        with pytest.raises(aiohttp.ClientConnectorError) as raised:
            await session.get(url)
    refused = egress.refused(raised.value)
    assert refused is not None
    assert "169.254.169.254 is a link-local address" in (refused.strerror or "")
    assert [address[0] for address in connects] == ["127.0.0.1"]
    assert names.asked == ["rebound.example"] * 2


async def test_of_several_addresses_only_the_open_ones_are_connected_to(server, connects):
    url = server.serve("/").replace("127.0.0.1", "mixed.example")
    names = Names(["10.0.0.1", "169.254.169.254", "127.0.0.1"])
    async with (
        egress.open_session(allow=LOOPBACK, resolver=names) as session,
        session.get(url) as answer,
    ):
        assert answer.status == 200
    assert [address[0] for address in connects] == ["127.0.0.1"]


async def test_a_name_without_addresses_is_a_lookup_failure_not_a_refusal():
    async with egress.open_session(resolver=Names([])) as session:
        with pytest.raises(aiohttp.ClientConnectorDNSError) as raised:
            await session.get("http://empty.example/")
    assert egress.refused(raised.value) is None


async def test_the_system_directory_is_asked_when_no_other_is_given(server):
    url = server.serve("/").replace("127.0.0.1", "localhost")
    async with egress.open_session(allow=LOOPBACK) as session, session.get(url) as answer:
        assert answer.status == 200


async def test_a_session_keeps_no_cookies_and_inflates_nothing(server):
    url = server.serve("/", b"\x1f\x8b", Set_Cookie="a=b", Content_Encoding="gzip")
    async with egress.open_session(allow=LOOPBACK) as session:
        for _ in range(2):
            async with session.get(url) as answer:
                assert await answer.read() == b"\x1f\x8b"
    assert all("cookie" not in call.headers for call in server.calls)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://10.1.2.3/", True),
        ("http://10.2.0.1/", False),
        ("http://[fd00::5]/", True),
        ("http://ten.example/", False),
    ],
)
def test_only_a_literal_address_is_in_a_range(url, expected):
    networks = [ip_network("10.1.0.0/16"), ip_network("fd00::/8")]
    assert egress.is_literal_in(url, networks) is expected


def test_a_cause_inside_an_error_is_found():
    refused = egress.EgressRefused("10.0.0.1 is a private address")
    error = RuntimeError("outer")
    error.__cause__ = refused
    assert egress.refused(error) is refused
    assert egress.refused(RuntimeError("other")) is None
    assert egress.refused(None) is None
    assert "egress.allow" in (refused.strerror or "")
