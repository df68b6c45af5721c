"""User names and passwords: taken out of addresses, read from files."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.actions.collecting.feed_logins import (
    feed_login,
    read_password,
    split_login,
    without_login,
)
from monitor.domain.errors import ConfigError
from monitor.domain.feeds import FeedLogin


@pytest.mark.parametrize(
    ("url", "address", "login"),
    [
        ("https://a.example/f", "https://a.example/f", None),
        ("https://a.example/@user/f?x=a:b@c", "https://a.example/@user/f?x=a:b@c", None),
        ("https://ann:pw@a.example/f", "https://a.example/f", ("ann", "pw")),
        ("https://ann:p@w:1@a.example:8443", "https://a.example:8443", ("ann", "p@w:1")),
        ("http://a%40b.example:p%2Fq%25@a.example/", "http://a.example/", ("a@b.example", "p/q%")),
        ("https://ann@a.example/", "https://a.example/", ("ann", "")),
        ("https://:token@a.example/", "https://a.example/", ("", "token")),
        ("feed://ann:pw@a.example/f", "http://a.example/f", ("ann", "pw")),
        ("HTTPS://имя:пароль@a.example/", "HTTPS://a.example/", ("имя", "пароль")),
    ],
)
def test_an_address_is_split_into_address_and_login(url, address, login):
    expected = None if login is None else FeedLogin(user=login[0], password=login[1])
    assert split_login(url) == (address, expected)


@pytest.mark.parametrize(
    "url",
    [
        "https://a\\:sesame@a.example/",
        "https://ann:ses ame@a.example/",
        "https://ann:sesame%0A@a.example/",
        "https://a%3Ab:sesame@a.example/",
    ],
)
def test_what_http_cannot_carry_is_refused_without_the_password(url):
    with pytest.raises(ConfigError) as refused:
        split_login(url)
    assert "ses" not in str(refused.value)


def test_the_text_form_of_a_login_hides_the_password():
    assert "sesame" not in repr(feed_login("ann", "sesame"))


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("https://ann:sesame@a.example/f", "https://a.example/f"),
        ("ftp://ann:sesame@a.example/f", "ftp://a.example/f"),
        ("//ann:sesame@a.example/f", "//a.example/f"),
        ("ann:sesame@a.example/f", "a.example/f"),
        ("https://ann:ses/ame?#@a.example/f", "https://a.example/f"),
        ("https://a.example:8080/@ann", "https://a.example:8080/@ann"),
        ("https://a.example/f?to=ann@b.example", "https://a.example/f?to=ann@b.example"),
        ("http://[::1]:80/@ann", "http://[::1]:80/@ann"),
        ("f00d1234", "f00d1234"),
    ],
)
def test_an_address_for_a_message_has_no_login(written, shown):
    assert without_login(written) == shown


def test_a_file_holds_one_password(tmp_path: Path):
    file = tmp_path / "password"
    file.write_bytes(b"\xef\xbb\xbfopen sesame\r\n")
    assert read_password(file) == "open sesame"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"one\ntwo\n", "more than one line"),
        (b"x" * 5_000, "more than one line"),
        (b"\xff\xfeo\x00", "is not UTF-8"),
        (None, "can't be read: No such file"),
    ],
)
def test_a_file_without_one_password_is_refused(tmp_path: Path, content, problem):
    file = tmp_path / "password"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigError, match=problem):
        read_password(file)
