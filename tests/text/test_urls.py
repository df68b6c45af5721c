"""Which article does an address name?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.urls import (
    host_name,
    is_same_server,
    names_an_article,
    naming_fragment,
    normal_place,
    normal_url,
    web_address,
)


@pytest.mark.parametrize(
    ("url", "other"),
    [
        ("http://www.e.example/a/", "https://e.example/a"),
        ("https://m.e.example/a", "https://e.example:443/a"),
        ("https://e.example/a?utm_source=rss&id=7", "https://e.example/a?id=7"),
        ("https://e.example/a?b=1&a=2#top", "https://e.example/a?a=2&b=1"),
        ("https://E.example/a?at_medium=RSS&at_campaign=X", "https://e.example/a"),
        ("https://e.example/a;jsessionid=1F?PHPSESSID=2", "https://e.example/a"),
        ("https://e.example/a?partner=rss&emc=rss", "https://e.example/a"),
        ("https://e.example/a?mod=rss_feed", "https://e.example/a"),
    ],
)
def test_what_changes_while_an_article_stays_is_not_in_its_address(url, other):
    assert normal_url(url) == normal_url(other)


@pytest.mark.parametrize(
    "name",
    [
        "utm_source", "utm_content", "utm_name", "fbclid", "gclid", "dclid", "gbraid", "wbraid",
        "msclkid", "yclid", "ysclid", "_openstat", "twclid", "ttclid", "li_fat_id", "igshid",
        "at_medium", "at_campaign", "at_custom3", "at_link_id", "at_bbc_team", "at_ptr_name",
        "ns_mchannel", "ns_campaign", "xtor", "ito", "smid", "ftag", "cmpid", "CMP", "icid", "ocid",
        "mc_cid", "mc_eid", "mkt_tok", "_hsenc", "_hsmi", "hsa_acc", "pk_campaign", "mtm_source",
        "_ga", "_gl", "srsltid", "ref_src", "s_cid", "wt.mc_id", "vero_id", "oly_enc_id",
    ],
)  # fmt: skip
def test_a_parameter_of_a_known_tool_is_tracking(name):
    assert normal_url(f"https://e.example/a?{name}=x1&id=7") == "e.example/a?id=7"


@pytest.mark.parametrize(
    ("url", "other"),
    [
        ("https://e.example/a?id=7", "https://e.example/a?id=8"),
        ("https://e.example/a?p=7", "https://e.example/a"),
        ("https://e.example/a?story=utm_source", "https://e.example/a"),
        ("https://e.example/a?ref=1203", "https://e.example/a?ref=1204"),
        ("https://e.example/a?atmosphere=1", "https://e.example/a"),
        ("https://e.example/a", "https://e.example/A"),
        ("https://e.example:8080/a", "https://e.example:8081/a"),
        ("https://e.example/", "https://f.example/"),
        ("https://e.example/#!/a", "https://e.example/#!/b"),
        ("https://m.example/a", "https://example/a"),
    ],
)
def test_what_names_an_article_stays_in_its_address(url, other):
    assert normal_url(url) != normal_url(other)


@pytest.mark.parametrize(
    ("url", "names"),
    [
        ("https://e.example/", False),
        ("https://e.example", False),
        ("https://e.example/news", False),
        ("https://e.example/en/live", False),
        ("https://e.example/index.html?utm_source=rss", False),
        ("https://e.example/?p=12", True),
        ("https://e.example/view/AKR20250617", True),
        ("https://e.example/sappers-leave", True),
        ("https://e.example/world/asia/sappers", True),
        ("https://e.example/北朝鮮兵士がクルスク州に派遣される見通しと発表", True),
    ],
)
def test_a_front_page_names_no_article(url, names):
    assert names_an_article(url) is names


@given(st.text(max_size=60))
def test_whatever_a_feed_calls_an_address_can_be_compared(text):
    for url in (text, f"https://{text}", f"https://e.example/{text}"):
        assert normal_url(url) == normal_url(url)
        assert names_an_article(url) in (True, False)


@given(st.from_regex(r"/[a-z0-9/-]{1,20}", fullmatch=True), st.integers(0, 99))
def test_tracking_never_makes_another_article(path, number):
    url = f"https://e.example{path}?id={number}"
    tracked = f"http://www.e.example{path}?utm_source=x&id={number}&fbclid=abc#share"
    assert normal_url(tracked) == normal_url(url)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://example.org/f", "https://example.org/f"),
        (" http://example.org ", "http://example.org"),
        ("feed:https://example.org/f", "https://example.org/f"),
        ("feed://example.org/f", "http://example.org/f"),
        ("FEED:example.org/f", "http://example.org/f"),
        ("example.org", "https://example.org"),
        ("news.example.org:8080/rss", "https://news.example.org:8080/rss"),
        ("ftp://example.org/f", "ftp://example.org/f"),
        ("localhost", "localhost"),
        ("10.0.0.1", "10.0.0.1"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("", ""),
    ],
)
def test_an_address_is_taken_as_a_person_writes_it(text, address):
    assert web_address(text) == address


@pytest.mark.parametrize(
    ("url", "other", "is_one_server"),
    [
        ("https://a.example/x", "https://A.example/y?z", True),
        ("http://a.example/x", "https://a.example/x", True),
        ("https://a.example/x", "http://a.example/x", False),
        ("https://a.example/x", "https://a.example:8443/x", False),
        ("https://a.example/x", "https://b.example/x", False),
        ("https://a.example/x", "https://a.example@b.example/x", False),
        ("https://a.example/x", "https://[::1", False),
    ],
)
def test_a_password_belongs_to_one_server(url, other, is_one_server):
    assert is_same_server(url, other) is is_one_server


@pytest.mark.parametrize(
    ("url", "fragment"),
    [
        ("https://a.example/live#post-7", "post-7"),
        ("https://a.example/live#a#b", "a#b"),
        ("https://a.example/live#post-7:~:text=word", "post-7"),
        ("https://a.example/live#:~:text=word", ""),
        ("https://a.example/live#", ""),
        ("https://a.example/live", ""),
        ("https://a.example/live#xtor=RSS-1", ""),
        ("https://a.example/live#utm_source=x", ""),
        ("https://a.example/live#from=rss", ""),
        ("https://a.example/live#rss", ""),
        ("https://a.example/live#part=two", "part=two"),
    ],
)
def test_a_fragment_names_a_place_unless_it_only_tracks(url, fragment):
    assert naming_fragment(url) == fragment


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://www.a.example/news/1.html", "news/1.html"),
        ("https://b.example/news/1.html?utm_source=x", "news/1.html"),
        ("https://a.example/news?id=1&sid=2", "news&id=1"),
        ("https://a.example/news?b=2&a=1", "news&a=1&b=2"),
        ("https://a.example/news?page=abc123abc123abc123", "news"),
        ("https://a.example/s/0a1b2c3d4e5f6a7b8/news", "s/*/news"),
        ("https://a.example/s/1234567890123456/news", "s/1234567890123456/news"),
        ("https://a.example/", "a.example"),
        ("https://a.example/?p=1", "a.example?p=1"),
        ("https://a.example?token=1", "a.example"),
    ],
)
def test_a_place_has_no_host_and_no_token_but_a_front_page_keeps_its_host(url, place):
    assert normal_place(url) == place


@pytest.mark.parametrize(
    ("path", "names"),
    [("a/b", False), ("a/b/c", True), ("a" * 19, False), ("a" * 20, True), ("a_b", True)],
)
def test_three_steps_or_twenty_letters_name_an_article(path, names):
    assert names_an_article(f"https://a.example/{path}") is names


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://News.Example:8443/rss", "news.example"),
        ("https://ann:secret@news.example./rss", "news.example"),
        ("http://[2001:db8::1]/rss", "2001:db8::1"),
        ("http://[::1/rss", ""),
        ("news", ""),
    ],
)
def test_a_host_is_named_without_port_login_and_capitals(url, host):
    assert host_name(url) == host
