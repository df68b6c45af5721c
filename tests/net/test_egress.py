"""Nothing leaves for an address that is not public, however it is spelled or reached."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from pathlib import Path

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.errors import FetchError
from monitor.domain.reasons import FeedReason
from monitor.net import egress
from tests.web_fixtures import LOOPBACK, Names

TABLE = Path(__file__).parents[3] / "shared" / "corpora" / "ssrf.json"
ADDRESSES = json.loads(TABLE.read_text(encoding="utf-8")) if TABLE.is_file() else {}
needs_table = pytest.mark.skipif(not ADDRESSES, reason=f"{TABLE} is not there")

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


@needs_table
@pytest.mark.parametrize("address", ADDRESSES.get("block", []))
def test_hostile_addresses_are_refused_with_a_reason(address):
    assert egress.refusal(ip_address(address))


@needs_table
@pytest.mark.parametrize("address", ADDRESSES.get("allow", []))
def test_public_addresses_pass(address):
    assert egress.refusal(ip_address(address)) is None


@given(st.ip_addresses(v=4))
def test_what_python_calls_private_never_passes(address):
    if not address.is_global:
        assert egress.refusal(address)


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_in_ipv6_clothes_is_judged_as_itself(address):
    mapped = ip_address(f"::ffff:{address}")
    assert egress.refusal(mapped) == egress.refusal(address)


@given(st.ip_addresses(v=6))
def test_outside_of_the_public_ipv6_range_nothing_passes(address):
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
def test_the_operator_opens_a_range_and_no_more(address, allowed):
    allow = [ip_network(allowed)]
    assert egress.refusal(ip_address(address), allow) is None
    assert egress.refusal(ip_address("10.2.0.1"), allow)
    assert egress.refusal(ip_address("169.254.169.254"), allow)


@needs_table
@pytest.mark.parametrize("address", ADDRESSES.get("block", []))
async def test_no_socket_is_opened_to_a_hostile_address_named_or_written(address, connects):
    """At connect time: by a name that leads there, and by the address itself."""
    host = f"[{address}]" if ":" in address else address
    async with egress.open_session(resolver=Names([address])) as session:
        for url in ("http://named.example/", f"http://{host}/"):
            with pytest.raises(aiohttp.ClientConnectorError) as raised:
                await session.get(url)
            assert egress.refused(raised.value)
    assert connects == []


@needs_table
@pytest.mark.parametrize("url", ADDRESSES.get("urls_must_not_reach_loopback", []))
async def test_no_spelling_reaches_loopback(url, connects):
    async with egress.open_session(resolver=Names(["127.0.0.1"])) as session:
        with pytest.raises((FetchError, aiohttp.ClientConnectorError)):
            await session.get(egress.check_url(url))
    assert connects == []


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://Example.ORG", "https://example.org/"),
        (" http://example.org:80/a?b=c#d\n", "http://example.org/a?b=c"),
        ("https://example.org:8443/x", "https://example.org:8443/x"),
        ("https://пример.рф/лента", "https://xn--e1afmkfd.xn--p1ai/%D0%BB%D0%B5%D0%BD%D1%82%D0%B0"),
        ("http://[2606:4700::1111]/", "http://[2606:4700::1111]/"),
        ("http://my_host.example./f", "http://my_host.example/f"),
    ],
)
def test_an_address_is_written_in_one_way(url, asked):
    assert egress.check_url(url) == asked
    assert egress.check_url(asked) == asked


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "https://"),
        ("ftp://example.org/", "https://"),
        ("https:///feed", "no host"),
        ("https://user@example.org/", "user name"),
        ("https://@example.org/", "user name"),
        ("https://example.org:0/", "port 0"),
        ("https://example.org:99999/", "can't be read"),
        ("https://example..org/", "not a name"),
        (f"https://{'a' * 64}.org/", "not a name"),
        ("https://-a.org/", "not a name"),
        ("https://exa mple.org/", "white space"),
        ("https://example.org/\ud800", "control character"),
        ("https://[fe80::1%25eth0]/", "network interface"),
        ("https://0x7f.1/", "usually written"),
        ("https://example.org/" + "a" * 4_000, "longer than"),
    ],
)
def test_an_address_that_cannot_be_asked_says_why(url, says):
    with pytest.raises(FetchError, match=says) as raised:
        egress.check_url(url)
    assert raised.value.reason is FeedReason.ADDRESS


def test_an_ip_address_is_judged_at_once_where_the_ranges_are_known():
    with pytest.raises(FetchError, match=r"private address; .*egress\.allow") as raised:
        egress.check_url("http://10.0.0.1/", allow=())
    assert raised.value.reason is FeedReason.EGRESS
    assert egress.check_url("http://10.0.0.1/", allow=[ip_network("10.0.0.0/8")])
    assert egress.check_url("http://10.0.0.1/")  # where they are not, when connecting


@given(st.text())
def test_any_text_is_an_address_or_a_fetch_error(text):
    try:
        asked = egress.check_url(f"https://{text}")
    except FetchError:
        return
    assert asked.startswith("https://")
    assert egress.check_url(asked) == asked


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
