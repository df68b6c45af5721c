"""A mail has its required headers, and no headline can add one."""

from __future__ import annotations

import email
import email.policy
import itertools
import re
from collections.abc import Callable
from email.message import EmailMessage
from html import escape

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.deliver.messages import render
from monitor.deliver.transports import mime
from monitor.deliver.transports.address import Mailbox, check_sender
from monitor.deliver.transports.mime import Unsubscribe
from monitor.domain.alerts import Claim
from monitor.domain.errors import Refused
from monitor.domain.messages import Message
from monitor.domain.reasons import DeliveryReason
from monitor.text import sanitize
from tests.fakes import NOW, subscription

SENDER = check_sender("Watchpost <alerts@watch.example.org>")
LONG = Mailbox(name="", address="a@" + "long-label-of-a-domain." * 8 + "org")
# A few that broke or fooled a mail library once.
HOSTILE = (
    "hi =?UTF-8?Q?=0D=0ABcc: evil@example.test?=",
    "x\nBcc: e@example.test",
    "x\r\nBcc: e@example.test\r\n\r\nbody",
    "x\u2028y\u0085z",
    "\u202egnp.exe",
    "\ud800",
    "T" * 100_000,
    "=?utf-8?b?DQpCY2M6IGV2aWxAZXhhbXBsZS50ZXN0?=",
    "\x00\x0b\x0c\x1c\x1d\x1e",
    "가 나 =?다",
)
any_text = st.text(st.characters(exclude_categories=()), max_size=300)
# Words of several scripts and odd marks: what a real headline is made of.
WORDS = (
    "북한",
    "러시아",
    "Kursk",
    "TASS:",
    "“quoted”",
    "(AP)",
    "=",
    "?",
    "ü",
    "日本",
    "[x]",
    "<y>",
)
ODD_WORDS = ("@", "x" * 80, "긴" * 60, "👨\u200d👩\u200d👧", '"', ";", "\\", "—", "1.5%", "a_b")
headlines = st.lists(st.sampled_from(WORDS + ODD_WORDS), max_size=25).map(" ".join)


