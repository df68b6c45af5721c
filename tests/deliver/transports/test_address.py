"""Valid mail addresses pass; all others are refused with the fault."""

from __future__ import annotations

from pathlib import Path

import pytest
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from monitor.deliver.transports.address import check_email, check_sender
from monitor.domain.errors import ConfigError


@pytest.mark.parametrize(
    ("address", "checked"),
    [
        ("me@example.org", "me@example.org"),
        (" me@example.org ", "me@example.org"),
        ("First.Last+news@Sub.Example.ORG", "First.Last+news@sub.example.org"),
        ("o'neil_x-1@example.org", "o'neil_x-1@example.org"),
        ("me@exämple.org", "me@xn--exmple-cua.org"),
        ("me@пример.рф", "me@xn--e1afmkfd.xn--p1ai"),
        ("me@straße.example", "me@xn--strae-oqa.example"),
        ("me@STRASSE.example", "me@strasse.example"),
        ("me@βόλος.example", "me@xn--nxasmm1c.example"),
        ("me@Ｅxample.org", "me@example.org"),
        ("me@xn--strae-oqa.example", "me@xn--strae-oqa.example"),
        ("me@r3---sn.example.org", "me@r3---sn.example.org"),
        ("root@localhost", "root@localhost"),
        ("a" * 64 + "@example.org", "a" * 64 + "@example.org"),
    ],
)
def test_an_address_in_use_is_taken(address: str, checked: str) -> None:
    assert check_email(address) == checked
    assert check_email(checked) == checked


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("", 'exactly one "@"'),
        ("me", 'exactly one "@"'),
        ("me@here@example.org", 'exactly one "@"'),
        ("me@example.org\r\nBcc: you@example.org", "line end"),
        ("me@example.org\n", "line end"),
        ("me@exam\x00ple.org", "control character"),
        ("me you@example.org", "space"),
        ("me@example.org,you@example.org", 'exactly one "@"'),
        ("Me <me@example.org>", "space"),
        ("<me@example.org>", 'before the "@"'),
        ("@example.org", 'before the "@"'),
        (".me@example.org", 'before the "@"'),
        ("me..you@example.org", 'before the "@"'),
        ("mé@example.org", 'before the "@"'),
        ("\ud800@example.org", "control character"),
        ("a" * 65 + "@example.org", "more than 64"),
        ("me@", "not a domain name"),
        ("me@example..org", "not a domain name"),
        ("me@-example.org", "not a domain name"),
        ("me@example.org.", "not a domain name"),
        ("me@exam_ple.org", "not a domain name"),
        ("me@" + "a" * 64 + ".org", "not a domain name"),
        ("me@" + "a." * 130 + "org", "not a domain name"),
        ("a" * 64 + "@" + "a." * 95 + "org", "longer than 254"),
        ("me@☃.example", "not a domain name"),
        ("me@xn--a.example", "not a domain name"),
        ("me@example", "lacks a top-level domain"),
        ("me@127.0.0.1", "is a number"),
        ("me@[127.0.0.1]", "not a domain name"),
    ],
)
def test_any_other_is_refused_with_the_reason(address: str, why: str) -> None:
    with pytest.raises(ConfigError, match="is not a valid mail address") as refused:
        check_email(address)
    assert why in str(refused.value)
    assert str(refused.value).isprintable()


@given(st.text(st.characters(exclude_categories=()), max_size=80))
def test_whatever_passes_is_safe_in_a_header_and_a_command(text: str) -> None:
    for address in (text, f"{text}@example.org", f"me@{text}"):
        try:
            checked = check_email(address)
        except ConfigError:
            continue
        assert checked.isascii()
        assert checked.count("@") == 1
        assert not set(checked) & set('\r\n\0 <>,;"()\\')


def test_we_agree_with_the_isemail_corpus_where_it_is_strict(shared: Path) -> None:
    """What it calls an error we refuse; what it calls valid we take, but for a bare word."""
    cases = ElementTree.parse(shared / "corpora/isemail/tests.xml").iter("test")
    checked = 0
    for case in cases:
        address = "".join(  # control characters stand there as their pictures
            chr(ord(c) - 0x2400) if 0x2400 <= ord(c) < 0x2420 else c
            for c in case.findtext("address") or ""
        )
        category = case.findtext("category")
        if category == "ISEMAIL_ERR":
            with pytest.raises(ConfigError):
                check_email(address)
        elif category == "ISEMAIL_VALID_CATEGORY" and address != "test@io":
            assert check_email(address) == address
        else:
            continue
        checked += 1
    assert checked >= 75


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("Watchpost <alerts@example.org>", "Watchpost", "alerts@example.org"),
        ('"News, daily" <alerts@Example.org>', "News, daily", "alerts@example.org"),
        ("Наблюдатель <a@пример.рф>", "Наблюдатель", "a@xn--e1afmkfd.xn--p1ai"),
        ("<alerts@example.org>", "", "alerts@example.org"),
        ("alerts@example.org", "", "alerts@example.org"),
    ],
)
def test_a_sender_is_a_name_and_an_address(text: str, name: str, address: str) -> None:
    sender = check_sender(text)
    assert (sender.name, sender.address) == (name, address)
    assert sender.domain == address.partition("@")[2]


@pytest.mark.parametrize("text", ["", "Watchpost", "A\nB <a@example.org>", "A <a@b@c.org>", "A <>"])
def test_a_sender_that_cannot_send_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        check_sender(text)