def read(octets: bytes) -> EmailMessage:
    parsed = email.message_from_bytes(octets, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def check_wire(octets: bytes) -> None:
    """What RFC 5322 asks of every mail on the wire."""
    assert b"\n" not in octets.replace(b"\r\n", b"")
    assert b"\r" not in octets.replace(b"\r\n", b"")
    assert max(map(len, octets.split(b"\r\n"))) <= 998
    assert octets.isascii()
    assert b"\x00" not in octets


def test_a_mail_has_its_headers(message: Callable[..., Message]) -> None:
    octets = mime.compose(message(), to="desk@example.org", sender=SENDER)
    check_wire(octets)
    assert read(octets).items() == [
        ("From", "Watchpost <alerts@watch.example.org>"),
        ("To", "desk@example.org"),
        ("Subject", "[dprk-russia][troops] Sappers seen in Kursk"),
        ("Date", "Tue, 17 Jun 2025 11:55:00 +0000"),
        ("Message-ID", f"<{'e' * 32}@watch.example.org>"),
        ("List-Id", "dprk-russia <dprk-russia.watchpost.watch.example.org>"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Watchpost-Alert", "e" * 32),
        ("MIME-Version", "1.0"),
        ("Content-Type", f'multipart/alternative; boundary="=_{"e" * 32}"'),
    ]


def test_it_is_the_same_at_every_attempt(message: Callable[..., Message]) -> None:
    mails = {mime.compose(message(), to="desk@example.org", sender=SENDER) for _ in range(2)}
    assert len(mails) == 1


def test_text_and_html_stand_side_by_side(message: Callable[..., Message]) -> None:
    text, html = "Саперы\n.dot\nFrom here\n" + "long " * 400, "<p>" + "Sappers " * 300 + "</p>"
    octets = mime.compose(message(text=text, html=html), to="d@example.org", sender=SENDER)
    check_wire(octets)
    parts = list(read(octets).iter_parts())
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
    assert [part.get_content().replace("\r\n", "\n").rstrip("\n") for part in parts] == [text, html]


@pytest.mark.parametrize(("text", "encoding"), [("Plain", "quoted-printable"), ("평양", "base64")])
def test_each_part_has_the_shorter_encoding(
    message: Callable[..., Message], text: str, encoding: str
) -> None:
    octets = mime.compose(message(text=text * 20), to="d@example.org", sender=SENDER)
    assert next(read(octets).iter_parts())["Content-Transfer-Encoding"] == encoding


def test_mails_of_one_thread_name_its_root(message: Callable[..., Message]) -> None:
    reply = read(mime.compose(message(thread_key="root"), to="d@example.org", sender=SENDER))
    assert reply["In-Reply-To"] == reply["References"] == "<root@watch.example.org>"
    alone = read(mime.compose(message(), to="d@example.org", sender=SENDER))
    assert alone["In-Reply-To"] is None


def test_an_unsubscribe_address_is_offered_by_post(message: Callable[..., Message]) -> None:
    url = "https://watch.example.org/unsubscribe/" + "t" * 200
    octets = mime.compose(
        message(), to="d@example.org", sender=SENDER, unsubscribe=Unsubscribe(url=url)
    )
    check_wire(octets)
    assert f"List-Unsubscribe: <{url}>\r\n".encode() in octets
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in octets


@pytest.mark.parametrize(
    "url", ["javascript:x", "https://e.org/" + "a" * 950, "https://пример.рф/"]
)
def test_an_address_that_no_header_can_hold_is_not_offered(
    message: Callable[..., Message], url: str
) -> None:
    octets = mime.compose(
        message(), to="d@example.org", sender=SENDER, unsubscribe=Unsubscribe(url=url)
    )
    check_wire(octets)
    assert b"nsubscribe" not in octets


def test_a_mailbox_is_offered_beside_the_link_or_alone(message: Callable[..., Message]) -> None:
    url, box = "https://watch.example.org/unsubscribe/x", "out@watch.example.org"
    two_ways = Unsubscribe(url=url, mailbox=box, subject="unsubscribe 1a2b")
    mailto = f"<mailto:{box}?subject=unsubscribe%201a2b>"
    octets = mime.compose(message(), to="d@example.org", sender=SENDER, unsubscribe=two_ways)
    check_wire(octets)
    assert f"List-Unsubscribe: <{url}>, {mailto}\r\n".encode() in octets
    alone = Unsubscribe(mailbox=box, subject="unsubscribe 1a2b")
    octets = mime.compose(message(), to="d@example.org", sender=SENDER, unsubscribe=alone)
    assert f"List-Unsubscribe: {mailto}\r\n".encode() in octets
    assert b"List-Unsubscribe-Post" not in octets  # posting to a mailbox means nothing
    assert b"Unsubscribe:" not in octets.partition(b"\r\n\r\n")[2]


def test_people_see_the_link_in_both_parts() -> None:
    url = "https://watch.example.org/unsubscribe/x?a=1&b=2"
    test = render.test_message(subscription(), topic="dprk-russia", now=NOW)
    octets = mime.compose(test, to="d@example.org", sender=SENDER, unsubscribe=Unsubscribe(url=url))
    text, html = (part.get_content() for part in read(octets).iter_parts())
    assert text.splitlines()[-1] == f"Unsubscribe: {url}"
    assert f'href="{escape(url)}"' in html
    assert "<!--" not in html.replace("<!DOCTYPE", "")


def test_a_mail_names_one_way_out(claim: Callable[..., Claim]) -> None:
    alert = render.message(claim(), topic="t", theme_titles={})
    test = render.test_message(subscription(), topic="t", now=NOW)
    by_link = Unsubscribe(url="https://watch.example.org/unsubscribe/x")
    for message, way_out in itertools.product([alert, test], [by_link, Unsubscribe()]):
        octets = mime.compose(message, to="d@e.org", sender=SENDER, unsubscribe=way_out)
        count = 0 if way_out is by_link else 1
        for part in read(octets).iter_parts():
            content = part.get_content()
            assert content.count("write to the operator") == count
            assert ("watch.example.org/unsubscribe/x" in content) is (way_out is by_link)


def test_headers_for_programs_are_never_folded_or_encoded(message: Callable[..., Message]) -> None:
    octets = mime.compose(message(thread_key="r"), to="d@example.org", sender=LONG)
    check_wire(octets)
    header, _, _ = octets.partition(b"\r\n\r\n")
    assert f"\r\nMessage-ID: <{'e' * 32}@{LONG.domain}>\r\n".encode() in header
    assert f"\r\nReferences: <r@{LONG.domain}>\r\n".encode() in header
    assert f"<dprk-russia.watchpost.{LONG.domain}>\r\n".encode() in header


@pytest.mark.parametrize("text", HOSTILE)
def test_a_headline_adds_no_header(message: Callable[..., Message], text: str) -> None:
    honest = read(mime.compose(message(), to="d@example.org", sender=SENDER))
    octets = mime.compose(
        message(subject=f"[t] {text}", text=text, html=text, topic=text),
        to="d@example.org",
        sender=Mailbox(name=text, address=SENDER.address),
    )
    check_wire(octets)
    hostile = read(octets)
    assert hostile.keys() == honest.keys()
    assert not re.search(rb"^bcc:", octets.partition(b"\r\n\r\n")[0], re.M | re.I)
    assert not hostile.defects


@settings(max_examples=200, deadline=None)
@example(subject=HOSTILE[0], text=HOSTILE[3])
@given(subject=any_text | headlines, text=any_text)
def test_no_text_breaks_a_mail_and_its_subject_is_read_as_written(
    message: Callable[..., Message], subject: str, text: str
) -> None:
    octets = mime.compose(
        message(subject=subject, text=text, html=text, topic=text, thread_key=text),
        to="d@example.org",
        sender=SENDER,
    )
    check_wire(octets)
    assert str(read(octets)["Subject"]) == sanitize.header(subject)


@pytest.mark.parametrize(
    "to", ["", "a@b@c.org", "a@example.org\nBcc: b@example.org", "é@example.org"]
)
def test_an_invalid_address_is_refused(message: Callable[..., Message], to: str) -> None:
    with pytest.raises(Refused) as refused:
        mime.compose(message(), to=to, sender=SENDER)
    assert refused.value.reason is DeliveryReason.UNWRITABLE
    assert not refused.value.disable


@pytest.mark.parametrize(
    ("text", "word"),
    [("dprk-russia", "dprk-russia"), ("a.b/c d", "a-b-c-d"), ("러", "none"), ("", "none")],
)
def test_a_word_fits_an_identifier(text: str, word: str) -> None:
    assert mime.word(text) == word
